"""Passkeys (WebAuthn Level 2): made, used and removed.

Whose site it is comes from PERILLE_SITE_URL alone: what a request says of its host or origin changes nothing. The key is asked to be
discoverable, so that signing in needs no name, and each challenge is a row that its first use deletes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from sqlalchemy import delete, select
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from perille.core.config import Config
from perille.core.database import Session, utcnow
from perille.core.errors import BadRequest, NotFound
from perille.core.type_aliases import JsonObject
from perille.people.audit import audit
from perille.people.models import Account
from perille.people.sign_in.models import Passkey, PasskeyChallenge

#: How long a browser may take.
CHALLENGE_LIFE = timedelta(minutes=5)
_PORTS = {"https": 443, "http": 80}
#: Passkeys of an account at most, and characters of what a browser sends of one.
MOST, _LONGEST = 20, 20_000


class PasskeyRefused(BadRequest):
    """What a browser sent proves nothing; nothing was changed."""


class SignCountDecreased(PasskeyRefused):
    """A passkey's counter stands lower than it did: it may have been copied (WebAuthn 6.1.1). Its owner has the way by e-mail."""

    def __init__(self, account_id: UUID) -> None:
        super().__init__("The counter of this passkey went back.")
        self.account_id = account_id


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Who asks for passkeys: this site."""

    id: str
    origin: str
    name: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whose passkey it was, and whether a finger, a face or a PIN was asked for."""

    account: Account
    user_verified: bool


def relying_party(config: Config) -> RelyingParty | None:
    """Return who this site is to a passkey; None where its address is neither https nor this machine by name, and no passkey works."""
    parts = urlsplit(config.site_url)
    host = (parts.hostname or "").rstrip(".")
    local = host == "localhost" or host.endswith(".localhost")
    if not host or (parts.scheme != "https" and not (parts.scheme == "http" and local)):
        return None
    port = f":{parts.port}" if parts.port not in (None, _PORTS[parts.scheme]) else ""
    return RelyingParty(host, f"{parts.scheme}://{host}{port}", config.issuer)


def registration_options(session: Session, account: Account, site: RelyingParty) -> JsonObject:
    """Return what a browser makes a passkey by, as JSON, with the id of its challenge; raise BadRequest for an account with too many."""
    known = session.scalars(select(Passkey.credential_id).where(Passkey.account_id == account.id)).all()
    if len(known) >= MOST:
        raise BadRequest("This account has too many passkeys. Remove one first.")
    options = webauthn.generate_registration_options(
        rp_id=site.id,
        rp_name=site.name,
        user_id=account.id.bytes,
        user_name=account.email or account.username or str(account.id),
        user_display_name=account.label,
        # Discoverable, in the word of today and in that of old browsers; on this device or on another.
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
    )
    return _with_challenge(session, webauthn.options_to_json(options), options.challenge, account.id)


def authentication_options(session: Session, site: RelyingParty) -> JsonObject:
    """Return what a browser signs in by, as JSON, with the id of its challenge: any passkey of this site."""
    options = webauthn.generate_authentication_options(
        rp_id=site.id, user_verification=UserVerificationRequirement.REQUIRED
    )
    return _with_challenge(session, webauthn.options_to_json(options), options.challenge, None)


def _with_challenge(session: Session, options: str, challenge: bytes, account_id: UUID | None) -> JsonObject:
    row = PasskeyChallenge(challenge=challenge, account_id=account_id, expires_at=utcnow() + CHALLENGE_LIFE)
    session.add(row)
    session.flush()
    return {"id": str(row.id), "options": json.loads(options)}


def _take_challenge(session: Session, challenge_id: str, account_id: UUID | None) -> bytes:
    """Delete a challenge and return it; raise PasskeyRefused for one that was used, is old, or was for somebody else."""
    try:
        number = UUID(challenge_id[:40])
    except ValueError:
        raise PasskeyRefused("There is no such challenge.") from None
    gone = delete(PasskeyChallenge).where(PasskeyChallenge.id == number, PasskeyChallenge.expires_at > utcnow())
    row = session.execute(gone.returning(PasskeyChallenge.challenge, PasskeyChallenge.account_id)).first()
    if row is None or row[1] != account_id:
        raise PasskeyRefused("There is no such challenge.")
    return bytes(row[0])


def add_passkey(
    session: Session, account: Account, site: RelyingParty, *, challenge_id: str, credential: str, label: str
) -> Passkey:
    """Keep a passkey that a browser made; raise PasskeyRefused where it does not prove itself."""
    challenge = _take_challenge(session, challenge_id, account.id)
    try:
        made = webauthn.verify_registration_response(
            credential=_read(credential),
            expected_challenge=challenge,
            expected_rp_id=site.id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise PasskeyRefused(str(error)) from error
    if _find(session, made.credential_id) is not None:
        raise PasskeyRefused("This passkey is there already.")
    row = Passkey(
        account_id=account.id,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        backed_up=made.credential_backed_up,
        label=label[:80],
    )
    session.add(row)
    audit(session, account.id, "second-factor.added", why="passkey")
    session.flush()
    return row


def use_passkey(session: Session, site: RelyingParty, *, challenge_id: str, credential: str) -> SignedIn:
    """Return whose passkey answered a challenge; raise PasskeyRefused where it is nobody's or proves nothing, SignCountDecreased."""
    challenge = _take_challenge(session, challenge_id, None)
    data = _read(credential)
    try:
        row = _find(session, base64url_to_bytes(str(data["rawId"])))
    except (KeyError, ValueError) as error:
        raise PasskeyRefused("This is no passkey.") from error
    account = session.get(Account, row.account_id) if row is not None else None
    if row is None or account is None or account.disabled_at is not None:
        raise PasskeyRefused("Nobody here has this passkey.")
    used = _verified(data, challenge, site, row)
    row.sign_count, row.backed_up, row.last_used_on = used.new_sign_count, used.credential_backed_up, utcnow().date()
    session.flush()
    return SignedIn(account, used.user_verified)


def _verified(data: JsonObject, challenge: bytes, site: RelyingParty, row: Passkey) -> Any:
    try:
        # The counter is looked at apart, so that a counter that went back is told from a wrong signature.
        used = webauthn.verify_authentication_response(
            credential=data,
            expected_challenge=challenge,
            expected_rp_id=site.id,
            expected_origin=site.origin,
            credential_public_key=row.public_key,
            credential_current_sign_count=0,
            require_user_verification=False,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise PasskeyRefused(str(error)) from error
    counts = used.new_sign_count > 0 or row.sign_count > 0
    if counts and used.new_sign_count <= row.sign_count:
        raise SignCountDecreased(row.account_id)
    return used


def _read(credential: str) -> JsonObject:
    try:
        data = json.loads(credential) if len(credential) <= _LONGEST else None
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise PasskeyRefused("This is no passkey.")
    return data


def _find(session: Session, credential_id: bytes) -> Passkey | None:
    return session.scalar(select(Passkey).where(Passkey.credential_id == credential_id))


def passkeys_of(session: Session, account_id: UUID) -> list[Passkey]:
    """Return the passkeys of an account, the oldest first."""
    return list(session.scalars(select(Passkey).where(Passkey.account_id == account_id).order_by(Passkey.id)))


def remove_passkey(session: Session, account_id: UUID, passkey_id: UUID) -> None:
    """Remove a passkey of an account; raise NotFound where it has none of that id."""
    row = session.get(Passkey, passkey_id)
    if row is None or row.account_id != account_id:
        raise NotFound
    session.delete(row)
    audit(session, account_id, "second-factor.removed", why="passkey")
    session.flush()


__all__ = [
    "SignCountDecreased",
    "PasskeyRefused",
    "RelyingParty",
    "SignedIn",
    "add_passkey",
    "authentication_options",
    "passkeys_of",
    "registration_options",
    "relying_party",
    "remove_passkey",
    "use_passkey",
]
