"""Pages of a course's errands and words. A GET writes nothing; ticks are shown to nobody but the learner."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, g, make_response, request

from perille.core.dates import today
from perille.core.errors import BadRequest, NotFound
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.web.page_cache import cached_page
from perille.core.web.responses import no_store, see_other
from perille.courses.addresses import with_country
from perille.courses.learner_course import LearnerCourse
from perille.enrolment.services import touch
from perille.errands.pages import (
    calendar_body,
    counted_body,
    course_errands,
    errands_address,
    errands_page,
    word_list_page,
)
from perille.errands.services import may_be_ticked, set_tick
from perille.errands.word_list import LONGEST_SEARCH
from perille.learning.requested_course import requested_course

blueprint = Blueprint("errands", __name__)
_COURSE = "/<lang:lang>/<any(courses, modules):kind>/<slug>"


def _second(place: LearnerCourse) -> str:
    return place.second_language(request.args.get("with", ""))


def _key(what: str, place: LearnerCourse, *more: str) -> tuple[object, ...]:
    """Name all that a page is made of which is the same for everybody."""
    stamps = (place.edition.stamp(place.language), *(place.edition.stamp(code) for code in more if code))
    return ("errands", what, place.kind, place.chosen, more, stamps)


@blueprint.get(_COURSE + "/errands")
def errand_list(lang: str, kind: str, slug: str) -> Response:
    """Show the errands of a course: those to do in the order of their deadlines, then those that are done."""
    place = requested_course(kind, slug, lang)
    second, late = _second(place), request.args.get("late", "")
    query = errands_address(place, second=second).partition("?")[2]
    if place.enrolment is None and not late:
        return cached_page(_key("mine", place, second), lambda: errands_page(place, second), query=query)
    g.page_query = query
    response = make_response(errands_page(place, second, late))
    # Back must not bring an older state of the ticks.
    no_store(response)
    return response


@blueprint.post(_COURSE + "/errands")
def mark_errand(lang: str, kind: str, slug: str) -> Response:
    """Keep that an errand is done, or that it is not."""
    place = requested_course(kind, slug, lang)
    key = request.form.get("errand", "")
    if not may_be_ticked(place, key):
        raise BadRequest(_("This errand cannot be ticked here. Open the list again."))
    if place.enrolment is not None:
        set_tick(db.session, place.enrolment, key, done=request.form.get("done") == "yes")
        touch(place.enrolment.learner, today())
    return see_other(f"{errands_address(place, second=_second(place))}#errand-{key}")


@blueprint.get(_COURSE + "/errands/dates.ics")
def calendar(lang: str, kind: str, slug: str) -> Response:
    """Give the days of the errands as a calendar file, or that of one of them."""
    body = calendar_body(requested_course(kind, slug, lang), request.args.get("errand", ""))
    if not body:
        raise NotFound(_("No errand of this course has a day to come."))
    return _file(body)


@blueprint.post(_COURSE + "/errands/dates.ics")
def calendar_from_date(lang: str, kind: str, slug: str) -> Response:
    """Give the day of an errand, counted from a typed one; lead back to the list where that is none, or where it has passed.

    The typed day is in no address: addresses are kept in a browser's history and in the logs of proxies.
    """
    place, wanted = requested_course(kind, slug, lang), request.form.get("errand", "")
    errand = next((each for each in course_errands(place) if each.key == wanted), None)
    if errand is None or errand.days is None:
        raise NotFound(_("No errand of this course has a day to come."))
    try:
        body = counted_body(place, errand, date.fromisoformat(request.form.get("from", "").strip()))
    except ValueError:
        return see_other(f"{errands_address(place, second=_second(place))}#errand-{wanted}")
    if not body:
        return see_other(f"{errands_address(place, second=_second(place), late=wanted)}#errand-{wanted}")
    response = _file(body)
    no_store(response)
    return response


def _file(body: str) -> Response:
    response = Response(body, mimetype="text/calendar")
    response.headers["Content-Disposition"] = 'attachment; filename="dates.ics"'
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@blueprint.get(_COURSE + "/word-list")
def word_list(lang: str, kind: str, slug: str) -> Response:
    """Show the words of a course, or those that a search finds; what is searched for is kept nowhere."""
    place = requested_course(kind, slug, lang)
    search = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    if search:
        g.page_query = with_country("", place).lstrip("?")
        response = make_response(word_list_page(place, search))
        no_store(response)
        return response
    query = with_country("", place).lstrip("?")
    return cached_page(_key("words", place), lambda: word_list_page(place, ""), query=query)
