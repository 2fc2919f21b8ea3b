"""Two stores on one installation know nothing of each other, whatever way a client of one goes; a closed one lets nobody in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from joserfc.jwk import ECKey
from sqlalchemy import event

from lrs.attachments import CONTENT, described, multipart, send
from lrs.conftest import Store
from lrs.forwards import SEAL, Other
from lrs.provider import AUDIENCE, Provider, running
from lrs.samples import ACTIVITY, ACTOR, VOIDED, agent, new_id, ref, statement
from perille.core.database import run_in_transaction
from perille.core.errors import BadRequest
from perille.core.extensions import db
from perille.lrs import services
from perille.lrs.clients import Scope
from perille.lrs.commands import lrs as command
from perille.lrs.http import wsgi
from perille.lrs.oidc import issuers
from perille.lrs.storage.connection import RawConnection
from perille.lrs.stores import all_stores, close_store
from perille.lrs.transfer import forwards

Work = Callable[..., Any]
MakeStore = Callable[..., Store]


@pytest.fixture
def places(work: Work) -> dict[str, UUID]:
    """The stores of two organisations."""
    return {name: work(lambda session, name=name: services.make_store(session, name)) for name in ("office", "school")}


@pytest.fixture
def office(make_store: MakeStore, places: dict[str, UUID]) -> Store:
    return make_store(store_id=places["office"], scopes=("all", "void"))


@pytest.fixture
def school(make_store: MakeStore, places: dict[str, UUID]) -> Store:
    return make_store(store_id=places["school"], scopes=("all", "void"))


def test_a_statement_is_found_in_its_own_store_alone(office: Store, school: Store, make_store: MakeStore) -> None:
    own = make_store()
    (one,) = office.post(statement()).json
    assert office.found() == [one]
    for other in (school, own):
        assert other.found() == other.found(agent=ACTOR) == other.found(activity=ACTIVITY["id"]) == []
        for name in ("statementId", "voidedStatementId"):
            assert other.get(**{name: one}).status_code == 404
    assert office.get(statementId=one).status_code == 200


def test_the_same_id_may_stand_in_two_stores_and_is_no_conflict(office: Store, school: Store) -> None:
    number = new_id()
    assert office.post(statement(id=number)).status_code == 200
    other = statement(id=number, actor=agent("somebody else"))
    assert school.post(other).status_code == 200, "the answer would tell that the id is there"
    assert school.get(statementId=number).json["actor"]["account"]["name"] == "somebody else"
    assert office.get(statementId=number).json["actor"]["account"]["name"] == "aino"


def test_nobody_voids_in_another_store(office: Store, school: Store) -> None:
    (one,) = office.post(statement()).json
    assert school.post(statement(verb=VOIDED, object=ref(one))).status_code == 200, "as for one that is not here yet"
    assert office.found() == [one]
    assert office.get(voidedStatementId=one).status_code == 404


def test_a_link_to_more_leads_into_the_store_of_who_follows_it(office: Store, school: Store) -> None:
    mine = [office.post(statement()).json[0] for _ in range(3)]
    theirs = [school.post(statement()).json[0] for _ in range(3)]
    more = office.get(limit=1).json["more"]
    followed = school.http.get(more, headers=school.headers)
    seen = {each["id"] for each in followed.json["statements"]} if followed.status_code == 200 else set()
    assert seen <= set(theirs)
    assert {each["id"] for each in office.http.get(more, headers=office.headers).json["statements"]} <= set(mine)


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("activities/state", {"activityId": ACTIVITY["id"], "agent": ACTOR, "stateId": "place"}),
        ("activities/profile", {"activityId": ACTIVITY["id"], "profileId": "place"}),
        ("agents/profile", {"agent": ACTOR, "profileId": "place"}),
    ],
)
def test_documents_are_apart(office: Store, school: Store, path: str, params: dict[str, Any]) -> None:
    assert office.send("PUT", path, {"at": "office"}, headers={"If-None-Match": "*"}, **params).status_code == 204
    assert school.get(path, **params).status_code == 404
    listed = {name: value for name, value in params.items() if name not in ("stateId", "profileId")}
    assert school.get(path, **listed).json == []
    assert school.send("PUT", path, {"at": "school"}, headers={"If-None-Match": "*"}, **params).status_code == 204
    assert school.send("DELETE", path, headers={"If-Match": "*"}, **params).status_code == 204
    assert office.get(path, **params).json == {"at": "office"}


def test_what_is_known_of_people_and_activities_is_apart(office: Store, school: Store) -> None:
    named = {**ACTIVITY, "definition": {"name": {"en": "A course of the office"}}}
    office.post(statement(object=named))
    assert "A course of the office" in office.get("activities", activityId=ACTIVITY["id"]).get_data(as_text=True)
    assert "definition" not in school.get("activities", activityId=ACTIVITY["id"]).json
    assert office.get("agents", agent=agent("aino")).json["name"] == ["Aino"]
    assert "Aino" not in school.get("agents", agent=agent("aino")).get_data(as_text=True)


def test_attachments_are_apart(office: Store, school: Store) -> None:
    sent = statement(attachments=[described(CONTENT)])
    assert send(office, multipart(sent, CONTENT)).status_code == 200
    # The school names the hash and has no content: what another store holds does not stand in for it.
    bare = statement(attachments=[described(CONTENT)])
    assert school.post(bare).status_code == 400
    assert CONTENT not in school.get(attachments="true").get_data()


def test_a_forward_takes_what_its_own_store_got(
    work: Work, forward: Callable[..., int], office: Store, school: Store, places: dict[str, UUID]
) -> None:
    work(
        lambda session: forwards.add_forward(
            session, places["office"], "Other", "https://other.example/xapi", ("k", "s"), seal=SEAL
        )
    )
    school.post(statement())
    mine, other = office.post(statement()).json, Other()
    assert forward(other) == 1
    assert other.got == [mine]
    assert work(lambda session: forwards.forward_statuses(session, places["school"])) == []


def test_up_to_when_all_is_seen_is_said_of_ones_own_store(
    office: Store, school: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if somebody were always writing: then the store's newest statement is all that is certain.
    monkeypatch.setattr(wsgi, "idle_since", lambda _engine: 0)
    office.post(statement())
    through = [each.get().headers["X-Experience-API-Consistent-Through"] for each in (office, school)]
    assert through[0] > "2026"
    assert through[1].startswith("1970")


def test_a_closed_store_refuses_its_clients_at_once_and_keeps_what_it_holds(
    office: Store, school: Store, places: dict[str, UUID], work: Work
) -> None:
    (one,) = office.post(statement()).json
    work(lambda session: close_store(session, places["office"], closed=True))
    refused = office.post(statement())
    assert (refused.status_code, office.get().status_code) == (401, 401)
    assert "closed" in refused.get_data(as_text=True)
    assert school.get().status_code == 200
    work(lambda session: close_store(session, places["office"], closed=False))
    assert office.found() == [one]


@pytest.fixture
def provider(work: Work, places: dict[str, UUID]) -> Iterator[Provider]:
    """A provider whose tokens are accepted in the office's store."""
    with running() as found:
        wished: dict[str, Any] = {"issuer": found.issuer, "audience": AUDIENCE, "jwks_url": found.url, "loopback": True}
        work(lambda session: issuers.add_issuer(session, places["office"], name="Realm", scopes=[Scope.ALL], **wished))
        yield found


def test_a_closed_store_refuses_tokens_at_once_and_lets_the_same_one_in_again(
    office: Store, school: Store, places: dict[str, UUID], work: Work, provider: Provider
) -> None:
    token = {"Authorization": f"Bearer {provider.token()}"}
    (one,) = office.post(statement(), headers=token).json
    work(lambda session: close_store(session, places["school"], closed=True))
    assert office.send("GET", "statements", headers=token).status_code == 200, "another store was closed"
    work(lambda session: close_store(session, places["office"], closed=True))
    refused = [office.post(statement(), headers=token), office.send("GET", "statements", headers=token)]
    assert [each.status_code for each in refused] == [401, 401]
    assert [each.json["reason"] for each in refused] == ["organisation_closed"] * 2
    assert 'error_description="organisation_closed"' in refused[0].headers["WWW-Authenticate"]
    work(lambda session: close_store(session, places["office"], closed=False))
    assert office.found() == [one]
    assert office.post(statement(), headers=token).status_code == 200


def test_a_closed_store_asks_its_provider_for_no_keys(
    office: Store, places: dict[str, UUID], work: Work, provider: Provider
) -> None:
    provider.status = 500
    work(lambda session: close_store(session, places["office"], closed=True))
    answer = office.post(statement(), headers={"Authorization": f"Bearer {provider.token()}"})
    assert (answer.status_code, provider.asked) == (401, 0), "503 would ask the program to come again"


def test_who_sends_a_token_is_looked_up_by_one_query(office: Store, lrs_app: Flask, provider: Provider) -> None:
    asked: list[str] = []
    with lrs_app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda _c, _k, sql, *_rest: asked.append(sql))
    assert office.post(statement(), headers={"Authorization": f"Bearer {provider.token()}"}).status_code == 200
    assert len([sql for sql in asked if "lrs_issuer" in sql]) == 1
    assert len([sql for sql in asked if "closed_at" in sql]) == 1


def test_a_closed_store_forwards_nothing_and_goes_on_where_it_stopped(
    work: Work, forward: Callable[..., int], office: Store, school: Store, places: dict[str, UUID]
) -> None:
    for place in places.values():
        work(
            lambda session, place=place: forwards.add_forward(
                session, place, "Other", "https://other.example/xapi", ("k", "s"), seal=SEAL
            )
        )
    first, other = office.post(statement()).json, Other()
    assert forward(other) == 1
    waiting, theirs = office.post(statement()).json, school.post(statement()).json
    work(lambda session: close_store(session, places["office"], closed=True))
    assert forward(other) == 1
    assert other.got == [first, theirs]
    work(lambda session: close_store(session, places["office"], closed=False))
    assert forward(other) == 1
    assert other.got == [first, theirs, waiting]


def test_the_list_of_forwards_says_that_its_store_is_closed(
    work: Work, lrs_app: Flask, places: dict[str, UUID]
) -> None:
    office = places["office"]
    work(
        lambda session: forwards.add_forward(
            session, office, "Other", "https://other.example/xapi", ("k", "s"), seal=SEAL
        )
    )

    def listed() -> str:
        words = ["--store", str(office), "forward", "list"]
        return CliRunner().invoke(command, words, obj=lambda: lrs_app, catch_exceptions=False).output

    assert listed() == "Other: 0 waiting, 0 refused, 0 failures\n"
    work(lambda session: close_store(session, office, closed=True))
    assert listed() == "Other: store closed, 0 waiting, 0 refused, 0 failures\n"


def test_an_issuer_of_another_store_is_refused_with_the_reason(
    work: Work, lrs_app: Flask, places: dict[str, UUID], tmp_path: Path
) -> None:
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"keys": [ECKey.generate_key("P-256").as_dict(private=False)]}))
    wished = ("--issuer", "https://login.example/realm", "--audience", "x", "--jwks", str(keys), "--scope", "state")

    def run(store: str, *words: str) -> Result:
        asked = ["--store", str(places[store]), "issuer", *words]
        return CliRunner().invoke(command, asked, obj=lambda: lrs_app)

    assert run("office", "add", "Realm", *wished).exit_code == 0
    refused = run("school", "add", "Realm", *wished)
    assert isinstance(refused.exception, BadRequest)
    assert "Another store accepts this issuer already" in refused.exception.message
    assert run("school", "list").output == ""
    assert run("office", "remove", "Realm").exit_code == 0
    assert run("school", "add", "Realm", *wished).exit_code == 0


def test_many_stores_make_no_request_longer(make_store: MakeStore, work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same statement asks the same of the database, in the installation's store and in one of fifty."""
    own = make_store()
    places = [work(lambda session, n=n: services.make_store(session, f"place {n}")) for n in range(50)]
    sent = [queries_of(each, monkeypatch) for each in (own, make_store(store_id=places[25]))]
    assert sent[0] == sent[1]
    assert 0 < len(sent[0]) < 20


def queries_of(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what storing one statement asks of the driver, once the people and activities in it are known."""
    store.post(statement())
    sent: list[str] = []
    do = RawConnection._do

    def noted(raw: RawConnection, sql: str, *rest: Any, **more: Any) -> Any:
        sent.append(sql)
        return do(raw, sql, *rest, **more)

    with monkeypatch.context() as patched:
        patched.setattr(RawConnection, "_do", noted)
        assert store.post(statement()).status_code == 200
    return sent


def test_all_stores_begin_with_the_installations_own(work: Work, places: dict[str, UUID], lrs_app: Flask) -> None:
    with lrs_app.app_context():
        found = run_in_transaction(db.session(), lambda: all_stores(db.session()), write=True)
        own = run_in_transaction(db.session(), lambda: services.default_store(db.session()), write=False)
    assert found[0] == own
    assert set(found[1:]) == set(places.values())
