"""Parts of pages that are the same for many readers: each is made once and kept in memory.

Nothing of a person is kept. What a part is made of stands in its key: the language, the path below which the site is, the settings of the
site and the look for every part; beside them the values that its template is given, or what the caller names. A part that shows
something else (a day, a pack, a fact) has to name it, or it is shown after that has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable

from flask import g, render_template, request
from markupsafe import Markup

from perille.core.extension_state import AppSlot
from perille.core.i18n import language_of
from perille.core.lru_cache import LruCache
from perille.core.site import current_site
from perille.core.web.display_preferences import current_look

#: 2 kB each: the frame of pages, and the list of lessons beside each unit, in the languages that are read.
_KEPT = 800
_parts = AppSlot[LruCache[Markup]]("page_parts", lambda: LruCache(_KEPT))


def shared_part(name: str, **values: Hashable) -> Markup:
    """Return a part of a page, made once for the same values. Needs a request.

    name: its template. values: all that it uses, by name, beside what no request changes and what is in the key of every part.
    """
    return kept_part((name, *values.items()), lambda: render_template(name, **values))


def kept_part(key: tuple[Hashable, ...], make: Callable[[], str]) -> Markup:
    """Return the part of that key, made where it is not there. Needs a request.

    key: names the part, and all that it is made of beside what is in the key of every part. make: returns it as HTML.
    """
    return _parts().get((*_made_of(), *key), lambda: Markup(make()))  # noqa: S704  (a template's own output)


def _made_of() -> tuple[str, ...]:
    """Return what every part may show: asked for once in a request, but for the language, which is known by then."""
    of_request: tuple[str, ...] | None = g.get("shared_parts")
    if of_request is None:
        of_request = g.shared_parts = (request.root_path, current_site().version, current_look())
    return (language_of(), *of_request)
