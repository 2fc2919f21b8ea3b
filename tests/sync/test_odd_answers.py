"""What answers at the office's address is no office, or says what no office says: the run ends in words, and nothing of it is written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import uuid4

import msgspec
import pytest
from sqlalchemy import delete

from perille.core.current import current_config
from perille.core.errors import PerilleError
from perille.core.extensions import db
from perille.core.sealing import Seal
from perille.sync.client import Office, Transport
from perille.sync.models import SyncBase
from perille.sync.response_schemas import (
    CodesTaken,
    Conflict,
    ConnectionLost,
    Erased,
    Group,
    Hello,
    OfficeOrganisation,
    People,
    Rows,
    RowTaken,
    Trainer,
    Unreadable,
    read,
)
from perille.sync.room import PURPOSE, Room
from perille.sync.wire import SyncRefusal
from sync.pair import URL, Line, Two
from sync.test_carrying import work_on_laptop
from sync.test_codes import code_of

ONE_DATABASE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
Answer = tuple[int, bytes]
#: What a sign-in page of a network, a proxy, another site or another version answers.
STRANGERS: tuple[Answer, ...] = (
    (200, b"<!doctype html><title>Welcome to our network</title>"),
    (200, b"<!doctype html>\n<title>Welcome</title>\n"),
    (302, b""),
    (301, b"<html>moved</html>\n"),
    (404, b"<html>not here</html>\n"),
    (403, b"no"),
    (200, b"[]\n"),
    (200, b"null\n"),
    (200, b'"text"\n'),
    (200, b"{}\n"),
    (200, b'{"perille-sync":1,"lines":0}\n'),
    (200, b'{"perille-sync":1,"lines":1}\n{}\n'),
    (200, b'{"perille-sync":1,"lines":1}\n{"unknown":1}\n'),
    (200, b'{"perille-sync":2,"lines":0}\n'),
    (200, b'{"perille-sync":1,"lines":9}\n'),
    (200, b"\xff\xfe\n"),
    (200, b"[" * 50_000 + b"\n"),
    (200, b""),
    (204, b""),
    (511, b"<h1>Network Authentication Required</h1>"),
    (500, b"<h1>Internal Server Error</h1>"),
    (502, b""),
)
#: An answer that says nothing; to some requests it is one.
EMPTY = b'{"perille-sync":1,"lines":0}\n'
#: Those of them that are answered in full at each address.
FULL = (STRANGERS[0], STRANGERS[10], STRANGERS[12])
RUNS: dict[str, Callable[[Room, Two], object]] = {
    "pair": lambda room, two: room.pair(URL, two.key),
    "groups": lambda room, _two: room.groups(),
    "take": lambda room, two: room.pull([two.office.group]),
    "bring": lambda room, _two: room.push(),
}
ASKED = [
    ("pair", "GET /hello"),
    ("groups", "GET /hello"),
    ("take", "GET /hello"),
    ("bring", "GET /hello"),
    ("bring", "POST /erasures"),
    ("take", "GET /groups/"),
    ("take", "GET /rows"),
    ("bring", "POST /rows"),
    ("bring", "POST /codes"),
    ("take", "POST /end/take"),
    ("bring", "POST /end/bring"),
]
#: Answers whose rows are read one by one; all others are read whole, by their kinds.
SPOILED = [("take", "GET /rows"), ("bring", "POST /rows")]
NUMBER = str(uuid4())
ORGANISATION = {"id": NUMBER, "name": "The office", "kind": "office", "languages": ["en"], "countries": ["FI"]}
CONFLICT = {"id": NUMBER, "learner": None, "row": "group_member", "field": "name", "stands": "1", "other": "2"}
#: Each kind of answer, whole.
WHOLE: list[tuple[type[msgspec.Struct], dict[str, object]]] = [
    (Hello, {"organisation": ORGANISATION, "home": "x", "site": "y", "now": "2026-11-28T10:00:00Z"}),
    (OfficeOrganisation, ORGANISATION),
    (Group, {"id": NUMBER, "name": "Monday"}),
    (Trainer, {"id": NUMBER, "email": None, "name": "Eva", "locale": "en", "roles": []}),
    (People, {"trainers": []}),
    (Rows, {"next": ""}),
    (Erased, {"erased": "00"}),
    (CodesTaken, {"learner": NUMBER, "taken": 1}),
    (RowTaken, {"key": "x"}),
    (Conflict, CONFLICT),
]


def address_of(method: str, path: str) -> str:
    """Return what a request asks for, without the numbers in it."""
    plain = path.removeprefix("/sync/v1").partition("?")[0]
    return f"{method} " + re.sub(r"/groups/[^/]+(/rows)?", lambda found: found[1] or "/groups/", plain)


@dataclass
class OddLine:
    """A line on which requests of one address are answered by somebody else."""

    two: Two
    line: Line
    address: str
    change: Callable[[Answer], Answer]
    real: list[Answer] = field(default_factory=list)
    before: dict[str, int] = field(default_factory=dict)

    def connect(self, _url: str) -> Transport:
        return self

    def __call__(self, method: str, path: str, headers: dict[str, str], body: bytes | None) -> Answer:
        answer = self.line(method, path, headers, body)
        if address_of(method, path) != self.address:
            return answer
        self.real.append(answer)
        self.before = self.two.laptop.counts()
        return self.change(answer)


def run_oddly(two: Two, run: str, address: str, change: Callable[[Answer], Answer]) -> tuple[OddLine, Exception | None]:
    """Run a command on a laptop that says all anew, and return what it was told; any other exception is a fault."""
    two.laptop.do(lambda: db.session.execute(delete(SyncBase)), write=True)
    odd = OddLine(two, two.line, address, change)

    def work() -> None:
        RUNS[run](Room(db.session, Seal(current_config().secret_keys, PURPOSE), odd.connect), two)

    try:
        two.on_laptop(lambda _room: work())
    except (ConnectionLost, PerilleError) as error:
        return odd, error
    return odd, None


@pytest.fixture
def learned(two: Two) -> Two:
    """A laptop on which somebody learned, and has a code."""
    code_of(work_on_laptop(two))
    two.bring()
    return two


@ONE_DATABASE
def test_what_a_stranger_answers_ends_the_run_in_words_and_nothing_of_it_is_written(learned: Two) -> None:
    for run, address in ASKED:
        strangers_answer(learned, run, address)


def strangers_answer(learned: Two, run: str, address: str) -> None:
    for answer in FULL:
        odd, told = run_oddly(learned, run, address, lambda _real, answer=answer: answer)  # type: ignore[misc]
        assert odd.real, f"{run} does not ask {address}"
        if told is None:
            # Whether a run was noted is all that its last request asks.
            assert answer[1] == EMPTY or "/end/" in address, (address, answer)
            continue
        assert learned.laptop.counts() == odd.before, (address, answer)
        assert isinstance(told, Unreadable), (address, answer, told)
    assert run_oddly(learned, run, address, lambda real: real)[1] is None, "it goes on once the office answers again"


@pytest.mark.parametrize("answer", STRANGERS)
def test_what_is_no_answer_of_an_office_is_told_in_words(answer: Answer) -> None:
    with pytest.raises((ConnectionLost, SyncRefusal), match=r"\.$") as told:
        read(Hello, Office(lambda *_asked: answer, "room-x", uuid4()).get("/hello")[0])
    if answer[0] not in (500, 502) and answer[1][:1] in (b"<", b"n", b"[", b'"'):
        assert isinstance(told.value, Unreadable)
        assert "Is the address right?" in str(told.value)


@pytest.mark.parametrize(("kind", "line"), WHOLE)
def test_an_answer_without_one_of_its_values_is_none(kind: type[msgspec.Struct], line: dict[str, object]) -> None:
    read(kind, line)
    for name in line:
        for other in (
            {key: value for key, value in line.items() if key != name},
            {**line, name: 7.5},
            {**line, name: {}},
        ):
            with pytest.raises(Unreadable, match="Nothing of the answer was kept"):
                read(kind, other)


def test_a_time_without_its_zone_is_none() -> None:
    with pytest.raises(Unreadable):
        read(Hello, {**WHOLE[0][1], "now": "2026-11-28T10:00:00"})


def spoiled(answer: Answer) -> Iterator[Answer]:
    """Yield an answer with each of its values left out, one at a time; of lines of one table one."""
    lines = [json.loads(each) for each in answer[1].splitlines()]
    seen = set[str]()
    for number, line in enumerate(lines):
        kind = f"{number == 0} {sorted(line)} {line.get('table', line.get('key', ''))!s:.12}"
        if kind in seen:
            continue
        seen.add(kind)
        for name in line:
            without = {key: value for key, value in line.items() if key != name}
            changed = [*lines[:number], without, *lines[number + 1 :]]
            yield answer[0], "".join(f"{json.dumps(each)}\n" for each in changed).encode()


@ONE_DATABASE
def test_rows_that_lack_something_are_no_fault_of_the_laptop(learned: Two) -> None:
    for run, address in SPOILED:
        answers_are_spoiled(learned, run, address)


def answers_are_spoiled(learned: Two, run: str, address: str) -> None:
    real = run_oddly(learned, run, address, lambda real: real)[0].real[0]
    for answer in spoiled(real):
        told = run_oddly(learned, run, address, lambda _real, answer=answer: answer)[1]  # type: ignore[misc]
        assert told is None or str(told).endswith("."), (answer, told)
    assert run_oddly(learned, run, address, lambda real: real)[1] is None


@ONE_DATABASE
def test_an_office_that_gives_the_same_part_for_ever_is_given_up(learned: Two) -> None:
    def again(answer: Answer) -> Answer:
        head, _newline, rest = answer[1].partition(b"\n")
        return answer[0], json.dumps({**json.loads(head), "next": "r0"}).encode() + b"\n" + rest

    odd, told = run_oddly(learned, "take", "GET /rows", again)
    assert isinstance(told, Unreadable)
    assert len(odd.real) == 2


@ONE_DATABASE
def test_the_office_answers_a_statement_of_any_shape_with_a_refusal(two: Two) -> None:
    two.take()
    client = two.office.whole.app.test_client(use_cookies=False)
    whole = {
        "id": str(uuid4()),
        "context": {"registration": str(uuid4())},
        "actor": {"account": {"homePage": "", "name": ""}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": "urn:x"},
    }
    spoil: list[object] = [None, [], {}, "x", 7]
    bodies = [{**whole, name: value} for name in whole for value in spoil]
    bodies += [{**whole, "actor": {"account": value}} for value in spoil]
    for body in [*map(json.dumps, bodies), '{"id":' + "[" * 50_000]:
        line = {"table": "statement", "row": {"registration": "", "body": body}}
        sent = f'{{"perille-sync":1,"lines":1}}\n{json.dumps(line)}\n'
        headers = {
            "Authorization": f"Bearer {two.key}",
            "Perille-Run": str(uuid4()),
            "Perille-Clock": "2026-11-26T12:00:00+00:00",
        }
        answer = client.post("/sync/v1/rows", data=sent, headers=headers)
        assert answer.status_code == 400, body[:200]
        assert b'"refused":"statement"' in answer.get_data()
