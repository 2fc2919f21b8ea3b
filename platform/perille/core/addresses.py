"""Addresses that others wrote, taken apart."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit


def split_address(text: str) -> SplitResult | None:
    """Return the parts of an address; None for what `urlsplit` cannot take apart, such as a bracket that is not closed.

    >>> split_address("https://id.example/aino").netloc
    'id.example'
    >>> split_address("https://[") is None
    True
    """
    try:
        return urlsplit(text)
    except ValueError:
        return None
