"""What is stored here goes on to other stores: in order, once, whatever happens on the way."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update

from lrs.conftest import Store
from lrs.samples import agent, statement
from lrs.test_attachments import described, multipart, send
from perille.core.database import run_in_transaction, utcnow
from perille.core.errors import BadRequest, Conflict
from perille.core.extensions import db
from perille.lrs import services
from perille.lrs.storage.models import LrsForward, LrsRefusal
from perille.lrs.transfer import forwarding, forwards
from perille.lrs.transfer.forwards import ForwardStatus
from perille.lrs.transfer.sealing import Seal, SealError
from perille.lrs.transfer.transport import ForwardRequest, HttpTransport, Reply
from perille.lrs.xapi.multipart import Part, boundary_of, parts_of

ENDPOINT = "https://other.example/xapi"
SEAL = Seal(["k" * 40])


class Other:
    """Another store; *answers* are given first, then 200."""

    def __init__(self, *answers: Reply | Exception, speaks: Sequence[str] = ("1.0.3", "2.0.0")) -> None:
        self.answers = list(answers)
        self.speaks = list(speaks)
        self.parcels: list[ForwardRequest] = []
        self.asked = 0
        self.got: list[list[str]] = []
        self.contents: list[list[bytes]] = []

    def versions(self, _forward: object) -> list[str]:
        self.asked += 1
        return self.speaks

    def __call__(self, _forward: object, parcel: ForwardRequest) -> Reply:
        self.parcels.append(parcel)
        body, contents = parcel.body, list[Part]()
        if parcel.content_type != "application/json":
            first, *contents = parts_of(parcel.body, boundary_of(parcel.content_type))
            body = first.body
        self.got.append([one["id"] for one in json.loads(body)])
        self.contents.append([part.body for part in contents])
        answer = self.answers.pop(0) if self.answers else Reply(200)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def work(lrs_app: Flask) -> Callable[..., Any]:
    """Do something with a session, committed."""

    def do(what: Callable[[Any], Any]) -> Any:
        with lrs_app.app_context():
            return run_in_transaction(db.session(), lambda: what(db.session()), write=True)

    return do


@pytest.fixture
def forward(lrs_app: Flask, work: Callable[..., Any]) -> Callable[..., int]:
    """Send what is due to another store, at a time when everything is due."""

    def due(session: Any) -> None:
        session.execute(update(LrsForward).values(next_try_at=utcnow() - timedelta(seconds=1)))

    def do(other: Other) -> int:
        work(due)
        with lrs_app.app_context():
            return forwarding.forward_due(db.session(), other)

    return do


def add(work: Callable[..., Any], name: str = "Other", endpoint: str = ENDPOINT, **kwargs: Any) -> None:
    def begin(session: Any) -> None:
        store = services.default_store(session)
        forwards.add_forward(session, store, name, endpoint, ("k", "s"), seal=SEAL, **kwargs)

    work(begin)


def lag(work: Callable[..., Any], place: int = 0) -> ForwardStatus:
    found: ForwardStatus = work(lambda s: forwards.forward_statuses(s, services.default_store(s)))[place]
    return found


def refused(work: Callable[..., Any]) -> list[forwards.Refused]:
    found: list[forwards.Refused] = work(lambda s: forwards.refused_by(s, services.default_store(s), "Other"))
    return found


def test_statements_go_on_in_order_and_once(
    work: Callable[..., Any],
    forward: Callable[..., int],
    make_store: Callable[..., Store],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(forwarding, "SLICE", 2)
    store, other = make_store(), Other()
    store.post(statement())
    add(work)
    ids = store.post([statement() for _ in range(3)]).json
    assert lag(work).waiting == 3
    assert [forward(other) for _ in range(3)] == [2, 1, 0]
    assert other.got == [ids[:2], ids[2:]]
    assert lag(work).waiting == 0


def test_what_is_here_already_goes_only_when_asked(
    work: Callable[..., Any], forward: Callable[..., int], make_store: Callable[..., Store]
) -> None:
    ids = make_store().post([statement(), statement()]).json
    add(work, from_start=True)
    other = Other()
    assert forward(other) == 2
    assert other.got == [ids]


def test_a_store_that_is_away_is_tried_again_and_nothing_is_lost(
    work: Callable[..., Any], forward: Callable[..., int], make_store: Callable[..., Store]
) -> None:
    add(work)
    ids = make_store().post([statement()]).json
    other = Other(OSError("no route"), Reply(503, "Busy"), Reply(401, "Unauthorized"))
    assert [forward(other) for _ in range(3)] == [0, 0, 0]
    state = lag(work)
    assert (state.failures, state.last_error, state.delayed, state.waiting) == (3, "401 Unauthorized", True, 1)
    assert forward(other) == 1
    assert other.got == [ids] * 4
    assert lag(work).failures == 0


def test_one_bad_statement_does_not_stop_the_rest(
    work: Callable[..., Any], forward: Callable[..., int], make_store: Callable[..., Store]
) -> None:
    add(work)
    first, second, third = make_store().post([statement() for _ in range(3)]).json
    other = Other(Reply(400), Reply(200), Reply(400), Reply(409))
    assert forward(other) == 2
    assert other.got == [[first, second, third], [first], [second], [third]]
    assert lag(work).waiting == 0


def test_a_forward_takes_its_verbs_alone(
    work: Callable[..., Any], forward: Callable[..., int], make_store: Callable[..., Store]
) -> None:
    add(work, verbs=["http://example.com/wanted"])
    wanted = statement(verb={"id": "http://example.com/wanted"})
    make_store().post([statement(), wanted, statement()])
    other = Other()
    assert forward(other) == 1
    assert other.got == [[wanted["id"]]]
    assert lag(work).waiting == 0


def test_contents_of_attachments_go_with_their_statement(
    work: Callable[..., Any], forward: Callable[..., int], make_store: Callable[..., Store]
) -> None:
    add(work)
    store, other = make_store(), Other(Reply(200), OSError("cut"), Reply(200), Reply(409))
    plain, elsewhere = statement(), statement(attachments=[described(b"there", fileUrl="https://a.example/b")])
    one, two = (statement(attachments=[described(content)]) for content in (b"one", b"two"))
    store.post(plain)
    send(store, multipart([one, two], b"one", b"two"))
    store.post(elsewhere)
    assert forward(other) == 0
    assert forward(other) == 4
    assert other.got[2:] == [[plain["id"]], [one["id"]], [two["id"]], [elsewhere["id"]]]
    assert other.contents[2:] == [[], [b"one"], [b"two"], []]


def test_what_goes_on_is_taken_by_a_store_like_this_one(
    work: Callable[..., Any], forward: Callable[..., int], make_store: Callable[..., Store]
) -> None:
    add(work)
    store, sent = make_store(), statement(attachments=[described(b"one")])
    send(store, multipart(sent, b"one"))
    other = Other()
    assert forward(other) == 1
    parcel = other.parcels[0]
    again = store.post(parcel.body, headers={"Content-Type": parcel.content_type})
    assert (again.status_code, again.json) == (200, [sent["id"]])


def new_statement() -> dict[str, Any]:
    """Return a statement that 1.0.3 does not know as it is."""
    entry = {"objectType": "contextAgent", "agent": agent("mentor"), "relevantTypes": ["https://x.example/mentor"]}
    return statement(context={"contextAgents": [entry], "platform": "P"})


def test_a_store_of_the_older_version_gets_every_statement_in_words_it_knows(
    work: Callable[..., Any], forward: Callable[..., int], make_store: Callable[..., Store]
) -> None:
    add(work)
    make_store("2.0.0").post([new_statement(), statement()])
    make_store("1.0.3").post(statement())
    old = Other(speaks=["1.0.1", "1.0.3"])
    assert forward(old) == 3
    (parcel,) = old.parcels
    assert parcel.version == "1.0.3"
    sent = json.loads(parcel.body)
    assert all(each["version"].startswith("1.0.") for each in sent)
    assert sent[0]["context"] == {"platform": "P"}
    # A store of 1.0.3 takes all of it.
    taker = make_store("1.0.3")
    for each in sent:
        each["id"] = str(uuid4())
    assert taker.post(sent).status_code == 200
    assert lag(work).versions == ("1.0.1", "1.0.3")


def test_each_statement_goes_in_the_version_it_came_in_where_both_are_spoken(
    work: Callable[..., Any], forward: Callable[..., int], make_store: Callable[..., Store]
) -> None:
    add(work)
    new, old = make_store("2.0.0"), make_store("1.0.3")
    new.post(new_statement())
    old.post(statement())
    new.post(statement())
    other = Other()
    assert forward(other) == 3
    assert [parcel.version for parcel in other.parcels] == ["2.0.0", "1.0.3", "2.0.0"]
    assert "contextAgents" in json.loads(other.parcels[0].body)[0]["context"]
    assert other.asked == 1


def test_a_store_that_does_not_say_what_it_speaks_gets_the_older_version(
    work: Callable[..., Any], forward: Callable[..., int], make_store: Callable[..., Store]
) -> None:
    add(work)
    make_store().post(new_statement())
    other = Other(speaks=[])
    assert forward(other) == 1
    assert other.parcels[0].version == "1.0.3"


def test_a_store_that_changes_its_version_is_asked_again(
    work: Callable[..., Any], forward: Callable[..., int], make_store: Callable[..., Store]
) -> None:
    add(work)
    store = make_store()
    store.post(new_statement())
    forward(Other())
    store.post(new_statement())
    older = Other(Reply(400, "Bad Request", "version"), speaks=["1.0.3"])
    assert forward(older) == 1
    assert [parcel.version for parcel in older.parcels] == ["2.0.0", "1.0.3"]
    assert refused(work) == []


def test_what_is_refused_is_kept_with_the_reason_and_goes_again_by_hand(
    work: Callable[..., Any], forward: Callable[..., int], make_store: Callable[..., Store]
) -> None:
    add(work)
    first, second = make_store().post([statement(), statement()]).json
    picky = Other(Reply(400), Reply(400, "Bad Request", '{"error": "no such verb"}'), Reply(200))
    assert forward(picky) == 1
    assert lag(work).refused == 1
    (kept,) = refused(work)
    assert (str(kept.statement_id), kept.again) == (first, False)
    assert "no such verb" in kept.reason
    assert forward(Other()) == 0
    assert work(lambda s: forwards.retry_refused(s, services.default_store(s), "Other")) == 1
    assert forward(Other(Reply(422, "No", "still not"))) == 0
    assert "still not" in refused(work)[0].reason
    work(lambda s: forwards.retry_refused(s, services.default_store(s), "Other"))
    other = Other()
    assert forward(other) == 1
    assert other.got == [[first]]
    assert (lag(work).refused, refused(work)) == (0, [])
    assert second in picky.got[2]


def test_one_forward_that_fails_in_any_way_does_not_stop_those_after_it(
    work: Callable[..., Any], lrs_app: Flask, make_store: Callable[..., Store]
) -> None:
    for name in ("Broken", "Other"):
        add(work, name)
    sent = make_store().post(statement()).json

    class Choosing(Other):
        def __call__(self, forward: Any, parcel: ForwardRequest) -> Reply:
            if forward.name == "Broken":
                raise ValueError("Invalid IPv6 URL")
            return super().__call__(forward, parcel)

    other = Choosing()
    with lrs_app.app_context():
        assert forwarding.forward_due(db.session(), other) == 1
    assert other.got == [sent]
    assert (lag(work).failures, lag(work).last_error) == (1, "ValueError: Invalid IPv6 URL")
    assert (lag(work, 1).failures, lag(work, 1).waiting) == (0, 0)


def test_a_paused_forward_waits_and_goes_on_where_it_stopped(
    work: Callable[..., Any], forward: Callable[..., int], make_store: Callable[..., Store]
) -> None:
    add(work)

    def pause(paused: bool) -> None:
        work(lambda s: forwards.pause_forward(s, services.default_store(s), "Other", paused=paused))

    pause(True)
    ids = make_store().post([statement(), statement()]).json
    assert forward(Other()) == 0
    assert (lag(work).paused, lag(work).waiting) == (True, 2)
    pause(False)
    other = Other()
    assert forward(other) == 2
    assert other.got == [ids]


def test_a_forward_is_changed_and_removed(
    work: Callable[..., Any], forward: Callable[..., int], make_store: Callable[..., Store]
) -> None:
    add(work)
    make_store().post([statement()])
    forward(Other(Reply(400)))
    wanted, elsewhere = "https://x.example/verb", "https://elsewhere.example/xapi"

    def change(session: Any) -> None:
        store = services.default_store(session)
        forwards.change_forward(session, store, "Other", endpoint=elsewhere, verbs=[wanted], allow_http=False)

    work(change)
    assert (lag(work).endpoint, lag(work).verbs, lag(work).versions) == (elsewhere, (wanted,), ())
    work(lambda s: forwards.remove_forward(s, services.default_store(s), "Other"))
    assert work(lambda s: forwards.forward_statuses(s, services.default_store(s))) == []
    assert work(lambda s: list(s.scalars(select(LrsRefusal.seq)))) == []


def test_credentials_are_sealed_and_follow_a_new_key(work: Callable[..., Any], lrs_app: Flask) -> None:
    add(work)
    kept = work(lambda s: s.scalar(select(LrsForward.credentials)))
    assert "k:s" not in kept
    assert SEAL.open(kept) == "k:s"
    newer = Seal(["n" * 40, "k" * 40])
    with lrs_app.app_context():
        forwarding.seal_credentials(db.session(), newer)
    kept = work(lambda s: s.scalar(select(LrsForward.credentials)))
    assert Seal(["n" * 40]).open(kept) == "k:s"
    with pytest.raises(SealError):
        SEAL.open(kept)


def test_credentials_kept_before_they_were_sealed_are_sealed(work: Callable[..., Any], lrs_app: Flask) -> None:
    add(work)
    work(lambda s: s.execute(update(LrsForward).values(credentials="old:secret")) and None)
    with lrs_app.app_context():
        forwarding.seal_credentials(db.session(), SEAL)
    kept = work(lambda s: s.scalar(select(LrsForward.credentials)))
    assert "secret" not in kept
    assert SEAL.open(kept) == "old:secret"


@pytest.mark.parametrize(
    "endpoint",
    [
        "file:///etc",
        "http://lrs.example/xapi",
        "https://[broken/xapi",
        "https://lrs.example:port/xapi",
        "https://user:pass@lrs.example/xapi",
        "https://lrs.example/xapi?a=b",
        "lrs.example",
        "",
    ],
)
def test_an_address_that_cannot_be_used_is_refused(work: Callable[..., Any], endpoint: str) -> None:
    with pytest.raises(BadRequest):
        add(work, endpoint=endpoint)


def test_a_name_is_given_once(work: Callable[..., Any]) -> None:
    add(work)
    with pytest.raises(Conflict):
        add(work)


class _Taker(BaseHTTPRequestHandler):
    """A record store that notes what it is sent; it redirects what comes to /moved."""

    taken: list[tuple[str, str | None, bytes]] = []

    def do_GET(self) -> None:
        self._answer(200, b'{"version": ["1.0.3"]}')

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.taken.append((self.path, self.headers["Authorization"], body))
        self._answer(302 if self.path.startswith("/moved") else 200, b"[]")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def taker() -> Iterator[str]:
    """The address of another record store on this machine."""
    _Taker.taken.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Taker)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_statements_go_over_http_where_that_was_asked_for(
    work: Callable[..., Any], forward: Callable[..., int], make_store: Callable[..., Store], taker: str
) -> None:
    add(work, endpoint=f"{taker}/xapi/", allow_http=True)
    ids = make_store().post([statement(), statement()]).json
    transport: Any = HttpTransport(SEAL)
    assert forward(transport) == 2
    ((path, authorization, body),) = _Taker.taken
    assert (path, authorization) == ("/xapi/statements", "Basic " + base64.b64encode(b"k:s").decode())
    assert [one["id"] for one in json.loads(body)] == ids
    assert lag(work).versions == ("1.0.3",)
    transport.close()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_credentials_do_not_follow_a_redirect(
    work: Callable[..., Any], forward: Callable[..., int], make_store: Callable[..., Store], taker: str
) -> None:
    add(work, endpoint=f"{taker}/moved", allow_http=True)
    make_store().post(statement())
    transport: Any = HttpTransport(SEAL)
    assert forward(transport) == 0
    assert [path for path, *_ in _Taker.taken] == ["/moved/statements"]
    assert lag(work).last_error.startswith("302")
    transport.close()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_store_that_is_not_there_is_a_failure_that_is_told(
    work: Callable[..., Any], forward: Callable[..., int], make_store: Callable[..., Store]
) -> None:
    add(work, endpoint="http://127.0.0.1:9/xapi", allow_http=True)
    make_store().post(statement())
    transport: Any = HttpTransport(SEAL)
    assert forward(transport) == 0
    assert (lag(work).failures, lag(work).waiting) == (1, 1)
    assert lag(work).last_error
    transport.close()
