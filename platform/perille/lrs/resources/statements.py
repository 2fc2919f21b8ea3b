"""The Statement resource (Communication 2.1)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from perille.lrs import attachments, formats, multipart, presenting, reading, searching, services
from perille.lrs.answers import Answer
from perille.lrs.attachments import Contents
from perille.lrs.calls import Call
from perille.lrs.clients import Scope
from perille.lrs.faults import Fault, Rule, bad
from perille.lrs.learning import definition_of
from perille.lrs.models import Mark
from perille.lrs.presenting import Kept
from perille.lrs.reading import Incoming
from perille.lrs.searching import Filter
from perille.lrs.sql import Driver, driver_of
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
_through = [0]


def last_through() -> int:
    """Return the last moment known to be consistent; it stands in answers that ask the database nothing."""
    return _through[0]


def post(call: Call) -> Answer:
    """Store one statement or several (Communication 2.1.2)."""
    call.client.must(Scope.STATEMENTS_WRITE)
    call.take(())
    batch, _, contents = _receive(call)
    stored = _store(call, batch, contents)
    return Answer(body=reading.encode([formats.uuid_text(one.key) for one in stored]))


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
    _store(call, batch, contents)
    return Answer(204)


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
    )


def get(call: Call) -> Answer:
    """Return one statement, or those that filters find (Communication 2.1.3)."""
    driver = driver_of(call.session)
    through = consistent_through(driver, call.client.store, call.quiet)
    _through[0] = max(_through[0], through)
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
    found = searching.search(driver, call.client.store, wanted)
    page = found[: wanted.limit - 1]
    next_page = _more(call, page[-1].seq) if len(found) > len(page) else ""
    bodies = b",".join(shape(one) for one in page)
    body = b'{"statements":[' + bodies + b'],"more":' + reading.encode(next_page) + b"}"
    answer = _answer(call, driver, body, page)
    return answer.modified(max(one.stored for one in page)) if page else answer


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
    languages = [tag for tag, _ in _accepted(call.header("accept-language"))]
    return partial(_canonical, call=call, driver=driver, languages=languages)


def _accepted(header: str | None) -> list[tuple[str, float]]:
    """Read Accept-Language into tags, the most wanted first."""
    wishes = []
    for part in (header or "").split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            wishes.append((tag, float(quality or 1)))
        except ValueError:
            continue
    return sorted((wish for wish in wishes if wish[0] not in ("", "*")), key=lambda wish: -wish[1])


def _canonical(kept: Kept, call: Call, driver: Driver, languages: list[str]) -> bytes:
    def definition(activity: str) -> dict[str, Any]:
        number = find_one(driver, call.client.store, ACTIVITY + activity)
        return definition_of(driver, call.client.store, number) if number is not None else {}

    return presenting.canonical(kept, call.version, languages, definition)


def _answer(call: Call, driver: Driver, body: bytes, found: list[Kept]) -> Answer:
    """Answer with JSON, or where attachments are asked for with all their contents as further parts (Communication 1.5.2)."""
    if not call.flag("attachments"):
        return Answer(body=body)
    content_type, body = multipart.join(body, attachments.of_kept(driver, call.client.store, found))
    return Answer(body=body, content_type=content_type)


METHODS: dict[str, Callable[[Call], Answer]] = {"GET": get, "PUT": put, "POST": post}
MORE: dict[str, Callable[[Call], Answer]] = {"GET": more}
