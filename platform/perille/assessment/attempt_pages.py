"""What the pages of a test with rules show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import render_template

from perille.assessment.attempts import AttemptStatus, answers_by_item, is_late, may_begin, rules_of
from perille.assessment.models import Attempt, AttemptAnswer
from perille.core import dates
from perille.core.countries import country_name
from perille.core.database import utcnow
from perille.core.extensions import db
from perille.courses.addresses import course_url, unit_url
from perille.courses.learner_course import LearnerCourse
from perille.domain.assessment import Layout
from perille.domain.course import Unit
from perille.domain.item import Item
from perille.domain.refresher import QUESTIONS, is_refresher
from perille.domain.selection import NEVER, draw
from perille.learning.course_units import minutes, stations
from perille.learning.render_context import LessonRenderer
from perille.learning.shown_answer import GradedAnswer, ShownAnswer
from perille.learning.translation_note import questions_note


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptPage:
    """An attempt that is being taken, at one of its questions."""

    place: LearnerCourse
    unit: Unit
    attempt: Attempt
    number: int = 1
    #: An answer just given, with its outcome, where the test says it at once.
    answered: GradedAnswer | None = None
    #: What was typed and could not be read, by item.
    unread: Mapping[str, GradedAnswer] = field(default_factory=dict)

    @property
    def items(self) -> list[Item]:
        """The questions that were drawn, in their order."""
        found = (self.place.structure.item(key) for key in self.attempt.items)
        return [item for item in found if item is not None]


def frame(place: LearnerCourse, unit: Unit, renderer: LessonRenderer) -> dict[str, object]:
    """Return what every page of a test shows around its own words."""
    order = place.structure.order
    return {
        "title": renderer.rendered(place.words.units[unit.key].title),
        "unit": unit.key,
        "url": unit_url(place, unit.key),
        "course_url": course_url(place),
        "course_title": renderer.rendered(place.words.title),
        "way": stations(place, renderer, order, here=unit.key),
        "position": order.index(unit.key) + 1,
        "draft": questions_note(place, unit),
        "help_country": place.sure_country,
        "rules": rules_of(unit),
        "pre_test": place.structure.is_pre_test(unit.key),
        "refresher": is_refresher(unit.key),
    }


def make_filler(
    place: LearnerCourse, unit: Unit, attempt: Attempt | None = None, answered: GradedAnswer | None = None
) -> LessonRenderer:
    """Return what fills the words of a test's page."""
    shuffled = attempt is not None and rules_of(unit).shuffle
    return LessonRenderer(
        place,
        place.language,
        answered=answered,
        answer_url=unit_url(place, unit.key),
        stamp=place.edition.structure_hash[:12],
        seed=attempt.seed if attempt is not None and shuffled else "",
        hints=rules_of(unit).hints,
    )


def begin_page(place: LearnerCourse, unit: Unit, where: AttemptStatus) -> str:
    """Show what awaits one: how many questions, what is needed, how many tries."""
    renderer = make_filler(place, unit)
    countries = _countries(place, unit)
    fewest, most = _question_counts(place, unit, where.open, [code for code, _name, _chosen in countries])
    following = place.structure.after(unit.key)
    return render_template(
        "assessment/begin.html",
        **frame(place, unit, renderer),
        where=where,
        never=where.next_at == NEVER,
        next_at=moment(where.next_at, place, where.last),
        count=most,
        # With a dash, as "18–20", where some countries have questions of their own and the reader names theirs on this page.
        counted=str(most) if fewest == most else f"{fewest}–{most}",
        needed=round(100 * (unit.mastery if unit.mastery is not None else 1)),
        critical=any(item.critical for item in place.structure.items if item.key in unit.items),
        minutes=minutes(unit.minutes),
        countries=countries,
        late=where.open is not None and is_late(where.open, utcnow()),
        offered=may_begin(db.session, place, place.enrolment, unit, where),
        next_url=unit_url(place, following) if following else course_url(place),
    )


def _countries(place: LearnerCourse, unit: Unit) -> list[tuple[str, str, bool]]:
    """Return (code, name, chosen) of the countries that have questions of their own in this test."""
    asked = {item.country for item in place.structure.items if item.key in unit.items and item.country}
    several = place.edition.summary.countries if len(place.edition.summary.countries) > 1 else ()
    return [(code, country_name(code), code == place.chosen) for code in several if code in asked]


def _question_counts(
    place: LearnerCourse, unit: Unit, begun: Attempt | None, countries: Sequence[str]
) -> tuple[int, int]:
    """Return how many questions are asked at least and at most: where *countries* can be named, each has its own, and "another" none."""
    if begun is not None and begun.items:
        return len(begun.items), len(begun.items)
    if is_refresher(unit.key) or not unit.sections:
        count = min(QUESTIONS, len(unit.items)) if is_refresher(unit.key) else len(unit.items)
        return count, count
    items = {item.key: item for item in place.structure.items if item.key in unit.items}
    named = ["", *countries] if countries else [place.sure_country]
    counts = [len(draw(unit.sections, items, seed="", country=country)) for country in named]
    return min(counts), max(counts)


def question_page(sheet: AttemptPage) -> str:
    """Show one question, or all of them, with the answers that are kept."""
    rules = rules_of(sheet.unit)
    whole = rules.layout is Layout.ALL
    items = sheet.items if whole else sheet.items[sheet.number - 1 : sheet.number]
    renderer = make_filler(sheet.place, sheet.unit, sheet.attempt, sheet.answered)
    answers = answers_by_item(sheet.attempt)
    return render_template(
        "assessment/question.html",
        **frame(sheet.place, sheet.unit, renderer),
        questions=[(item, _shown(sheet, renderer, item, answers.get(item.key))) for item in items],
        certainties={key: answer.certainty for key, answer in answers.items()},
        number=sheet.number,
        count=len(sheet.items),
        whole=whole,
        said=sheet.answered is not None
        or (bool(items) and all(item.key in answers and answers[item.key].fixed for item in items)),
        **_time_left(sheet),
        attempt=sheet.attempt,
    )


def _time_left(sheet: AttemptPage) -> dict[str, object]:
    """Return what tells of the time limit: until when, and how many seconds that is; the device's clock may be wrong."""
    at = sheet.attempt.deadline_at
    seconds = max(0, int((at - utcnow()).total_seconds())) if at is not None else None
    return {"until": moment(at, sheet.place, sheet.attempt), "seconds": seconds}


def _shown(sheet: AttemptPage, renderer: LessonRenderer, item: Item, answer: AttemptAnswer | None) -> object:
    if item.key in sheet.unread:
        return renderer.item(item, sheet.unread[item.key])
    if renderer.answered is not None and renderer.answered.item == item.key:
        return renderer.item(item)
    response = tuple(answer.response) if answer is not None else None
    outcome = renderer.outcome(item, response) if answer is not None and answer.fixed else None
    return renderer.item(item, ShownAnswer(item.key, response, outcome))


def review_page(sheet: AttemptPage) -> str:
    """Show which questions are answered, before the test is handed in."""
    renderer = make_filler(sheet.place, sheet.unit, sheet.attempt)
    answered = set(answers_by_item(sheet.attempt))
    return render_template(
        "assessment/review.html",
        **frame(sheet.place, sheet.unit, renderer),
        rows=[
            (number, renderer.rendered(sheet.place.words.items[item.key]["prompt"]), item.key in answered)
            for number, item in enumerate(sheet.items, 1)
        ],
        open_count=len([item for item in sheet.items if item.key not in answered]),
        whole=rules_of(sheet.unit).layout is Layout.ALL,
        attempt=sheet.attempt,
        **_time_left(sheet),
    )


def closed_page(place: LearnerCourse, unit: Unit, where: AttemptStatus, attempt: Attempt | None) -> str:
    """Say that a page was of another try than the one that is open now. *attempt*: that try, None if nobody knows it."""
    renderer = make_filler(place, unit)
    old = attempt.number if attempt is not None and attempt.finished_at is not None else None
    return render_template("assessment/closed.html", **frame(place, unit, renderer), where=where, old=old)


def moment(at: datetime | None, place: LearnerCourse, attempt: Attempt | None) -> str:
    """Write a moment by the clock of the country that was named when an attempt began, else of the course's; "" for none and never."""
    if at is None or at == NEVER:
        return ""
    country = (attempt.country if attempt is not None else "") or place.country
    return dates.moment(at, place.language, country)
