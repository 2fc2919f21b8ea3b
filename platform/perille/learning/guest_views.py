"""A guest: somebody learns on a phone of others, and nothing of it is kept (`core.web.guest`)."""

from __future__ import annotations

from flask import Blueprint, Response, request

from perille.core.web.cookies import delete_cookie, set_cookie
from perille.core.web.display_preferences import COOKIE as LOOK
from perille.core.web.display_preferences import YEAR, look_of
from perille.core.web.guest import COOKIE, is_guest
from perille.core.web.leaving import clear_copies, close
from perille.core.web.page_addresses import url_for
from perille.core.web.responses import no_store, see_other
from perille.courses.addresses import unit_url, with_country
from perille.courses.learner_course import KINDS
from perille.learning.requested_course import requested_course

blueprint = Blueprint("guests", __name__)
#: Value of the cookie where pages looked as they do by themselves.
_PLAIN = "plain"


@blueprint.post("/<lang:lang>/guest")
def begin_visit(lang: str) -> Response:
    """Begin a visit; `?to=courses/finland`: with the first unit of a course."""
    kind, _sep, slug = request.args.get("to", "").partition("/")
    address = url_for("catalogue.home", lang=lang)
    if kind in KINDS:
        place = requested_course(kind, slug, lang)
        address = with_country(unit_url(place, place.structure.first), place)
    response = close(no_store(see_other(address)))
    if not is_guest():
        before = look_of(request.cookies.get(LOOK, "")) or _PLAIN
        set_cookie(response, COOKIE, before, seconds=0, for_scripts=True)
    return response


@blueprint.post("/<lang:lang>/guest/end")
def end_visit(lang: str) -> Response:
    """End the visit: pages look as before it, whoever was here before finds their progress, and the browser drops its copies of pages."""
    response = clear_copies(see_other(url_for("catalogue.home", lang=lang)))
    if not is_guest():
        return response
    before = look_of(request.cookies[COOKIE])
    if before:
        set_cookie(response, LOOK, before, seconds=YEAR, for_scripts=True)
    else:
        delete_cookie(response, LOOK)
    delete_cookie(response, COOKIE)
    return close(response)
