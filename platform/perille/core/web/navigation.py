"""Links to the pages of features, as templates ask for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app

from perille.core.errors import Forbidden
from perille.core.feature import NavigationItem, Place, navigation_of
from perille.core.i18n import language_of
from perille.core.permissions import current_gate, permission
from perille.core.web.page_addresses import url_for


@dataclass(frozen=True, slots=True)
class Link:
    """An address and its words, in the language of the page."""

    url: str
    label: str


def links(place: str) -> list[Link]:
    """Return the links of a place ("footer", "manage") that whoever reads the page may follow."""
    found = navigation_of(current_app, Place(place))
    language: dict[str, Any] = {"lang": language_of()}
    return [
        Link(url_for(item.endpoint, **{**language, **item.values}), str(item.label))
        for item in found
        if _may_follow(item)
    ]


def _may_follow(item: NavigationItem) -> bool:
    if not item.permission:
        return True
    try:
        return current_gate()(permission(item.permission), None) is None
    except Forbidden:
        return False
