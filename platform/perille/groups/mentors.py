"""Pairs of a mentor and somebody of a group: a trainer makes them, either of the two ends them.

A pair counts while both are there: the one in an open group, the other with the role of a mentor in the organisation of the group.
While the group or its organisation is closed a pair rests: nothing of it is shown but that it is there, so that it can be ended:
in a closed group by either of the two or the trainer, in a closed organisation by the learner, and by a mentor who has that role in
another organisation too: nobody else has a way in.
What a mentor sees is the name that the group shows, the next meeting and the days on which they met: nothing that somebody learns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, or_, select

from perille.core.database import Session
from perille.core.dates import day_in
from perille.core.errors import Conflict, NotFound
from perille.core.i18n import _
from perille.groups.models import Group, GroupMember, MentorMeeting, MentorPair
from perille.people.audit import audit
from perille.people.models import Account, Membership, Organisation, Role

MENTORING = "mentoring.my_mentees"


@dataclass(frozen=True, slots=True)
class MentorPairView:
    """A pair as its mentor sees it, and as the learner does."""

    member_id: UUID
    account_id: UUID
    #: Which pair of the two it is, for forms: one that ended and was made again has another.
    key: str
    #: What the group calls the person, "" for their number alone.
    name: str
    number: int
    group: Group
    #: The name that the mentor gave, "" where there is none: never an address.
    mentor: str
    #: The day of the next meeting, None where none is agreed, or that day is past.
    next_on: date | None


def mentors_in(session: Session, organisation_id: UUID) -> Sequence[Account]:
    """Return the accounts that may be mentors of an organisation's groups."""
    query = select(Account).join(Membership, Membership.account_id == Account.id)
    query = query.where(Membership.organisation_id == organisation_id, *_is_mentor())
    return session.scalars(query).all()


def _is_mentor() -> tuple[ColumnElement[bool], ...]:
    return Membership.role == Role.MENTOR.value, Account.disabled_at.is_(None)


def pair(session: Session, group: Group, member: GroupMember, mentor_id: UUID, shown: str, *, by: UUID) -> None:
    """Give somebody of a group a mentor; the pair that they had ends.

    *shown*: key of the pair that the page showed, "" for none. Raise NotFound for an account that is no mentor there, Conflict where
    somebody else has made another pair meanwhile.
    """
    if mentor_id not in {each.id for each in mentors_in(session, group.organisation_id)}:
        raise NotFound(_("There is no such mentor in your organisation."))
    known = session.get(MentorPair, member.id)
    if known is not None and known.account_id == mentor_id:
        return
    end_shown(session, member.id, shown)
    session.add(MentorPair(member_id=member.id, account_id=mentor_id))
    audit(session, by, "mentors.paired", group.organisation_id, member.id, account=mentor_id, group=group.id)
    session.flush()


def end_shown(session: Session, member_id: UUID, shown: str) -> None:
    """End the pair that a page showed, by its key; one that has ended is no fault. Raise Conflict where another one is there now."""
    session.get(MentorPair, member_id, with_for_update=True, populate_existing=True)
    found = {**pairs_in(session, [member_id]), **pairs_in(session, [member_id], closed=True)}.get(member_id)
    if found is not None and found.key != shown:
        raise Conflict
    end(session, [member_id])


def end(session: Session, member_ids: Iterable[UUID]) -> None:
    """End the pairs of people of groups: the days of their meetings go too."""
    wanted = list(member_ids)
    session.execute(delete(MentorMeeting).where(MentorMeeting.member_id.in_(wanted)))
    session.execute(delete(MentorPair).where(MentorPair.member_id.in_(wanted)))


def forget_dead(session: Session) -> None:
    """Delete pairs whose mentor has that role no more where the group is, and of who has left it: in a room, where there are no pairs."""
    held = select(MentorPair.member_id).join(GroupMember, GroupMember.id == MentorPair.member_id)
    held = held.join(Group, Group.id == GroupMember.group_id).join(Membership, _where_the_group_is())
    held = held.where(Membership.role == Role.MENTOR.value, GroupMember.left_at.is_(None))
    end(session, session.scalars(select(MentorPair.member_id).where(MentorPair.member_id.not_in(held))))


def _where_the_group_is() -> ColumnElement[bool]:
    return (Membership.account_id == MentorPair.account_id) & (Membership.organisation_id == Group.organisation_id)


def _live(*, closed: bool) -> Select[MentorPair, GroupMember, Group, Account]:
    """Return the query of pairs that count now, or, *closed*, of those that rest: of a group or organisation that is closed."""
    query = select(MentorPair, GroupMember, Group, Account)
    query = query.join(GroupMember, GroupMember.id == MentorPair.member_id)
    query = query.join(Group, Group.id == GroupMember.group_id)
    query = query.join(Account, Account.id == MentorPair.account_id)
    query = query.join(Organisation, Organisation.id == Group.organisation_id)
    query = query.join(Membership, _where_the_group_is())
    rests = or_(Group.closed_at.is_not(None), Organisation.closed_at.is_not(None))
    return query.where(
        *_is_mentor(),
        GroupMember.left_at.is_(None),
        rests if closed else ~rests,
    )


def _found(session: Session, query: Select[MentorPair, GroupMember, Group, Account]) -> list[MentorPairView]:
    return [
        MentorPairView(
            member_id=row.member_id,
            account_id=row.account_id,
            key=row.made_at.isoformat(),
            name=member.name,
            number=member.number,
            group=group,
            mentor=account.name,
            next_on=_to_come(group, row.next_on),
        )
        for row, member, group, account in session.execute(query.order_by(Group.name, GroupMember.number))
    ]


def _to_come(group: Group, day: date | None) -> date | None:
    today = day_in(next(iter(group.organisation.countries), ""))
    return day if day is not None and day >= today else None


def pairs_of(session: Session, account_id: UUID, *, closed: bool = False) -> list[MentorPairView]:
    """Return the people whose mentor an account is: the pairs that count now, or, *closed*, those that rest."""
    return _found(session, _live(closed=closed).where(MentorPair.account_id == account_id))


def pair_of(session: Session, account_id: UUID, member_id: UUID, *, resting: bool = False) -> MentorPairView:
    """Return one of the pairs of a mentor; raise NotFound alike for those of others and for none. *resting*: those that rest too."""
    found = pairs_of(session, account_id) + (pairs_of(session, account_id, closed=True) if resting else [])
    for each in found:
        if each.member_id == member_id:
            return each
    raise NotFound(_("This pair is not there any more."))


def pairs_in(session: Session, member_ids: Iterable[UUID], *, closed: bool = False) -> dict[UUID, MentorPairView]:
    """Return the pairs of some people of groups, by their lines on the lists: those that count now, or, *closed*, those that rest."""
    found = _found(session, _live(closed=closed).where(MentorPair.member_id.in_(list(member_ids))))
    return {each.member_id: each for each in found}


def meetings_of(session: Session, member_id: UUID) -> Sequence[date]:
    """Return the days on which a pair met, the last one first."""
    query = select(MentorMeeting.day).where(MentorMeeting.member_id == member_id)
    return session.scalars(query.order_by(MentorMeeting.day.desc())).all()


def note(session: Session, found: MentorPairView, *, next_on: date | None, met_on: date | None) -> None:
    """Write down when a pair meets next, and that it met on a day; None: no day is agreed, and nothing is noted.

    Raise NotFound for a pair that was ended meanwhile.
    """
    row = session.get(MentorPair, found.member_id)
    if row is None:
        raise NotFound(_("This pair is not there any more."))
    row.next_on = next_on
    if met_on is not None and session.get(MentorMeeting, (found.member_id, met_on)) is None:
        session.add(MentorMeeting(member_id=found.member_id, day=met_on))
    session.flush()
