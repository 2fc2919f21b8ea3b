"""Addresses that are nearly right: a slash too many, capital letters, a language that nobody here speaks."""

from __future__ import annotations

import re

from flask import current_app, request
from werkzeug.exceptions import HTTPException

from perille.core.i18n import LANGUAGES, negotiate

#: Under these an address is right or it is not: they are made by programs, or end in a code.
_EXACT = frozenset({"static", "media", "xapi", "verify"})
#: The same below a language: what follows is a token, in which capital letters count.
_TOKENS = frozenset({"notices", "shared"})
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")


def repaired_url() -> str | None:
    """Return the address that was probably meant by a GET that found nothing; None where there is no better one."""
    first, _sep, rest = request.path.strip("/").lower().partition("/")
    if request.method not in ("GET", "HEAD") or first in _EXACT or rest.partition("/")[0] in _TOKENS:
        return None
    plain = "/" + request.path.strip("/").lower()
    home = plain + "/" if first in LANGUAGES and plain == f"/{first}" else None
    for path in (home, plain, _in_our_language(plain)):
        if path is not None and path != request.path and _is_there(path):
            return request.script_root + path + _query()
    return None


def _query() -> str:
    query = request.query_string.decode("ascii", "replace")
    return f"?{query}" if query else ""


def _in_our_language(path: str) -> str | None:
    first, _sep, rest = path.lstrip("/").partition("/")
    if first in LANGUAGES or not _LANGUAGE.fullmatch(first):
        return None
    nearest = negotiate(f"{first},{request.headers.get('Accept-Language', '')}")
    return f"/{nearest}/{rest}"


def _is_there(path: str) -> bool:
    try:
        current_app.create_url_adapter(request).match(path, method="GET")  # type: ignore[union-attr]
    except HTTPException:  # a redirect of the router's own is not the address itself
        return False
    return True
