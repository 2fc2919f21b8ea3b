"""What administrators do with the record store: its clients, each change noted in the audit table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from babel.dates import format_datetime

from perille.core.database import Session, utcnow
from perille.core.errors import Conflict, NotFound
from perille.core.i18n import _, babel_locale, language_of
from perille.lrs import services as lrs
from perille.lrs.clients import Peppers, Scope
from perille.lrs.storage.models import LrsClient
from perille.people.audit import audit


class ClientState(StrEnum):
    """Whether a client's credentials work."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class ClientView:
    """A client as a page shows it; its secret is kept nowhere."""

    key: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    #: The moment from which it is refused.
    expires_at: datetime | None
    revoked_at: datetime | None
    #: Requests a minute; None: any number.
    rate: int | None
    state: ClientState


@dataclass(frozen=True, slots=True)
class NewSecret:
    """Credentials just made, to be shown once."""

    name: str
    key: str
    secret: str


@dataclass(frozen=True, slots=True)
class ManagedStore:
    """A record store whose clients are managed: an organisation's, or the installation's own, which is no organisation's."""

    store_id: UUID
    organisation_id: UUID | None = None


def own_store(session: Session) -> ManagedStore:
    """Return the installation's own store."""
    return ManagedStore(lrs.default_store(session))


def clients(session: Session, store: ManagedStore) -> list[ClientView]:
    """Return the clients of a store, the newest first."""
    return [_view(row) for row in reversed(lrs.clients_of(session, store.store_id))]


def find_client(session: Session, store: ManagedStore, key: str) -> ClientView:
    """Return the client of that key in that store; raise NotFound, also where another store has it."""
    found = next((view for view in clients(session, store) if view.key == key), None)
    if found is None:
        raise NotFound(_("There is no such client."))
    return found


def make_client(
    session: Session,
    store: ManagedStore,
    account_id: UUID,
    *,
    name: str,
    scopes: Iterable[Scope],
    last_day: date | None,
    peppers: Peppers,
    seed: bytes = b"",
) -> NewSecret:
    """Make a client whose credentials work up to the end of *last_day* (UTC); None: for ever. *seed*: see `lrs.make_client`."""
    wished = sorted(set(scopes))
    ends = None if last_day is None else datetime.combine(last_day, time(), UTC) + timedelta(days=1)
    key, secret = lrs.make_client(
        session, name, wished, peppers=peppers, store_id=store.store_id, expires_at=ends, seed=seed
    )
    about = store.organisation_id
    audit(session, account_id, "lrs-client.made", about, client=key, scopes=wished, last_day=last_day)
    return NewSecret(name, key, secret)


def rotate_client(session: Session, store: ManagedStore, account_id: UUID, key: str, *, peppers: Peppers) -> NewSecret:
    """Give a client a new secret; raise NotFound, or Conflict for one that was withdrawn."""
    view = _standing(session, store, key)
    secret = lrs.rotate_client(session, key, peppers=peppers)
    audit(session, account_id, "lrs-client.rotated", store.organisation_id, client=key)
    return NewSecret(view.name, key, secret)


def revoke_client(session: Session, store: ManagedStore, account_id: UUID, key: str) -> None:
    """Withdraw a client's credentials; raise NotFound, or Conflict for one that was withdrawn before."""
    _standing(session, store, key)
    lrs.revoke_client(session, key)
    audit(session, account_id, "lrs-client.revoked", store.organisation_id, client=key)


def _standing(session: Session, store: ManagedStore, key: str) -> ClientView:
    view = find_client(session, store, key)
    if view.state is ClientState.REVOKED:
        raise Conflict(_("This client was withdrawn. Make a new one."))
    return view


def _view(row: LrsClient) -> ClientView:
    scopes = tuple(row.scopes.split())
    return ClientView(row.key, row.name, scopes, row.created_at, row.expires_at, row.revoked_at, row.rate, _state(row))


def _state(row: LrsClient) -> ClientState:
    if row.revoked_at is not None:
        return ClientState.REVOKED
    return ClientState.EXPIRED if row.expires_at is not None and row.expires_at <= utcnow() else ClientState.ACTIVE


def moment(at: datetime) -> str:
    """Write a time to the second, in UTC, in the reader's language."""
    return format_datetime(at, "medium", tzinfo=UTC, locale=babel_locale(language_of()))
