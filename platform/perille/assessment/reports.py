"""What a test says of its own questions: figures by question, for authors. Nobody's answers are named, and few are not shown."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from perille.assessment.models import Attempt
from perille.database import Session
from perille.domain.statistics import GivenAnswer, ItemStatistics, Taken, item_statistics
from perille.enrolment.models import Enrolment

#: Attempts read at once: memory stays flat however many there are.
_SLICE = 500
#: Fewer attempts could be traced to somebody, and their figures would mean little (SE12).
SHOWN_FROM = 5


def attempts_taken(session: Session, pack_id: str, unit: str) -> Iterator[Taken]:
    """Yield every attempt at a test that was handed in, oldest first, in slices; an item without an answer counts as 0."""
    after = None
    while True:
        query = (
            select(Attempt)
            .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
            .where(Enrolment.pack_id == pack_id, Attempt.unit == unit, Attempt.finished_at.is_not(None))
            .options(selectinload(Attempt.answers))
            .order_by(Attempt.id)
            .limit(_SLICE)
        )
        if after is not None:
            query = query.where(Attempt.id > after)
        part = list(session.scalars(query))
        yield from (_taken(attempt) for attempt in part)
        if len(part) < _SLICE:
            return
        after = part[-1].id
        session.expunge_all()


def _taken(attempt: Attempt) -> Taken:
    answers = {answer.item: answer for answer in attempt.answers}
    given = []
    for key in attempt.items or answers:
        answer = answers.get(key)
        if answer is None:
            given.append(GivenAnswer(key, 0.0))
        else:
            scaled = answer.scaled if answer.scaled is not None else float(answer.right)
            given.append(GivenAnswer(key, scaled, tuple(answer.response)))
    return Taken(attempt.language, tuple(given))


def statistics_of(session: Session, pack_id: str, unit: str) -> dict[str, ItemStatistics]:
    """Return the figures of each question that enough people were asked."""
    found = item_statistics(attempts_taken(session, pack_id, unit))
    return {key: each for key, each in found.items() if each.count >= SHOWN_FROM}
