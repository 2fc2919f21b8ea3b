"""The audit table: who did what to what. Only identifiers, numbers and words of fixed lists go in, so that no name can."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Uuid, delete, literal, select, tuple_

from perille.core.database import Session, UtcDateTime, utcnow
from perille.people.models import AuditEntry

#: How long entries are kept.
KEPT = timedelta(days=2 * 365)
_ACTION = re.compile(r"[a-z][a-z-]*\.[a-z][a-z-]*")
#: A word of a list of ours, the id of a pack, unit or question, the key of a client of the record store.
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/-]{0,119}")


def _number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError
    return value


def _word(value: object) -> object:
    if not isinstance(value, str) or not _WORD.fullmatch(value):
        raise ValueError
    return str(value)


def _words(value: object) -> object:
    if not isinstance(value, list | tuple):
        raise TypeError
    return [_word(each) for each in value]


def _day(value: object) -> object:
    if not isinstance(value, date):
        raise TypeError
    return value.isoformat()


def _identifier(value: object) -> object:
    if not isinstance(value, UUID):
        raise TypeError
    return str(value)


#: What an entry may say beside who, what, whose and when: key -> what makes its value storable, or raises.
DETAILS: Mapping[str, Callable[[object], object]] = {
    "account": _identifier,
    "attempt": _identifier,
    "attempts": _number,
    "client": _word,
    "count": _number,
    "due": _number,
    "enrolment": _identifier,
    "file": _word,
    "group": _identifier,
    "last_day": _day,
    "learners": _number,
    "pack": _word,
    "percent": _number,
    "question": _word,
    "role": _word,
    "scopes": _words,
    "searched_by": _words,
    "seminar": _identifier,
    "statements": _number,
    "tries": _number,
    "unit": _word,
    "waiting": _number,
    "why": _word,
}


def audit(
    session: Session,
    account_id: UUID | None,
    action: str,
    organisation_id: UUID | None = None,
    target_id: UUID | None = None,
    **details: object,
) -> None:
    """Write into the audit table who did what, in which organisation and to what; details that are None are left out.

    Raise ValueError for an action or a detail that could hold a name: a key that `DETAILS` has not, or a value of another kind.
    """
    if not _ACTION.fullmatch(action):
        raise ValueError(f"not an action: {action!r}")
    kept = {key: _kept(key, value) for key, value in details.items() if value is not None}
    session.add(
        AuditEntry(
            account_id=account_id,
            action=str(action),
            organisation_id=organisation_id,
            target_id=target_id,
            details=kept,
        )
    )


def _kept(key: str, value: object) -> object:
    try:
        return DETAILS[key](value)
    except (KeyError, TypeError, ValueError):
        # Without the value: a log must not get what the table refuses.
        raise ValueError(f"the audit table takes no {key!r} of this kind") from None


def entries_of(
    session: Session, organisation_id: UUID | None, *, everywhere: bool, before: UUID | None, limit: int
) -> list[AuditEntry]:
    """Return entries, the newest first, those before *before*: of one organisation, or *everywhere* of the whole installation."""
    query = select(AuditEntry)
    if not everywhere:
        query = query.where(AuditEntry.organisation_id == organisation_id)
    last = session.get(AuditEntry, before) if before is not None else None
    if last is not None:
        query = query.where(
            tuple_(AuditEntry.at, AuditEntry.id) < tuple_(literal(last.at, UtcDateTime), literal(last.id, Uuid()))
        )
    return list(session.scalars(query.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(limit)))


def entry_before(typed: str) -> UUID | None:
    """Return the number of an entry as it stands in an address, None for anything else."""
    try:
        return UUID(hex=typed)
    except ValueError:
        return None


def forget_old_entries(session: Session) -> int:
    """Delete entries that are older than they are kept; return how many."""
    old = delete(AuditEntry).where(AuditEntry.at < utcnow() - KEPT).returning(AuditEntry.id)
    return len(session.scalars(old).all())
