"""The same request gets the same answer on SQLite and on PostgreSQL, and what no database can keep is refused by rule, never by a fault."""

from __future__ import annotations

import copy
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
from flask import Flask
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy.engine import make_url

from lrs.application import make_application
from lrs.attachments import CONTENT, described, multipart
from lrs.conftest import Store, make_credentials
from lrs.generated import FULL, JSON, METHODS, NAMES, PLACES, RESOURCES, TEXT, VALUES, at, hostile
from lrs.generated import Path as Place
from lrs.samples import agent, new_id, statement
from perille.core.database import prepare_engine
from perille.core.extensions import db
from perille.startup import migrate
from support.databases import Databases
from support.postgresql import PostgresServer

pytestmark = pytest.mark.postgresql


class Both:
    """A client of two stores, one on each database, that are sent the same."""

    def __init__(self, stores: list[Store]) -> None:
        self.stores = stores

    def send(self, method: str, path: str, body: Any = None, headers: Any = None, **params: Any) -> tuple[int, Any]:
        """Send a request to both; return status and what was said, which are the same and no fault of the store's own."""
        answers = [store.send(method, path, body, headers, **params) for store in self.stores]
        said = [(answer.status_code, said_in(answer.get_data(), answer.status_code)) for answer in answers]
        assert said[0] == said[1]
        assert said[0][0] < 500, said
        return said[0]


def said_in(body: bytes, status: int) -> Any:
    """Return what an answer says, without the times at which things were stored."""
    if status >= 400 and body:
        found = json.loads(body)
        assert set(found) == {"error", "path", "rule", "clause"}, found
        return found
    try:
        found = json.loads(body)
    except ValueError:
        return body if not body.startswith(b"--") else b""
    if isinstance(found, dict) and "statements" in found:
        return [each["id"] for each in found["statements"]]
    return (
        {name: value for name, value in found.items() if name not in ("stored", "timestamp", "authority")}
        if isinstance(found, dict)
        else found
    )


def fill(url: str) -> None:
    """Bring a database up to date."""
    plain = Flask("migration")
    plain.config["SQLALCHEMY_DATABASE_URI"] = url
    db.init_app(plain)
    with plain.app_context():
        prepare_engine(db.engine)
        migrate()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def both(databases_of: Callable[[str], Databases], tmp_path: Path) -> Iterator[Both]:
    """Two stores with a client of every scope, speaking 2.0."""
    with ExitStack() as stack:
        stores = []
        for kind in ("sqlite", "postgresql"):
            app = make_application(stack.enter_context(databases_of(kind).fresh("migrated", fill)), tmp_path)
            stack.callback(dispose, app)
            stores.append(Store(app, make_credentials(app), "2.0.0"))
        yield Both(stores)


def dispose(app: Flask) -> None:
    """Close an application's connections."""
    with app.app_context():
        db.engine.dispose()


#: What one of the two databases cannot keep, or keeps otherwise.
NASTY = st.sampled_from(
    ["n" * 3000, "ж" * 3000, "😀" * 700, "0" * 129, "İ" * 100, "\x00", "a\x00b", "\ud800", "a\udfffb", "\udc00\ud800", "9" * 5000]
    + [2**31, 2**63, -(2**63) - 1, 2**64, 10**400, -(10**400), 1e308, 5e-324, -0.0, True, "\u2028", "\ufeff", "\ufffe"]
    + [{"en": "n" * 3000}, {"\ud800": "x"}, {"\x00": "x"}, ["n" * 3000] * 3, {"https://e.example/\u0000": 1}]
)  # fmt: skip


@hostile
@given(place=PLACES, value=st.one_of(NASTY, JSON))
def test_any_value_in_any_place_is_the_same_on_both(both: Both, place: Place, value: Any) -> None:
    sent = {"id": new_id(), **copy.deepcopy(FULL)}
    at(sent, place[:-1])[place[-1]] = value
    status, _ = both.send("POST", "statements", json.dumps(sent).encode())
    if status == 200:
        assert both.send("GET", "statements", statementId=sent["id"])[0] == 200
        assert both.send("GET", "statements", statementId=sent["id"], format="canonical")[0] == 200


OWNER = {"activityId": "https://learn.example/1", "agent": agent("a")}


@hostile
@given(
    name=st.one_of(TEXT, NASTY.map(str)),
    kind=st.one_of(TEXT, st.sampled_from(["text/plain", "application/json", "a/" + "b" * 6000, "text/plain;\xff"])),
    body=st.one_of(
        st.binary(max_size=40), st.sampled_from([b"{}", b'{"a":"\\ud800"}', b'{"a":"\\u0000"}', b"\x00" * 10])
    ),
    method=st.sampled_from(["PUT", "POST"]),
)
def test_any_document_is_the_same_on_both(both: Both, name: str, kind: str, body: bytes, method: str) -> None:
    one = {**OWNER, "stateId": name.encode(errors="replace").decode()}
    header = {"Content-Type": kind.encode("latin-1", "replace").decode("latin-1").replace("\n", "").replace("\r", "")}
    both.send(method, "activities/state", body, header, **one)
    both.send("GET", "activities/state", **one)
    both.send("GET", "activities/state", **OWNER)
    both.send("DELETE", "activities/state", **one)


@hostile
@given(
    method=METHODS,
    resource=RESOURCES,
    query=st.dictionaries(st.one_of(NAMES, TEXT), st.one_of(VALUES, NASTY.map(str)), max_size=4),
)
@example(method="GET", resource="agents", query={"agent": json.dumps({**agent("a"), "name": "\ud800"})})
@example(method="GET", resource="agents", query={"agent": json.dumps({**agent("a"), "name": "n" * 3000})})
@example(method="GET", resource="statements", query={"verb": "https://v.example/" + "v" * 9000, "limit": "9" * 4000})
def test_any_query_is_the_same_on_both(both: Both, method: str, resource: str, query: dict[str, str]) -> None:
    encoded = urlencode(
        [(name.encode(errors="surrogatepass"), value.encode(errors="surrogatepass")) for name, value in query.items()]
    )
    said = []
    for store in both.stores:
        answer = store.http.open(
            f"/xapi/{resource}?{encoded}",
            method=method,
            data=b"{}" if method in ("PUT", "POST") else None,
            headers={**store.headers, "Content-Type": "application/json", "If-None-Match": "*"},
        )
        assert answer.status_code < 500, answer.get_data()
        said.append((answer.status_code, answer.get_data() if answer.status_code >= 400 else b""))
    assert said[0] == said[1]


def attached(count: int) -> list[dict[str, Any]]:
    """Return attachments whose contents are nowhere."""
    return [described(b"%d" % number) for number in range(count)]


def test_what_one_database_cannot_keep_is_refused_by_rule_on_both(both: Both) -> None:
    def refused(sent: Any, status: int, rule: str, headers: Any = None) -> None:
        found, said = both.send("POST", "statements", sent, headers)
        assert (found, said["rule"]) == (status, rule)

    length = "A list, a map or a text of a statement has the length this store accepts."
    json_rule = "The body is one well-formed JSON value in UTF-8, without repeated keys, U+0000 or lone surrogates."
    refused(statement(actor={**agent("a"), "name": "n" * 3000}), 400, length)
    refused(statement(actor={**agent("a"), "name": "😀" * 501}), 400, length)
    refused(statement(attachments=[described(CONTENT, sha2="0" * 129, fileUrl="https://f.example/f")]), 400, length)
    mixed = {"Content-Type": "multipart/mixed; boundary=cut"}
    unnamed = "An attachment's content arrives with the statement, or its fileUrl tells where it is."
    refused(multipart(statement(attachments=[described(CONTENT, sha2="0" * 129)]), CONTENT), 400, unnamed, mixed)
    for text in ("\x00", "\ud800", "a\udfff"):
        refused(json.dumps(statement(actor={**agent("a"), "name": text})).encode(), 400, json_rule)
        refused(
            json.dumps(statement(result={"extensions": {"https://e.example/x": {text: text}}})).encode(), 400, json_rule
        )
    refused(b'{"actor":"\xed\xa0\x80"}', 400, json_rule)
    refused([statement(id=None) for _ in range(70_000)], 413, "A request has the size this store accepts.")


def test_u0000_is_refused_by_rule_wherever_text_arrives(both: Both) -> None:
    """SQLite keeps it, PostgreSQL does not: without the rule it would be a fault of the store's own there, or kept on one of them only."""

    def refused(method: str, path: str, body: Any = None, **params: Any) -> None:
        found, said = both.send(method, path, body, {"Content-Type": "application/json"}, **params)
        assert found == 400, (method, path, params)
        assert "U+0000" in said["rule"] + said["error"], said

    document = b'{"a":"x\\u0000"}'
    nul = json.dumps(agent("a\x00"))
    for method, path in (("GET", "statements"), ("GET", "agents"), ("GET", "agents/profile")):
        refused(method, path, agent=nul)
    for method in ("PUT", "POST"):
        refused(method, "activities/state", document, stateId="s", **OWNER)
        refused(method, "activities/state", b"{}", stateId="a\x00", **OWNER)
        refused(method, "activities/state", b"{}", stateId="s", activityId="https://learn.example/1", agent=nul)
    refused("PUT", "activities/profile", b"{}", activityId="https://learn.example/1", profileId="a\x00")
    refused("PUT", "agents/profile", b"{}", agent=json.dumps(agent("a")), profileId="a\x00")
    refused("POST", "statements", json.dumps(statement(object={"id": "https://learn.example/\x00"})).encode())


def test_very_many_parameters_are_stored_and_asked_for_in_parts(both: Both) -> None:
    """PostgreSQL takes 65,535 parameters in a query."""
    members = [[agent(f"m{number}-{place}") for number in range(100)] for place in range(700)]
    batch = [statement(actor={"objectType": "Group", "member": each}) for each in members]
    for _ in range(2):
        assert both.send("POST", "statements", batch)[0] == 200
    many = [statement(attachments=attached(100)) for _ in range(10)]
    assert both.send("POST", "statements", many)[0] == 400
    assert len(both.send("GET", "statements", limit="500")[1]) == 500


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_database_that_is_away_is_one_line_and_comes_back(
    lrs_app: Flask,
    make_store: Callable[..., Store],
    postgresql_server: PostgresServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    store, sent = make_store(), statement()
    assert store.post(sent).status_code == 200
    name = make_url(lrs_app.config["SQLALCHEMY_DATABASE_URI"]).database
    with psycopg.connect(f"host={postgresql_server.socket} user=postgres dbname=postgres", autocommit=True) as root:
        root.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
        root.execute(b"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        with caplog.at_level(logging.INFO, "perille.core"):
            for method, body in (("POST", statement()), ("GET", None), ("POST", statement())):
                answer = store.send(method, "statements", body)
                assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        written = [logging.Formatter().format(record) for record in caplog.records]
        assert written == ["the database cannot be used: away"]
        root.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'.encode())
    assert store.found() == [sent["id"]]
    assert store.post(statement()).status_code == 200
