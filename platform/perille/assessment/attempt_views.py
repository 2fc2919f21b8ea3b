"""The pages of a test with rules: what awaits one, its questions, looking through, and the result.

A GET shows; every POST says in its field `do` what it is: begin, save (the device keeps answers as they are given), next, hand-in.
"""

from __future__ import annotations

from dataclasses import replace

from flask import Response, make_response, redirect, request

from perille.assessment.attempt_pages import AttemptPage, begin_page, question_page, review_page
from perille.assessment.attempts import AttemptStatus, attempt_status, begin, rules_of, save
from perille.assessment.grading import hand_in
from perille.assessment.models import Attempt
from perille.assessment.result_page import result_page
from perille.core.database import utcnow
from perille.core.errors import BadRequest, Conflict
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.web.cookie_check import TRIED
from perille.core.web.pages import DeferredResponse, today
from perille.domain.assessment import FeedbackTime, Layout
from perille.domain.course import Unit
from perille.domain.item import Form, Item, may_record
from perille.enrolment.cookieless import ask_for_cookie, may_make_learner
from perille.enrolment.cookies import ensure_learner, remember
from perille.enrolment.services import lock_enrolment, touch
from perille.learning import services as learning
from perille.learning.course_page import unit_url
from perille.learning.render_context import Answered, field_name, interaction_of
from perille.learning.services import LearnerCourse

CERTAINTIES = ("sure", "fairly", "guess")


def show(place: LearnerCourse, unit: Unit) -> Response:
    """Show the page that is asked for; what cannot be shown leads to where the learner stands."""
    where = attempt_status(db.session, place.enrolment, unit, utcnow())
    asked = request.args.get("q", "")
    if asked == "result" and where.last is not None:
        return _fresh(result_page(place, unit, where))
    if where.open is None or not asked:
        return _fresh(begin_page(place, unit, where))
    sheet = AttemptPage(place=place, unit=unit, attempt=where.open, number=_number(asked, where.open))
    return _fresh(review_page(sheet) if asked == "review" else question_page(sheet))


def _number(text: str, attempt: Attempt) -> int:
    wanted = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 1
    return min(max(wanted, 1), max(len(attempt.items), 1))


def answer(place: LearnerCourse, unit: Unit) -> Response:
    """Do what a form of the test asks for."""
    do = request.form.get("do", "")
    if do == "begin":
        return _begin(place, unit)
    if place.enrolment is not None:
        lock_enrolment(db.session, place.enrolment)
    where = attempt_status(db.session, place.enrolment, unit, utcnow())
    attempt = where.open
    if attempt is None:
        return _without_attempt(place, unit, where, do)
    if do == "hand-in":
        return _hand_in(place, unit, attempt)
    if do not in ("save", "next"):
        raise BadRequest(_("What was sent is not complete. Open the test again."))
    return _keep(place, unit, attempt, do)


def _without_attempt(place: LearnerCourse, unit: Unit, where: AttemptStatus, do: str) -> Response:
    if do == "save" and where.last is not None:
        raise Conflict(_("This test was handed in already. Your answers are kept as they were."))
    return _see(place, unit, "result" if where.last is not None else "")


def _begin(place: LearnerCourse, unit: Unit) -> Response:
    wanted = request.form.get("country", "")
    if wanted in place.edition.summary.countries and len(place.edition.summary.countries) > 1:
        place = replace(place, chosen=wanted)
    if place.enrolment is None:
        if (again := ask_for_cookie()) is not None:
            return again
        if not may_make_learner():
            return make_response(redirect(f"{unit_url(place, unit.key)}?{TRIED}=1", 303))
    enrolment = place.enrolment or learning.ensure_enrolment(db.session, place, ensure_learner())
    touch(enrolment.learner, today())
    attempt = begin(db.session, place, enrolment, unit, utcnow())
    learning.open_unit(db.session, place, enrolment, unit.key)
    return remember(_see(place, unit, "1" if attempt.items else "review"), enrolment.learner)


def _keep(place: LearnerCourse, unit: Unit, attempt: Attempt, do: str) -> Response:
    kept = _keep_all(place, unit, attempt)
    db.session.flush()
    if do == "save":
        return Response(status=204)
    number = _number(request.form.get("number", "1"), attempt)
    if rules_of(unit).feedback is FeedbackTime.NOW and kept and kept[0].response is not None:
        sheet = AttemptPage(place=place, unit=unit, attempt=attempt, number=number, answered=kept[0])
        db.session.flush()
        return DeferredResponse(lambda: _fresh(question_page(sheet)))
    last = number >= len(attempt.items) or rules_of(unit).layout is Layout.ALL
    return _see(place, unit, "review" if last else str(number + 1))


def _keep_all(place: LearnerCourse, unit: Unit, attempt: Attempt) -> list[Answered]:
    form = {name: request.form.getlist(name) for name in request.form}
    return [_keep_one(place, unit, attempt, key, form) for key in dict.fromkeys(form.get("item", ()))]


def _keep_one(place: LearnerCourse, unit: Unit, attempt: Attempt, key: str, form: Form) -> Answered:
    item = place.structure.item(key)
    if item is None or (key not in unit.items and key not in attempt.items):
        raise BadRequest(_("That question is not in this test. Open the test again."))
    interaction = interaction_of(item)
    response = interaction.parse(item, form, field_name(item))
    outcome = interaction.score(item, response)
    certainty = request.form.get(f"sure-{key}", "")
    if _fixed(unit, attempt, item):
        # What was said to be right or wrong stays as it was answered.
        return Answered(key, response, outcome)
    if not may_record(interaction, sensitive=place.edition.summary.sensitive):
        # It is shown again from this page alone: what may tell of a real person is kept nowhere.
        return Answered(key, response, outcome)
    save(attempt, item, response, outcome, certainty=certainty if certainty in CERTAINTIES else "", now=utcnow())
    return Answered(key, response, outcome)


def _fixed(unit: Unit, attempt: Attempt, item: Item) -> bool:
    answered = any(each.item == item.key for each in attempt.answers)
    return rules_of(unit).feedback is FeedbackTime.NOW and answered


def _hand_in(place: LearnerCourse, unit: Unit, attempt: Attempt) -> Response:
    assert place.enrolment is not None, "an attempt belongs to an enrolment"
    if rules_of(unit).layout is Layout.ALL:
        _keep_all(place, unit, attempt)
    hand_in(db.session, place, place.enrolment, unit, attempt, interaction_of, utcnow())
    touch(place.enrolment.learner, today())
    return _see(place, unit, "result")


def _see(place: LearnerCourse, unit: Unit, asked: str) -> Response:
    address = unit_url(place, unit.key) + (f"?q={asked}" if asked else "")
    return make_response(redirect(address, 303))


def _fresh(body: str) -> Response:
    response = make_response(body)
    response.headers["Cache-Control"] = "no-store"
    return response
