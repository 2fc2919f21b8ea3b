"""Meetings of a group and who came: by a list that the trainer ticks, or by a tap on one's own phone while the door is open."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, String, bindparam, func, select, type_coerce

from perille.core.database import Session, utcnow
from perille.core.errors import NotFound
from perille.core.i18n import _
from perille.groups.ids import attendance_id, session_id
from perille.groups.models import Attendance, Group, GroupMember, GroupSession
from perille.groups.progress import Key
from perille.groups.services import members_of

#: Meetings of one day at most.
MOST_A_DAY = 9


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A meeting and how many came."""

    id: UUID
    day: date
    number: int
    present: int


_PRESENT = (
    select(func.count())
    .select_from(Attendance)
    .where(Attendance.session_id == GroupSession.id, Attendance.present)
    .scalar_subquery()
)
_MEETINGS = (
    select(GroupSession.id, GroupSession.day, GroupSession.number, _PRESENT)
    .where(GroupSession.group_id == bindparam("group"))
    .order_by(GroupSession.day.desc(), GroupSession.number.desc())
)


def sessions_of(session: Session, group_id: UUID) -> list[SessionRow]:
    """Return the meetings of a group, the newest first."""
    return [SessionRow(*row) for row in session.execute(_MEETINGS, {"group": group_id})]


def session_of(session: Session, group: Group, number_id: UUID) -> GroupSession:
    """Return a meeting of a group; raise NotFound alike for those of others."""
    found = session.get(GroupSession, number_id)
    if found is None or found.group_id != group.id:
        raise NotFound(_("There is no such meeting."))
    return found


def session_on(session: Session, group: Group, day: date, *, another: bool = False) -> GroupSession:
    """Return the last meeting of a day, made now if there is none; *another*: make one more. The group must be locked."""
    query = select(func.max(GroupSession.number)).where(GroupSession.group_id == group.id, GroupSession.day == day)
    last = session.scalar(query) or 0
    number = min(last + 1, MOST_A_DAY) if another or not last else last
    found = session.get(GroupSession, session_id(group.id, day, number))
    if found is None:
        found = GroupSession(id=session_id(group.id, day, number), group_id=group.id, day=day, number=number)
        session.add(found)
        session.flush()
    return found


def newest_id(session: Session, group: Group) -> str:
    """Return the number of a group's newest meeting as a page says it, "" where there has been none."""
    query = select(GroupSession.id).where(GroupSession.group_id == group.id)
    return str(session.scalar(query.order_by(GroupSession.day.desc(), GroupSession.number.desc()).limit(1)) or "")


def present_at(session: Session, meeting: GroupSession) -> dict[UUID, bool]:
    """Return member -> whether they came, of those of whom it is noted."""
    query = select(Attendance.member_id, Attendance.present).where(Attendance.session_id == meeting.id)
    return dict(session.execute(query).all())


def marks_of(session: Session, group_id: UUID) -> dict[tuple[UUID, UUID], str]:
    """Return (meeting, member) -> a mark for paper: who came, and of whom it is noted that they did not."""
    query = select(Attendance.session_id, Attendance.member_id, Attendance.present)
    query = query.join(GroupSession, GroupSession.id == Attendance.session_id).where(GroupSession.group_id == group_id)
    return {(meeting, member): "\u2713" if came else "\u2013" for meeting, member, came in session.execute(query)}


def save_attendance(
    session: Session, group: Group, meeting: GroupSession, present: Collection[UUID], account_id: UUID, *, offline: bool
) -> None:
    """Note of everybody in the group whether they came; what is the same stays as it was taken, what is not is an edit."""
    rows = {
        row.member_id: row for row in session.scalars(select(Attendance).where(Attendance.session_id == meeting.id))
    }
    for member in members_of(session, group.id):
        row, came = rows.get(member.id), member.id in present
        if row is None:
            session.add(_tick(meeting, member, account_id, present=came, offline=offline))
        elif row.present != came:
            row.present, row.edited_at, row.edited_by = came, utcnow(), account_id
    session.flush()


def tap(session: Session, group: Group, member: GroupMember, day: date) -> GroupSession:
    """Note that somebody says on their own phone that they are here. The door must be open and the group locked."""
    meeting = session_on(session, group, day)
    row = session.get(Attendance, attendance_id(meeting.id, member.id))
    if row is None:
        session.add(_tick(meeting, member, None, present=True, offline=False))
    elif not row.present:
        row.present, row.edited_at, row.edited_by = True, utcnow(), None
    session.flush()
    return meeting


def _tick(
    meeting: GroupSession, member: GroupMember, account_id: UUID | None, *, present: bool, offline: bool
) -> Attendance:
    return Attendance(
        id=attendance_id(meeting.id, member.id),
        session_id=meeting.id,
        member_id=member.id,
        present=present,
        taken_by=account_id,
        offline=offline,
    )


def _attendance_list() -> Select[str, int, str, Any]:
    came = (
        select(Attendance.member_id, func.count().label("times"))
        .join(GroupSession, GroupSession.id == Attendance.session_id)
        .where(GroupSession.group_id == bindparam("group"), Attendance.present)
        .group_by(Attendance.member_id)
        .subquery()
    )
    return (
        select(
            type_coerce(GroupMember.id, String).label("member"),
            GroupMember.number,
            GroupMember.name,
            func.coalesce(came.c.times, 0),
        )
        .outerjoin(came, came.c.member_id == GroupMember.id)
        .where(GroupMember.group_id == bindparam("group"), GroupMember.left_at.is_(None))
        .order_by(GroupMember.number)
    )


_LIST = _attendance_list()


def attendance_list(session: Session, group_id: UUID) -> Sequence[tuple[Key, int, str, int]]:
    """Return who is in a group now, by their numbers: key as in `completions`, number, name, at how many meetings they were."""
    return [(key, number, name, came) for key, number, name, came in session.execute(_LIST, {"group": group_id})]


def here_today(session: Session, group_ids: Collection[UUID], member_ids: Collection[UUID], day: date) -> set[UUID]:
    """Return which members are noted as present at a meeting of a day."""
    query = select(Attendance.member_id).join(GroupSession, GroupSession.id == Attendance.session_id)
    query = query.where(
        GroupSession.group_id.in_(group_ids),
        GroupSession.day == day,
        Attendance.member_id.in_(member_ids),
        Attendance.present,
    )
    return set(session.scalars(query))
