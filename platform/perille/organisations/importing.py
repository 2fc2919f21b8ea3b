"""Inviting many people from a table: looked at first, then all of them or none; the e-mails go out by and by."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

from flask import current_app
from sqlalchemy import delete, insert, select

from perille.core.base_url import base_address
from perille.core.current import current_config
from perille.core.database import Session, run_in_transaction, utcnow, uuid7
from perille.core.errors import NotFound
from perille.core.fault_isolation import one_by_one
from perille.core.i18n import SOURCE_LANGUAGE, _
from perille.core.tokens import token_hash
from perille.core.web.site_address import link_to
from perille.notices.notifiers import can_send
from perille.notices.services import queue, written_in
from perille.organisations.import_rows import PeopleFile, PersonLine, read_table
from perille.organisations.models import PeopleTable
from perille.people.addresses import read_address
from perille.people.audit import audit
from perille.people.double_submission import since_first_press
from perille.people.invitations import LIFE_DAYS
from perille.people.models import Account, AuditEntry, Invitation, Membership, Organisation
from perille.people.organisations import first_language

#: How long a table waits for its yes.
KEPT = timedelta(hours=24)
#: Addresses that one query names.
SLICE = 100
#: Invitations from tables whose e-mail is not queued yet.
_WAITS = (Invitation.mailed.is_(False), Invitation.used_at.is_(None))


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What a table would do."""

    table: PeopleFile
    #: People who are invited.
    new: list[PersonLine]
    #: Who has the role already.
    here: list[PersonLine]


def keep_table(session: Session, organisation_id: UUID, account_id: UUID, text: str) -> PeopleTable:
    """Keep a table until somebody says yes to it; one that the account had here before goes."""
    mine = PeopleTable.organisation_id == organisation_id, PeopleTable.account_id == account_id
    session.execute(delete(PeopleTable).where(*mine))
    made = PeopleTable(organisation_id=organisation_id, account_id=account_id, content=text)
    session.add(made)
    session.flush()
    return made


def kept_table(session: Session, organisation_id: UUID, account_id: UUID, table_id: UUID) -> PeopleTable:
    """Return a table that waits; raise NotFound for one of somebody else, and one that was used or is too old."""
    found = session.get(PeopleTable, table_id)
    if found is None or (found.organisation_id, found.account_id) != (organisation_id, account_id):
        raise NotFound(_("This table is not here any more. Send it again."))
    return found


def just_brought_in(session: Session, organisation_id: UUID, by: UUID) -> int | None:
    """Return how many people this account invited from a table within the last minute; None where it did not.

    A table is gone once it was brought in: this is what the second press of one button asks.
    """
    query = select(AuditEntry).where(
        AuditEntry.at > since_first_press(session, by),
        AuditEntry.action == "people.imported",
        AuditEntry.organisation_id == organisation_id,
        AuditEntry.account_id == by,
    )
    entry = session.scalar(query.order_by(AuditEntry.at.desc()).limit(1))
    count = entry.details.get("count") if entry is not None else None
    return count if isinstance(count, int) else None


def look_at(session: Session, kept: PeopleTable) -> ImportPreview:
    """Read a table, and tell what it would do; nothing is changed."""
    table = read_table(kept.content)
    query = select(Account.email_key, Membership.role).join(Membership, Membership.account_id == Account.id)
    held = {
        (key, role) for key, role in session.execute(query.where(Membership.organisation_id == kept.organisation_id))
    }
    here = [each for each in table.people if (each.key, each.role.value) in held]
    return ImportPreview(table, [each for each in table.people if (each.key, each.role.value) not in held], here)


def bring_in(session: Session, kept: PeopleTable, by: UUID) -> int:
    """Invite everybody of a table, or nobody where it has a fault; return how many. Their e-mails are queued by a job."""
    look = look_at(session, kept)
    session.delete(kept)
    for start in range(0, len(look.new), SLICE):
        keys = [each.key for each in look.new[start : start + SLICE]]
        open_ones = Invitation.organisation_id == kept.organisation_id, Invitation.used_at.is_(None)
        session.execute(delete(Invitation).where(*open_ones, Invitation.email_key.in_(keys)))
    if look.new:
        session.execute(insert(Invitation), [_row(kept.organisation_id, each, by) for each in look.new])
        audit(session, by, "people.imported", kept.organisation_id, count=len(look.new))
    session.flush()
    return len(look.new)


def _row(organisation_id: UUID, person: PersonLine, by: UUID) -> dict[str, object]:
    now = utcnow()
    return {
        "id": uuid7(),
        # Nobody knows this token: the job makes the one that is sent.
        "token_hash": token_hash(secrets.token_urlsafe(24)),
        "email": read_address(person.email),
        "email_key": person.key,
        "organisation_id": organisation_id,
        "role": person.role.value,
        "name": person.name,
        "locale": person.language,
        "created_by": by,
        "created_at": now,
        "expires_at": now + timedelta(days=LIFE_DAYS),
        "mailed": False,
    }


def mail_invitations(session: Session) -> None:
    """Queue the e-mails of invitations that came from a table, one at a time: others must not wait. The work of a job.

    Those of an organisation that was closed open nothing: they wait until it is opened again, or are deleted with the old ones. Without a
    mail server all wait: an e-mail that goes out late must not end a link that was handed over meanwhile.
    """
    if not run_in_transaction(session, lambda: can_send(session), write=False):
        return
    waiting = select(Invitation.id).where(*_WAITS).order_by(Invitation.id)
    numbers = run_in_transaction(session, lambda: session.scalars(waiting).all(), write=False)
    one_by_one(session, numbers, partial(_mail, session, base_address(current_config())), job="invitations")


def _mail(session: Session, base: str, number: UUID) -> int:
    query = select(Invitation, Organisation).join(Organisation, Organisation.id == Invitation.organisation_id)
    query = query.where(Invitation.id == number, *_WAITS, Organisation.closed_at.is_(None)).with_for_update(
        of=Invitation, skip_locked=True
    )
    row = session.execute(query).first()
    if row is None:
        return 0
    invitation, organisation = row
    token = secrets.token_urlsafe(24)
    invitation.token_hash, invitation.mailed = token_hash(token), True
    language = written_in(invitation.locale or first_language(organisation, SOURCE_LANGUAGE))
    queue(
        session,
        kind="invitation",
        to=invitation.email,
        locale=language,
        values={"organisation": organisation.name, "days": LIFE_DAYS},
        links={"open": link_to(current_app, base, "invitations.show", lang=language, token=token)},
        expires_at=invitation.expires_at,
    )
    return 1


def forget_tables(session: Session) -> int:
    """Delete tables to which nobody said yes; return how many."""
    old = delete(PeopleTable).where(PeopleTable.created_at < utcnow() - KEPT).returning(PeopleTable.id)
    return len(session.scalars(old).all())
