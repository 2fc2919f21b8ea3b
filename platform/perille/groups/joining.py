"""How people come into a group: by the link or its picture (60 bits), or by a short code while the trainer holds the door open.

A short code gives no more than the question whether to join: it leads to a ticket, signed for ten minutes, that ends when the door is
shut. Wrong codes are counted, right ones never. When very many are wrong, all open doors get a new code, and the trainers are told.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import func, select

from perille.core.database import Session, utcnow
from perille.core.errors import Conflict
from perille.core.i18n import _
from perille.enrolment.code_digits import read_digits
from perille.groups.ids import ALPHABET, CODE_DIGITS, KEY_LETTERS, make_code, member_id
from perille.groups.mentors import end
from perille.groups.models import Group, GroupMember
from perille.groups.names import clean_name
from perille.groups.services import next_number
from perille.people.models import Organisation

#: For how long a door stays open.
DOOR_LIFE = timedelta(hours=1)
#: A renewed code is left alone for this long, or nobody in the room could type one.
RENEW_AFTER = timedelta(minutes=10)
_TICKET_SECONDS = 600
#: A page that asks for a code counts as one for this long.
_PAGE_SECONDS = 6 * 3600
_KEY = re.compile(f"[{ALPHABET}]{{{KEY_LETTERS}}}")


def open_door(session: Session, group: Group) -> str:
    """Open the door of a group that is locked, for an hour from now, and return its code; an open door keeps its code."""
    now = utcnow()
    if group.door_code is None or group.door_until is None or group.door_until <= now:
        group.door_code, group.door_renewed_at = _unused_code(session), None
    group.door_until = now + DOOR_LIFE
    session.flush()
    return group.door_code


def shut_door(session: Session, group: Group) -> None:
    """Shut the door: its code ends."""
    group.door_code = group.door_until = group.door_renewed_at = None
    session.flush()


def is_open(group: Group, now: datetime | None = None) -> bool:
    """Tell whether the door of a group is open; those of an organisation that was closed are shut."""
    until = group.door_until
    held = group.door_code is not None and until is not None and until > (now or utcnow())
    return held and group.organisation.closed_at is None


def _unused_code(session: Session) -> str:
    while True:
        code = make_code()
        if session.scalar(select(Group.id).where(Group.door_code == code)) is None:
            return code


def group_of_code(session: Session, text: str) -> Group | None:
    """Return the group whose open door has this code, in digits of any script; None for a wrong one."""
    code = read_digits(text)
    if len(code) != CODE_DIGITS:
        return None
    group = session.scalar(select(Group).where(Group.door_code == code, Group.closed_at.is_(None)))
    return group if group is not None and is_open(group) and _has_office(session, group) else None


def _has_office(session: Session, group: Group) -> bool:
    """Whether the organisation of a group goes on: nobody joins what nobody leads any more."""
    organisation = session.get(Organisation, group.organisation_id)
    return organisation is not None and organisation.closed_at is None


def renew_codes(session: Session) -> int:
    """Give every open door a new code, except those renewed a moment ago; return how many."""
    now = utcnow()
    query = select(Group).where(Group.door_until > now).with_for_update()
    renewed = 0
    for group in session.scalars(query):
        if group.door_renewed_at is None or group.door_renewed_at < now - RENEW_AFTER:
            group.door_code, group.door_renewed_at = _unused_code(session), now
            renewed += 1
    session.flush()
    return renewed


def _serializer(keys: Sequence[str]) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(list(reversed(keys)), salt="perille door of a group")


def make_ticket(group: Group, keys: Sequence[str]) -> str:
    """Return what the page "join?" has in its address for somebody who typed the code."""
    return str(_serializer(keys).dumps([group.id.hex, group.door_code]))


def make_mark(keys: Sequence[str]) -> str:
    """Return what the page that asks for a code has in its form: wrong codes are counted by it."""
    return str(_marks(keys).dumps(secrets.token_hex(8)))


def page_of_mark(mark: str, keys: Sequence[str]) -> str:
    """Return which page of ours sent a code, "" for none, or one of too long ago."""
    try:
        return str(_marks(keys).loads(mark[:200], max_age=_PAGE_SECONDS))
    except BadSignature:
        return ""


def _marks(keys: Sequence[str]) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(list(reversed(keys)), salt="perille page for a group's code")


def group_of_ticket(session: Session, ticket: str, keys: Sequence[str]) -> Group | None:
    """Return the group of a link's key, or of a ticket whose door is still open; None for what is neither, and for a closed group."""
    group = _of_key(session, ticket) if _KEY.fullmatch(ticket) else _of_door(session, ticket, keys)
    return group if group is not None and group.closed_at is None and _has_office(session, group) else None


def _of_key(session: Session, key: str) -> Group | None:
    return session.scalar(select(Group).where(Group.join_key == key))


def _of_door(session: Session, ticket: str, keys: Sequence[str]) -> Group | None:
    try:
        number, code = _serializer(keys).loads(ticket[:500], max_age=_TICKET_SECONDS)
        group = session.get(Group, UUID(hex=number))
    except (BadSignature, ValueError, TypeError):
        return None
    return group if group is not None and is_open(group) and group.door_code == code else None


def join(session: Session, group: Group, learner_id: UUID, name: str = "") -> GroupMember:
    """Let a learner into a group; twice is once, and who left comes back under the same number. Raise Conflict where it is full."""
    # One after another: each gets a number of their own, and the last place is given once.
    lock(session, group)
    member = next(iter(_lines(session, group.id, learner_id)), None)
    if member is not None and member.left_at is None:
        member.name = clean_name(name) or member.name
        return member
    if group.places is not None and _count(session, group.id) >= group.places:
        raise Conflict(_("This group is full. Ask your trainer."))
    if member is None:
        member = GroupMember(
            id=member_id(group.id, learner_id),
            group_id=group.id,
            learner_id=learner_id,
            name=clean_name(name),
            number=next_number(session, group.id),
        )
        session.add(member)
    else:
        member.left_at, member.name = None, clean_name(name) or member.name
    session.flush()
    return member


def lock(session: Session, group: Group) -> None:
    """Wait until nobody else writes into a group."""
    session.execute(select(Group.id).where(Group.id == group.id).with_for_update())


def _count(session: Session, group_id: UUID) -> int:
    query = select(func.count()).select_from(GroupMember)
    return session.scalar(query.where(GroupMember.group_id == group_id, GroupMember.left_at.is_(None))) or 0


def leave(session: Session, group_id: UUID, learner_id: UUID) -> None:
    """Let a learner leave a group; their name goes at once, what they learned stays theirs."""
    lines = _lines(session, group_id, learner_id)
    end(session, [member.id for member in lines])
    for member in lines:
        member.left_at, member.name = member.left_at or utcnow(), ""
    session.flush()


def _lines(session: Session, group_id: UUID, learner_id: UUID) -> Sequence[GroupMember]:
    """Return the lines of a learner on the list, those who have not left first. Two where two learners turned out to be one."""
    query = select(GroupMember).where(GroupMember.group_id == group_id, GroupMember.learner_id == learner_id)
    return session.scalars(query.order_by(GroupMember.left_at.is_not(None), GroupMember.number)).all()


def own_groups(session: Session, learner_id: UUID, *, closed: bool = False) -> list[tuple[Group, GroupMember]]:
    """Return the open groups that a learner is in, or those that are closed, the newest first."""
    query = select(Group, GroupMember).join(GroupMember, GroupMember.group_id == Group.id)
    is_closed = Group.closed_at.is_not(None)
    query = query.where(
        GroupMember.learner_id == learner_id, GroupMember.left_at.is_(None), is_closed if closed else ~is_closed
    )
    return [(group, member) for group, member in session.execute(query.order_by(GroupMember.joined_at.desc()))]
