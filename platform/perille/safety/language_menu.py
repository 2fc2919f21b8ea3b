"""The menu of languages on every page, and the address of a page in another language.

The menu is the same for everybody but for what each of its links ends with, the place of the page below the language. So it is made once
in a language, with a mark in that place, and a page puts its own there.
"""

from __future__ import annotations

from flask import current_app, g, request
from markupsafe import Markup

from perille.core.i18n import LANGUAGES
from perille.core.web.page_addresses import url_for
from perille.core.web.page_cache import page_query
from perille.core.web.shared_parts import shared_part
from perille.core.web.staff_languages import page_languages

#: Stands in the menu that is kept for the part of an address below the language: no address has such a letter as it is.
_MARK = "[page]"


def language_menu() -> Markup:
    """Return the menu with this page in each language that it is offered in. Needs a request."""
    below = _below_here()
    mark = f"/{_MARK}" if below.startswith("/") else _MARK
    # `replace` of Markup writes what it puts in as HTML.
    return shared_part("base_languages.html", offered=page_languages(), below=mark).replace(mark, below)


def page_in(code: str) -> str:
    """Return the address of the page being made in another language: the same place, the same screen."""
    return page_at(code, _below_here())


def page_at(code: str, below: str) -> str:
    """Return the address of a place in a language. below: as `_below_language` writes it."""
    if below.startswith("/"):
        return f"{request.script_root}{below}?lang={code}"
    return url_for("catalogue.home", lang=code) + below


def _below_here() -> str:
    below: str | None = g.get("below_language")
    if below is None:
        # The same in each of the languages that a page offers.
        below = g.below_language = _below_language()
    return below


def _below_language() -> str:
    """Return what follows the language in the address of this page; the whole path, with "/", where the query names the language."""
    first, _sep, rest = request.path.lstrip("/").partition("/")
    if first == "verify":
        return request.path
    return _rest_near(f"/{first}/", rest.rstrip("/")) + page_query() if first in LANGUAGES else ""


def _rest_near(start: str, rest: str) -> str:
    # The answer to a form may stand at an address that cannot be opened: then the page above it is meant.
    if request.method == "GET" and request.routing_exception is None:
        return rest
    adapter = current_app.create_url_adapter(request)
    while rest and adapter is not None and not ("GET" in adapter.allowed_methods(start + rest) and _opens(rest)):
        rest = rest.rpartition("/")[0]
    return rest


def _opens(rest: str) -> bool:
    # "start" looks like a unit's address, and is none.
    return not rest.endswith("/start")
