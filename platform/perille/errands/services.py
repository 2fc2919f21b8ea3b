"""The errands of a course: in the order of their deadlines, and ticked by those who take the course.

A tick is kept like a bookmark, with the enrolment, and goes with it. It is no statement: statements are forwarded to other systems
and cannot be taken back, and what somebody does outside the course is their own matter. Errands that hold for one status only, or
that stand in the lesson of one country, are never kept: the tick would tell which it is. Nor are those of sensitive packs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from perille.core.database import Session
from perille.courses.learner_course import LearnerCourse
from perille.domain.content import ErrandPart, Piece, PieceKind
from perille.domain.fact import Fact, FactKind
from perille.enrolment.models import Enrolment
from perille.enrolment.services import lock_enrolment
from perille.errands.models import ErrandTick
from perille.packs.published.placeholders import Facts
from perille.packs.source.markdown import SLOT


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseErrand:
    """An errand in a course."""

    piece: Piece
    #: The unit in whose lesson it stands, and the number of the screen.
    unit: str
    screen: int
    #: The fact that is its deadline: a day, or a number of days; None for neither.
    deadline: Fact | None
    #: Whether a learner who takes the course may have it kept that it is done.
    tickable: bool

    @property
    def key(self) -> str:
        """Its key, once in a course."""
        return self.piece.name

    @property
    def day(self) -> date | None:
        """The last day for it, None where that is not a day of the calendar."""
        known = self.deadline is not None and self.deadline.kind is FactKind.DATE
        return date.fromisoformat(self.deadline.value) if known and self.deadline is not None else None

    @property
    def days(self) -> int | None:
        """Within how many days it is due, None where it is not said so."""
        known = self.deadline is not None and self.deadline.kind is FactKind.NUMBER
        return int(float(self.deadline.value)) if known and self.deadline is not None else None


def errands_of(place: LearnerCourse, facts: Facts, day: date) -> tuple[CourseErrand, ...]:
    """Return the errands of a course in the order in which they are due on *day*, by the facts that hold then."""
    found = (
        CourseErrand(
            piece=each.piece,
            unit=each.unit,
            screen=each.screen,
            deadline=_deadline(each.piece, facts, place.country, day),
            tickable=_may_keep(place, each.unit, each.piece),
        )
        for each in place.pieces(PieceKind.ERRAND)
    )
    return in_order(found, day)


def in_order(errands: Iterable[CourseErrand], day: date) -> tuple[CourseErrand, ...]:
    """Sort errands: days to come, then numbers of days, then those without a deadline, at last days that have passed.

    Those that are due alike keep their order, which is that of the course.
    """

    def due(errand: CourseErrand) -> tuple[int, int]:
        if errand.day is not None:
            return (0 if errand.day >= day else 3, errand.day.toordinal())
        return (2, 0) if errand.days is None else (1, errand.days)

    return tuple(sorted(errands, key=due))


def _deadline(piece: Piece, facts: Facts, country: str, day: date) -> Fact | None:
    """Return the first day, else the first number, that the line "By when" of an errand names."""
    lines = [each.text.html for each in piece.entries if each.key == ErrandPart.BY_WHEN]
    names = [slot[2] for line in lines for slot in SLOT.finditer(line) if slot[1] == "fact"]
    found = []
    for name in names:
        own, _sep, key = name.rpartition("/")
        fact = facts.fact(own or country, key, day)
        if fact is not None and fact.kind in (FactKind.DATE, FactKind.NUMBER):
            found.append(fact)
    return min(found, key=lambda fact: fact.kind is FactKind.NUMBER, default=None)


def _may_keep(place: LearnerCourse, key: str, piece: Piece) -> bool:
    unit = place.structure.unit(key)
    of_all = unit is not None and not unit.variants and not piece.status
    return of_all and place.tracked and not place.edition.summary.sensitive


def may_be_ticked(place: LearnerCourse, errand: str) -> bool:
    """Return whether the course has an errand of this key of which it may be kept that it is done."""
    return any(
        each.piece.name == errand and _may_keep(place, each.unit, each.piece) for each in place.pieces(PieceKind.ERRAND)
    )


def ticked(session: Session, enrolment: Enrolment | None) -> frozenset[str]:
    """Return the keys of the errands that are done; none for somebody who is not enrolled."""
    if enrolment is None:
        return frozenset()
    return frozenset(session.scalars(select(ErrandTick.errand).where(ErrandTick.enrolment_id == enrolment.id)))


def set_tick(session: Session, enrolment: Enrolment, errand: str, *, done: bool) -> None:
    """Keep that an errand is done, or that it is not; the same twice changes nothing."""
    lock_enrolment(session, enrolment)
    row = session.get(ErrandTick, (enrolment.id, errand))
    if done and row is None:
        session.add(ErrandTick(enrolment_id=enrolment.id, errand=errand))
    elif not done and row is not None:
        session.delete(row)
    session.flush()
