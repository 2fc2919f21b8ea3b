"""The Statement resource (Communication 2.1). What it refuses is an XapiError with the clause that was broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy import Engine

from perille.core.database import run_in_transaction
from perille.core.type_aliases import JsonObject
from perille.lrs import services
from perille.lrs.clients import Scope
from perille.lrs.http.request import XapiRequest
from perille.lrs.http.response import XapiResponse
from perille.lrs.storage import attachments, query, serialization
from perille.lrs.storage.attachments import Contents
from perille.lrs.storage.connection import RawConnection, StoreSession, raw_connection
from perille.lrs.storage.definitions import Define, definition_of
from perille.lrs.storage.lock import consistent_through, store_id_of
from perille.lrs.storage.query import Filter
from perille.lrs.storage.serialization import StoredRow, Wishes
from perille.lrs.storage.terms import ACTIVITY, AGENT, REGISTRATION, VERB, find_one
from perille.lrs.xapi import limits, multipart, parsing, validators
from perille.lrs.xapi.errors import Rule, XapiError, bad_request
from perille.lrs.xapi.flags import StatementFlag
from perille.lrs.xapi.multipart import Part
from perille.lrs.xapi.parsing import ParsedStatement

THROUGH = "X-Experience-API-Consistent-Through"
#: How many statements a page has: when the client does not say, and at most.
PAGE, MOST = 100, 500
_ONE = frozenset({"statementId", "voidedStatementId", "attachments", "format"})
_MANY = frozenset(
    [
        "agent",
        "verb",
        "activity",
        "registration",
        "related_activities",
        "related_agents",
        "since",
        "until",
        "limit",
        "format",
        "attachments",
        "ascending",
    ]
)
_FORMATS = ("ids", "exact", "canonical")


def post(call: XapiRequest) -> XapiResponse:
    """Store one statement or several (Communication 2.1.2)."""
    call.client.require_scope(Scope.STATEMENTS_WRITE)
    call.allow_params(())
    batch, _, contents = _receive(call)
    stored = _store(call, batch, contents)
    answer = XapiResponse(body=parsing.encode([validators.uuid_text(one.key) for one in stored]))
    return _through(answer, stored)


def put(call: XapiRequest) -> XapiResponse:
    """Store one statement under the id of the address (Communication 2.1.1)."""
    call.client.require_scope(Scope.STATEMENTS_WRITE)
    call.allow_params({"statementId"})
    call.require_param("statementId")
    key = call.uuid("statementId")
    batch, listed, contents = _receive(call)
    if listed or len(batch) != 1:
        raise bad_request(Rule.SHAPE, "$", "A PUT stores one statement.")
    if batch[0].id is not None and batch[0].id != key:
        raise bad_request(Rule.UUID, "$.id", "The statement's id differs from statementId.")
    batch[0].id = key
    return _through(XapiResponse(204), _store(call, batch, contents))


def _through(answer: XapiResponse, stored: list[services.StoredStatement]) -> XapiResponse:
    """Say up to when all is seen: the batch's last statement was the store's newest when it was committed, or was there before."""
    if stored:
        answer.headers[THROUGH] = validators.format_timestamp(stored[-1].stored_micros)
    return answer


def _receive(call: XapiRequest) -> tuple[list[ParsedStatement], bool, Contents]:
    """Read the statements of a body, with their attachments where it has parts."""
    content_type = call.header("content-type") or ""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json":
        return *parsing.parse_request(call.body, call.version, call.max_batch), {}
    if kind == "multipart/mixed":
        return attachments.read_multipart(call.body, content_type, call.version, call.max_batch)
    raise bad_request(Rule.CONTENT_TYPE, "Content-Type", "Statements are application/json or multipart/mixed.")


def _store(call: XapiRequest, batch: list[ParsedStatement], contents: Contents) -> list[services.StoredStatement]:
    client = call.client
    if client.binding is not None:
        client.binding.check_statements(batch)
    return services.store_incoming(
        call.session,
        batch,
        store_id=store_id_of(call.session, client.store),
        authority=client.authority,
        contents=contents,
        marks=StatementFlag.MAY_VOID if client.may_void else StatementFlag(0),
        define=Define.OTHERS if client.may(Scope.DEFINE) else Define.NOTHING,
    )


def get(call: XapiRequest) -> XapiResponse:
    """Return one statement, or those that filters find (Communication 2.1.3)."""
    raw = raw_connection(call.session)
    through = consistent_through(raw, call.client.store, call.quiet)
    mine = _mine(call)
    if "statementId" in call.params or "voidedStatementId" in call.params:
        answer = _get_one(call, raw, mine)
    else:
        call.allow_params(_MANY)
        answer = _get_many(call, raw, mine, None)
    answer.headers[THROUGH] = validators.format_timestamp(through)
    return answer


def more(call: XapiRequest) -> XapiResponse:
    """Return the next page of a search; the address was made by `_more`."""
    raw = raw_connection(call.session)
    through = consistent_through(raw, call.client.store, call.quiet)
    call.allow_params(_MANY | {"after"})
    text = call.require_param("after")
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise bad_request(Rule.PARAMETER, "after", "This is not an address that the store has made.")
    answer = _get_many(call, raw, _mine(call), int(text))
    answer.headers[THROUGH] = validators.format_timestamp(through)
    return answer


def _mine(call: XapiRequest) -> bytes | None:
    """Return the authority a client is bound to see only, if its scope says so."""
    if call.client.may(Scope.ALL_READ, Scope.STATEMENTS_READ):
        return None
    call.client.require_scope(Scope.STATEMENTS_READ_MINE)
    return call.client.authority.body


def _get_one(call: XapiRequest, raw: RawConnection, mine: bytes | None) -> XapiResponse:
    """Return the statement with an id; a voided one only under voidedStatementId (Communication 2.1.4)."""
    call.allow_params(_ONE)
    if "statementId" in call.params and "voidedStatementId" in call.params:
        raise bad_request(Rule.PARAMETER, "voidedStatementId", "statementId and voidedStatementId exclude each other.")
    voided = "voidedStatementId" in call.params
    key = call.uuid("voidedStatementId" if voided else "statementId")
    shape = _shape(call, raw)
    found = query.find_by_id(raw, call.client.store, key or b"")
    if found is None or found.has(StatementFlag.VOIDED) is not voided or (mine is not None and found.authority != mine):
        raise XapiError(404, Rule.NOT_FOUND, "statementId", f"There is no such statement: {UUID(bytes=key)}.")
    answer = _answer(call, raw, shape(found), [found])
    return answer.modified(found.stored)


def _get_many(call: XapiRequest, raw: RawConnection, mine: bytes | None, after: int | None) -> XapiResponse:
    """Return a page of a search and the address of the next one."""
    wanted = _filter(call, mine, after)
    shape = _shape(call, raw)
    page, is_more = _page(call, raw, wanted)
    next_page = _more(call, page[-1].seq) if is_more else ""
    bodies = b",".join(shape(one) for one in page)
    body = b'{"statements":[' + bodies + b'],"more":' + parsing.encode(next_page) + b"}"
    answer = _answer(call, raw, body, page)
    return answer.modified(max(one.stored for one in page)) if page else answer


def _page(call: XapiRequest, raw: RawConnection, wanted: Filter) -> tuple[list[StoredRow], bool]:
    """Return the statements of a page and whether there are more: as many as asked for, and no more bytes than a page may have.

    They are fetched some at a time, so that five hundred large ones are not in the memory all at once.
    """
    page: list[StoredRow] = []
    while len(page) < wanted.limit:
        count = min(PAGE + 1, wanted.limit - len(page))
        after = page[-1].seq if page else wanted.after
        found = query.search(raw, call.client.store, replace(wanted, after=after, limit=count))
        page += found
        if len(found) < count or sum(len(one.body) for one in page) > limits.STATEMENT_PAGE:
            break
    is_more = len(page) == wanted.limit or len(found) == count
    fitting = _fitting(call, raw, page[: wanted.limit - 1])
    return fitting, is_more or len(fitting) < len(page)


def _fitting(call: XapiRequest, raw: RawConnection, page: list[StoredRow]) -> list[StoredRow]:
    """Cut a page where its statements, or the attachments asked for, become too many bytes; one statement stays."""
    with_contents = call.flag("attachments")
    contents = attachments.sizes_of(raw, call.client.store, page) if with_contents else []
    brought: dict[int, dict[str, int]] = {}
    for seq, sha2, size in contents:
        brought.setdefault(seq, {})[sha2] = size
    seen: dict[str, int] = {}
    total = 0
    for place, one in enumerate(page):
        total += len(one.body)
        seen |= brought.get(one.seq, {})
        if place and (total > limits.STATEMENT_PAGE or sum(seen.values()) > limits.ATTACHMENT_PAGE):
            return page[:place]
    return page


def _filter(call: XapiRequest, mine: bytes | None, after: int | None) -> Filter:
    """Read the filters; one statement more than the page is asked for, to see whether there is a next one."""
    agent = call.agent()
    registration = call.uuid("registration")
    return Filter(
        agent=AGENT + agent[1] if agent else None,
        verb=_term(VERB, call.iri("verb")),
        activity=_term(ACTIVITY, call.iri("activity")),
        registration=REGISTRATION + str(UUID(bytes=registration)) if registration else None,
        related_agents=call.flag("related_agents"),
        related_activities=call.flag("related_activities"),
        since=call.moment("since"),
        until=call.moment("until"),
        ascending=call.flag("ascending"),
        mine=mine,
        after=after,
        limit=_limit(call) + 1,
    )


def _term(kind: str, key: str | None) -> str | None:
    return kind + key if key is not None else None


def _limit(call: XapiRequest) -> int:
    """Return the page's size: 0 or absent is the store's own."""
    text = call.params.get("limit", "0")
    if not text.isascii() or not text.isdigit():
        raise bad_request(Rule.PARAMETER, "limit", "limit is a whole number from 0.")
    return min(int(text[:9]), MOST) or PAGE


def _more(call: XapiRequest, seq: int) -> str:
    params = {name: value for name, value in call.params.items() if name != "after"}
    return f"{call.root}statements/more?{urlencode({**params, 'after': str(seq)}, quote_via=quote)}"


def _shape(call: XapiRequest, raw: RawConnection) -> Any:
    """Return what makes a client's statement of a kept one, by `format`."""
    form = call.params.get("format", "exact")
    if form not in _FORMATS:
        raise bad_request(Rule.PARAMETER, "format", "format is ids, exact or canonical.")
    call.flag("attachments")
    if form == "exact":
        return partial(serialization.exact, version=call.version)
    if form == "ids":
        return partial(serialization.ids_only, version=call.version)
    wishes = validators.read_quality_values(call.header("accept-language") or "")
    return partial(_canonical, call=call, raw=raw, wishes=wishes)


def _canonical(kept: StoredRow, call: XapiRequest, raw: RawConnection, wishes: Wishes) -> bytes:
    def definition(activity: str) -> JsonObject:
        number = find_one(raw, call.client.store, ACTIVITY + activity)
        return definition_of(raw, call.client.store, number) if number is not None else {}

    return serialization.canonical(kept, call.version, wishes, definition)


def _answer(call: XapiRequest, raw: RawConnection, body: bytes, found: list[StoredRow]) -> XapiResponse:
    """Answer with JSON, or where attachments are asked for with all their contents as further parts (Communication 1.5.2)."""
    if not call.flag("attachments"):
        return XapiResponse(body=body)
    hashes = attachments.hashes_of(raw, call.client.store, found)
    content_type, stream = multipart.stream(body, _contents(raw.engine, call.client.store, hashes))
    return XapiResponse(content_type=content_type, stream=stream)


def _contents(engine: Engine, store: int, hashes: list[str]) -> Iterator[Part]:
    """Yield contents one by one, each read when it is sent, in a transaction of its own; what is gone by then is left out."""
    for sha2 in hashes:
        work = StoreSession(engine)
        yield from run_in_transaction(work, partial(_loaded, work, store, sha2), write=False)


def _loaded(work: StoreSession, store: int, sha2: str) -> list[Part]:
    return attachments.load(raw_connection(work), store, [sha2])


METHODS: dict[str, Callable[[XapiRequest], XapiResponse]] = {"GET": get, "PUT": put, "POST": post}
MORE: dict[str, Callable[[XapiRequest], XapiResponse]] = {"GET": more}
