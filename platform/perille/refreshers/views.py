"""The pages of a refresher: those of any test, at an address of their own, for whoever has a certificate that ends."""

from __future__ import annotations

import secrets

from flask import Blueprint, Response, make_response, render_template, request, url_for

from perille.assessment import attempt_views
from perille.assessment.attempts import attempts_of
from perille.core.dates import day_in, long_date
from perille.core.errors import NotFound
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.web.responses import keep_private, no_store, see_other
from perille.courses.addresses import course_url, with_country
from perille.domain.refresher import MINUTES, PREFIX, opens_on
from perille.learning.questions import require_interactions
from perille.learning.render_context import LessonRenderer
from perille.learning.requested_course import requested_course
from perille.refreshers.services import Refresher, drawn, extend_by, refresher_for

blueprint = Blueprint("refreshers", __name__)
blueprint.after_request(keep_private)
#: As that of all courses: two rules that differ in a part are tried one after the other, and "refresher" would be taken for a unit.
_COURSE = "/<lang:lang>/<any(courses, modules):kind>/<slug>"


@blueprint.get(f"{_COURSE}/refresher")
def current(lang: str, kind: str, slug: str) -> Response:
    """Lead to the refresher of the certificate as it ends now, or say when it opens."""
    found = _found(lang, kind, slug)
    if not found.is_open(day_in(found.place.country)):
        return no_store(make_response(_closed(found)))
    return see_other(with_country(_address(found), found.place))


@blueprint.get(f"{_COURSE}/{PREFIX}<period>")
def show(lang: str, kind: str, slug: str, period: str) -> Response:
    """Show a page of a refresher; one that was handed in can still be read."""
    found = _found(lang, kind, slug, f"{PREFIX}{period}", fresh="q" not in request.args)
    taken = attempts_of(db.session, found.place.enrolment, found.unit)
    if not taken and not found.is_open(day_in(found.place.country)):
        return no_store(make_response(_closed(found)))
    if not found.is_open(day_in(found.place.country)) and "q" not in request.args:
        return see_other(f"{with_country(_address(found), found.place)}?q=result")
    require_interactions(map(found.place.structure.item, found.unit.items))
    begun = next((each.country for each in taken if each.finished_at is None), "")
    return attempt_views.show(found.place_shown(begun), found.unit)


@blueprint.post(f"{_COURSE}/{PREFIX}<period>")
def answer(lang: str, kind: str, slug: str, period: str) -> Response:
    """Do what a form of a refresher asks for; the one that is passed extends the certificate, once."""
    do = request.form.get("do", "")
    found = _found(lang, kind, slug, f"{PREFIX}{period}", fresh=do == "begin")
    day = day_in(found.place.country)
    if do == "begin":
        if not found.is_open(day):
            return see_other(_address(found))
        return attempt_views.answer(
            found.place, found.unit, drawn=lambda place: drawn(db.session, found, place, secrets.token_hex(8))
        )
    response = attempt_views.answer(found.place, found.unit)
    if do == "hand-in":
        extend_by(db.session, found, day)
    return response


def _found(lang: str, kind: str, slug: str, key: str = "", *, fresh: bool = True) -> Refresher:
    place = requested_course(kind, slug, lang)
    found = refresher_for(db.session, place, key, fresh=fresh) if place.tracked else None
    if found is None:
        raise NotFound(_("There is no certificate here that a refresher could extend."))
    return found


def _address(found: Refresher) -> str:
    place = found.place
    period = found.unit.key.removeprefix(PREFIX)
    return url_for(".show", lang=place.language, kind="modules", slug=place.slug, period=period)


def _closed(found: Refresher) -> str:
    place, ends_on = found.place, found.credential.expires_on
    assert ends_on is not None, "only a certificate that ends has a refresher"
    early = day_in(place.country) < opens_on(ends_on)
    return render_template(
        "refreshers/closed.html",
        course_url=course_url(place),
        course_title=LessonRenderer(place, place.language).rendered(place.words.title),
        opens=long_date(opens_on(ends_on), place.language) if early else "",
        minutes=MINUTES,
        help_country=place.sure_country,
    )
