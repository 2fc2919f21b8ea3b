"""Who leads a group goes along to the laptop: the organisation's name, and of its trainers what they sign in by. Nobody comes back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select

from perille.core.database import Session
from perille.core.errors import BadRequest
from perille.lrs.services import make_store
from perille.people.addresses import email_key
from perille.people.memberships import give_role, roles_in
from perille.people.models import Account, Organisation, OrganisationKind, Role
from perille.sync.response_schemas import Trainer
from perille.sync.scope import carried_tables, table_of
from perille.sync.wire import Row, SyncRefusal

_LEADS = (Role.TRAINER, Role.COORDINATOR)


def people_of(session: Session, organisation: Organisation, group_id: UUID) -> Row:
    """Return what the laptop needs of the organisation and of those who lead a group."""
    trainer = table_of(carried_tables()["group_trainer"])
    query = select(Account).join(trainer, trainer.c.account_id == Account.id).where(trainer.c.group_id == group_id)
    accounts = session.scalars(query.where(Account.disabled_at.is_(None)).order_by(Account.id))
    return {
        "organisation": organisation_row(organisation),
        "trainers": [_person(session, each, organisation.id) for each in accounts],
    }


def organisation_row(organisation: Organisation) -> Row:
    """Return what goes along of an organisation."""
    return {
        "id": str(organisation.id),
        "name": organisation.name,
        "kind": organisation.kind,
        "languages": organisation.languages,
        "countries": organisation.countries,
    }


def _person(session: Session, account: Account, organisation_id: UUID) -> Row:
    held = roles_in(session, account.id, organisation_id)
    return {
        "id": str(account.id),
        "email": account.email,
        "name": account.name,
        "locale": account.locale,
        "address_proven": account.address_proven,
        "roles": [each.value for each in _LEADS if each in held],
    }


def take_organisation(session: Session, said: Any) -> Organisation:
    """Make the office's organisation here under the same id, or return it.

    Raise SyncRefusal for what is none, BadRequest where it was deleted here: what came for it would be shown to nobody.
    """
    try:
        number, kind = UUID(said["id"]), OrganisationKind(said["kind"])
        name, lists = str(said["name"])[:200], [[str(each) for each in said[key]] for key in ("languages", "countries")]
    except (KeyError, TypeError, ValueError) as error:
        raise SyncRefusal("format", "The office's answer names no organisation.") from error
    row = session.get(Organisation, number)
    if row is None:
        row = Organisation(id=number, store_id=make_store(session, f"organisation-{number}"))
        session.add(row)
    if row.deleted_at is not None:
        raise BadRequest("This organisation was deleted on this laptop. Use a new data folder (PERILLE_DATA_DIR).")
    row.name, row.kind, row.languages, row.countries = name, kind.value, lists[0], lists[1]
    session.flush()
    return row


def take_trainers(session: Session, organisation_id: UUID, group_id: UUID, said: Iterable[Trainer]) -> None:
    """Let those who lead a group at the office lead it here: who has an account here keeps it, by the address."""
    trainer = table_of(carried_tables()["group_trainer"])
    for each in said:
        account = _account(session, each)
        for role in _LEADS:
            if role.value in each.roles:
                give_role(session, account.id, role, organisation_id)
        values = {"group_id": group_id, "account_id": account.id}
        there = select(trainer).where(trainer.c.group_id == group_id, trainer.c.account_id == account.id)
        if session.execute(there).first() is None:
            session.execute(trainer.insert().values(**values))


def _account(session: Session, said: Trainer) -> Account:
    key = email_key(said.email) if said.email else None
    account = session.get(Account, said.id)
    if account is None and key is not None:
        account = session.scalar(select(Account).where(Account.email_key == key))
    if account is None:
        account = Account(id=said.id, email=said.email, email_key=key, name=said.name, locale=said.locale)
        account.address_proven = said.address_proven
        session.add(account)
        session.flush()
    return account
