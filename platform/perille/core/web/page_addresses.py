"""Addresses of pages, made once: a page has sixty links, nearly all of them the same as on the page before.

Only addresses that are the same for everybody are kept: those made of a language, a course, a unit or a file. One that holds a code, a
number of somebody or a token is made anew each time, so none stays in memory. The name of a course counts as public, also that of a
draft that somebody looks at by its private link: its pages are in memory, too (page_cache.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import flask
from flask import current_app, has_request_context, request

from perille.core.extension_state import AppSlot
from perille.core.lru_cache import LruCache

#: Parts of a rule, or of a query, that name nobody.
_PUBLIC = frozenset({"country", "key", "kind", "lang", "name", "slug", "stamp"})
#: A hundred bytes each: the pages of the packs of an installation in the languages that are read.
_KEPT = 8192
_addresses = AppSlot[LruCache[str]]("page_addresses", lambda: LruCache(_KEPT))


def url_for(endpoint: str, **values: Any) -> str:
    """Return the address of a page as `flask.url_for` does, from memory where it is the same for everybody."""
    # The request itself: a page asks sixty times, and the proxy would cost most of it.
    if not has_request_context():
        return flask.url_for(endpoint, **values)
    site = request._get_current_object().root_path  # type: ignore[attr-defined]
    # The path below which the site is stands in each; the order of the values is that of a query.
    key = (endpoint, site, *values.items())
    kept = _addresses()
    try:
        found = kept.find(key)
    except TypeError:  # a list of values, which is never public
        return flask.url_for(endpoint, **values)
    if found is None:
        found = flask.url_for(endpoint, **values)
        if _is_public(endpoint, values):
            kept.put(key, found)
    return found


def _is_public(endpoint: str, values: Mapping[str, object]) -> bool:
    """Tell whether an address may be kept."""
    blueprint = endpoint.partition(".")[0]
    # A relative endpoint depends on the page that is made, and a blueprint may fill in values of the request.
    is_fixed = bool(blueprint) and not {blueprint, None} & set(current_app.url_default_functions)
    return is_fixed and all(name in _PUBLIC and type(value) is str for name, value in values.items())
