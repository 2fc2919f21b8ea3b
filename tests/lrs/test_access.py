"""Who gets what: contents by their hash, definitions of activities, and what HTTP says of methods, languages and copies."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask

from lrs.attachments import CONTENT, described, multipart, send
from lrs.conftest import Store
from lrs.samples import agent, new_id, statement
from perille.core.database import run_in_transaction
from perille.core.extensions import db
from perille.lrs import services
from perille.lrs.storage.definitions import OWN_ACTIVITIES
from perille.lrs.xapi import limits
from perille.tracking.statements import URN

MakeStore = Callable[..., Store]
ACTIVITY = "https://learn.example/thing"
STATE = {"activityId": ACTIVITY, "agent": agent("a"), "stateId": "s"}


def defined(name: str, activity: str = ACTIVITY, **values: Any) -> dict[str, Any]:
    """Return a statement that says what an activity is called."""
    return statement(object={"id": activity, "definition": {"name": {"en": name}}}, **values)


# Contents


def test_who_knows_a_hash_alone_gets_nothing_by_it(make_store: MakeStore) -> None:
    owner = make_store()
    other = make_store(scopes=("statements/write", "statements/read/mine"))
    assert send(owner, multipart(statement(attachments=[described(CONTENT)]), CONTENT)).status_code == 200
    # Its content did not come with it: that it is here does not help.
    bare = statement(attachments=[described(CONTENT)])
    assert other.post(bare).status_code == 400
    assert send(other, multipart(bare)).status_code == 400
    # With an address of its own it is taken, and the content is still not given out with it.
    elsewhere = statement(attachments=[described(CONTENT, fileUrl="https://files.example/f")])
    assert other.post(elsewhere).status_code == 200
    for params in ({"statementId": elsewhere["id"]}, {}):
        answer = other.get(attachments="true", **params)
        assert answer.status_code == 200
        assert CONTENT not in answer.get_data()
    assert CONTENT in owner.get(attachments="true").get_data()


def test_a_content_that_comes_again_is_kept_once_and_given_with_both(make_store: MakeStore) -> None:
    store = make_store()
    sent = [statement(attachments=[described(CONTENT)]) for _ in range(2)]
    for each in sent:
        assert send(store, multipart(each, CONTENT)).status_code == 200
    for each in sent:
        assert CONTENT in store.get(statementId=each["id"], attachments="true").get_data()
    assert store.get(attachments="true").get_data().count(CONTENT) == 1


@pytest.mark.parametrize(
    "kind", ["text/plain\r\nX-Evil: 1", "text/plain;\nb", "text/plain\r\n ;a", "text/plain; a=\x7f"]
)
def test_a_content_type_of_several_lines_is_refused(store: Store, kind: str) -> None:
    sent = statement(attachments=[described(CONTENT, contentType=kind)])
    assert send(store, multipart(sent, CONTENT)).status_code == 400
    assert store.found() == []


# Large answers


def test_attachments_are_streamed_and_a_page_has_a_budget(
    make_store: MakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ATTACHMENT_PAGE", 250_000)
    store = make_store()
    contents = [bytes([number]) * 100_000 for number in range(5)]
    sent = [statement(attachments=[described(content)]) for content in contents]
    for each, content in zip(sent, contents, strict=True):
        assert send(store, multipart(each, content)).status_code == 200
    got, address = [], "/xapi/statements?attachments=true&ascending=true"
    sizes = []
    while address:
        answer = store.http.get(address, headers=store.headers)
        assert "Content-Length" not in answer.headers
        pieces = [piece for piece in answer.iter_encoded() if piece]
        assert len(pieces) > 3
        body = b"".join(pieces)
        head, _, rest = body.partition(b"\r\n\r\n")[2].partition(b"\r\n--")
        page = json.loads(head)
        got += [each["id"] for each in page["statements"]]
        sizes.append(sum(content in rest for content in contents))
        address = page["more"]
    assert got == [each["id"] for each in sent]
    assert sizes == [2, 2, 1]
    # Without the contents all of them are one page, and one that is larger than the budget is given alone.
    assert store.get().json["more"] == ""
    monkeypatch.setattr(limits, "ATTACHMENT_PAGE", 1)
    assert contents[4] in store.get(attachments="true").get_data()


def test_a_page_of_large_statements_has_a_budget_too(make_store: MakeStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "STATEMENT_PAGE", 100_000)
    store = make_store()
    sent = [statement(result={"response": f"{number}" * 30_000}) for number in range(9)]
    for each in sent:
        assert store.post(each).status_code == 200
    got, answer = list[str](), store.get(limit="500", ascending="true").json
    assert len(answer["statements"]) == 3
    while True:
        got += [each["id"] for each in answer["statements"]]
        if not answer["more"]:
            break
        answer = store.http.get(answer["more"], headers=store.headers).json
    assert got == [each["id"] for each in sent]
    too_large = statement(result={"response": "x" * limits.STATEMENT})
    assert store.post(too_large).status_code == 413


@pytest.mark.parametrize("limit", [1, 100, 101, 202, 250, 500])
def test_a_large_page_is_whole_and_without_repetition(make_store: MakeStore, limit: int) -> None:
    store = make_store()
    sent = [statement() for _ in range(250)]
    store.post(sent)
    for ascending in ("true", "false"):
        got, answer = list[str](), store.get(limit=str(limit), ascending=ascending, verb=sent[0]["verb"]["id"]).json
        assert len(answer["statements"]) == min(limit, 250)
        while answer["more"] and len(got) < 3 * limit:
            got += [each["id"] for each in answer["statements"]]
            answer = store.http.get(answer["more"], headers=store.headers).json
        got += [each["id"] for each in answer["statements"]]
        ids = [each["id"] for each in sent]
        assert got == (ids if ascending == "true" else ids[::-1])[: len(got)]
        assert len(got) == min(250, 4 * limit)


def test_an_answer_is_packed_for_who_takes_it(make_store: MakeStore) -> None:
    store = make_store()
    store.post([statement() for _ in range(50)])
    plain = store.get()
    assert "Content-Encoding" not in plain.headers
    for wish, packed in [
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("*", True),
        ("gzip;q=0, br", False),
        ("br", False),
        ("identity", False),
    ]:
        answer = store.send("GET", "statements", None, {"Accept-Encoding": wish})
        assert ("Content-Encoding" in answer.headers) is packed, wish
        assert "Accept-Encoding" in answer.headers["Vary"]
        body = gzip.decompress(answer.get_data()) if packed else answer.get_data()
        assert json.loads(body)["statements"] == plain.json["statements"]
        assert int(answer.headers["Content-Length"]) == len(answer.get_data())


# Definitions


def test_only_a_client_that_may_define_says_what_things_are_called(make_store: MakeStore) -> None:
    reader, writer = make_store(), make_store(scopes=("statements/write",))
    definer = make_store(scopes=("statements/write", "define"))
    person = {**agent("p"), "name": "Written"}

    def known() -> tuple[Any, Any]:
        found = reader.get("activities", activityId=ACTIVITY).json
        return found.get("definition"), reader.get("agents", agent=agent("p")).json.get("name")

    assert writer.post(defined("Written", actor=person)).status_code == 200
    assert known() == (None, None)
    assert reader.get(activity=ACTIVITY).json["statements"][0]["actor"]["name"] == "Written"
    assert definer.post(defined("Defined", actor={**person, "name": "Named"})).status_code == 200
    assert writer.post(defined("Written over", actor=person)).status_code == 200
    assert known() == ({"name": {"en": "Defined"}}, ["Named"])
    assert definer.get("activities", activityId=ACTIVITY).status_code == 403


def test_the_platforms_own_activities_are_nobodys_to_redefine(make_store: MakeStore, lrs_app: Flask) -> None:
    assert URN + ":" == OWN_ACTIVITIES
    store, own = make_store(), f"{URN}:way:hello"
    voucher = {"objectType": "Agent", "account": {"homePage": "https://perille.invalid", "name": "platform"}}
    assert store.post(defined("Before", own)).status_code == 200
    assert "definition" not in store.get("activities", activityId=own).json
    with lrs_app.app_context():
        session = db.session()
        body = json.dumps(defined("Hello", own)).encode()
        run_in_transaction(
            session,
            lambda: services.store_statements(
                session, [body], store_id=services.default_store(session), authority=voucher
            ),
            write=True,
        )
    assert store.post([defined("Evil", own), defined("Mine")]).status_code == 200
    assert store.get("activities", activityId=own).json["definition"] == {"name": {"en": "Hello"}}
    assert store.get("activities", activityId=ACTIVITY).json["definition"] == {"name": {"en": "Mine"}}
    shown = store.get(activity=own, format="canonical").json["statements"]
    assert {each["object"]["definition"]["name"]["en"] for each in shown} == {"Hello"}


# HTTP


@pytest.mark.parametrize(
    ("wishes", "language"),
    [
        ("fr; q=0.9, en;q=0.8", "fr"), ("en ; q=0.1 , fr ;q=0.9", "fr"), ("en;q=0", "fr"), ("en;q=0, fr;q=0", "fi"),
        ("en;q=0,fr;q=0,fi;q=0", "en"), ("fi;q=0.5, *;q=0.1", "fi"), ("de, en;q=0.000, fi;q=0.001", "fi"), ("FR", "fr"),
        ("en;q=2", "en"), ("", "en"), ("fr-CA", "fr"), ("x;y;q=0.4,fi;level=1;Q=0.9", "fi"),
    ],
)  # fmt: skip
def test_a_language_is_chosen_as_http_says(make_store: MakeStore, wishes: str, language: str) -> None:
    store = make_store()
    words = {"en": "done", "fr": "fait", "fi": "tehty"}
    store.post(statement(verb={"id": "https://v.example/v", "display": words}))
    answer = store.send("GET", "statements", None, {"Accept-Language": wishes}, format="canonical")
    assert answer.json["statements"][0]["verb"]["display"] == {language: words[language]}


def test_a_method_that_is_not_there_comes_with_those_that_are(store: Store) -> None:
    found = {
        path: store.send("PATCH", path).headers["Allow"]
        for path in ("statements", "agents", "activities/state", "about")
    }
    assert found == {
        "statements": "GET, HEAD, OPTIONS, POST, PUT",
        "agents": "GET, HEAD, OPTIONS",
        "activities/state": "DELETE, GET, HEAD, OPTIONS, POST, PUT",
        "about": "GET, HEAD, OPTIONS",
    }
    assert store.send("DELETE", "statements").status_code == 405


def test_a_document_that_is_known_is_not_sent_again(store: Store) -> None:
    store.send("PUT", "activities/state", {"a": 1}, {"If-None-Match": "*"}, **STATE)
    first = store.get("activities/state", **STATE)
    etag = first.headers["ETag"]
    for seen in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = store.send("GET", "activities/state", None, {"If-None-Match": seen}, **STATE)
        assert (again.status_code, again.get_data(), again.headers["ETag"]) == (304, b"", etag)
        assert "Content-Type" not in again.headers
        assert again.headers["Last-Modified"] == first.headers["Last-Modified"]
    assert (
        store.send("GET", "activities/state", None, {"If-None-Match": '"other"'}, **STATE).get_data()
        == first.get_data()
    )


def test_two_slashes_are_one(store: Store) -> None:
    sent = statement()
    body, headers = json.dumps(sent), {**store.headers, "Content-Type": "application/json"}
    for path in ("/xapi//statements", "//xapi/statements", "/xapi///statements//"):
        address = {"path": path, "base_url": "http://localhost"}
        answer = store.http.open(
            method="POST", data=body, headers=headers, environ_overrides={"PATH_INFO": path}, path="/"
        )
        assert answer.status_code == 200, address
    assert store.found() == [sent["id"]]


def test_a_put_as_storyline_sends_it_is_taken(make_store: MakeStore) -> None:
    """Storyline sends forms as text/plain: a browser lets a page of another site do that without asking first."""
    store = make_store(version="1.0.3")
    sent = statement(id=None)
    number = new_id()
    form = urlencode(
        {"statementId": number, **store.headers, "Content-Type": "text/plain", "content": json.dumps(sent)}
    )
    plain = {"Content-Type": "text/plain;charset=UTF-8"}
    answer = store.http.post("/xapi/statements?method=PUT", data=form, headers=plain)
    assert answer.status_code == 204, answer.get_data()
    assert store.found() == [number]
    state = {**STATE, "agent": json.dumps(STATE["agent"]), **store.headers, "content": "suspended"}
    saved = store.http.post(
        "/xapi/activities/state?method=PUT", data=urlencode({**state, "Content-Type": "text/plain"}), headers=plain
    )
    assert saved.status_code == 204
    kept = store.get("activities/state", **STATE)
    assert (kept.get_data(), kept.headers["Content-Type"]) == (b"suspended", "text/plain")
    get = {name: value for name, value in state.items() if name != "content"}
    assert (
        store.http.post("/xapi/activities/state?method=GET", data=urlencode(get), headers=plain).get_data()
        == b"suspended"
    )


def test_the_hash_of_a_content_is_that_of_its_bytes(make_store: MakeStore) -> None:
    store = make_store()
    content = base64.b64encode(b"x" * 90)
    for name in ("sha224", "sha256", "sha384", "sha512"):
        sha2 = hashlib.new(name, content).hexdigest().upper()
        sent = statement(attachments=[described(content, sha2=sha2)])
        assert send(store, multipart(sent, content, **{"X-Experience-API-Hash": sha2})).status_code == 200
    assert (
        store.post(
            statement(attachments=[described(content, sha2="a" * 129, fileUrl="https://f.example/f")])
        ).status_code
        == 400
    )
