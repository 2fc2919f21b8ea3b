"""The pages of a test with rules: what awaits one, its questions, looking through, and the result.

A GET shows; every POST says in its field `do` what it is: begin, save (the device keeps answers as they are given), next, hand-in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flask import Response, make_response, request

from perille.assessment.attempt_pages import AttemptPage, begin_page, closed_page, question_page, review_page
from perille.assessment.attempts import (
    AttemptStatus,
    answers_by_item,
    begin,
    is_late,
    may_begin,
    rules_of,
    save,
    status_of,
)
from perille.assessment.grading import hand_in
from perille.assessment.models import Attempt
from perille.assessment.result_page import result_page
from perille.assessment.unknown_answers import is_unfinished, is_unknown
from perille.core.database import utcnow
from perille.core.dates import today
from perille.core.errors import BadRequest, Conflict
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.web.cookie_check import TRIED
from perille.core.web.rejected_form import kept_form, see_again
from perille.core.web.responses import no_store, see_other
from perille.courses.acts import ensure_enrolment
from perille.courses.addresses import unit_url
from perille.courses.learner_course import LearnerCourse
from perille.domain.assessment import FeedbackTime, Layout
from perille.domain.course import Unit
from perille.domain.item import Form, Interaction, Item, may_record
from perille.domain.item import Response as LearnerResponse
from perille.enrolment.cookieless import ask_for_cookie, may_make_learner
from perille.enrolment.cookies import ensure_learner, remember
from perille.enrolment.services import lock_enrolment, touch
from perille.learning import services as learning
from perille.learning.answer_address import answer_in_address, with_answer
from perille.learning.questions import field_name, interaction_of, typed_in
from perille.learning.shown_answer import GradedAnswer

#: The form of a page of which something that was typed could not be read.
_UNREAD = "unread"
CERTAINTIES = ("sure", "fairly", "guess")


def show(place: LearnerCourse, unit: Unit) -> Response:
    """Show the page that is asked for; what cannot be shown leads to where the learner stands."""
    where = status_of(db.session, place, unit, utcnow())
    asked = request.args.get("q", "")
    if asked == "result" and where.last is not None:
        return _fresh(result_page(place, unit, where))
    if asked == "closed":
        return _fresh(closed_page(place, unit, where, where.find(request.args.get("try", ""))))
    if where.open is None or not asked or is_late(where.open, utcnow()):
        return _fresh(begin_page(place, unit, where))
    sheet = AttemptPage(
        place=place,
        unit=unit,
        attempt=where.open,
        number=_number(asked, where.open),
        answered=_said(place, unit),
        unread=_unread(place, unit),
    )
    return _fresh(review_page(sheet) if asked == "review" else question_page(sheet))


def _said(place: LearnerCourse, unit: Unit) -> GradedAnswer | None:
    """Return the answer in the address, of a question whose answers are kept nowhere: for others it would be a way to ask first."""
    answered = answer_in_address(place, unit) if rules_of(unit).feedback is FeedbackTime.NOW else None
    item = place.structure.item(answered.item) if answered is not None else None
    kept = item is None or may_record(interaction_of(item), sensitive=place.edition.summary.sensitive)
    return None if kept else answered


def _unread(place: LearnerCourse, unit: Unit) -> dict[str, GradedAnswer]:
    """Return what was typed and could not be read: it is kept nowhere, so the redirect brought it here."""
    kept = kept_form(_UNREAD)
    items = (place.structure.item(key) for key in (kept.fields.get("item", ()) if kept is not None else ()))
    found = (_as_typed(kept.fields, item) for item in items if kept is not None and item is not None)
    return {each.item: each for each in found if each.unread}


def _as_typed(form: Form, item: Item) -> GradedAnswer:
    interaction = interaction_of(item)
    response = interaction.parse(item, form, field_name(item))
    return GradedAnswer(item.key, response, interaction.score(item, response), typed=typed_in(form, item))


def _number(text: str, attempt: Attempt) -> int:
    wanted = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 1
    return min(max(wanted, 1), max(len(attempt.items), 1))


def answer(place: LearnerCourse, unit: Unit, *, drawn: Callable[[LearnerCourse], Unit] | None = None) -> Response:
    """Do what a form of the test asks for; raise BadRequest where it asks for nothing that there is.

    *drawn*: returns the unit with what a new attempt asks, where its rules alone do not say; called with the course and the country of
    the form.
    """
    do = request.form.get("do", "")
    if do == "begin":
        return _begin(place, unit, drawn)
    if do not in ("save", "next", "hand-in"):
        raise BadRequest(_("What was sent is not complete. Open the test again."))
    if place.enrolment is not None:
        lock_enrolment(db.session, place.enrolment)
    where = status_of(db.session, place, unit, utcnow())
    attempt = where.find(request.form.get("attempt", ""))
    if attempt is None or attempt.finished_at is not None:
        return _closed(place, unit, where, attempt, do)
    return _hand_in(place, unit, attempt) if do == "hand-in" else _keep(place, unit, attempt, do)


def _closed(place: LearnerCourse, unit: Unit, where: AttemptStatus, attempt: Attempt | None, do: str) -> Response:
    """Answer a form of an attempt that is not open: a page left in another tab must not change the one that is."""
    if do == "hand-in" and attempt is not None and attempt is where.last and where.open is None:
        # The second press of the same button.
        return _see(place, unit, "result")
    if do == "save":
        # The device that keeps answers needs no page.
        return Response(status=Conflict.status)
    return _see(place, unit, f"closed&try={attempt.id}" if attempt is not None else "closed")


def _begin(place: LearnerCourse, unit: Unit, drawn: Callable[[LearnerCourse], Unit] | None) -> Response:
    wanted = request.form.get("country", "")
    if wanted in place.edition.summary.countries and len(place.edition.summary.countries) > 1:
        place = replace(place, chosen=wanted)
    if place.enrolment is None:
        if (again := ask_for_cookie()) is not None:
            return again
        if not may_make_learner():
            return see_other(f"{unit_url(place, unit.key)}?{TRIED}=1")
    if _is_outdated(place, unit):
        return _see(place, unit, "")
    enrolment = place.enrolment or ensure_enrolment(db.session, place, ensure_learner())
    touch(enrolment.learner, today())
    attempt = begin(db.session, place, enrolment, drawn(place) if drawn is not None else unit, utcnow())
    learning.open_unit(db.session, place, enrolment, unit.key)
    return remember(_see(place, unit, "1" if attempt.items else "review"), enrolment.learner)


def _is_outdated(place: LearnerCourse, unit: Unit) -> bool:
    """Whether the button is of a page from before another try that has ended, or of before a pause: it must not use up one more."""
    where = status_of(db.session, place, unit, utcnow())
    known = str(len(where.attempts))
    closed = where.next_at is not None or not may_begin(db.session, place, place.enrolment, unit, where)
    return where.open is None and (closed or request.form.get("attempts", known) != known)


def _keep(place: LearnerCourse, unit: Unit, attempt: Attempt, do: str) -> Response:
    if do == "next" and is_late(attempt, utcnow()):
        return _hand_in(place, unit, attempt)
    before = {key for key, each in answers_by_item(attempt).items() if each.fixed}
    kept = _keep_all(place, unit, attempt, pressed=do == "next")
    db.session.flush()
    if do == "save":
        return _answer_device(place, kept)
    sheet = AttemptPage(
        place=place, unit=unit, attempt=attempt, number=_number(request.form.get("number", "1"), attempt)
    )
    return _go_on(sheet, kept, [each for each in kept if each.response is not None and each.item not in before])


def _go_on(sheet: AttemptPage, kept: list[GradedAnswer], new: list[GradedAnswer]) -> Response:
    """Lead to what could not be read, to what is said of a *new* answer at once, or to the next question."""
    place, unit, number = sheet.place, sheet.unit, sheet.number
    unread = next((each for each in kept if each.unread), None)
    if unread is not None:
        here = f"{unit_url(place, unit.key)}?q={number}#a-{unread.item}-result"
        return see_again(here, _UNREAD)
    if rules_of(unit).feedback is FeedbackTime.NOW and new:
        return _say_now(sheet, new[0])
    last = number >= len(sheet.attempt.items) or rules_of(unit).layout is Layout.ALL
    return _see(place, unit, "review" if last else str(number + 1))


def _answer_device(place: LearnerCourse, kept: list[GradedAnswer]) -> Response:
    """Tell the device that keeps answers whether it may forget its copy (204), or the server has less than stands on the page (202)."""
    return Response(status=204 if all(_is_kept(place, each) for each in kept) else 202)


def _is_kept(place: LearnerCourse, answered: GradedAnswer) -> bool:
    """Whether the server has all that stands in the fields of a question: else the device keeps its copy (static/test.js)."""
    item = place.structure.item(answered.item)
    return (
        item is None
        or answered.response is not None
        or not is_unfinished(request.form.to_dict(flat=False), field_name(item))
    )


def _say_now(sheet: AttemptPage, first: GradedAnswer) -> Response:
    """Lead back to the question, which now says how it was answered."""
    if first.item in answers_by_item(sheet.attempt):
        return _see(sheet.place, sheet.unit, f"{sheet.number}#a-{first.item}-result")
    # Nothing of it may be kept: the address says that there was an answer.
    address = f"{unit_url(sheet.place, sheet.unit.key)}?q={sheet.number}"
    return see_other(f"{with_answer(address, sheet.place, first)}#a-{first.item}-result")


def _keep_all(place: LearnerCourse, unit: Unit, attempt: Attempt, *, pressed: bool) -> list[GradedAnswer]:
    form = {name: request.form.getlist(name) for name in request.form}
    return [_keep_one(place, unit, attempt, key, form, pressed=pressed) for key in dict.fromkeys(form.get("item", ()))]


def _keep_one(
    place: LearnerCourse, unit: Unit, attempt: Attempt, key: str, form: Form, *, pressed: bool
) -> GradedAnswer:
    item = _item_asked(place, unit, attempt, key)
    interaction = interaction_of(item)
    response = _response(interaction, item, form)
    outcome = interaction.score(item, response)
    answered = GradedAnswer(key, response, outcome, typed=typed_in(form, item))
    if response is None and not pressed and is_unfinished(form, field_name(item)):
        # Half of an order that one phone kept takes no whole one back that was given on another.
        return answered
    certainty = request.form.get(f"sure-{key}", "")
    known = answers_by_item(attempt).get(key)
    if known is not None and known.fixed:
        # What was said to be right or wrong stays as it was answered, and is shown as it was.
        return GradedAnswer(key, tuple(known.response), interaction.score(item, tuple(known.response)))
    if not may_record(interaction, sensitive=place.edition.summary.sensitive):
        # It is shown again from this page alone: what may tell of a real person is kept nowhere.
        return answered
    # An answer is fixed when it is pressed, never by the device that keeps it while somebody still thinks.
    fixed = pressed and rules_of(unit).feedback is FeedbackTime.NOW
    certainty = certainty if certainty in CERTAINTIES else ""
    save(attempt, item, response, outcome, certainty=certainty, now=utcnow(), fixed=fixed)
    return answered


def _item_asked(place: LearnerCourse, unit: Unit, attempt: Attempt, key: str) -> Item:
    item = place.structure.item(key)
    if item is None or (key not in unit.items and key not in attempt.items):
        raise BadRequest(_("That question is not in this test. Open the test again."))
    return item


def _response(interaction: Interaction, item: Item, form: Form) -> LearnerResponse | None:
    """Read an answer from a form; None for none. Raise BadRequest where what was sent is none of this question's."""
    response = interaction.parse(item, form, field_name(item))
    if response is None and is_unknown(interaction, item, form, field_name(item)):
        raise BadRequest(_("What was sent is not complete. Open the test again."))
    return response


def _hand_in(place: LearnerCourse, unit: Unit, attempt: Attempt) -> Response:
    assert place.enrolment is not None, "an attempt belongs to an enrolment"
    # A page that hands in at the end of the time brings what stands on it; later, what was kept before is marked.
    if not is_late(attempt, utcnow()):
        _keep_all(place, unit, attempt, pressed=True)
    hand_in(db.session, place, place.enrolment, unit, attempt, interaction_of, utcnow())
    touch(place.enrolment.learner, today())
    following = place.structure.after(unit.key)
    if place.structure.is_pre_test(unit.key) and following is not None:
        # "Go on" on any page leads to the first lesson, not back to what can be taken only once.
        learning.note_place(db.session, place.enrolment, following, 1)
    return _see(place, unit, "result")


def _see(place: LearnerCourse, unit: Unit, asked: str) -> Response:
    address = unit_url(place, unit.key) + (f"?q={asked}" if asked else "")
    return see_other(address)


def _fresh(body: str) -> Response:
    return no_store(make_response(body))
