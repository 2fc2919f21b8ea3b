"""Keys of laptops: made for one organisation, shown once, kept as a hash, taken back at once."""

from __future__ import annotations

import hashlib
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from perille.core.database import Session, utcnow
from perille.core.errors import NotFound
from perille.core.i18n import _
from perille.core.letters import collapse_whitespace
from perille.people.audit import audit
from perille.people.models import Organisation
from perille.sync.models import SyncKey
from perille.sync.wire import SyncRefusal

_PREFIX = "room-"


def make_key(session: Session, organisation_id: UUID, label: str, by: UUID | None, secret: bytes | None = None) -> str:
    """Make a key for a laptop and return it; it cannot be read again. The same *secret*, of 32 bytes, is the same key."""
    text = _PREFIX + urlsafe_b64encode(secret or secrets.token_bytes(32)).decode().rstrip("=")
    # One that was taken back stays so.
    if session.scalar(select(SyncKey.id).where(SyncKey.key_hash == _hash(text))) is not None:
        return text
    row = SyncKey(organisation_id=organisation_id, key_hash=_hash(text), label=collapse_whitespace(label)[:80])
    session.add(row)
    session.flush()
    audit(session, by, "sync.key-made", organisation_id, row.id)
    return text


def keys_of(session: Session, organisation_id: UUID) -> Sequence[SyncKey]:
    """Return the keys of an organisation, the newest first."""
    query = select(SyncKey).where(SyncKey.organisation_id == organisation_id)
    return session.scalars(query.order_by(SyncKey.id.desc())).all()


def has_rooms(session: Session) -> bool:
    """Tell whether laptops carry to this installation."""
    return session.scalar(select(SyncKey.id).where(SyncKey.revoked_at.is_(None)).limit(1)) is not None


def revoke_key(session: Session, organisation_id: UUID, key_id: UUID, by: UUID | None) -> None:
    """Take a key back: its next request is refused. A second time changes nothing; raise NotFound."""
    row = session.get(SyncKey, key_id)
    if row is None or row.organisation_id != organisation_id:
        raise NotFound(_("There is no such key."))
    if row.revoked_at is None:
        row.revoked_at = utcnow()
        audit(session, by, "sync.key-revoked", organisation_id, row.id)
    session.flush()


def key_of_request(session: Session, authorization: str) -> SyncKey:
    """Return the key of an Authorization header (RFC 6750); raise SyncRefusal that says which of key and organisation is wrong."""
    scheme, _space, text = authorization.partition(" ")
    row = session.scalar(select(SyncKey).where(SyncKey.key_hash == _hash(text))) if scheme == "Bearer" else None
    if row is None or row.revoked_at is not None:
        raise SyncRefusal("key", "The office does not know this key, or has taken it back. Ask for a new one.", 401)
    organisation = session.get_one(Organisation, row.organisation_id)
    if organisation.closed_at is not None:
        raise SyncRefusal("organisation", "The organisation of this key was closed at the office.", 403)
    return row


def _hash(text: str) -> bytes:
    return hashlib.sha256(b"perille sync key\0" + text.encode(errors="replace")).digest()
