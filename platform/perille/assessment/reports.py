"""What a test says of its own questions: figures by question, for authors. Nobody's answers are named, and few are not shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import func, select
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


def tests_taken(session: Session) -> list[tuple[str, str, int]]:
    """Return (pack, unit, how many were handed in) of every test that somebody has handed in."""
    query = (
        select(Enrolment.pack_id, Attempt.unit, func.count())
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Attempt.finished_at.is_not(None))
        .group_by(Enrolment.pack_id, Attempt.unit)
        .order_by(Enrolment.pack_id, Attempt.unit)
    )
    return [(pack_id, unit, count) for pack_id, unit, count in session.execute(query)]


def statistics_of(session: Session, pack_id: str, unit: str) -> dict[str, ItemStatistics]:
    """Return the figures of each question that enough people were asked, and of each language in which enough were."""
    found = item_statistics(attempts_taken(session, pack_id, unit))
    return {key: _without_few(each) for key, each in found.items() if each.count >= SHOWN_FROM}


def _without_few(each: ItemStatistics) -> ItemStatistics:
    """Leave out languages with few answers, and one more where what is left out could be worked out from the rest."""
    shown = sorted((one for one in each.languages if one.count >= SHOWN_FROM), key=lambda one: one.count)
    while shown and 0 < each.count - sum(one.count for one in shown) < SHOWN_FROM:
        del shown[0]
    kept = {one.language for one in shown}
    return replace(each, languages=tuple(one for one in each.languages if one.language in kept))
