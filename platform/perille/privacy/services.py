"""What a learner takes along: all that is kept of them."""

from __future__ import annotations

import base64
import re

import msgspec

from perille.core.database import Session
from perille.core.type_aliases import JsonObject, RowValues
from perille.enrolment.models import Learner
from perille.lrs.services import all_documents_of, all_statements_about
from perille.lrs.storage.person_records import PersonDocument
from perille.people.models import Account
from perille.privacy.accounts import kept_learners
from perille.privacy.archive import RESTORABLE, removed, unpack
from perille.privacy.learner_rows import Rows, account_rows_of, rows_of
from perille.privacy.models import RemovedLearner
from perille.privacy.people import person_of

#: Columns that would let somebody in, or that are made to tell nothing.
_SECRET = re.compile("hash|secret|token")


def export_account(session: Session, account: Account) -> dict[str, object]:
    """Return all that is kept of an account, as JSON values, with the learner whose progress is kept in it."""
    kept: dict[str, object] = {"tables": _readable(account_rows_of(session, account.id))}
    for learner in kept_learners(session, account.id):
        kept["progress"] = export(session, learner)
    return kept


def count_statements(session: Session, learner: Learner) -> int:
    """Return how many statements a learner takes part in."""
    return len(all_statements_about(session, person_of(session, learner)))


def export(session: Session, learner: Learner) -> dict[str, object]:
    """Return all that is kept of a learner, as JSON values.

    Rows are found by the foreign keys of the tables, so that what a feature adds is among them. Hashes of codes are left out: they
    are made to tell nothing.
    """
    person = person_of(session, learner)
    return {
        "tables": _readable(rows_of(session, learner.id)),
        "statements": [msgspec.json.decode(body) for body in all_statements_about(session, person)],
        "documents": [_document(each) for each in all_documents_of(session, person)],
        "removed_and_restorable": [_aside(row) for row in removed(session, [learner.id])],
    }


def _readable(rows: Rows) -> dict[str, list[JsonObject]]:
    return {name: [_plain(row) for row in found] for name, found in rows.items()}


def _plain(row: RowValues) -> JsonObject:
    kept: JsonObject = msgspec.to_builtins(
        {key: value for key, value in row.items() if not isinstance(value, bytes) and not _SECRET.search(key)}
    )
    return kept


def _document(document: PersonDocument) -> dict[str, object]:
    words = {name: getattr(document, name) for name in ("activity", "registration", "name", "content_type")}
    return {**words, "content": _content(document.body)}


def _content(body: bytes) -> object:
    """Return JSON as it is, other text as text, all else in base64."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        try:
            return body.decode()
        except UnicodeDecodeError:
            return base64.b64encode(body).decode()


def _aside(row: RemovedLearner) -> dict[str, object]:
    packed = unpack(row)
    return {
        "until": (row.removed_at + RESTORABLE).date().isoformat(),
        "tables": _readable(packed.rows),
        "statements": [msgspec.json.decode(each.body) for part in packed.record.parts() for each in part.statements],
        "documents": [_document(each) for part in packed.record.parts() for each in part.documents],
    }
