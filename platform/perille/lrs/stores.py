"""The stores of an installation: its own, and one for each organisation."""

from __future__ import annotations

from uuid import UUID

import click
from sqlalchemy import select

from perille.core.database import Session, utcnow
from perille.core.errors import NotFound
from perille.lrs.clients import forget_clients
from perille.lrs.storage.lock import DEFAULT, default_store
from perille.lrs.storage.models import LrsStore

#: Where the group of commands keeps which store was asked for.
CHOSEN = "perille.lrs.store"


def stores(session: Session) -> list[LrsStore]:
    """Return all stores but the installation's own, in one order for all who lock several."""
    return list(session.scalars(select(LrsStore).where(LrsStore.name != DEFAULT).order_by(LrsStore.number)))


def all_stores(session: Session) -> list[UUID]:
    """Return the ids of all stores, the installation's own first."""
    return [default_store(session), *(each.id for each in stores(session))]


def used_stores(session: Session) -> list[UUID]:
    """Return the installation's own store, and of the others those that ever held anything, in one order for all who lock several."""
    query = select(LrsStore.id).where(LrsStore.name != DEFAULT, LrsStore.last_term > 0)
    return [default_store(session), *session.scalars(query.order_by(LrsStore.number))]


def close_store(session: Session, store_id: UUID, *, closed: bool) -> None:
    """Refuse every client of a store from now on and forward nothing of it, or let both go on again; what the store holds stays.

    Clients are those with a key and those with an issuer's token. Raise NotFound for none.
    """
    row = session.get(LrsStore, store_id)
    if row is None:
        raise NotFound(f"There is no record store {store_id}.")
    row.closed_at = utcnow() if closed else None
    session.flush()
    forget_clients(session)


def chosen_store(session: Session) -> UUID:
    """Return the store that a command is about: that of `perille lrs --store`, else the installation's own. Raise NotFound for none."""
    chosen: UUID | None = click.get_current_context().meta.get(CHOSEN)
    if chosen is None:
        return default_store(session)
    if session.get(LrsStore, chosen) is None:
        raise NotFound(f"There is no record store {chosen}.")
    return chosen
