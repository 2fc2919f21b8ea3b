"""The help box of every page: the same for all readers of a country and a language, so it is made once and kept.

It was a quarter of what a lesson page cost that nobody had asked for before.
"""

from __future__ import annotations

from flask import render_template, request
from markupsafe import Markup

from perille.core.dates import today
from perille.core.extension_state import AppSlot
from perille.core.i18n import language_of
from perille.core.lru_cache import LruCache
from perille.core.site import current_site
from perille.packs.published.library import current_library

#: Boxes that are kept, 4 kB each: the countries that packs know of, in every language that is offered.
_KEPT = 200
_boxes = AppSlot[LruCache[Markup]]("help_boxes", lambda: LruCache(_KEPT))


def help_box(country: str) -> Markup:
    """Return the help box of a country, "" for what holds in all of them. Needs a request.

    A box is made anew when a fact or its words changed, on another day (its facts begin, end and fall due by day), and when the settings of
    the site changed (which countries are offered).
    """
    key = (
        country,
        language_of(),
        request.script_root,
        today(),
        current_site().version,
        current_library().facts_stamp(),
    )
    return _boxes().get(key, lambda: _make(country))


def _make(country: str) -> Markup:
    return Markup(render_template("safety/help_box.html", country=country))  # noqa: S704  (a template's own output)
