"""What no client would send: whatever arrives, the store answers, never with a fault of its own, and says what is wrong.

The examples are the same in every run; a search by hand goes further: `HYPOTHESIS_EXAMPLES=5000 pytest tests/lrs/test_hostile.py`.
"""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Callable
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from lrs.conftest import Store
from lrs.generated import FULL, JSON, METHODS, NAMES, NUMBERS, PLACES, RESOURCES, TEXT, VALUES, Path, at, hostile
from lrs.samples import agent, new_id, statement


def check(answer: TestResponse) -> None:
    """An answer is no fault of the store's own, and a refusal says what is wrong, where and by which rule."""
    assert answer.status_code < 500, answer.get_data()
    if answer.status_code >= 400:
        said = json.loads(answer.get_data())
        assert set(said) == {"error", "path", "rule", "clause"}, said
        assert all(isinstance(each, str) for each in said.values()), said
        # Only a parameter may have no name.
        assert all(each for name, each in said.items() if name != "path"), said


def check_kept(store: Store, number: str, sent: dict[str, Any]) -> None:
    """What was taken comes back: the same properties, numbers as they were written."""
    answer = store.get(statementId=number)
    assert answer.status_code == 200
    exact: dict[str, Callable[[str], Any]] = {"parse_float": str, "parse_int": str}
    back, wanted = json.loads(answer.get_data(), **exact), json.loads(json.dumps(sent), **exact)
    assert {name: back[name] for name in wanted if name not in ("stored", "authority")} == {
        name: value for name, value in wanted.items() if name not in ("stored", "authority")
    }


def test_the_statement_that_is_changed_is_valid(store: Store) -> None:
    sent = {"id": new_id(), **FULL}
    assert store.post(sent).status_code == 200
    check_kept(store, sent["id"], sent)


@hostile
@given(body=JSON)
@example(body=[])
@example(body={"actor": {}})
def test_any_json_is_refused_or_taken(store: Store, body: Any) -> None:
    check(store.post(json.dumps(body).encode()))
    check(store.send("PUT", "statements", json.dumps(body).encode(), statementId=new_id()))


@hostile
@given(body=st.binary(max_size=60))
@example(body=b"\xff\xfe{")
@example(body=b"[" * 100_000)
@example(body=b'{"a":' * 100_000)
@example(body=b'{"actor":"\\ud800"}')
def test_any_bytes_are_refused(store: Store, body: bytes) -> None:
    check(store.post(body))


@hostile
@given(place=PLACES, value=JSON)
def test_any_value_in_any_place_is_refused_or_kept(store: Store, place: Path, value: Any) -> None:
    sent = {"id": new_id(), **copy.deepcopy(FULL)}
    at(sent, place[:-1])[place[-1]] = value
    answer = store.post(json.dumps(sent).encode())
    check(answer)
    if answer.status_code == 200:
        check_kept(store, sent["id"], sent)


@hostile
@given(one=PLACES, other=PLACES)
def test_properties_that_changed_places_are_refused_or_kept(store: Store, one: Path, other: Path) -> None:
    sent = {"id": new_id(), **copy.deepcopy(FULL)}
    first, second = copy.deepcopy(at(sent, one)), copy.deepcopy(at(sent, other))
    at(sent, other[:-1])[other[-1]] = first
    if one[: len(other)] != other:
        at(sent, one[:-1])[one[-1]] = second
    answer = store.post(json.dumps(sent).encode())
    check(answer)


@hostile
@given(number=st.one_of(NUMBERS, st.just(1e308), st.just(-0.0), st.just(2**63), st.just(-(2**64))))
def test_numbers_come_back_as_they_were_written(store: Store, number: float) -> None:
    sent = statement(
        result={"extensions": {"https://e.example/n": number, "https://e.example/l": [number, {"n": number}]}}
    )
    assert store.post(json.dumps(sent).encode()).status_code == 200
    check_kept(store, sent["id"], sent)


@hostile
@given(text=TEXT.filter(lambda text: "\x00" not in text))
def test_text_comes_back_as_it_was_written(store: Store, text: str) -> None:
    person = {"objectType": "Agent", "name": text, "account": {"homePage": "https://people.example", "name": text}}
    sent = statement(actor=person, result={"response": text, "extensions": {"https://e.example/t": {text: text}}})
    answer = store.post(sent)
    check(answer)
    if answer.status_code == 200:
        check_kept(store, sent["id"], sent)
        assert sent["id"] in store.found(agent=person)


@hostile
@given(
    method=METHODS, resource=RESOURCES, query=st.dictionaries(st.one_of(NAMES, TEXT), VALUES, max_size=4), body=VALUES
)
@example(
    method="PUT", resource="agents/profile", query={"agent": json.dumps(agent("a")), "profileId": "\x00"}, body="{}"
)
@example(
    method="PUT", resource="agents/profile", query={"agent": json.dumps(agent("a")), "profileId": "n" * 501}, body="{}"
)
@example(method="GET", resource="agents/profile", query={"agent": json.dumps(agent("a")), "profileId": "\x00"}, body="")
@example(method="GET", resource="statements", query={"limit": "9" * 30}, body="")
@example(method="GET", resource="statements", query={"from": "9" * 30}, body="")
@example(method="GET", resource="statements", query={"since": "0001-01-01T00:00:00+14:00"}, body="")
@example(method="GET", resource="statements", query={"until": "9999-12-31T23:59:59-12:00"}, body="")
def test_any_query_is_answered(store: Store, method: str, resource: str, query: dict[str, str], body: str) -> None:
    content = body.encode(errors="replace") if method in ("PUT", "POST") else None
    answer = store.http.open(
        f"/xapi/{resource}",
        method=method,
        query_string=query,
        data=content,
        headers=[*store.headers.items(), ("Content-Type", "application/json"), ("If-None-Match", "*")],
    )
    assert answer.status_code < 500, answer.get_data()
    if answer.status_code >= 400 and method != "HEAD":
        check(answer)


HEADERS = st.sampled_from(
    [
        "Authorization",
        "X-Experience-API-Version",
        "Content-Type",
        "If-Match",
        "If-None-Match",
        "Accept-Language",
        "Accept",
    ]
    + ["Content-Encoding", "Content-Transfer-Encoding", "X-Experience-API-Hash", "Origin", "Range", "Content-Length"]
)
#: What a server lets through: letters of Latin-1 on one line.
LINE = st.one_of(
    st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=40),
    st.sampled_from(["multipart/mixed; boundary=", 'multipart/mixed; boundary="a', "Basic ", "application/json; charset=latin-1"]),
    st.sampled_from(["2.0.0", "1.0", "*", '"abc"', 'W/"x"', "gzip", "-1", "9" * 20, "en;q=9", "en;q=x,*;q=0", "fi-FI-x,,,"]),
)  # fmt: skip


@hostile
@example(method="GET", headers={"Authorization": "Basic " + base64.b64encode(b"a\x00b:c").decode()}, kind="s")
@given(method=METHODS, headers=st.dictionaries(HEADERS, LINE, min_size=1, max_size=3), kind=st.sampled_from(["s", "d"]))
def test_any_headers_are_answered(store: Store, method: str, headers: dict[str, str], kind: str) -> None:
    owner = {"activityId": "https://learn.example/1", "agent": json.dumps(agent("a")), "stateId": "s"}
    path, query = ("statements", {"format": "canonical"}) if kind == "s" and method == "GET" else ("statements", {})
    if kind == "d":
        path, query = "activities/state", owner
    content = json.dumps(statement()).encode() if method in ("PUT", "POST") else None
    own = {"Content-Type": "application/json", **store.headers, **headers}
    answer = store.http.open(f"/xapi/{path}", method=method, query_string=query, data=content, headers=own)
    assert answer.status_code < 500, answer.get_data()
    if answer.status_code >= 400 and method != "HEAD":
        check(answer)


FIELDS = st.one_of(NAMES, HEADERS, st.just("content"), TEXT)
STATE = {"activityId": "https://learn.example/1", "agent": json.dumps(agent("a")), "stateId": "s"}


@hostile
@given(method=METHODS, fields=st.dictionaries(FIELDS, st.one_of(VALUES, LINE), max_size=4))
@example(method="PUT", fields={"content": "x", "Content-Type": "text/plain\r\nX-Evil: 1"})
@example(method="PUT", fields={"content": "x", "Content-Type": "text/\u4e2d"})
@example(method="PUT", fields={"content": "x", "Content-Type": "text/\x00"})
def test_any_form_of_the_alternate_syntax_is_answered(
    make_store: Callable[..., Store], method: str, fields: dict[str, str]
) -> None:
    store = make_store(version="1.0.3")
    form = {**STATE, **store.headers, **fields}
    check(store.http.post(f"/xapi/activities/state?method={method}", data=form))
    check(store.get("activities/state", **STATE))
