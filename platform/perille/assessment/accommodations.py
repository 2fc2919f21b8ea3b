"""More tries for one person than a test gives, on top of a round and once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from perille.assessment.models import ExtraTime, ExtraTries
from perille.core.database import Session, utcnow
from perille.domain.assessment import TestRules
from perille.domain.selection import next_try, tries_left
from perille.enrolment.models import Enrolment


@dataclass(frozen=True, slots=True)
class Ease:
    """What a person has more than others."""

    #: More time, in percent.
    percent: int
    #: More tries, as they were given; some may be used.
    tries: int


@dataclass(frozen=True, slots=True)
class Tries:
    """Where somebody stands with their tries."""

    #: That are left before a pause; None for no limit.
    left: int | None
    #: When the next may begin; None: now.
    next_at: datetime | None


def ease_of(session: Session, enrolment_id: UUID) -> Ease:
    """Return what a person has more than others in a course."""
    time, tries = session.get(ExtraTime, enrolment_id), session.get(ExtraTries, enrolment_id)
    return Ease(time.percent if time is not None else 0, tries.tries if tries is not None else 0)


def set_extra_tries(session: Session, enrolment: Enrolment, tries: int) -> None:
    """Give one person so many tries more in each test of the course, from now on; 0 takes away what is left of them."""
    row = session.get(ExtraTries, enrolment.id)
    if row is not None and tries == 0:
        session.delete(row)
    elif row is not None:
        row.tries, row.given_at = tries, utcnow()
    elif tries:
        session.add(ExtraTries(enrolment_id=enrolment.id, tries=tries, given_at=utcnow()))
    session.flush()


def tries_at(ended: Sequence[datetime], rules: TestRules, extra: ExtraTries | None, now: datetime) -> Tries:
    """Tell where somebody stands at *now* who ended attempts at these moments.

    Extra tries are used first. Then the round of the test goes on where it was when they were given.
    """
    counted, spare = _without_extra(ended, extra)
    at = next_try(counted, rules)
    waiting = at is not None and at > now
    left = tries_left(len(counted), rules, waiting=waiting)
    return Tries(left if left is None else left + spare, at if waiting and not spare else None)


def _without_extra(ended: Sequence[datetime], extra: ExtraTries | None) -> tuple[Sequence[datetime], int]:
    """Return the attempts that the rules of a test count, those that no extra try was used for, and how many extra tries are left."""
    if extra is None:
        return ended, 0
    before = [at for at in ended if at <= extra.given_at]
    later = [at for at in ended if at > extra.given_at]
    return [*before, *later[extra.tries :]], max(0, extra.tries - len(later))
