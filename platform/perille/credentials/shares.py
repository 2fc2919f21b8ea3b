"""Links with which a holder shows a certificate to somebody, such as an employer, and takes it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select

from perille.core.current import current_config
from perille.core.database import Session, utcnow
from perille.core.errors import Conflict
from perille.core.i18n import _
from perille.credentials.models import Credential, CredentialShare
from perille.people.double_submission import TOGETHER

#: Links of one certificate that are open at once.
MOST = 10


@dataclass(frozen=True, slots=True)
class ShareLink:
    """A link that is open."""

    id: UUID
    token: str
    created_at: datetime


def share(session: Session, credential: Credential) -> CredentialShare:
    """Open a link; raise Conflict where there are enough, and for a certificate that does not count.

    Two presses within a minute are one: the link of the first is returned.
    """
    # The second of two presses that come at once waits for the first one and finds what it made.
    session.execute(select(Credential.id).where(Credential.id == credential.id).with_for_update())
    pressed = select(CredentialShare).where(CredentialShare.credential_id == credential.id)
    pressed = pressed.where(CredentialShare.created_at > utcnow() - TOGETHER)
    if credential.revoked_at is None and (found := session.scalar(pressed.limit(1))) is not None:
        return found
    if credential.revoked_at is not None or len(links_of(session, credential)) >= MOST:
        raise Conflict(_("There are enough links. Take one back first."))
    made = CredentialShare(credential_id=credential.id)
    session.add(made)
    session.flush()
    return made


def links_of(session: Session, credential: Credential) -> list[ShareLink]:
    """Return the links of a certificate that are open, the oldest first."""
    query = select(CredentialShare).where(CredentialShare.credential_id == credential.id)
    rows = session.scalars(query.order_by(CredentialShare.created_at, CredentialShare.id))
    return [ShareLink(row.id, _serializer().dumps(row.id.hex), row.created_at) for row in rows]


def take_back(session: Session, credential: Credential, share_id: UUID) -> None:
    """Close a link of this certificate; one that is closed already stays so."""
    row = session.get(CredentialShare, share_id)
    if row is not None and row.credential_id == credential.id:
        session.delete(row)
        session.flush()


def shared_credential(session: Session, token: str) -> Credential | None:
    """Return the certificate of a link, None for one that was taken back or that we did not make."""
    try:
        number = UUID(_serializer().loads(token))
    except (BadSignature, ValueError):
        return None
    row = session.get(CredentialShare, number)
    return session.get(Credential, row.credential_id) if row is not None else None


def _serializer() -> URLSafeSerializer:
    # The last of the list signs.
    return URLSafeSerializer(list(reversed(current_config().secret_keys)), salt="perille.credentials.share")
