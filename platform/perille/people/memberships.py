"""Roles of accounts: given, taken away and read. Who may give one is asked in `permissions`."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid5

from sqlalchemy import bindparam, or_, select

from perille.core.database import Session
from perille.core.errors import BadRequest, Conflict
from perille.core.i18n import _
from perille.people.audit import audit
from perille.people.models import Account, Membership, Organisation, Role

#: Ids of memberships are made in here: two installations that make the same membership give it the same id.
_NAMES = UUID("a3a1c1f6-6f0e-5f57-9d0b-0d2b5b1c7c11")


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role that somebody has, and where; None: in the whole installation."""

    role: Role
    organisation_id: UUID | None


def membership_id(account_id: UUID, organisation_id: UUID | None, role: Role) -> UUID:
    """Return the id of a membership, which is made of what it says."""
    return uuid5(_NAMES, f"{account_id}:{organisation_id or ''}:{role.value}")


def give_role(
    session: Session, account_id: UUID, role: Role, organisation_id: UUID | None = None, *, by: UUID | None = None
) -> bool:
    """Give an account a role; return False where it had it. Raise BadRequest for a role in a place where it cannot be."""
    if (role is Role.ADMINISTRATOR) != (organisation_id is None):
        raise BadRequest("An administrator belongs to the installation, every other role to an organisation.")
    number = membership_id(account_id, organisation_id, role)
    if session.get(Membership, number) is not None:
        return False
    session.add(
        Membership(id=number, account_id=account_id, organisation_id=organisation_id, role=role.value, created_by=by)
    )
    audit(session, by, "role.given", organisation_id, account_id, role=role)
    session.flush()
    return True


def take_role(
    session: Session, account_id: UUID, role: Role, organisation_id: UUID | None = None, *, by: UUID | None = None
) -> bool:
    """Take a role away, which counts from the next request on; return False where the account had it not.

    Raise Conflict for the role of the last administrator.
    """
    row = session.get(Membership, membership_id(account_id, organisation_id, role))
    if row is None:
        return False
    if role is Role.ADMINISTRATOR:
        refuse_last_administrator(session, account_id)
    session.delete(row)
    audit(session, by, "role.taken", organisation_id, account_id, role=role)
    session.flush()
    return True


def refuse_last_administrator(session: Session, account_id: UUID) -> None:
    """Raise Conflict where nobody would be left to look after the installation without this account."""
    query = select(Membership.account_id).join(Account, Account.id == Membership.account_id)
    query = query.where(Membership.role == Role.ADMINISTRATOR.value, Account.disabled_at.is_(None))
    # One at a time: two administrators who shut each other out at once must not both find the other one there.
    if set(session.scalars(query.order_by(Membership.id).with_for_update())) == {account_id}:
        raise Conflict(_("Nobody would be left to look after this site. Make somebody else an administrator first."))


#: Asked with every page of somebody who is signed in: put together once.
_MEMBERSHIPS = (
    select(Membership.role, Membership.organisation_id)
    .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
    .where(Membership.account_id == bindparam("account"), Organisation.closed_at.is_(None))
    .where(or_(Membership.organisation_id.is_not(None), Membership.role == Role.ADMINISTRATOR.value))
    .order_by(Membership.id)
)


def memberships_of(session: Session, account_id: UUID) -> tuple[HeldRole, ...]:
    """Return the roles that an account has now; those in an organisation that was closed do not count."""
    rows = session.execute(_MEMBERSHIPS, {"account": account_id})
    return tuple(HeldRole(Role(role), organisation) for role, organisation in rows)


def roles_in(session: Session, account_id: UUID, organisation_id: UUID) -> tuple[Role, ...]:
    """Return the roles of an account in one organisation."""
    query = select(Membership.role).where(Membership.account_id == account_id)
    return tuple(Role(role) for role in session.scalars(query.where(Membership.organisation_id == organisation_id)))


def leave_organisation(session: Session, account_id: UUID, organisation_id: UUID) -> bool:
    """Take all roles of an account in an organisation away; return False where it had none."""
    roles = roles_in(session, account_id, organisation_id)
    for role in roles:
        take_role(session, account_id, role, organisation_id, by=account_id)
    return bool(roles)


def accounts_with(session: Session, role: Role, organisation_id: UUID | None) -> list[Account]:
    """Return the accounts with a role in an organisation that is open (None: in the installation), without those that are disabled."""
    wanted = select(Account).join(Membership, Membership.account_id == Account.id)
    wanted = wanted.outerjoin(Organisation, Organisation.id == Membership.organisation_id)
    wanted = wanted.where(Membership.role == role.value, Membership.organisation_id == organisation_id)
    wanted = wanted.where(Account.disabled_at.is_(None), Organisation.closed_at.is_(None))
    return list(session.scalars(wanted.order_by(Account.id)))


def all_memberships(session: Session) -> list[Membership]:
    """Return every membership of the installation."""
    return list(session.scalars(select(Membership).order_by(Membership.id)))
