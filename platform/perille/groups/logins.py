"""User names with PINs that a trainer makes for people of a group: they sign in without an address, and their progress is in the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from perille.core.database import Session
from perille.core.errors import NotFound
from perille.core.i18n import _
from perille.enrolment.services import make_learner
from perille.groups.ids import member_id
from perille.groups.models import Group, GroupLogin, GroupMember
from perille.groups.names import name_key
from perille.groups.services import members_of, next_number, refuse_closed
from perille.people.models import Account
from perille.people.sign_in.models import Pin, PinKind
from perille.people.sign_in.pins import DrawnPin, NewLearner, add_learners, made_before, set_pin
from perille.profiles.services import keep_in_account


@dataclass(frozen=True, slots=True)
class LoginCard:
    """What stands on somebody's card."""

    number: int
    name: str
    username: str
    pin: str


def without_login(session: Session, group: Group, names: Sequence[str]) -> list[str]:
    """Return those of some names that nobody in a group with a user name has: pressing twice makes nobody twice."""
    has = {name_key(member.name) for member in members_of(session, group.id) if member.learner_id is not None}
    return list({name_key(name): name for name in names if name_key(name) not in has}.values())


def make_logins(
    session: Session, group: Group, names: Sequence[str], pins: Sequence[DrawnPin], *, by: UUID, day: date
) -> list[LoginCard]:
    """Make a user name with a PIN for each of some names that has none, and put them on the list of a group that is locked.

    A name that is on the list without a phone stays on its line. `pins.draw_pins` made as many PINs before. A second press of the form
    gives the cards of the first one again: they may be on paper already. Raise Conflict where the group is closed.
    """
    refuse_closed(group)
    drawn = {name_key(name): pin for name, pin in reversed([*zip(names, pins, strict=True)])}
    cards = [card for each in drawn.values() if (card := _made_before(session, group, each)) is not None]
    fresh = without_login(session, group, names)
    return cards + _make(session, group, fresh, [drawn[name_key(name)] for name in fresh], by=by, day=day)


def _made_before(session: Session, group: Group, drawn: DrawnPin) -> LoginCard | None:
    account = made_before(session, drawn)
    if account is None:
        return None
    query = select(GroupMember).join(GroupLogin, GroupLogin.member_id == GroupMember.id)
    query = query.where(GroupLogin.account_id == account.id, GroupMember.group_id == group.id)
    member = session.scalar(query.where(GroupMember.left_at.is_(None)))
    return LoginCard(member.number, member.name, account.username or "", drawn.pin) if member is not None else None


def _make(
    session: Session, group: Group, names: Sequence[str], pins: Sequence[DrawnPin], *, by: UUID, day: date
) -> list[LoginCard]:
    if not names:
        return []
    listed = {name_key(member.name): member for member in members_of(session, group.id) if member.learner_id is None}
    made = add_learners(session, names, pins, by=by, locale=group.language)
    return [_put_on_list(session, group, each, listed.get(name_key(each.name)), day) for each in made]


def _put_on_list(session: Session, group: Group, made: NewLearner, member: GroupMember | None, day: date) -> LoginCard:
    learner = make_learner(session, day)
    keep_in_account(session, made.account_id, learner, ())
    if member is None:
        # Not by number and name: a laptop may make a user name for another person of the same name at the same time.
        number, member_number = next_number(session, group.id), member_id(group.id, learner.id)
        member = GroupMember(id=member_number, group_id=group.id, name=made.name, number=number)
        session.add(member)
    member.learner_id = learner.id
    session.flush()
    session.add(GroupLogin(member_id=member.id, account_id=made.account_id))
    session.flush()
    return LoginCard(member.number, member.name, made.username, made.pin)


def logins_of(session: Session, group: Group) -> frozenset[UUID]:
    """Return the members of a group whose user name was made by a trainer, and who may be given a new PIN."""
    query = select(GroupLogin.member_id).join(GroupMember, GroupMember.id == GroupLogin.member_id)
    return frozenset(session.scalars(query.where(GroupMember.group_id == group.id)))


def kind_of(session: Session, member: GroupMember) -> PinKind:
    """Return which kind of PIN somebody has; raise NotFound for a user name that no trainer made."""
    pin = session.get(Pin, _account(session, member).id)
    return PinKind(pin.kind) if pin is not None else PinKind.DIGITS


def new_pin(session: Session, member: GroupMember, drawn: DrawnPin, *, by: UUID) -> LoginCard:
    """Give somebody of a group a new PIN; raise NotFound for a user name that no trainer made: an account of their own is theirs alone."""
    account = _account(session, member)
    set_pin(session, account, drawn, by=by)
    return LoginCard(member.number, member.name, account.username or "", drawn.pin)


def _account(session: Session, member: GroupMember) -> Account:
    row = session.get(GroupLogin, member.id)
    account = session.get(Account, row.account_id) if row is not None else None
    # Who has made it an account of their own, with an address, gets a new PIN from nobody else.
    if account is None or member.left_at is not None or account.email is not None or account.disabled_at is not None:
        raise NotFound(_("There is no such person in this group."))
    return account
