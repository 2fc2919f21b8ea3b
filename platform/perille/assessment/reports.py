"""What a test says of its own questions: figures by question, for authors. Nobody's answers are named, and few are not shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from json import loads
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, String, Text, case, cast, func, select

from perille.assessment.models import Attempt, AttemptAnswer, taken_at
from perille.core.database import Session
from perille.domain.course import CourseStructure
from perille.domain.refresher import ALL
from perille.domain.score_statistics import ScoreStatistics, score_statistics
from perille.domain.statistics import GivenAnswer, GradedAttempt, ItemStatistics, item_statistics
from perille.enrolment.models import Enrolment

#: Of a test that more people took, the newest are counted: more tell nothing that ten thousand do not, and each costs time.
_MOST = 10_000
#: The oldest leave by so many at once: one by one, each figure less the one before would tell of a single person (SE12).
_LEAVE = 1_000
#: Fewer people could be traced to somebody, and their figures would mean little: neither shown, nor added to what is shown (SE12).
STEP = 5
#: Between the answers of an attempt, and between the parts of one: JSON writes them otherwise, and no key has them.
_NEXT, _PART = "\x1e", "\x1f"
#: A score leaves the database as a whole number of so many: written as a fraction, SQLite would cut it at fifteen digits.
_WHOLE = 2.0**60
#: Different answers kept as they were read: there are few where choices are given, and as many as people where one types.
_DIFFERENT = 20_000


def attempts_taken(session: Session, pack_id: str, unit: str) -> Iterator[GradedAttempt]:
    """Yield each learner's first attempt at a test that was handed in, in the order of handing in; no answer counts as 0.

    The first only: who tries again answers what has been seen before, and one person with five tries is still one person.
    Of more than `_MOST` people the newest, between that many and `_LEAVE` more.
    """
    # One row an attempt, and each different text decoded once: objects for every answer of ten thousand people took seconds.
    answer, keys = lru_cache(_DIFFERENT)(_answer), lru_cache(_DIFFERENT)(_keys)
    for language, items, texts in session.execute(_first_attempts(session, pack_id, unit)):
        answers = {each[0]: each for each in map(answer, texts.split(_NEXT))} if texts else {}
        yield _taken(language, keys(items), answers)


def _first_attempts(session: Session, pack_id: str, unit: str) -> Select[str, str, str | None]:
    """Return what selects language, items and answers of the attempts that count, each as text."""
    handed_in = _handed_in(pack_id, unit)
    people = session.scalar(handed_in.with_only_columns(func.count(Enrolment.learner_id.distinct()))) or 0
    first = handed_in.subquery()
    newest = select(first).where(first.c.number == 1).order_by(first.c.finished_at, first.c.id)
    # Cut before answers are looked up: those of whom is left out are never read.
    counted = newest.offset(max(0, people - _MOST) // _LEAVE * _LEAVE).subquery()
    answers = select(func.aggregate_strings(_text_of_answer(), _NEXT)).where(AttemptAnswer.attempt_id == counted.c.id)
    query = select(counted.c.language, counted.c.asked, answers.scalar_subquery())
    return query.order_by(counted.c.finished_at, counted.c.id)


def _handed_in(pack_id: str, unit: str) -> Select[UUID, datetime | None, str, str, int]:
    # A learner who began a course anew has a second enrolment: what counts is the person.
    number = func.row_number().over(partition_by=Enrolment.learner_id, order_by=(Attempt.finished_at, Attempt.id))
    asked = cast(Attempt.items, Text).label("asked")
    return (
        select(Attempt.id, Attempt.finished_at, Attempt.language, asked, number.label("number"))
        .select_from(Attempt)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Enrolment.pack_id == pack_id, taken_at(unit), Attempt.finished_at.is_not(None))
    )


def _text_of_answer() -> ColumnElement[str]:
    score = func.coalesce(AttemptAnswer.scaled, case((AttemptAnswer.right, 1.0), else_=0.0))
    share = cast(cast(score * _WHOLE, BigInteger), String)
    return AttemptAnswer.item + _PART + share + _PART + cast(AttemptAnswer.response, Text)


def _answer(text: str) -> GivenAnswer:
    item, share, response = text.split(_PART)
    return GivenAnswer(item, int(share) / _WHOLE, tuple(loads(response)))


def _keys(text: str) -> Sequence[str]:
    return tuple(loads(text))


def _taken(language: str, items: Sequence[str], answers: Mapping[str, GivenAnswer]) -> GradedAttempt:
    asked = items or sorted(answers)
    return GradedAttempt(language, tuple([answers.get(key) or GivenAnswer(key, 0.0) for key in asked]))


def tests_taken(session: Session) -> list[tuple[str, str, int]]:
    """Return (pack, unit, how many people handed it in) of every test that somebody has handed in, in whole steps of `STEP`.

    The refreshers of a module are one: each certificate has one of its own, and few people would be in each.
    """
    unit = case((taken_at(ALL), ALL), else_=Attempt.unit).label("test")
    query = (
        select(Enrolment.pack_id, unit, func.count(Enrolment.learner_id.distinct()))
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Attempt.finished_at.is_not(None))
        .group_by(Enrolment.pack_id, unit)
        .order_by(Enrolment.pack_id, unit)
    )
    return [(pack_id, test, count - count % STEP) for pack_id, test, count in session.execute(query)]


def statistics_of(session: Session, pack_id: str, unit: str) -> dict[str, ItemStatistics]:
    """Return the figures of each question that enough people of one language were asked, and by language.

    They move by `STEP` people at a time. Somebody who takes the test four times as somebody else, or has progress of his own
    deleted, can still move them by one person more: only counts that are kept for ever would hide that.
    """
    return item_statistics(attempts_taken(session, pack_id, unit), step=STEP)


def scores_of(session: Session, course: CourseStructure, unit: str) -> ScoreStatistics | None:
    """Return the figures of a test of a course as a whole, by `STEP` people at a time; None before that many have taken it."""
    objectives = {item.key: item.objective for item in course.items}
    return score_statistics(attempts_taken(session, course.pack, unit), step=STEP, objectives=objectives)
