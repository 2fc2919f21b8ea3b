"""Whether a browser keeps no cookies, as a page that follows a press can tell."""

from __future__ import annotations

from flask import request

#: Part of the address of a page that follows a press without a cookie.
TRIED = "try"


def is_forgetful() -> bool:
    """Whether this page follows a press whose cookie did not come back."""
    return request.args.get(TRIED) == "1" and not request.cookies
