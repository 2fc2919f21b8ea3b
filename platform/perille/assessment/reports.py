"""What a test says of its own questions: figures by question, for authors. Nobody's answers are named, and few are not shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from sqlalchemy import case, func, select

from perille.assessment.models import Attempt, AttemptAnswer, taken_at
from perille.core.database import Session
from perille.domain.course import CourseStructure
from perille.domain.refresher import ALL
from perille.domain.score_statistics import ScoreStatistics, score_statistics
from perille.domain.statistics import GivenAnswer, GradedAttempt, ItemStatistics, item_statistics
from perille.enrolment.models import Enrolment

#: Attempts read at once: of all others only the ids are held.
_SLICE = 500
#: Of a test that more people took, the newest are counted: more tell nothing that ten thousand do not, and each costs time.
_MOST = 10_000
#: The oldest leave by so many at once: one by one, each figure less the one before would tell of a single person (SE12).
_LEAVE = 1_000
#: Fewer people could be traced to somebody, and their figures would mean little: neither shown, nor added to what is shown (SE12).
STEP = 5


def attempts_taken(session: Session, pack_id: str, unit: str) -> Iterator[GradedAttempt]:
    """Yield each learner's first attempt at a test that was handed in, in the order of handing in; no answer counts as 0.

    The first only: who tries again answers what has been seen before, and one person with five tries is still one person.
    Of more than `_MOST` people the newest, between that many and `_LEAVE` more.
    """
    ids = _newest(_first_ids(session, pack_id, unit))
    for start in range(0, len(ids), _SLICE):
        part = ids[start : start + _SLICE]
        answers = _answers_to(session, part)
        query = select(Attempt.id, Attempt.language, Attempt.items).where(Attempt.id.in_(part))
        found = {each: (language, items) for each, language, items in session.execute(query)}
        # One that was deleted since its id was read is in none of both answers of PostgreSQL.
        for each in filter(found.__contains__, part):
            language, items = found[each]
            yield _taken(language, items, answers.get(each, {}))


def _newest(ids: Sequence[UUID]) -> Sequence[UUID]:
    return ids[max(0, len(ids) - _MOST) // _LEAVE * _LEAVE :]


def _answers_to(session: Session, attempts: Sequence[UUID]) -> Mapping[UUID, Mapping[str, GivenAnswer]]:
    # Columns, no objects of the mapper: those cost most of the time, and the session would hold each of them to its end.
    found: dict[UUID, dict[str, GivenAnswer]] = {}
    of = AttemptAnswer
    query = select(of.attempt_id, of.item, of.scaled, of.right, of.response).where(of.attempt_id.in_(attempts))
    for attempt, item, scaled, right, response in session.execute(query):
        score = scaled if scaled is not None else float(right)
        found.setdefault(attempt, {})[item] = GivenAnswer(item, score, tuple(response))
    return found


def _first_ids(session: Session, pack_id: str, unit: str) -> Sequence[UUID]:
    # A learner who began a course anew has a second enrolment: what counts is the person.
    number = func.row_number().over(partition_by=Enrolment.learner_id, order_by=(Attempt.finished_at, Attempt.id))
    handed_in = (
        select(Attempt.id, Attempt.finished_at, number.label("number"))
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Enrolment.pack_id == pack_id, taken_at(unit), Attempt.finished_at.is_not(None))
        .subquery()
    )
    query = select(handed_in.c.id).where(handed_in.c.number == 1)
    return session.scalars(query.order_by(handed_in.c.finished_at, handed_in.c.id)).all()


def _taken(language: str, items: Sequence[str], answers: Mapping[str, GivenAnswer]) -> GradedAttempt:
    return GradedAttempt(language, tuple(answers.get(key) or GivenAnswer(key, 0.0) for key in items or answers))


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
