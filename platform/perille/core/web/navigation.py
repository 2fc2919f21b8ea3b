"""Links to the pages of features, as templates ask for them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, request

from perille.core.errors import Forbidden
from perille.core.extension_state import AppSlot
from perille.core.feature import NavigationItem, Place, navigation_of
from perille.core.i18n import language_of
from perille.core.lru_cache import LruCache
from perille.core.permissions import current_gate, permission
from perille.core.web.page_addresses import url_for


@dataclass(frozen=True, slots=True)
class Link:
    """An address and its words, in the language of the page."""

    url: str
    label: str


#: The links of places where everybody may follow each, in the languages that are read.
_LINKS_KEPT = 100
_links = AppSlot[LruCache[tuple[Link, ...]]]("links", lambda: LruCache(_LINKS_KEPT))


def links(place: str) -> tuple[Link, ...]:
    """Return the links of a place ("footer", "manage") that whoever reads the page may follow. Needs a request."""
    key = (place, language_of(), request.root_path)
    kept = _links().find(key)
    if kept is not None:
        return kept
    items = navigation_of(current_app, Place(place))
    made = tuple(_link(item) for item in items if _may_follow(item))
    # What depends on who asks is made for each.
    if not any(item.permission for item in items):
        _links().put(key, made)
    return made


def _link(item: NavigationItem) -> Link:
    values: dict[str, object] = {"lang": language_of(), **item.values}
    return Link(url_for(item.endpoint, **values), str(item.label))


def _may_follow(item: NavigationItem) -> bool:
    if not item.permission:
        return True
    try:
        return current_gate()(permission(item.permission), None) is None
    except Forbidden:
        return False
