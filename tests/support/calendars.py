"""Reading calendar files."""

from __future__ import annotations


def lines(text: str) -> list[str]:
    """Return the lines of a calendar, those that go on put together (RFC 5545 3.1)."""
    assert text.endswith("\r\n")
    return text.replace("\r\n ", "").split("\r\n")[:-1]
