"""Who may do what, in which version (Communication 3.3, 4.0)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from lrs.conftest import Store
from lrs.samples import ACTIVITY, agent, statement
from perille.core.database import run_in_transaction, utcnow
from perille.core.extensions import db
from perille.lrs import services
from perille.lrs.clients import peppers_of

MakeStore = Callable[..., Store]


@pytest.mark.parametrize(
    "header",
    [None, "Basic", "Basic !!!", "Bearer x", "Basic bm9jb2xvbg==", "Basic " + "bm9ib2R5OnNlY3JldA==", "Basic w7w="],
)
def test_wrong_credentials_are_refused(make_store: MakeStore, header: str | None) -> None:
    store = make_store()
    answer = store.post(statement(), headers={"Authorization": header})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Basic realm="xAPI"')
    assert store.found() == []


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [
        ("all", {"write", "read", "state", "profile", "agents"}),
        ("all/read", {"read", "read state", "agents"}),
        ("statements/write", {"write"}),
        ("statements/read", {"read", "agents"}),
        ("statements/read/mine", {"read"}),
        ("state", {"state", "read state"}),
        ("profile", {"profile", "agents"}),
    ],
)
def test_a_scope_allows_what_it_says(make_store: MakeStore, scope: str, allowed: set[str]) -> None:
    store = make_store(scopes=(scope,))
    state: dict[str, Any] = {"activityId": ACTIVITY["id"], "agent": agent("anna"), "stateId": "s"}
    tries = {
        "write": store.post(statement()),
        "read": store.get(),
        "state": store.send("PUT", "activities/state", {}, **state),
        "read state": store.get("activities/state", **state),
        "profile": store.send("PUT", "agents/profile", {}, {"If-None-Match": "*"}, agent=agent("anna"), profileId="p"),
        "agents": store.get("agents", agent=agent("anna")),
    }
    for name, answer in tries.items():
        may = name in allowed or (scope == "all" and name == "read state")
        assert (answer.status_code != 403) == may, name


def test_mine_is_what_the_client_itself_sent(make_store: MakeStore) -> None:
    mine, other = make_store(scopes=("statements/write", "statements/read/mine")), make_store()
    own, foreign = statement(), statement()
    mine.post(own)
    other.post(foreign)
    assert mine.found() == [own["id"]]
    assert mine.found(verb=own["verb"]["id"]) == [own["id"]]
    assert mine.get(statementId=foreign["id"]).status_code == 404
    assert other.found() == [foreign["id"], own["id"]]


def test_the_client_vouches_whatever_the_statement_says(make_store: MakeStore) -> None:
    voucher = {"objectType": "Agent", "mbox": "mailto:voucher@example.com"}
    store = make_store(authority=voucher)
    sent = statement(authority=agent("impostor"))
    store.post(sent)
    assert store.get(statementId=sent["id"]).json["authority"] == voucher
    assert store.found(agent=voucher, related_agents="true") == [sent["id"]]
    assert store.found(agent=voucher) == []


def test_an_expired_client_is_refused(make_store: MakeStore) -> None:
    assert make_store(expires_at=utcnow() - timedelta(seconds=1)).get().status_code == 401
    assert make_store(expires_at=utcnow() + timedelta(minutes=1)).get().status_code == 200


def test_revoked_and_rotated_secrets_stop_at_once(make_store: MakeStore, lrs_app: Flask) -> None:
    revoked, rotated = make_store(), make_store()
    assert (revoked.get().status_code, rotated.get().status_code) == (200, 200)
    peppers = peppers_of(lrs_app.config["PERILLE"].secret_keys)
    with lrs_app.app_context():
        first, second = run_in_transaction(
            db.session(), lambda: services.clients_of(db.session(), services.default_store(db.session())), write=False
        )
        keys = first.key, second.key
        run_in_transaction(db.session(), lambda: services.revoke_client(db.session(), keys[0]), write=True)
        run_in_transaction(
            db.session(), lambda: services.rotate_client(db.session(), keys[1], peppers=peppers), write=True
        )
    assert (revoked.get().status_code, rotated.get().status_code) == (401, 401)


def test_a_rate_is_kept_by_each_client(make_store: MakeStore) -> None:
    slow, free = make_store(rate=3), make_store()
    assert [slow.get().status_code for _ in range(4)] == [200, 200, 200, 429]
    assert slow.get().headers["Retry-After"] == "60"
    assert [free.get().status_code for _ in range(6)] == [200] * 6


@pytest.mark.parametrize(
    ("header", "status", "spoken"),
    [
        ("2.0.0", 200, "2.0.0"),
        ("2.0", 200, "2.0.0"),
        ("1.0.1", 200, "1.0.3"),
        (None, 400, "2.0.0"),
        ("0.95", 400, "2.0.0"),
        ("2.1.0", 400, "2.0.0"),
    ],
)
def test_the_version_is_asked_for_and_answered(
    make_store: MakeStore, header: str | None, status: int, spoken: str
) -> None:
    answer = make_store().send("GET", "statements", headers={"X-Experience-API-Version": header})
    assert (answer.status_code, answer.headers["X-Experience-API-Version"]) == (status, spoken)
    assert answer.headers["X-Experience-API-Consistent-Through"].endswith("Z")


def test_about_needs_neither_version_nor_credentials(make_store: MakeStore) -> None:
    answer = make_store().http.get("/xapi/about")
    assert "2.0.0" in answer.json["version"]


def test_a_1_0_3_client_gets_a_1_0_3_statement_of_a_2_0_one(make_store: MakeStore) -> None:
    new, old = make_store(version="2.0.0"), make_store(version="1.0.3")
    context = {"language": "fi", "contextAgents": [{"objectType": "contextAgent", "agent": agent("anna")}]}
    sent = statement(context=context)
    new.post(sent)
    assert new.get(statementId=sent["id"]).json["context"] == context
    seen = old.get(statementId=sent["id"]).json
    assert (seen["version"], seen["context"]) == ("1.0.3", {"language": "fi"})


def test_2_0_has_no_alternate_request_syntax(store: Store) -> None:
    sent = statement()
    form = {"statementId": sent["id"], "content": store.lrs_json(sent), "X-Experience-API-Version": store.version}
    headers = {"Authorization": store.headers["Authorization"]}
    answer = store.http.post(
        "/xapi/statements?method=PUT", data=form, headers=headers, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == (204 if store.version == "1.0.3" else 400)


def test_pages_of_listed_origins_may_call(make_store: MakeStore) -> None:
    store = make_store()
    assert (
        "Access-Control-Allow-Origin"
        not in store.send("GET", "statements", headers={"Origin": "https://else.example"}).headers
    )
    assert store.send("OPTIONS", "statements", headers={"Origin": "https://else.example"}).status_code == 204
