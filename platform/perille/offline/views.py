"""The worker of the pages, and the page that it shows where there is no line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, render_template, request, stream_with_context

from perille.core.current import current_config
from perille.core.errors import NotFound
from perille.core.extensions import db
from perille.core.i18n import LANGUAGES, _, language_of
from perille.core.paths import STATIC
from perille.core.web.page_addresses import url_for
from perille.core.web.page_cache import cached_page
from perille.core.web.responses import takes_gzip
from perille.core.web.static_files import sent_script, static_url
from perille.courses.learner_course import KINDS, LearnerCourse, find_course
from perille.learning.course_page import may_leave_a_trace
from perille.offline.bundle import bundle_of, stream
from perille.packs.published.library import current_library
from perille.safety.services import help_countries

blueprint = Blueprint("offline", __name__)


@blueprint.get("/sw.js")
def service_worker() -> Response:
    """Serve the service worker, always at this address; with PERILLE_OFFLINE=no, one that deletes what was kept and goes."""
    name = "sw.js" if current_config().offline else "sw-off.js"
    response = Response(sent_script(STATIC / name), mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return make_response(response.make_conditional(request))


@blueprint.get("/<lang:lang>/offline")
def offline_page(lang: str) -> Response:
    """Say that there is no line, with the numbers of a country; it also holds what the worker says above pages that it kept."""
    country = request.args.get("country", "")
    known = country if country in help_countries() else ""
    return cached_page(
        ("offline", known, current_library().facts_stamp()),
        lambda: render_template("offline/page.html", help_country=known),
        query=f"country={known}" if known else "",
    )


@blueprint.get("/<lang:lang>/app.webmanifest")
def manifest(lang: str) -> Response:
    """Let the site be put on the home screen, under a name and a picture that tell nothing of what is learnt."""
    name, icons = _("Lessons"), ((f"app-{size}.png", f"{size}x{size}") for size in (192, 512))
    home = url_for("catalogue.home", lang=lang)
    response = make_response(
        jsonify(
            name=name,
            short_name=name,
            lang=lang,
            dir=LANGUAGES[lang].direction,
            id=f"{request.script_root}/",
            start_url=home,
            scope=f"{request.script_root}/",
            display="minimal-ui",
            background_color="#FBF8F2",
            theme_color="#0A5A5E",
            icons=[{"src": static_url(file), "sizes": sizes, "type": "image/png"} for file, sizes in icons],
        )
    )
    response.mimetype = "application/manifest+json"
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@blueprint.get("/<lang:lang>/<any(courses, modules):kind>/<slug>/take/size")
def bundle_size(lang: str, kind: str, slug: str) -> Response:
    """Say what a course weighs, and the hash of what is in it, before anybody downloads it."""
    place, second = _wanted(lang, kind, slug)
    response = make_response(jsonify(bundle_of(place, second).head(sound=_wants_sound())))
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@blueprint.get("/<lang:lang>/<any(courses, modules):kind>/<slug>/take")
def download_bundle(lang: str, kind: str, slug: str) -> Response:
    """Give a course as lines, one lesson a line: those after number *after*, where the phone has the earlier ones of the same *hash*."""
    if request.args.get("as") != "pieces":
        # A page that was opened before the site was upgraded could not read them, and would keep what it cannot show.
        raise NotFound(_("There is no such course here."))
    place, second = _wanted(lang, kind, slug)
    bundle = bundle_of(place, second)
    sound, compressed = _wants_sound(), takes_gzip()
    lines = stream(bundle, _lines_there(bundle.head(sound=sound)), sound=sound, compressed=compressed)
    # Recordings are read while they are sent. On a slow line that takes minutes, for which no connection to the database is held.
    db.session.rollback()
    response = Response(stream_with_context(lines), mimetype="application/x-ndjson")
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept-Encoding")
    if compressed:
        response.headers["Content-Encoding"] = "gzip"
    return response


def _wants_sound() -> bool:
    return request.args.get("sound") == "1"


def _lines_there(head: Mapping[str, Any]) -> int:
    """Return how many of the lines that *head* begins a phone has already: 0 where it has those of another version."""
    after = request.args.get("after", "")
    same = request.args.get("hash", "") == head["hash"]
    return min(int(after), head["lines"]) if same and after.isascii() and after.isdigit() and len(after) < 6 else 0


def _wanted(lang: str, kind: str, slug: str) -> tuple[LearnerCourse, str]:
    """Return the course in its newest edition, for nobody, and the language that is to stand beside; raise NotFound for none."""
    place = find_course(
        db.session,
        current_library(),
        kind=KINDS[kind],
        slug=slug,
        language=lang,
        phone_id=None,
        country=request.args.get("in", ""),
    )
    if place is None or not may_be_taken(place):
        raise NotFound(_("There is no such course here."))
    return place, place.second_language(request.args.get("with", ""))


def may_be_taken(place: LearnerCourse) -> bool:
    """Whether a phone may keep a course: a sensitive one leaves no trace on a phone that others use, too."""
    return current_config().offline and may_leave_a_trace(place)


def kept_addresses(country: str) -> str:
    """Return what a phone keeps beside a page, with spaces between: the page for no line, and that of who helps with its numbers."""
    language, known = language_of(), country or None
    pages = ["offline.offline_page", "safety.help_page"]
    if known:
        pages.append("safety.helpline_cards")
    return " ".join(url_for(name, lang=language, country=known) for name in pages)
