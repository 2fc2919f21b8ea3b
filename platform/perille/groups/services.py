"""Groups and who leads them. A trainer has their own groups, a coordinator those of the organisation; to anybody else none exists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, case, delete, func, or_, select
from sqlalchemy.orm import joinedload

from perille.core.database import Session, utcnow
from perille.core.errors import Conflict, NotFound
from perille.core.i18n import _
from perille.groups.ids import listed_id, make_key
from perille.groups.mentors import end
from perille.groups.models import Group, GroupCourse, GroupMember, GroupTrainer, MentorPair
from perille.groups.names import GroupWish, clean_name, name_key
from perille.people.audit import audit
from perille.people.double_submission import since_first_press
from perille.people.memberships import HeldRole, memberships_of
from perille.people.models import Account, Role

MANAGE = "groups.manage"
MINE = "groups.index"
#: Rows of a page of groups.
PAGE = 50
#: Names on a list, and those of people who left, are kept this long after the end of their group.
NAMES_KEPT = timedelta(days=365)


def make_group(
    session: Session, organisation_id: UUID, trainer_id: UUID, wish: GroupWish, pack_ids: Iterable[str] = ()
) -> Group:
    """Make a group that a trainer leads; the same wish once more within a minute is answered with the group that it made."""
    pack_ids = tuple(dict.fromkeys(pack_ids))
    twin = _pressed_before(session, organisation_id, trainer_id, wish, pack_ids)
    if twin is not None:
        return twin
    group = Group(organisation_id=organisation_id, join_key=make_key(), **_columns(wish))
    session.add(group)
    session.flush()
    session.add(GroupTrainer(group_id=group.id, account_id=trainer_id))
    for pack_id in pack_ids:
        session.add(GroupCourse(group_id=group.id, pack_id=pack_id))
    audit(session, trainer_id, "groups.made", organisation_id, group.id)
    session.flush()
    return group


def _pressed_before(
    session: Session, organisation_id: UUID, trainer_id: UUID, wish: GroupWish, pack_ids: Iterable[str]
) -> Group | None:
    query = select(Group).join(GroupTrainer, GroupTrainer.group_id == Group.id)
    query = query.where(
        Group.organisation_id == organisation_id,
        GroupTrainer.account_id == trainer_id,
        Group.created_at > since_first_press(session, trainer_id),
        Group.closed_at.is_(None),
        *(getattr(Group, name) == value for name, value in _columns(wish).items()),
    )
    for group in session.scalars(query):
        learned = session.scalars(select(GroupCourse.pack_id).where(GroupCourse.group_id == group.id))
        if set(learned) == set(pack_ids):
            return group
    return None


def change_group(session: Session, group: Group, wish: GroupWish) -> None:
    """Change what is said of a group."""
    for name, value in _columns(wish).items():
        setattr(group, name, value)
    session.flush()


def wish_of(group: Group) -> GroupWish:
    """Return what is said of a group now."""
    return GroupWish(
        name=group.name,
        language=group.language,
        places=group.places,
        starts_on=group.starts_on,
        ends_on=group.ends_on,
    )


def _columns(wish: GroupWish) -> dict[str, object]:
    return {
        "name": wish.name,
        "language": wish.language,
        "places": wish.places,
        "starts_on": wish.starts_on,
        "ends_on": wish.ends_on,
    }


def refuse_closed(group: Group) -> None:
    """Raise Conflict for a group that is closed: nobody comes into it, on no way."""
    if group.closed_at is not None:
        raise Conflict(_("This group is closed. Open it first."))


def close_group(session: Session, group: Group, account_id: UUID, *, closed: bool) -> None:
    """Close a group, so that nobody joins it any more, or open it again."""
    group.closed_at = (group.closed_at or utcnow()) if closed else None
    group.door_code = group.door_until = None
    audit(session, account_id, "groups.closed" if closed else "groups.opened", group.organisation_id, group.id)
    session.flush()


def delete_groups(session: Session, organisation_id: UUID) -> None:
    """Delete the groups of an organisation with their lists, attendance and pairs; learners and what they learned stay."""
    session.execute(delete(Group).where(Group.organisation_id == organisation_id))


def organisations_led(session: Session, account_id: UUID) -> list[UUID]:
    """Return the organisations in which an account may lead groups."""
    roles = (Role.TRAINER, Role.COORDINATOR)
    found = (each.organisation_id for each in memberships_of(session, account_id) if each.role in roles)
    return list(dict.fromkeys(each for each in found if each is not None))


def _reach(account: Account, held: Iterable[HeldRole]) -> ColumnElement[bool]:
    """Return which groups an account may see, by the roles that it has now."""
    held = tuple(held)
    trains = {each.organisation_id for each in held if each.role is Role.TRAINER}
    coordinates = {each.organisation_id for each in held if each.role is Role.COORDINATOR}
    own = select(GroupTrainer.group_id).where(GroupTrainer.account_id == account.id)
    led = Group.organisation_id.in_(trains) & Group.id.in_(own)
    # Without the "or" a trainer's groups are found by the trainer and not among all of the office.
    return or_(Group.organisation_id.in_(coordinates), led) if coordinates else led


#: Made once: to make it takes longer than to ask for a row.
_WITH_ORGANISATION = joinedload(Group.organisation, innerjoin=True)
_COURSES = select(GroupCourse).where(GroupCourse.group_id == bindparam("group"))


def group_of(
    session: Session, account: Account, group_id: UUID, *, held: Iterable[HeldRole] | None = None, lock: bool = False
) -> Group:
    """Return a group that an account may see, with its organisation; raise NotFound alike for one of others and for none.

    *held*: its roles, where they were read in this transaction already.
    """
    roles = memberships_of(session, account.id) if held is None else held
    query = select(Group).where(Group.id == group_id, _reach(account, roles))
    group = session.scalar(query.with_for_update() if lock else query.options(_WITH_ORGANISATION))
    if group is None:
        raise NotFound(_("There is no such group."))
    return group


_Lines = Select[UUID, UUID, str, date | None, date | None, datetime | None]
_LINES: _Lines = select(Group.id, Group.organisation_id, Group.name, Group.starts_on, Group.ends_on, Group.closed_at)


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A line of the list of groups."""

    id: UUID
    organisation_id: UUID
    name: str
    starts_on: date | None
    ends_on: date | None
    closed_at: datetime | None
    members: int


def groups_of(
    session: Session, account: Account, *, closed: bool = False, before: UUID | None = None
) -> list[GroupRow]:
    """Return a page of the groups that an account may see, the newest first; *before*: those older than that one."""
    state = Group.closed_at.is_not(None) if closed else Group.closed_at.is_(None)
    which = (state, Group.id < before) if before is not None else (state,)
    listings = _listings(account, memberships_of(session, account.id))
    found = {row[0]: row for each in listings for row in session.execute(each.where(*which).limit(PAGE + 1))}
    rows = [found[each] for each in sorted(found, reverse=True)[: PAGE + 1]]
    # Of the rows of this page alone: a column of the query above would be counted for every group.
    counts = _member_counts(session, [row[0] for row in rows])
    return [GroupRow(*row, members=counts.get(row[0], 0)) for row in rows]


def _listings(account: Account, held: Iterable[HeldRole]) -> list[_Lines]:
    """Return queries that together find the groups that an account may see, each the newest first.

    Each walks one index from its newest row and stops when a page is full: one query for all would look at every group of an office.
    """
    held = tuple(held)
    coordinates = {each.organisation_id for each in held if each.role is Role.COORDINATOR}
    trains = {each.organisation_id for each in held if each.role is Role.TRAINER}
    of_offices = [_LINES.where(Group.organisation_id == each).order_by(Group.id.desc()) for each in coordinates]
    # A `case` cannot be looked up in the index of offices, so that the walk begins with what the trainer leads.
    allowed = case((Group.organisation_id.in_(trains), 1), else_=0) == 1
    led = _LINES.join(GroupTrainer, GroupTrainer.group_id == Group.id)
    led = led.where(GroupTrainer.account_id == account.id, allowed).order_by(GroupTrainer.group_id.desc())
    return [*of_offices, led] if trains else of_offices


def _member_counts(session: Session, group_ids: Sequence[UUID]) -> dict[UUID, int]:
    query = select(GroupMember.group_id, func.count()).where(GroupMember.group_id.in_(group_ids))
    return dict(session.execute(query.where(GroupMember.left_at.is_(None)).group_by(GroupMember.group_id)).all())


def courses_of(session: Session, group_id: UUID) -> list[GroupCourse]:
    """Return the courses of a group, by their dates."""
    found = session.scalars(_COURSES, {"group": group_id})
    return sorted(found, key=lambda each: (each.starts_on or date.max, each.pack_id))


def assign_course(
    session: Session, group: Group, pack_id: str, starts_on: date | None = None, ends_on: date | None = None
) -> None:
    """Let a group take a course; the same again changes its dates."""
    row = session.get(GroupCourse, (group.id, pack_id)) or GroupCourse(group_id=group.id, pack_id=pack_id)
    row.starts_on, row.ends_on = starts_on, ends_on
    session.add(row)
    session.flush()


def drop_course(session: Session, group: Group, pack_id: str) -> None:
    """Let a group take a course no longer; what its members did in it stays theirs."""
    row = session.get(GroupCourse, (group.id, pack_id))
    if row is not None:
        session.delete(row)
        session.flush()


def members_of(session: Session, group_id: UUID) -> Sequence[GroupMember]:
    """Return who is in a group now, by their numbers."""
    query = select(GroupMember).where(GroupMember.group_id == group_id, GroupMember.left_at.is_(None))
    return session.scalars(query.order_by(GroupMember.number)).all()


def next_number(session: Session, group_id: UUID) -> int:
    """Return the next number of a group; no number is given twice. The group must be locked."""
    return 1 + (session.scalar(select(func.max(GroupMember.number)).where(GroupMember.group_id == group_id)) or 0)


def list_people(session: Session, group: Group, names: Iterable[str]) -> int:
    """Put names on the list of a group that is locked, of people who have no phone; return how many were new.

    A name that is on the list already is not put there again. Raise Conflict where the group is closed.
    """
    refuse_closed(group)
    known = {name_key(member.name) for member in members_of(session, group.id)}
    number, added = next_number(session, group.id), 0
    for name in filter(None, map(clean_name, names)):
        if name_key(name) in known:
            continue
        known.add(name_key(name))
        session.add(GroupMember(id=listed_id(group.id, number, name), group_id=group.id, name=name, number=number))
        number, added = number + 1, added + 1
    session.flush()
    return added


def member_of(session: Session, group: Group, member_id: UUID) -> GroupMember:
    """Return somebody of a group; raise NotFound alike for those of other groups."""
    member = session.get(GroupMember, member_id)
    if member is None or member.group_id != group.id:
        raise NotFound(_("There is no such person in this group."))
    return member


def present_member(session: Session, group: Group, member_id: UUID) -> GroupMember:
    """Return somebody who is in a group now; raise NotFound for who left or was taken off."""
    member = member_of(session, group, member_id)
    if member.left_at is not None:
        raise NotFound(_("There is no such person in this group."))
    return member


def rename(session: Session, member: GroupMember, name: str) -> None:
    """Change what the trainer calls somebody; raise NotFound for who left or was taken off, of whom no list shows the name."""
    if member.left_at is not None:
        raise NotFound(_("There is no such person in this group."))
    member.name = clean_name(name)
    session.flush()


def remove(session: Session, member: GroupMember) -> None:
    """Take somebody off the list; what they learned stays theirs. Of somebody without a phone nothing is left."""
    end(session, [member.id])
    if member.learner_id is None:
        session.delete(member)
    else:
        member.left_at = member.left_at or utcnow()
    session.flush()


def forget_old_names(session: Session, day: date) -> int:
    """Delete names on lists of groups that ended more than a year before *day*; return of how many groups.

    Pairs with mentors go with them. Those of learners go with the learner's own time of keeping.
    """
    limit = day - NAMES_KEPT
    made_before = datetime(limit.year, limit.month, limit.day, tzinfo=UTC)
    ended = or_(Group.ends_on < limit, Group.ends_on.is_(None) & (Group.created_at < made_before))
    old = select(Group.id).where(ended)
    # Pairs alone: the people of all old groups would in time be more than a statement can name.
    paired = select(MentorPair.member_id).join(GroupMember, GroupMember.id == MentorPair.member_id)
    end(session, session.scalars(paired.where(GroupMember.group_id.in_(old))))
    listed = delete(GroupMember).where(GroupMember.learner_id.is_(None), GroupMember.group_id.in_(old))
    gone = session.scalars(listed.returning(GroupMember.group_id)).all()
    return len(set(gone))
