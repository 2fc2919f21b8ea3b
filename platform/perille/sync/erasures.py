"""Who was erased stays erased: before anything else both sides say whom they erased, by digests that lead to nobody."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from perille.core.database import Session
from perille.enrolment.merged_learners import merged_into
from perille.enrolment.models import Learner
from perille.enrolment.services import erase_learner
from perille.enrolment.tombstones import Tombstone, tombstone_digest
from perille.sync.scope import Scope
from perille.sync.wire import Row


def _digests(session: Session, scope: Scope) -> dict[str, Learner]:
    """Return digest -> learner of some groups; who was put together with a learner is the same person, and is known by both."""
    learners = session.scalars(
        select(Learner).where(Learner.id.in_([row["id"] for row in scope.rows(session, "learner")]))
    )
    return {
        tombstone_digest(name.actor_name).hex(): each
        for each in learners
        for name in (each, *merged_into(session, each.id))
    }


def lines_of(session: Session, scope: Scope) -> list[Row]:
    """Return what the laptop asks: who of the groups is here, and who was erased here."""
    erased = sorted(each.hex() for each in session.scalars(select(Tombstone.digest)))
    return [*({"erased": each} for each in erased), *({"here": each} for each in sorted(_digests(session, scope)))]


def exchange(session: Session, scope: Scope, lines: Iterable[Row]) -> list[Row]:
    """At the office: erase whom the laptop erased, of the organisation's groups alone; return whom the office erased."""
    lines = list(lines)
    erase(session, scope, (str(line.get("erased")) for line in lines))
    gone = {each.hex() for each in session.scalars(select(Tombstone.digest))}
    return [{"erased": each} for line in lines if (each := str(line.get("here"))) in gone]


def erase(session: Session, scope: Scope, digests: Iterable[str]) -> int:
    """Erase learners of some groups by their digests; return how many there were."""
    here = _digests(session, scope)
    found = list(dict.fromkeys(here[each] for each in digests if each in here))
    for learner in found:
        erase_learner(session, learner)
    session.flush()
    return len(found)
