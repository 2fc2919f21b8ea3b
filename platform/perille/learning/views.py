"""Pages of the learner's way. A GET writes nothing; a lesson's page holds no personal word and is kept."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, g, make_response, request, url_for
from werkzeug.http import parse_range_header

from perille.core.dates import today
from perille.core.errors import BadRequest, NotFound, error_page
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.web.cookie_check import TRIED
from perille.core.web.display_preferences import keep_look, look_with
from perille.core.web.page_cache import cached_page
from perille.core.web.responses import no_store, see_other
from perille.courses.acts import ensure_enrolment
from perille.courses.addresses import course_url, unit_url, with_country
from perille.courses.learner_course import LearnerCourse
from perille.courses.progress import states_of
from perille.domain.course import Unit, UnitKind
from perille.domain.item import Item, Recording, has_own_buttons, may_record, recording_of
from perille.domain.progress import course_satisfied
from perille.enrolment.accounts import session_holding
from perille.enrolment.cookieless import may_make_learner, pending, remember_pending
from perille.enrolment.cookies import ensure_learner, remember
from perille.enrolment.models import Enrolment
from perille.enrolment.phone_views import joined_phones
from perille.enrolment.services import touch
from perille.learning import services
from perille.learning.answer_address import answer_in_address, see_stale, stale_answer, with_answer
from perille.learning.country_page import before_lesson
from perille.learning.course_page import course_key, course_page, end_url, screen_url
from perille.learning.course_progress import place_and_states
from perille.learning.course_units import sheet_url
from perille.learning.external_units import register_stations
from perille.learning.lesson_page import lesson_key, lesson_page
from perille.learning.lesson_query import lesson_query, screen_number
from perille.learning.lesson_request import LessonRequest
from perille.learning.polls import count_answer
from perille.learning.printed_lesson import printed_lesson
from perille.learning.questions import field_name, interaction_of, typed_in
from perille.learning.requested_course import requested_course
from perille.learning.shown_answer import GradedAnswer
from perille.learning.unit_pages import UnitPages, current_unit_pages
from perille.packs.published.library import current_library
from perille.packs.source.interaction_proxy import InteractionError

blueprint = Blueprint("learning", __name__)
_COURSE = "/<lang:lang>/<any(courses, modules):kind>/<slug>"


@blueprint.errorhandler(InteractionError)
def question_failed(error: InteractionError) -> Response:
    """Say that a question of a plugin cannot be shown or marked; after an answer lead back to its screen, from which the way goes on."""
    place = request.view_args or {}
    if request.method != "POST" or "key" not in place:
        return error_page(error)
    query = request.query_string.decode("ascii", "replace")
    return error_page(error, back=url_for("learning.unit", **place) + (f"?{query}" if query else ""))


#: Seconds for which a screen that was fetched ahead is used without asking again.
_AHEAD = 60


def unit_of(place: LearnerCourse, key: str) -> Unit:
    """Return a unit on the way of the course; raise NotFound for none."""
    unit = place.structure.unit_on_way(key)
    if unit is None:
        raise NotFound(_("There is no such lesson in this course."))
    return unit


@blueprint.record_once
def register_units(state: object) -> None:
    """Show units that are taken elsewhere."""
    app: Flask = state.app  # type: ignore[attr-defined]
    register_stations(app)


@blueprint.get(_COURSE)
def course(lang: str, kind: str, slug: str) -> Response:
    """Show a course: its way with stations, what is done, and the one next step."""
    place = requested_course(kind, slug, lang)
    if place.enrolment is None and not states_of(db.session, place):
        query, has_account = with_country("", place).lstrip("?"), session_holding()()
        return cached_page(
            (*course_key(place), has_account), lambda: course_page(place), query=query, personal=has_account
        )
    response = make_response(course_page(place))
    # Back must not bring an older state of the progress.
    no_store(response)
    return response


@blueprint.post(_COURSE + "/start")
def start(lang: str, kind: str, slug: str) -> Response:
    """Begin, or go on: makes the anonymous learner and opens the next unit."""
    place = requested_course(kind, slug, lang)
    if not place.tracked:
        return see_other(with_country(unit_url(place, place.structure.first), place))
    may_make_learner()
    learner = ensure_learner()
    touch(learner, today())
    _enrolment, key = services.start(db.session, place, learner)
    return remember(see_other(with_country(unit_url(place, key), place)), learner)


@blueprint.get(_COURSE + "/resume")
def resume(lang: str, kind: str, slug: str) -> Response:
    """Go on where the course's own page goes on; to that page where nothing is left."""
    place = requested_course(kind, slug, lang)
    following, states = place_and_states(db.session, place)
    if place.enrolment is not None and course_satisfied(place.structure, states):
        return see_other(end_url(place) or course_url(place))
    if following is None:
        return see_other(with_country(course_url(place), place))
    return see_other(with_country(screen_url(place, *following), place))


@blueprint.post(_COURSE + "/resume")
def bookmark(lang: str, kind: str, slug: str) -> Response:
    """Keep the place of a learner who is enrolled; anybody else's leaves no trace."""
    place = requested_course(kind, slug, lang)
    unit = place.structure.unit_on_way(request.form.get("unit", ""))
    if place.enrolment is not None and unit is not None:
        screen = screen_number(request.form.get("screen", "1"), unit.screens)
        services.note_screen(db.session, place, place.enrolment, unit.key, screen)
    return Response(status=204)


@blueprint.get(_COURSE + "/<key>")
def unit(lang: str, kind: str, slug: str, key: str) -> Response:
    """Show a unit: a screen of a lesson, or what another feature shows for its kind."""
    place = requested_course(kind, slug, lang)
    if key in {sheet.key for sheet in place.structure.sheets}:
        # For the trainer, who reads it whole or takes it along on paper: no screen of it is anybody's next one.
        return see_other(sheet_url(place, key))
    this = unit_of(place, key)
    if this.kind is not UnitKind.LESSON:
        return _of_kind(this).show(place, this)
    query = lesson_query(place, this)
    asked = LessonRequest(
        place=place,
        unit=this,
        screen=query.screen,
        second=query.second,
        easy=query.easy,
        answered=stale_answer(place, this) or answer_in_address(place, this),
        joined=place.enrolment is not None and joined_phones(),
    )
    if (first := before_lesson(asked, query.encoded)) is not None:
        return first
    if asked.answered is not None:
        return no_store(make_response(lesson_page(asked)))
    return cached_page(
        lesson_key(asked),
        lambda: lesson_page(asked),
        query=query.encoded,
        seconds=_AHEAD,
        sensitive=asked.sensitive,
        personal=asked.joined,
    )


@blueprint.post(_COURSE + "/<key>")
def answer(lang: str, kind: str, slug: str, key: str) -> Response:
    """Mark an answer, and lead to the screen with what there is to say."""
    place = requested_course(kind, slug, lang)
    this = unit_of(place, key)
    if this.kind is not UnitKind.LESSON:
        return _of_kind(this).answer(place, this)
    query = lesson_query(place, this)
    if this.variants and place.sure_country not in this.variants:
        return see_other(unit_url(place, key))
    item = place.structure.item(request.form.get("item", ""))
    if item is None or item.key not in this.items:
        raise BadRequest(_("That question is not in this lesson. Open the lesson again."))
    if request.form.get("edition", "") != place.edition.structure_hash[:12]:
        asked = LessonRequest(place=place, unit=this, screen=query.screen, second=query.second, easy=query.easy)
        return see_stale(asked.url(query.screen))
    answered = _mark(place, this, item)
    shown = LessonRequest(place=place, unit=this, screen=query.screen, second=query.second, easy=query.easy)
    return see_other(with_answer(shown.url(query.screen), place, answered))


def _mark(place: LearnerCourse, unit: Unit, item: Item) -> GradedAnswer:
    interaction = interaction_of(item)
    form = {name: request.form.getlist(name) for name in request.form}
    response = interaction.parse(item, form, field_name(item))
    outcome = interaction.score(item, response)
    if response is None or not place.tracked:
        return GradedAnswer(item.key, response, outcome, typed=typed_in(form, item))
    if recording_of(interaction) is Recording.COUNTED:
        count_answer(db.session, pack_id=place.structure.pack, unit=unit.key, item=item, response=response)
        return GradedAnswer(item.key, response, outcome)
    # Inside a role-play nothing is kept: what counts is that its end was reached.
    ended = outcome.success or not has_own_buttons(interaction)
    # The question of one country's lesson would tell which country was read about.
    allowed = may_record(interaction, sensitive=place.edition.summary.sensitive) and not unit.variants
    if place.enrolment is not None and ended and allowed:
        services.answer(db.session, place, place.enrolment, unit, item, interaction, response, outcome)
        touch(place.enrolment.learner, today())
    return GradedAnswer(item.key, response, outcome, typed=typed_in(form, item))


@blueprint.post(_COURSE + "/<key>/next")
def advance(lang: str, kind: str, slug: str, key: str) -> Response:
    """Go on: the lesson is completed, the next one opened. Makes the learner of one who came by a deep link."""
    place = requested_course(kind, slug, lang)
    this = unit_of(place, key)
    if not place.tracked:
        return see_other(_after(place, place.structure.after(this.key)))
    if place.enrolment is None and not may_make_learner():
        return _without_cookie(place, this)
    enrolment = place.enrolment or _join(place)
    following = services.advance(db.session, place, enrolment, this.key)
    touch(enrolment.learner, today())
    return remember(see_other(_after(place, following)), enrolment.learner)


def _join(place: LearnerCourse) -> Enrolment:
    enrolment = ensure_enrolment(db.session, place, ensure_learner())
    pack, _sep, unit = pending().partition(" ")
    if pack == place.structure.pack and place.structure.unit_on_way(unit) is not None:
        # Pressed before it was known that the browser keeps cookies.
        services.advance(db.session, place, enrolment, unit)
    return enrolment


def _without_cookie(place: LearnerCourse, unit: Unit) -> Response:
    address = _after(place, place.structure.after(unit.key))
    response = see_other(f"{address}{'&' if '?' in address else '?'}{TRIED}=1")
    return remember_pending(response, f"{place.structure.pack} {unit.key}")


def _after(place: LearnerCourse, key: str | None) -> str:
    if key is None:
        return with_country(course_url(place), place)
    address = unit_url(place, key)
    second = place.second_language(request.args.get("with", ""))
    beside = "?" + urlencode({"with": second}) if second else ""
    return with_country(address + beside, place)


@blueprint.post(_COURSE + "/<key>/words")
def set_easy_words(lang: str, kind: str, slug: str, key: str) -> Response:
    """Keep in this browser whether lessons are read in easy words, and show this one so."""
    place = requested_course(kind, slug, lang)
    this = unit_of(place, key)
    if this.kind is not UnitKind.LESSON or place.words.units[key].easy is None:
        raise NotFound
    wanted = request.form.get("easy") == "1"
    query = lesson_query(place, this)
    asked = LessonRequest(place=place, unit=this, screen=1, second=query.second, easy=wanted)
    response = see_other(asked.url(1))
    keep_look(response, look_with("easy", wanted=wanted))
    return response


@blueprint.get(_COURSE + "/<key>/print")
def lesson_for_print(lang: str, kind: str, slug: str, key: str) -> Response:
    """Show a whole lesson on one page, for paper."""
    place = requested_course(kind, slug, lang)
    this = place.structure.unit(key) or unit_of(place, key)
    if this.kind is not UnitKind.LESSON:
        raise NotFound(_("Only lessons can be printed."))
    query = replace(lesson_query(place, this), screen=1)
    asked = LessonRequest(place=place, unit=this, screen=1, second=query.second, easy=query.easy)
    if this.variants and place.sure_country not in this.variants:
        return see_other(unit_url(place, key))
    g.page_query = query.encoded
    name = ("print", today(), *lesson_key(asked))
    return cached_page(name, lambda: printed_lesson(asked), query=query.encoded, sensitive=asked.sensitive)


@blueprint.get("/media/<stamp>")
def media(stamp: str) -> Response:
    """Serve a picture or a recording of a pack; its address begins the hash of its content."""
    found = current_library().media_body(db.session, stamp)
    if found is None:
        raise NotFound
    response = Response(found.body, mimetype=found.mime)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    # What a stranger's pack brings, opened as a page, may do nothing.
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox"
    )
    if found.mime.startswith("audio/"):
        # Phones ask for a recording in parts, and some play none that comes only whole.
        response.set_etag(stamp)
        _use_range(len(found.body))
        response.make_conditional(request, accept_ranges=True, complete_length=len(found.body))
    return response


def _use_range(size: int) -> None:
    """Leave of the request's Range what is to be followed: one range of bytes, of a GET (RFC 9110 14.2); the rest means the whole.

    Werkzeug would answer what it does not follow with 416, which is only for a part behind the end.
    """
    wanted = parse_range_header(request.headers.get("Range"))
    if request.method != "GET" or wanted is None or wanted.units != "bytes" or len(wanted.ranges) != 1:
        request.environ.pop("HTTP_RANGE", None)
    elif wanted.ranges[0][0] < -size:
        # More from the end than there is: all of it.
        request.environ["HTTP_RANGE"] = "bytes=0-"


def _of_kind(unit: Unit) -> UnitPages:
    return current_unit_pages()[unit.kind]
