"""An organisation's record store, as its coordinator manages it: programs of theirs write there and read there, and nowhere else."""

from __future__ import annotations

import json
from urllib.parse import quote
from uuid import UUID

import pytest
from sqlalchemy import func, select

from administration.programs import credentials, get, headers_of, store
from lrs.samples import ACTOR, statement
from perille.core.extensions import db
from perille.lrs import emptying
from perille.lrs.services import default_store
from perille.lrs.storage.models import LrsClient, LrsStore
from perille.organisations.deleting import empty_stores
from perille.people.models import AuditEntry, Organisation, Role
from perille.people.organisations import close_organisation, find_organisation
from perille.tracking.models import CourseProgress, UnitProgress
from perille.tracking.services import actor_home
from support.people import OFFICE, place_of, sign_in_as
from support.visitor import Visitor
from support.whole import Whole

FORM = {"name": "A  player ", "scopes": ["all", "void"], "last_day": ""}
SCHOOL = "The school"


@pytest.fixture
def coordinator(whole: Whole) -> Visitor:
    """Somebody who coordinates the office."""
    return sign_in_as(whole, Role.COORDINATOR)


def page_of(whole: Whole, place: str = OFFICE) -> str:
    """Return the address of the page of an organisation's store."""
    number = whole.do(lambda: place_of(Role.MEMBER, place), write=True)
    return f"/en/organisations/{number}/record-store"


def number_of(whole: Whole, place: str = OFFICE) -> UUID:
    return UUID(page_of(whole, place).split("/")[3])


def test_a_coordinator_makes_a_client_and_its_secret_is_shown_once(whole: Whole, coordinator: Visitor) -> None:
    here = page_of(whole)
    made = coordinator.submit(here, FORM)
    key, secret = credentials(made)
    assert (made.headers["Cache-Control"], made.one("code", id="endpoint").words) == (
        "no-store",
        "http://localhost/xapi/",
    )
    again = coordinator.get(f"{here}/{key}/secret")
    assert (again.status, again.location) == (302, f"{here}/{key}")
    listed, own = coordinator.get(here), coordinator.get(f"{here}/{key}")
    assert "A player" in listed.text
    assert secret not in listed.html + own.html
    (row,) = whole.scalars(select(LrsClient))
    office = whole.scalars(select(LrsStore).join(Organisation).where(Organisation.name == OFFICE))
    assert [row.store_id] == [each.number for each in office]
    (entry,) = whole.scalars(select(AuditEntry).where(AuditEntry.action == "lrs-client.made"))
    assert (entry.organisation_id, entry.details["client"]) == (number_of(whole), key)


def test_what_a_program_stores_is_counted_there_and_saved_from_there(whole: Whole, coordinator: Visitor) -> None:
    here = page_of(whole)
    known = credentials(coordinator.submit(here, FORM))
    sent = statement()
    assert store(whole, known, sent) == 200
    assert coordinator.get(here).one("dd", id="stored").words == "1"
    saved = coordinator.post(f"{here}/save")
    assert (saved.status, saved.headers["Content-Type"]) == (200, "application/jsonl")
    assert [json.loads(line)["id"] for line in saved.response.get_data().splitlines()] == [sent["id"]]
    (entry,) = whole.scalars(select(AuditEntry).where(AuditEntry.action == "lrs-statements.saved"))
    assert entry.organisation_id == number_of(whole)


def test_neither_another_organisation_nor_the_administrators_pages_show_it(whole: Whole, coordinator: Visitor) -> None:
    known = credentials(coordinator.submit(page_of(whole), FORM))
    sent = statement()
    store(whole, known, sent)
    other = sign_in_as(whole, Role.COORDINATOR, "pia@example.org", place=SCHOOL)
    theirs = page_of(whole, SCHOOL)
    assert other.get(theirs).one("dd", id="stored").words == "0"
    assert other.post(f"{theirs}/save").response.get_data() == b""
    # The right page of one's own organisation, with the key of another one's client.
    for act in ("", "/secret"):
        assert other.get(f"{theirs}/{known[0]}{act}").status == 404
    for act in ("rotate", "revoke"):
        assert other.post(f"{theirs}/{known[0]}/{act}").status == 404
    administrator = sign_in_as(whole, Role.ADMINISTRATOR, "eva2@example.org")
    for address in ("/en/manage/clients", "/en/manage/statements", "/en/manage/refused"):
        found = administrator.get(address)
        assert found.status == 200
        assert known[0] not in found.html
        assert "Aino" not in found.text
    assert administrator.get(f"/en/manage/statements/{sent['id']}").status == 404
    assert store(whole, known, statement()) == 200, "nobody has touched it"


def test_an_administrator_makes_a_client_for_an_organisation(whole: Whole) -> None:
    administrator = sign_in_as(whole, Role.ADMINISTRATOR)
    here = page_of(whole)
    known = credentials(administrator.submit(here, FORM))
    assert store(whole, known, statement()) == 200
    assert administrator.get(here).one("dd", id="stored").words == "1"


@pytest.mark.parametrize("act", ["rotate", "revoke"])
def test_an_old_secret_stops_at_once(whole: Whole, coordinator: Visitor, act: str) -> None:
    here = page_of(whole)
    key, secret = credentials(coordinator.submit(here, FORM))
    assert store(whole, (key, secret), statement()) == 200
    reply = coordinator.post(f"{here}/{key}/{act}")
    assert reply.status == 303
    assert store(whole, (key, secret), statement()) == 401
    if act == "rotate":
        fresh = credentials(coordinator.get(reply.location))
        assert store(whole, fresh, statement()) == 200
    else:
        assert "Withdrawn" in coordinator.get(reply.location).text


def test_two_presses_of_one_form_make_one_client(whole: Whole, coordinator: Visitor) -> None:
    here = page_of(whole)
    sent = {**FORM, "press": coordinator.get(here).one("input", name_="press")["value"]}
    first, second = coordinator.post(here, sent), coordinator.post(here, sent)
    assert first.location == second.location
    assert len(whole.scalars(select(LrsClient))) == 1


def test_a_closed_organisation_lets_no_program_in_and_loses_nothing(whole: Whole, coordinator: Visitor) -> None:
    here, number = page_of(whole), number_of(whole)
    known = credentials(coordinator.submit(here, FORM))
    store(whole, known, statement())

    def close(*, closed: bool) -> None:
        whole.do(
            lambda: close_organisation(db.session, find_organisation(db.session, number), closed=closed, by=None),
            write=True,
        )

    close(closed=True)
    assert (store(whole, known, statement()), get(whole, known).status_code) == (401, 401)
    administrator = sign_in_as(whole, Role.ADMINISTRATOR, "eva2@example.org")
    shown = administrator.get(here)
    assert "Programs are refused" in shown.text
    assert shown.one("dd", id="stored").words == "1"
    assert administrator.post(here, FORM).status == 409
    assert administrator.post(f"{here}/{known[0]}/rotate").status == 409
    close(closed=False)
    assert len(get(whole, known).json["statements"]) == 1


def test_a_deleted_organisation_takes_documents_and_programs_along(
    whole: Whole, coordinator: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its store never held a statement, and has more documents than one transaction takes."""
    monkeypatch.setattr(emptying, "ROWS", 2)
    here, number = page_of(whole), number_of(whole)
    known = credentials(coordinator.submit(here, FORM))
    place = f"activities/profile?activityId={quote('https://example.org/a', safe='')}"
    for name in ("first", "second", "third", "fourth", "fifth"):
        sent = whole.app.test_client().put(
            f"/xapi/{place}&profileId={name}", data=b"words", headers={**headers_of(known), "If-None-Match": "*"}
        )
        assert sent.status_code == 204
    administrator = sign_in_as(whole, Role.ADMINISTRATOR, "eva2@example.org")
    managed = f"/en/manage/organisations/{number}"
    administrator.post(f"{managed}/close")
    assert "Documents: 5" in administrator.get(managed).text
    assert administrator.post(f"{managed}/delete", {"confirmed": OFFICE}).status == 303
    assert (store(whole, known, statement()), get(whole, known, place).status_code) == (401, 401)
    assert whole.counts()["lrs_document"] == 3
    with whole.app.app_context():
        assert empty_stores(db.session()) == 1
        assert empty_stores(db.session()) == 0
    assert {name: whole.counts()[name] for name in ("lrs_document", "lrs_client")} == {
        "lrs_document": 0,
        "lrs_client": 0,
    }


def test_what_a_program_says_changes_nobodys_progress(whole: Whole, coordinator: Visitor) -> None:
    """Not even about a course of this site, by its learner, under its registration: the installation's store alone counts."""
    learner = whole.visitor()
    learner.post("/en/courses/way/start")
    progress = whole.scalars(select(UnitProgress))
    registration = progress[0].registration
    home = whole.do(lambda: actor_home(db.session))
    known = credentials(coordinator.submit(page_of(whole), FORM))
    said = statement(
        actor={"account": {"homePage": home, "name": str(registration)}},
        object={"id": f"urn:x-perille:course_way:{progress[0].unit}"},
        context={"registration": str(registration)},
    )
    before = whole.scalars(
        select(func.count()).select_from(CourseProgress).where(CourseProgress.earned_at.is_not(None))
    )
    assert store(whole, known, said) == 200
    assert [each.completed_at for each in whole.scalars(select(UnitProgress))] == [
        each.completed_at for each in progress
    ]
    after = whole.scalars(select(func.count()).select_from(CourseProgress).where(CourseProgress.earned_at.is_not(None)))
    assert before == after
    assert whole.do(lambda: default_store(db.session)) is not None
    assert ACTOR["name"] not in learner.get("/en/courses/way").text
