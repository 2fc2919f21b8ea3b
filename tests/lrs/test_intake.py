"""What a client may send at most, and that a stranger's request costs next to nothing: credentials first, on every path."""

from __future__ import annotations

import gzip
import io
import json
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask

from lrs.application import make_application
from lrs.conftest import Store
from lrs.samples import ACTIVITY, agent, new_id, statement
from perille.core.extensions import db
from perille.core.security import BODY_LIMIT, NO_ROOM
from perille.lrs.storage.memory import memories
from perille.lrs.xapi import limits

MakeStore = Callable[..., Store]
MEGABYTE = 1024 * 1024
FORM = "application/x-www-form-urlencoded"
#: Fixed: it stands in the names of tests, which must be the same in every process.
ID = "6f3c1d5e-6d1f-4c0e-9a52-0c8a34b0f001"


class Watched(io.BytesIO):
    """A body that knows how much of it was read."""

    read_bytes = 0

    def read(self, size: int | None = -1, /) -> bytes:
        """Read and count."""
        piece = super().read(size)
        self.read_bytes += len(piece)
        return piece


def call(
    app: Flask, method: str, address: str, body: bytes = b"", **headers: str
) -> tuple[int, dict[str, Any], Watched]:
    """Send a request through the WSGI door itself; returns status, JSON and the body as it was read before the answer."""
    path, _, query = address.partition("?")
    stream, begun = Watched(body), list[str]()
    environ: dict[str, Any] = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "wsgi.input": stream}
    environ |= {"CONTENT_LENGTH": str(len(body)), "wsgi.url_scheme": "http", "SERVER_NAME": "x", "SERVER_PORT": "80"}
    for name, value in headers.items():
        environ["CONTENT_TYPE" if name == "content_type" else f"HTTP_{name.upper()}"] = value

    def start(status: str, _headers: list[tuple[str, str]], _exc: Any = None) -> Callable[[bytes], object]:
        begun.append(status)
        return bytes

    answer = b"".join(app.wsgi_app(environ, start))
    return int(begun[0][:3]), json.loads(answer or b"{}"), stream


@pytest.fixture
def small_app(db_url: str, tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """Makes the record store with settings of its own."""
    made: list[Flask] = []

    def make(**settings: object) -> Flask:
        made.append(make_application(db_url, tmp_path, **settings))
        return made[-1]

    yield make
    for app in made:
        with app.app_context():
            db.engine.dispose()


def on(app: Flask, store: Store) -> Store:
    """Return the same client at another application on the same database."""
    other = Store(app, ("", ""), store.version)
    other.headers = store.headers
    return other


PATHS = [
    ("POST", "/xapi/statements"), ("PUT", f"/xapi/statements?statementId={ID}"), ("POST", "/xapi/statements?method=PUT"),
    ("POST", "/xapi/activities/state?method=POST"), ("POST", "/xapi/agents/profile?method=PUT"), ("PUT", "/xapi/activities/profile"),
    ("POST", "/xapi/about"), ("POST", "/xapi/nothing"), ("POST", "/xapi/nothing?method=GET"), ("GET", "/xapi/statements?limit=x"),
    ("DELETE", "/xapi/activities/state?" + "a" * 100_000),
]  # fmt: skip


@pytest.mark.parametrize(("method", "address"), PATHS)
@pytest.mark.parametrize("authorization", [None, "Basic eDp5", "Bearer x", "Basic " + "A" * 100_000])
def test_a_strangers_body_is_not_looked_at(
    lrs_app: Flask, method: str, address: str, authorization: str | None
) -> None:
    """Nobody has a form of a hundred thousand fields read before it is known who sent it: that took hundreds of megabytes."""
    body = b"content=%5B&" + b"a=&" * 200_000
    headers = {"content_type": FORM, "x_experience_api_version": "1.0.3"}
    if authorization is not None:
        headers["authorization"] = authorization
    call(lrs_app, method, address, b"a=b&method=c", **headers)  # what is made once
    tracemalloc.start()
    status, said, stream = call(lrs_app, method, address, body, **headers)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (status, said.get("clause", "")[-3:]) in {(401, "4.0"), (431, "3.2")}
    assert peak < 2 * MEGABYTE
    # What is read after the refusal is thrown away, so that the client sees the answer.
    assert stream.read_bytes in (0, len(body))


def test_credentials_in_a_form_are_looked_for_near_its_beginning_only(make_store: MakeStore, lrs_app: Flask) -> None:
    store = make_store(version="1.0.3")
    fields = {"statementId": new_id(), "content": json.dumps(statement(id=None)), **store.headers}
    assert call(lrs_app, "POST", "/xapi/statements?method=PUT", urlencode(fields).encode(), content_type=FORM)[0] == 204
    late = urlencode({"other": "x" * limits.FORM_HEAD, **fields}).encode()
    assert call(lrs_app, "POST", "/xapi/statements?method=PUT", late, content_type=FORM)[0] == 401
    wrong = {**fields, "Authorization": "Basic eDp5"}
    status, _, _ = call(lrs_app, "POST", "/xapi/statements?method=PUT", urlencode(wrong).encode(), content_type=FORM)
    assert status == 401


def test_a_form_has_few_fields_each_once(make_store: MakeStore, lrs_app: Flask) -> None:
    store = make_store(version="1.0.3")
    key = urlencode(store.headers).encode()
    many = key + b"&content={}" + b"".join(b"&f%d=" % number for number in range(60))
    for body in (many, key + b"&content={}&content={}", key + b"&content={}&Content-Type=a/b&content-type=c/d"):
        status, said, _ = call(lrs_app, "POST", "/xapi/statements?method=POST", body, content_type=FORM)
        assert (status, said["path"]) == (400, "$")
    large = key + b"&content=" + b"a" * limits.FORM
    assert call(lrs_app, "POST", "/xapi/statements?method=POST", large, content_type=FORM)[0] == 413


@pytest.mark.parametrize(("method", "query"), [("POST", ""), ("PUT", ""), ("POST", "?method=POST")])
def test_a_body_that_the_server_threw_away_is_refused_in_json_too(
    make_store: MakeStore, lrs_app: Flask, method: str, query: str
) -> None:
    store = make_store(version="1.0.3")
    thrown_away = {BODY_LIMIT: 16 << 20, "CONTENT_LENGTH": "0"}
    answer = lrs_app.test_client().open(
        f"/xapi/statements{query}", method=method, headers=store.headers, environ_overrides=thrown_away
    )
    assert (answer.status_code, answer.json["path"]) == (413, "Content-Length")
    assert "16777216" in answer.json["error"]
    assert answer.headers["X-Experience-API-Version"] == "1.0.3"
    assert store.found() == []


def test_a_body_that_the_servers_disk_had_no_room_for_may_be_sent_again(make_store: MakeStore, lrs_app: Flask) -> None:
    store = make_store()
    answer = lrs_app.test_client().post(
        "/xapi/statements", headers=store.headers, environ_overrides={NO_ROOM: True, "CONTENT_LENGTH": "0"}
    )
    assert (answer.status_code, answer.headers["Retry-After"]) == (507, "5")
    assert "disk is full" in answer.json["error"]


def test_a_batch_has_a_bound_that_can_be_set(make_store: MakeStore, small_app: Callable[..., Flask]) -> None:
    store = make_store()
    batch = [statement() for _ in range(1001)]
    answer = store.post(batch)
    assert (answer.status_code, answer.json["clause"]) == (413, "xAPI 1.0.3 Communication 3.2")
    assert store.found() == []
    assert len(store.post(batch[:1000]).json) == 1000
    few = on(small_app(max_batch=2), store)
    assert few.post([statement() for _ in range(3)]).status_code == 413
    assert few.post([statement() for _ in range(2)]).status_code == 200
    many = on(small_app(max_batch=10_000), store)
    assert len(many.post([statement() for _ in range(10_000)]).json) == 10_000


PERSON = agent("p")


def words(count: int) -> dict[str, str]:
    """Return a language map of many tags."""
    return {f"x-a{number}": "w" for number in range(count)}


def activities(count: int) -> list[dict[str, str]]:
    """Return many activities."""
    return [{"id": f"https://a.example/{number}"} for number in range(count)]


def group(count: int) -> dict[str, Any]:
    """Return a group of many."""
    return {"objectType": "Group", "member": [agent(f"m{number}") for number in range(count)]}


def definition(**values: Any) -> dict[str, Any]:
    """Return an object with a definition."""
    return {**ACTIVITY, "definition": {"type": "https://a.example/t", "interactionType": "choice", **values}}


def attached(count: int) -> list[dict[str, Any]]:
    """Return many attachments that are elsewhere."""
    made = {"usageType": "https://a.example/u", "display": {"en": "f"}, "contentType": "text/plain", "length": 1}
    return [{**made, "sha2": "0" * 64, "fileUrl": f"https://f.example/{number}"} for number in range(count)]


def extensions(count: int) -> dict[str, int]:
    """Return many extensions."""
    return {f"https://e.example/{number}": number for number in range(count)}


def context(**values: Any) -> dict[str, Any]:
    """Return a context alone."""
    return {"context": values}


def choices(count: int) -> dict[str, Any]:
    """Return an object of many choices."""
    return {"object": definition(choices=[{"id": f"c{number}"} for number in range(count)])}


def choice_in_languages(count: int) -> dict[str, Any]:
    """Return an object with a choice described in many languages."""
    return {"object": definition(choices=[{"id": "a", "description": words(count)}])}


def substatement(count: int) -> dict[str, Any]:
    """Return a SubStatement of a group of many."""
    verb = {"id": "https://v.example/v"}
    return {"object": {"objectType": "SubStatement", "actor": group(count), "verb": verb, "object": ACTIVITY}}


def named(count: int) -> dict[str, Any]:
    """Return a person of a long name."""
    return {**PERSON, "name": "ж" * count}


BOUNDS: dict[str, tuple[int, str, Callable[[int], dict[str, Any]]]] = {
    "name": (limits.NAME, "actor.name", lambda n: {"actor": named(n)}),
    "member": (limits.NAME, "actor.member[0].name", lambda n: {"actor": {**group(0), "member": [named(n)]}}),
    "instructor": (limits.NAME, "context.instructor.name", lambda n: context(instructor=named(n))),
    "members": (limits.MEMBERS, "actor.member", lambda n: {"actor": group(n)}),
    "team": (limits.MEMBERS, "context.team.member", lambda n: context(team=group(n))),
    "context activities": (
        limits.ACTIVITIES,
        "context.contextActivities.other",
        lambda n: context(contextActivities={"other": activities(n)}),
    ),
    "languages": (
        limits.LANGUAGES,
        "verb.display",
        lambda n: {"verb": {"id": "https://v.example/v", "display": words(n)}},
    ),
    "choice": (limits.LANGUAGES, "object.definition.choices[0].description", choice_in_languages),
    "choices": (limits.COMPONENTS, "object.definition.choices", choices),
    "answers": (
        limits.COMPONENTS,
        "object.definition.correctResponsesPattern",
        lambda n: {"object": definition(correctResponsesPattern=["a"] * n)},
    ),
    "attachments": (limits.ATTACHMENTS, "attachments", lambda n: {"attachments": attached(n)}),
    "extensions": (limits.EXTENSIONS, "result.extensions", lambda n: {"result": {"extensions": extensions(n)}}),
    "SubStatement": (limits.MEMBERS, "object.actor.member", substatement),
}


@pytest.mark.parametrize("name", BOUNDS)
def test_a_statement_holds_as_many_as_the_bound_and_no_more(make_store: MakeStore, name: str) -> None:
    most, path, made = BOUNDS[name]
    store = make_store()
    answer = store.post(statement(**made(most)))
    assert answer.status_code == 200, answer.get_data()
    answer = store.post([statement(), statement(**made(most + 1))])
    assert (answer.status_code, answer.json["path"]) == (400, f"$[1].{path}")
    assert len(store.found()) == 1


def test_a_2_0_statement_names_a_bounded_number_of_context_agents(make_store: MakeStore) -> None:
    def sent(count: int) -> dict[str, Any]:
        agents = [{"objectType": "contextAgent", "agent": agent(f"c{number}")} for number in range(count)]
        return statement(context={"contextAgents": agents})

    store = make_store()
    assert store.post(sent(limits.MEMBERS)).status_code == 200
    assert store.post(sent(limits.MEMBERS + 1)).json["path"] == "$.context.contextAgents"


def test_json_of_very_many_values_is_refused_before_it_is_decoded(make_store: MakeStore) -> None:
    store = make_store()
    body = b'{"x":[' + b"[]," * limits.VALUES + b"[]]}"
    assert store.post(body).status_code == 413
    owner = {"activityId": "https://a.example/1", "agent": PERSON, "stateId": "s"}
    tracemalloc.start()
    answer = store.send("PUT", "activities/state", body, **owner)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert answer.status_code == 413
    assert peak < 10 * MEGABYTE


def test_nesting_is_measured_without_walking_through_the_body(make_store: MakeStore) -> None:
    store = make_store()

    def sent(depth: int) -> dict[str, Any]:
        inner: Any = '][}{\\"'
        for level in range(depth):
            inner = {"a": inner} if level % 2 else [inner]
        return statement(result={"extensions": {"https://e.example/deep": inner}})

    assert store.post(sent(61)).status_code == 200
    assert store.post(sent(62)).json["rule"] == "JSON nests 64 levels at most."


def test_a_query_and_a_header_have_a_bound(make_store: MakeStore) -> None:
    store = make_store()
    assert store.get(verb="https://v.example/" + "v" * limits.QUERY).status_code == 414
    answer = store.get(format="canonical")
    assert answer.status_code == 200
    long = store.send("GET", "statements", None, {"Accept-Language": "en," * limits.HEADER}, format="canonical")
    assert (long.status_code, long.json["path"]) == (431, "accept-language")
    fields = "&".join(f"f{number}=1" for number in range(60))
    assert store.http.get(f"/xapi/statements?{fields}", headers=store.headers).status_code == 400


def test_a_client_has_a_rate_though_none_was_said_and_it_can_be_set(
    make_store: MakeStore, small_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr("perille.lrs.clients.time.monotonic", lambda: now)
    store, own = make_store(), make_store(rate=2)
    app = small_app(client_rate=5)
    assert [on(app, store).get().status_code for _ in range(6)] == [200] * 5 + [429]
    assert [on(app, own).get().status_code for _ in range(3)] == [200, 200, 429]
    now += 60
    assert on(app, store).get().status_code == 200
    assert on(app, store).post(statement()).status_code == 200
    for settings in ({"client_rate": 0}, {"client_rate": 5, "rate_limits": False}):
        free = on(small_app(**settings), make_store())
        assert {free.get().status_code for _ in range(10)} == {200}
    assert [on(app, own).get().status_code for _ in range(3)] == [200, 200, 429]


def test_long_terms_and_names_are_stored_and_found_but_not_kept_in_mind(make_store: MakeStore, lrs_app: Flask) -> None:
    store = make_store()
    long = {"account": {"homePage": "https://people.example", "name": "n" * 50_000}, "name": "N" * limits.NAME}
    place = {"id": "https://a.example/" + "a" * 10_000, "definition": {"name": {"en": "w" * 50_000}}}
    for _ in range(2):
        assert store.post(statement(actor=long, object=place)).status_code == 200
    with lrs_app.app_context():
        memory = memories.of(db.engine)
    known = [
        text for key in memory.of(1, 0) for text in (key if isinstance(key, tuple) else (key,)) if isinstance(text, str)
    ]
    assert known
    assert max(map(len, known)) < limits.REMEMBERED
    assert len(store.get("activities", activityId=place["id"]).json["definition"]["name"]["en"]) == 50_000
    brief = {"account": long["account"]}
    assert store.get("agents", agent=json.dumps({"mbox": "mailto:a@b.example"})).status_code == 200
    assert store.send("GET", "agents", agent=json.dumps(brief)).status_code == 414


def test_a_packed_body_is_taken_and_never_swells(store: Store) -> None:
    sent = statement()
    body = gzip.compress(json.dumps(sent).encode())
    assert store.post(body, headers={"Content-Encoding": "gzip"}).status_code == 200
    assert store.found() == [sent["id"]]
    bomb = gzip.compress(b" " * 100_000_000, 1)
    tracemalloc.start()
    answer = store.post(bomb, headers={"Content-Encoding": "gzip"})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert answer.status_code == 413
    assert peak < 60 * MEGABYTE
    for wrong in (body[:-4], body + b"more", b"no gzip"):
        assert store.post(wrong, headers={"Content-Encoding": "gzip"}).status_code == 400
    assert store.post(body, headers={"Content-Encoding": "br"}).status_code == 415
