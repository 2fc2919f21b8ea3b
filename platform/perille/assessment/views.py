"""The pages of a test: one question a screen, as many tries as anybody wants."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, make_response, render_template, request

from perille.assessment import attempt_views
from perille.assessment.models import AttemptAnswer
from perille.assessment.services import SubmittedAnswer, answers_of, latest_attempt, next_item, submit
from perille.core.dates import today
from perille.core.errors import BadRequest
from perille.core.extensions import db
from perille.core.i18n import LANGUAGES, _
from perille.core.web.cookie_check import TRIED
from perille.core.web.responses import no_store, see_other
from perille.courses.acts import ensure_enrolment
from perille.courses.addresses import course_url, unit_url
from perille.courses.learner_course import LearnerCourse
from perille.domain.course import Unit, UnitKind
from perille.domain.item import Item, may_record
from perille.enrolment.cookieless import ask_for_cookie, may_make_learner
from perille.enrolment.cookies import ensure_learner, remember
from perille.enrolment.services import touch
from perille.learning import services as learning
from perille.learning.answer_address import answer_in_address, see_stale, stale_answer, with_answer
from perille.learning.course_page import end_url, gives_badge
from perille.learning.course_units import stations
from perille.learning.overdue_facts import asked_today
from perille.learning.questions import field_name, interaction_of, require_interactions, typed_in
from perille.learning.render_context import LessonRenderer
from perille.learning.shown_answer import GradedAnswer, ShownAnswer
from perille.learning.translation_note import questions_note
from perille.learning.unit_pages import UnitPages, register_unit_pages

blueprint = Blueprint("assessment", __name__)


@blueprint.record_once
def register_pages(state: object) -> None:
    """Show units that are tests."""
    app: Flask = state.app  # type: ignore[attr-defined]
    register_unit_pages(app, UnitKind.ASSESSMENT, UnitPages(show=show, answer=answer))


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the page shows: an item of the test, perhaps with an answer just given."""

    place: LearnerCourse
    unit: Unit
    item: Item | None
    right: frozenset[str]
    tries: int = 0
    answered: ShownAnswer | None = None

    @property
    def success(self) -> bool:
        """Whether the answer just given is right."""
        return self.answered is not None and self.answered.outcome is not None and self.answered.outcome.success


def show(place: LearnerCourse, unit: Unit) -> Response:
    """Show the question that is asked for, or the first that is open; at the end, the way on."""
    unit = asked_today(place, unit)
    require_interactions(map(place.structure.item, unit.items))
    if unit.rules is not None and place.tracked:
        return attempt_views.show(place, unit)
    answers = answers_of(latest_attempt(db.session, place.enrolment, unit))
    answered = stale_answer(place, unit) or answer_in_address(place, unit)
    wanted = answered.item if answered is not None else request.args.get("item", "")
    key = wanted if wanted in unit.items else next_item(unit, answers)
    return no_store(_page(_question(place, unit, key, answers, answered)))


def _question(
    place: LearnerCourse,
    unit: Unit,
    key: str | None,
    answers: dict[str, AttemptAnswer],
    answered: ShownAnswer | None = None,
) -> Question:
    known = answers.get(key or "")
    return Question(
        place=place,
        unit=unit,
        item=place.structure.item(key) if key else None,
        right=frozenset(item for item, answer in answers.items() if answer.right),
        tries=known.tries if known else 0,
        answered=answered,
    )


def answer(place: LearnerCourse, unit: Unit) -> Response:
    """Mark an answer, keep it, and say what there is to say; raise BadRequest for a form that no page sends."""
    unit = asked_today(place, unit)
    require_interactions(map(place.structure.item, unit.items))
    if unit.rules is not None and place.tracked:
        return attempt_views.answer(place, unit)
    item = place.structure.item(request.form.get("item", ""))
    if item is None or item.key not in unit.items:
        raise BadRequest(_("That question is not in this test. Open the test again."))
    if request.form.get("edition", "") != place.edition.structure_hash[:12]:
        return see_stale(_address(unit_url(place, unit.key), item=item.key, second=_second_language(place)))
    return _mark(place, unit, item)


def _mark(place: LearnerCourse, unit: Unit, item: Item) -> Response:
    interaction = interaction_of(item)
    form = {name: request.form.getlist(name) for name in request.form}
    response = interaction.parse(item, form, field_name(item))
    outcome = interaction.score(item, response)
    answered = GradedAnswer(item.key, response, outcome, typed=typed_in(form, item))
    allowed = may_record(interaction, sensitive=place.edition.summary.sensitive)
    if response is not None and place.tracked and allowed:
        if place.enrolment is None and (again := ask_for_cookie()) is not None:
            return again
        if place.enrolment is not None or may_make_learner():
            given = SubmittedAnswer(
                item=item, interaction=interaction, response=response, outcome=outcome, try_number=_try_number()
            )
            return _keep(place, unit, given, answered)
        return _see(place, unit, answered, told=True)
    return _see(place, unit, answered)


def _keep(place: LearnerCourse, unit: Unit, given: SubmittedAnswer, answered: GradedAnswer) -> Response:
    enrolment = place.enrolment or ensure_enrolment(db.session, place, ensure_learner())
    touch(enrolment.learner, today())
    submit(db.session, place, enrolment, unit, given)
    learning.note_place(db.session, enrolment, unit.key, 1)
    return remember(_see(place, unit, answered), enrolment.learner)


def _see(place: LearnerCourse, unit: Unit, answered: GradedAnswer, *, told: bool = False) -> Response:
    """Lead to the page with what there is to say; *told*: also that this browser keeps no cookies."""
    address = with_answer(_address(unit_url(place, unit.key), second=_second_language(place)), place, answered)
    return see_other(f"{address}&{TRIED}=1" if told else address)


def _try_number() -> int:
    text = request.form.get("try", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _page(question: Question) -> Response:
    place, unit = question.place, question.unit
    second, url = _second_language(place), unit_url(place, unit.key)
    renderer = _renderer(question, second, _address(url, second=second))
    body = render_template(
        "assessment/check.html",
        title=renderer.rendered(place.words.units[unit.key].title),
        item=question.item,
        renderer=renderer,
        tries=question.tries,
        number=unit.items.index(question.item.key) + 1 if question.item else len(unit.items),
        count=len(unit.items),
        right_count=len(question.right),
        success=question.success,
        draft=questions_note(place, unit),
        voice=not place.edition.summary.sensitive,
        next_url=_address(url, item=_following(question) or "", second=second),
        second=second,
        others=_others(url, question.item.key, place) if question.item else [],
        single_url=_address(url, item=question.item.key if question.item else ""),
        finished=_finished(question),
        end_url=end_url(place) if _leads_to_end(place, unit) else "",
        badge=gives_badge(place.structure),
        course_url=course_url(place),
        course_title=renderer.rendered(place.words.title),
        position=place.structure.order.index(unit.key) + 1,
        way=stations(place, renderer, place.structure.order, here=unit.key),
        unit=unit.key,
        back_url=unit_url(place, place.structure.before(unit.key) or unit.key),
        help_country=place.sure_country,
    )
    return make_response(body)


def _renderer(question: Question, second: str, answer_url: str) -> LessonRenderer:
    place = question.place
    return LessonRenderer(
        place,
        place.language,
        second=second,
        answered=question.answered,
        answer_url=answer_url,
        stamp=place.edition.structure_hash[:12],
        seed=str(place.enrolment.registration) if place.enrolment else "",
    )


def _second_language(place: LearnerCourse) -> str:
    return place.second_language(request.args.get("with", ""))


def _address(url: str, *, item: str = "", second: str = "") -> str:
    query = urlencode({name: value for name, value in (("item", item), ("with", second)) if value})
    return f"{url}?{query}" if query else url


def _others(url: str, item: str, place: LearnerCourse) -> list[dict[str, str]]:
    codes = [code for code in place.edition.summary.languages if code != place.language and code in LANGUAGES]
    return [{"code": code, "url": _address(url, item=item, second=code)} for code in codes]


def _following(question: Question) -> str | None:
    """Return the next item that is not right yet, after this one and then from the start; where nothing is kept, the next one."""
    keys = question.unit.items
    at = keys.index(question.item.key) + 1 if question.item else 0
    round_ = (*keys[at:], *keys[:at]) if question.place.tracked else keys[at:]
    return next((key for key in round_ if key not in question.right), None)


def _finished(question: Question) -> bool:
    if question.place.tracked:
        return len(question.right) == len(question.unit.items)
    return question.success and _following(question) is None


def _leads_to_end(place: LearnerCourse, unit: Unit) -> bool:
    return place.structure.after(unit.key) is None and place.tracked
