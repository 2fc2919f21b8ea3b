"""The worker of the pages, and the page that it shows where there is no line."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request, url_for

from perille.core.current import current_config
from perille.core.i18n import language_of
from perille.core.paths import STATIC
from perille.core.web.page_cache import cached_page
from perille.packs.published.library import current_library
from perille.safety.services import help_countries

blueprint = Blueprint("offline", __name__)


@blueprint.get("/sw.js")
def worker() -> Response:
    """Serve the service worker, always at this address; with PERILLE_OFFLINE=no, one that deletes what was kept and goes."""
    name = "sw.js" if current_config().offline else "sw-off.js"
    response = Response((STATIC / name).read_bytes(), mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return make_response(response.make_conditional(request))


@blueprint.get("/<lang:lang>/offline")
def page(lang: str) -> Response:
    """Say that there is no line, with the numbers of a country; it also holds what the worker says above pages that it kept."""
    country = request.args.get("country", "")
    known = country if country in help_countries() else ""
    return cached_page(
        ("offline", known, current_library().facts_stamp()),
        lambda: render_template("offline/page.html", help_country=known),
        query=f"country={known}" if known else "",
    )


def kept_addresses(country: str) -> str:
    """Return what a phone keeps beside a page, with spaces between: the page for no line, and that of who helps."""
    language, known = language_of(), country or None
    pages = ("offline.page", "safety.help_page")
    return " ".join(url_for(name, lang=language, country=known) for name in pages)
