"""Requests that were refused, for the developers of clients: what was asked, which rule it broke, and where.

Bounded: the newest of each client, for two weeks. No body is kept, no secret, and no value that may name somebody: of a query's
parameters the names, of a message the words of the store's own, of a path in JSON the names of properties.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct
from sqlalchemy import delete, select

from perille.core.database import Session, run_in_transaction, utcnow
from perille.lrs.storage.lock import store_number
from perille.lrs.storage.models import LrsClient, LrsRejectedRequest
from perille.lrs.xapi.errors import Rule

#: How many requests of one client are kept, and for how long.
KEPT, KEPT_FOR = 100, timedelta(days=14)
#: How many a search by text looks through, the newest of all clients.
_SEARCHED = 2000
#: Parameters whose values name nobody.
_PLAIN = frozenset(
    {"ascending", "attachments", "format", "limit", "related_activities", "related_agents", "since", "until"}
)
_PLAIN_VALUE = re.compile(r"[A-Za-z0-9:.+-]{0,40}").fullmatch
_NAME = re.compile(r"[A-Za-z_]{1,40}").fullmatch
_RESOURCE = re.compile(r"[a-z/]{1,40}").fullmatch
#: A place as the store names it: a header or parameter, or properties of JSON; what goes on otherwise is the sender's own.
_PROPERTY = r"(?:mbox_sha1sum|sha2|[a-z][A-Za-z]{0,30}(?:[_-][A-Za-z]{2,4})?)(?![^.\[])"
_PATH = re.compile(rf"(?:\$|\?|[A-Za-z_-]{{1,40}})(?:\[\d{{1,6}}\]|\[\.\.\.\]|\.{_PROPERTY})*")
#: What a message quotes of a request.
_QUOTED = re.compile(r"""(?<!\w)(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""")
_FIELD = re.compile(r"(?<=unknown field )`(.*)`|`([^`]*)`", re.DOTALL)
_FIELD_NAME = re.compile(r"[a-z][A-Za-z_]{0,30}(?: \| [a-z]+)*").fullmatch
_OWN = re.compile(r"(?<!\S)(?!mailto:name@host)\S*(?:@|%40|://|[0-9a-fA-F-]{16,}|\d{6,})\S*")
_DOTS = "…"


class RejectedRequest(Struct, frozen=True):
    """A request that was refused, as somebody reads it."""

    at: datetime
    client_key: str
    client_name: str
    method: str
    #: The resource with the names of its parameters: `statements?agent&limit=5`.
    resource: str
    status: int
    #: The rule, and its clause in the specification; empty where a client's credentials were refused for no rule of it.
    rule: str
    clause: str
    path: str
    message: str


def note_rejected(
    session: Session,
    store: int,
    client_id: UUID,
    *,
    method: str,
    resource: str,
    params: Iterable[tuple[str, str]],
    status: int,
    rule: Rule,
    path: str,
    message: str,
) -> None:
    """Keep a refused request without what may name somebody, and let go of the client's oldest."""
    row = LrsRejectedRequest(
        store_id=store,
        client_id=client_id,
        at=utcnow(),
        method=method if _NAME(method) else _DOTS,
        resource=f"{resource if _RESOURCE(resource) else _DOTS}{_shown(params)}"[:300],
        status=status,
        rule=rule.name,
        path=safe_path(path)[:200],
        message=safe_message(message)[:300],
    )
    session.add(row)
    session.flush()
    _let_go(session, store, client_id)


def _let_go(session: Session, store: int, client_id: UUID) -> None:
    of_client = (LrsRejectedRequest.store_id == store, LrsRejectedRequest.client_id == client_id)
    newest = select(LrsRejectedRequest.at).where(*of_client).order_by(LrsRejectedRequest.at.desc())
    last = session.scalar(newest.offset(KEPT).limit(1))
    old = utcnow() - KEPT_FOR
    before = old if last is None else max(old, last)
    session.execute(
        delete(LrsRejectedRequest).where(*of_client, LrsRejectedRequest.at <= before),
        execution_options={"synchronize_session": False},
    )


def expire_rejected(session: Session) -> None:
    """Delete what is past its time, of clients too that were refused nothing since; in a transaction of its own."""
    old = delete(LrsRejectedRequest).where(LrsRejectedRequest.at <= utcnow() - KEPT_FOR)
    run_in_transaction(
        session, lambda: session.execute(old, execution_options={"synchronize_session": False}), write=True
    )


def rejected_requests(
    session: Session, store_id: UUID, *, key: str = "", text: str = "", limit: int = KEPT
) -> list[RejectedRequest]:
    """Return refused requests, the newest first: of one client by its key, or of all; those alone in which a text stands."""
    query = (
        select(LrsRejectedRequest, LrsClient.key, LrsClient.name)
        .join(LrsClient, LrsClient.id == LrsRejectedRequest.client_id)
        .where(LrsRejectedRequest.store_id == store_number(session, store_id))
        .where(LrsRejectedRequest.at > utcnow() - KEPT_FOR)
        .order_by(LrsRejectedRequest.at.desc())
        .limit(_SEARCHED)
    )
    if key:
        query = query.where(LrsClient.key == key)
    found = (_view(*row) for row in session.execute(query))
    return [one for one in found if _holds(one, text)][:limit]


def _view(row: LrsRejectedRequest, key: str, name: str) -> RejectedRequest:
    rule = Rule[row.rule] if row.rule in Rule.__members__ else None
    return RejectedRequest(
        at=row.at,
        client_key=key,
        client_name=name,
        method=row.method,
        resource=row.resource,
        status=row.status,
        rule="" if rule is None else rule.sentence,
        clause="" if rule is None else f"xAPI 1.0.3 {rule.clause}",
        path=row.path,
        message=row.message,
    )


def _holds(one: RejectedRequest, text: str) -> bool:
    """Tell whether a text stands in it; what a developer was answered quotes more than is kept, so each part between quotes counts."""
    said = " ".join((one.message, one.path, one.rule, one.clause, one.resource, str(one.status))).casefold()
    return all(part.casefold() in said for part in safe_message(text).split(_DOTS) if part.strip())


def _shown(params: Iterable[tuple[str, str]]) -> str:
    shown = [
        f"{name}={value}" if name in _PLAIN and _PLAIN_VALUE(value) else name if _NAME(name) else _DOTS
        for name, value in params
    ]
    return f"?{'&'.join(shown)}" if shown else ""


def safe_path(path: str) -> str:
    """Return a place without the sender's own words.

    >>> safe_path("$[3].context.extensions.https://x.example/anna")
    '$[3].context.extensions…'
    """
    before, extensions, _own_key = path.partition(".extensions.")
    found = _PATH.match(before)
    # A name that is no property of JSON is kept whole or not at all.
    kept = found[0] if found and (before.startswith("$") or found[0] == before) else ""
    kept += ".extensions" if extensions and kept == before else ""
    return kept if kept == path else kept + _DOTS


def safe_message(message: str) -> str:
    """Return a message of the store without what it quotes of a request.

    >>> safe_message("'anna' is not an absolute IRI.")
    '… is not an absolute IRI.'
    """
    text = _QUOTED.sub(_DOTS, message)
    text = _FIELD.sub(lambda found: found[0] if _FIELD_NAME(found[1] or found[2] or "") else _DOTS, text)
    return _OWN.sub(_DOTS, text)


__all__ = ["KEPT", "KEPT_FOR", "RejectedRequest", "expire_rejected", "note_rejected", "rejected_requests"]
