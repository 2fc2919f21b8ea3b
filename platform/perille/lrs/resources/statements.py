"""The Statement resource (Communication 2.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy import Engine

from perille.database import run_in_transaction
from perille.lrs import attachments, formats, limits, multipart, presenting, reading, searching, services
from perille.lrs.answers import Answer
from perille.lrs.attachments import Contents
from perille.lrs.calls import Call
from perille.lrs.clients import Scope
from perille.lrs.faults import Fault, Rule, bad
from perille.lrs.learning import Define, definition_of
from perille.lrs.models import Mark
from perille.lrs.multipart import Part
from perille.lrs.presenting import Kept, Wishes
from perille.lrs.reading import Incoming
from perille.lrs.searching import Filter
from perille.lrs.sql import Driver, Work, driver_of
from perille.lrs.store import consistent_through, store_id_of
from perille.lrs.terms import ACTIVITY, AGENT, REGISTRATION, VERB, find_one

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


def post(call: Call) -> Answer:
    """Store one statement or several (Communication 2.1.2)."""
    call.client.must(Scope.STATEMENTS_WRITE)
    call.take(())
    batch, _, contents = _receive(call)
    stored = _store(call, batch, contents)
    answer = Answer(body=reading.encode([formats.uuid_text(one.key) for one in stored]))
    return _through(answer, stored)


def put(call: Call) -> Answer:
    """Store one statement under the id of the address (Communication 2.1.1)."""
    call.client.must(Scope.STATEMENTS_WRITE)
    call.take({"statementId"})
    call.need("statementId")
    key = call.uuid("statementId")
    batch, listed, contents = _receive(call)
    if listed or len(batch) != 1:
        raise bad(Rule.SHAPE, "$", "A PUT stores one statement.")
    if batch[0].id is not None and batch[0].id != key:
        raise bad(Rule.UUID, "$.id", "The statement's id differs from statementId.")
    batch[0].id = key
    return _through(Answer(204), _store(call, batch, contents))


def _through(answer: Answer, stored: list[services.StoredStatement]) -> Answer:
    """Say up to when all is seen: the batch's last statement was the store's newest when it was committed, or was there before."""
    if stored:
        answer.headers[THROUGH] = formats.written(stored[-1].stored_micros)
    return answer


def _receive(call: Call) -> tuple[list[Incoming], bool, Contents]:
    """Read the statements of a body, with their attachments where it has parts."""
    content_type = call.header("content-type") or ""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json":
        return *reading.read_request(call.body, call.version, call.max_batch), {}
    if kind == "multipart/mixed":
        return attachments.read_multipart(call.body, content_type, call.version, call.max_batch)
    raise bad(Rule.CONTENT_TYPE, "Content-Type", "Statements are application/json or multipart/mixed.")


def _store(call: Call, batch: list[Incoming], contents: Contents) -> list[services.StoredStatement]:
    client = call.client
    if client.binding is not None:
        client.binding.check_statements(batch)
    return services.store_incoming(
        call.session,
        batch,
        store_id=store_id_of(call.session, client.store),
        authority=client.authority,
        contents=contents,
        marks=Mark.MAY_VOID if client.may_void else Mark(0),
        define=Define.OTHERS if client.may(Scope.DEFINE) else Define.NOTHING,
    )


def get(call: Call) -> Answer:
    """Return one statement, or those that filters find (Communication 2.1.3)."""
    driver = driver_of(call.session)
    through = consistent_through(driver, call.client.store, call.quiet)
    mine = _mine(call)
    if "statementId" in call.params or "voidedStatementId" in call.params:
        answer = _get_one(call, driver, mine)
    else:
        call.take(_MANY)
        answer = _get_many(call, driver, mine, None)
    answer.headers[THROUGH] = formats.written(through)
    return answer


def more(call: Call) -> Answer:
    """Return the next page of a search; the address was made by `_more`."""
    driver = driver_of(call.session)
    through = consistent_through(driver, call.client.store, call.quiet)
    call.take(_MANY | {"after"})
    text = call.need("after")
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise bad(Rule.PARAMETER, "after", "This is not an address that the store has made.")
    answer = _get_many(call, driver, _mine(call), int(text))
    answer.headers[THROUGH] = formats.written(through)
    return answer


def _mine(call: Call) -> bytes | None:
    """Return the authority a client is bound to see only, if its scope says so."""
    if call.client.may(Scope.ALL_READ, Scope.STATEMENTS_READ):
        return None
    call.client.must(Scope.STATEMENTS_READ_MINE)
    return call.client.authority.body


def _get_one(call: Call, driver: Driver, mine: bytes | None) -> Answer:
    """Return the statement with an id; a voided one only under voidedStatementId (Communication 2.1.4)."""
    call.take(_ONE)
    if "statementId" in call.params and "voidedStatementId" in call.params:
        raise bad(Rule.PARAMETER, "voidedStatementId", "statementId and voidedStatementId exclude each other.")
    voided = "voidedStatementId" in call.params
    key = call.uuid("voidedStatementId" if voided else "statementId")
    shape = _shape(call, driver)
    found = searching.find_by_id(driver, call.client.store, key or b"")
    if found is None or found.has(Mark.VOIDED) is not voided or (mine is not None and found.authority != mine):
        raise Fault(404, Rule.NOT_FOUND, "statementId", f"There is no such statement: {UUID(bytes=key)}.")
    answer = _answer(call, driver, shape(found), [found])
    return answer.modified(found.stored)


def _get_many(call: Call, driver: Driver, mine: bytes | None, after: int | None) -> Answer:
    """Return a page of a search and the address of the next one."""
    wanted = _filter(call, mine, after)
    shape = _shape(call, driver)
    page, is_more = _page(call, driver, wanted)
    next_page = _more(call, page[-1].seq) if is_more else ""
    bodies = b",".join(shape(one) for one in page)
    body = b'{"statements":[' + bodies + b'],"more":' + reading.encode(next_page) + b"}"
    answer = _answer(call, driver, body, page)
    return answer.modified(max(one.stored for one in page)) if page else answer


def _page(call: Call, driver: Driver, wanted: Filter) -> tuple[list[Kept], bool]:
    """Return the statements of a page and whether there are more: as many as asked for, and no more bytes than a page may have.

    They are fetched some at a time, so that five hundred large ones are not in the memory all at once.
    """
    page: list[Kept] = []
    while len(page) < wanted.limit:
        count = min(PAGE + 1, wanted.limit - len(page))
        after = page[-1].seq if page else wanted.after
        found = searching.search(driver, call.client.store, replace(wanted, after=after, limit=count))
        page += found
        if len(found) < count or sum(len(one.body) for one in page) > limits.STATEMENT_PAGE:
            break
    is_more = len(page) == wanted.limit or len(found) == count
    fitting = _fitting(call, driver, page[: wanted.limit - 1])
    return fitting, is_more or len(fitting) < len(page)


def _fitting(call: Call, driver: Driver, page: list[Kept]) -> list[Kept]:
    """Cut a page where its statements, or the attachments asked for, become too many bytes; one statement stays."""
    with_contents = call.flag("attachments")
    contents = attachments.sizes_of(driver, call.client.store, page) if with_contents else []
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


def _filter(call: Call, mine: bytes | None, after: int | None) -> Filter:
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


def _limit(call: Call) -> int:
    """Return the page's size: 0 or absent is the store's own."""
    text = call.params.get("limit", "0")
    if not text.isascii() or not text.isdigit():
        raise bad(Rule.PARAMETER, "limit", "limit is a whole number from 0.")
    return min(int(text[:9]), MOST) or PAGE


def _more(call: Call, seq: int) -> str:
    params = {name: value for name, value in call.params.items() if name != "after"}
    return f"{call.root}statements/more?{urlencode({**params, 'after': str(seq)}, quote_via=quote)}"


def _shape(call: Call, driver: Driver) -> Any:
    """Return what makes a client's statement of a kept one, by `format`."""
    form = call.params.get("format", "exact")
    if form not in _FORMATS:
        raise bad(Rule.PARAMETER, "format", "format is ids, exact or canonical.")
    call.flag("attachments")
    if form == "exact":
        return partial(presenting.exact, version=call.version)
    if form == "ids":
        return partial(presenting.ids_only, version=call.version)
    wishes = formats.wishes(call.header("accept-language") or "")
    return partial(_canonical, call=call, driver=driver, wishes=wishes)


def _canonical(kept: Kept, call: Call, driver: Driver, wishes: Wishes) -> bytes:
    def definition(activity: str) -> dict[str, Any]:
        number = find_one(driver, call.client.store, ACTIVITY + activity)
        return definition_of(driver, call.client.store, number) if number is not None else {}

    return presenting.canonical(kept, call.version, wishes, definition)


def _answer(call: Call, driver: Driver, body: bytes, found: list[Kept]) -> Answer:
    """Answer with JSON, or where attachments are asked for with all their contents as further parts (Communication 1.5.2)."""
    if not call.flag("attachments"):
        return Answer(body=body)
    hashes = attachments.hashes_of(driver, call.client.store, found)
    content_type, stream = multipart.stream(body, _contents(driver.engine, call.client.store, hashes))
    return Answer(content_type=content_type, stream=stream)


def _contents(engine: Engine, store: int, hashes: list[str]) -> Iterator[Part]:
    """Yield contents one by one, each read when it is sent, in a transaction of its own; what is gone by then is left out."""
    for sha2 in hashes:
        work = Work(engine)
        yield from run_in_transaction(work, partial(_loaded, work, store, sha2), write=False)


def _loaded(work: Work, store: int, sha2: str) -> list[Part]:
    return attachments.load(driver_of(work), store, [sha2])


METHODS: dict[str, Callable[[Call], Answer]] = {"GET": get, "PUT": put, "POST": post}
MORE: dict[str, Callable[[Call], Answer]] = {"GET": more}
