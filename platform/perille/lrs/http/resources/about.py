"""The About resource (Communication 2.8)."""

from __future__ import annotations

from perille.lrs.http.response import XapiResponse

_ANSWER = b'{"version":["1.0.0","1.0.1","1.0.2","1.0.3","2.0.0"],"extensions":{}}'


def answer() -> XapiResponse:
    """Return which versions this store speaks."""
    return XapiResponse(body=_ANSWER)
