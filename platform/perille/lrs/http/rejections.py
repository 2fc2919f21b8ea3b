"""Noting refused requests without burdening anybody: a bucket for each client, and never while somebody else writes."""

from __future__ import annotations

import logging
import time
from functools import partial
from urllib.parse import parse_qsl
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from perille.core.database import run_in_transaction, writers_at_work
from perille.lrs.clients import Client, ClientFault
from perille.lrs.rejected import note_rejected
from perille.lrs.storage.connection import StoreSession
from perille.lrs.xapi import limits
from perille.lrs.xapi.errors import XapiError

log = logging.getLogger(__name__)
#: Refused requests that are noted of one client at once, and then a second: what a developer tries is noted, a flood is not.
_BURST, _A_SECOND = 20, 1.0
_MOST_REMEMBERED = 10_000


class Attempt(Struct):
    """A request while it is being answered: what is known of it by the time it is refused."""

    method: str
    resource: str
    query: str
    client: Client | None = None


class RejectionLog:
    """Notes what is refused; for one process."""

    def __init__(self) -> None:
        self._spent: dict[UUID, tuple[float, float]] = {}

    def note(self, engine: Engine, attempt: Attempt, fault: XapiError) -> None:
        """Note a refused request of a known client. That it could not be noted is nobody's fault: the answer stays."""
        who = _who(attempt, fault)
        if who is None or writers_at_work(engine.dialect) or not self._may(who[1]):
            return
        work = StoreSession(engine)
        try:
            run_in_transaction(work, partial(_write, work, who, attempt, fault), write=True, program=True)
        except DBAPIError:
            log.debug("a refused request was not noted")

    def _may(self, client_id: UUID) -> bool:
        now = time.monotonic()
        left, then = self._spent.get(client_id, (float(_BURST), now))
        left = min(float(_BURST), left + (now - then) * _A_SECOND)
        if left < 1:
            return False
        if len(self._spent) >= _MOST_REMEMBERED:
            self._spent = {known: spent for known, spent in self._spent.items() if now - spent[1] < _BURST / _A_SECOND}
        self._spent[client_id] = (left - 1, now)
        return True


def _who(attempt: Attempt, fault: XapiError) -> tuple[int, UUID] | None:
    """Return the store and the client; None for a stranger, for a launch, which stands for one learner, and for a token's client."""
    if isinstance(fault, ClientFault):
        return fault.store, fault.client_id
    client = attempt.client
    known = client is not None and client.binding is None and not client.by_token
    return (client.store, client.id) if client is not None and known else None


def _write(work: StoreSession, who: tuple[int, UUID], attempt: Attempt, fault: XapiError) -> None:
    try:
        params = parse_qsl(attempt.query[: limits.QUERY], keep_blank_values=True, max_num_fields=limits.FIELDS)
    except ValueError:
        params = []
    note_rejected(
        work,
        *who,
        method=attempt.method,
        resource=attempt.resource,
        params=params,
        status=fault.status,
        rule=fault.rule,
        path=fault.path,
        message=fault.message,
    )
