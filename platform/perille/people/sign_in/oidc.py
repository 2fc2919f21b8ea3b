"""Signing in with the service of an organisation: providers, who is whom there, and logins under way.

An identity is an issuer and a subject. An address that a provider names opens no account: one that is there already is tied to an identity
by whoever is signed in to it, and by nothing else. A provider gives memberships of its own organisation, and never more than a member's.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, update

from perille.core.database import Session, utcnow
from perille.core.errors import BadRequest, Conflict, NotFound
from perille.core.sealing import Seal
from perille.core.tokens import token_hash
from perille.lrs.oidc.keysets import checked_url
from perille.people.audit import audit
from perille.people.memberships import give_role
from perille.people.models import Account, Organisation, Role
from perille.people.sign_in.id_token_claims import ProviderIdentity
from perille.people.sign_in.invited import accept_by_identity
from perille.people.sign_in.models import OidcIdentity, OidcLogin, OidcProvider
from perille.people.sign_in.oidc_client import Client

#: How long a browser may be away.
LOGIN_LIFE = timedelta(minutes=10)
#: What the secrets of our clients at providers are sealed for.
PURPOSE = b"perille people: sign-in of organisations"


@dataclass(frozen=True, slots=True)
class AuthenticationRequest:
    """A login that begins: what goes into the browser's cookie and into the address of the provider."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class PendingLogin:
    """A login that is under way, and the client that it is made with."""

    state_hash: bytes
    nonce: str
    verifier: str
    account_id: UUID | None
    client: Client
    provider_name: str


def offered_providers(session: Session) -> list[OidcProvider]:
    """Return the providers that the sign-in page offers, by name."""
    query = select(OidcProvider).join(Organisation, Organisation.id == OidcProvider.organisation_id)
    return list(session.scalars(query.where(Organisation.closed_at.is_(None)).order_by(OidcProvider.name)))


def providers_of(session: Session, organisation_id: UUID) -> list[OidcProvider]:
    """Return the providers of an organisation."""
    query = select(OidcProvider).where(OidcProvider.organisation_id == organisation_id)
    return list(session.scalars(query.order_by(OidcProvider.name)))


def add_provider(
    session: Session,
    organisation_id: UUID,
    *,
    name: str,
    issuer: str,
    client_id: str,
    client_secret: str,
    seal: Seal,
    loopback: bool,
    by: UUID,
) -> OidcProvider:
    """Let an organisation's people sign in with its own service.

    Raise BadRequest for an address that is not https, Conflict for one that is in use.
    """
    address = checked_url(issuer.strip(), loopback=loopback).rstrip("/")
    if session.scalar(select(OidcProvider.id).where(OidcProvider.issuer == address)) is not None:
        raise Conflict("This issuer is in use already.")
    row = OidcProvider(
        organisation_id=organisation_id,
        name=name,
        issuer=address,
        client_id=client_id,
        client_secret=seal.close(client_secret) if client_secret else "",
    )
    session.add(row)
    session.flush()
    audit(session, by, "sign-in-service.added", organisation_id, row.id)
    return row


def remove_provider(session: Session, organisation_id: UUID, provider_id: UUID, *, by: UUID) -> None:
    """Take an organisation's service away; its people keep their accounts. Raise NotFound where the organisation has none of that id."""
    row = session.get(OidcProvider, provider_id)
    if row is None or row.organisation_id != organisation_id:
        raise NotFound
    session.delete(row)
    audit(session, by, "sign-in-service.removed", organisation_id, provider_id)
    session.flush()


def depart(
    session: Session,
    provider_id: UUID,
    browser: str,
    account_id: UUID | None,
    invitation_id: UUID | None = None,
    *,
    state: str,
) -> AuthenticationRequest:
    """Begin a login; raise NotFound for a provider that is not offered.

    *state*: what comes back with the browser, which nobody can guess. *account_id*: whose account the identity is to be tied to.
    *invitation_id*: the invitation that is accepted by it.
    """
    provider = session.get(OidcProvider, provider_id)
    organisation = session.get(Organisation, provider.organisation_id) if provider is not None else None
    if provider is None or organisation is None or organisation.closed_at is not None:
        raise NotFound
    departure = AuthenticationRequest(state, secrets.token_urlsafe(24), secrets.token_urlsafe(48))
    session.add(
        OidcLogin(
            state_hash=_state_hash(browser, departure.state),
            provider_id=provider.id,
            nonce=departure.nonce,
            verifier=departure.verifier,
            account_id=account_id,
            invitation_id=invitation_id,
            expires_at=utcnow() + LOGIN_LIFE,
        )
    )
    session.flush()
    return departure


def _state_hash(browser: str, state: str) -> bytes:
    return token_hash(f"{browser}\0{state}")


def find_login(session: Session, browser: str, state: str) -> OidcLogin | None:
    """Return a login of this browser that is not over, used or not."""
    row = session.get(OidcLogin, _state_hash(browser, state)) if browser and state else None
    return row if row is not None and row.expires_at > utcnow() else None


def under_way(session: Session, row: OidcLogin, *, seal: Seal, redirect_uri: str, loopback: bool) -> PendingLogin:
    """Return what the wire side needs of a login."""
    provider = session.get_one(OidcProvider, row.provider_id)
    secret = seal.open(provider.client_secret) if provider.client_secret else ""
    client = Client(provider.issuer, provider.client_id, secret, redirect_uri, loopback)
    return PendingLogin(row.state_hash, row.nonce, row.verifier, row.account_id, client, provider.name)


def arrive(session: Session, state_hash: bytes, person: ProviderIdentity, language: str) -> Account | None:
    """Finish a login once; return whose identity it is, None where nobody's yet (`open_account`).

    *language*: of the person. Raise BadRequest for a login that was finished already, Conflict where the identity is tied to another
    account than the one signed in or invited, and OtherPersonError where an invitation is not for whom the provider names.
    """
    mine = update(OidcLogin).where(OidcLogin.state_hash == state_hash, OidcLogin.used_at.is_(None))
    row = session.scalars(mine.values(used_at=utcnow()).returning(OidcLogin)).first()
    if row is None:
        raise BadRequest("This login was finished already.")
    identity = _identity(session, row.provider_id, person.subject)
    if row.account_id is not None:
        return _tie(session, row, identity, person)
    if row.invitation_id is not None:
        return accept_by_identity(session, row, identity, person, language)
    if identity is None:
        row.subject, row.name = person.subject, person.name
        session.flush()
        return None
    account = session.get_one(Account, identity.account_id)
    if account.disabled_at is not None:
        raise Conflict("This account is disabled.")
    return account


def _identity(session: Session, provider_id: UUID, subject: str) -> OidcIdentity | None:
    return session.scalar(
        select(OidcIdentity).where(OidcIdentity.provider_id == provider_id, OidcIdentity.subject == subject)
    )


def _tie(session: Session, row: OidcLogin, identity: OidcIdentity | None, person: ProviderIdentity) -> Account:
    account = session.get(Account, row.account_id)
    if account is None or account.disabled_at is not None:
        raise Conflict("This account is disabled.")
    if identity is None:
        session.add(OidcIdentity(provider_id=row.provider_id, subject=person.subject, account_id=account.id))
        audit(session, account.id, "sign-in-service.tied", target_id=row.provider_id)
        session.flush()
    elif identity.account_id != account.id:
        raise Conflict("Somebody else here signs in with it.")
    return account


def open_account(session: Session, browser: str, state: str, locale: str) -> Account | None:
    """Make an account for somebody who came back and has none: a member of the provider's organisation. None where nobody waits."""
    row = find_login(session, browser, state)
    if row is None or not row.subject:
        return None
    provider = session.get_one(OidcProvider, row.provider_id)
    identity = _identity(session, provider.id, row.subject)
    if identity is not None:
        # Pressed twice.
        return session.get(Account, identity.account_id)
    account = Account(name=row.name, locale=locale)
    session.add(account)
    session.flush()
    session.add(OidcIdentity(provider_id=provider.id, subject=row.subject, account_id=account.id))
    give_role(session, account.id, Role.MEMBER, provider.organisation_id, by=None)
    audit(session, account.id, "sign-in-service.joined", provider.organisation_id, provider.id)
    session.execute(delete(OidcLogin).where(OidcLogin.state_hash == row.state_hash))
    session.flush()
    return account


def identities_of(session: Session, account_id: UUID) -> list[tuple[UUID, str]]:
    """Return the identities that are tied to an account: id and the provider's name."""
    query = select(OidcIdentity.id, OidcProvider.name).join(OidcProvider, OidcProvider.id == OidcIdentity.provider_id)
    return [(row[0], row[1]) for row in session.execute(query.where(OidcIdentity.account_id == account_id))]


def unlink_identity(session: Session, account_id: UUID, identity_id: UUID) -> None:
    """Take an identity from an account; raise NotFound where it has none of that id."""
    row = session.get(OidcIdentity, identity_id)
    if row is None or row.account_id != account_id:
        raise NotFound
    session.delete(row)
    audit(session, account_id, "sign-in-service.untied", target_id=row.provider_id)
    session.flush()
