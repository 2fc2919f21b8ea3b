"""A person is erased, exported and restored in the record stores of organisations as in the installation's own."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from administration.programs import get, headers_of, store
from lrs.samples import statement
from perille.core.database import utcnow
from perille.core.extensions import db
from perille.enrolment.models import Learner
from perille.lrs import services
from perille.lrs.clients import Scope, peppers_of
from perille.people.models import Organisation, Role
from perille.privacy.archive import contents_of, removed, restore
from perille.privacy.commands import finish_all, privacy
from perille.privacy.models import RemovedLearner
from perille.privacy.retention import expire
from perille.privacy.services import export
from support.people import place_of
from support.records import actor_home, only_enrolment, statements
from support.visitor import Visitor
from support.whole import Whole

EMAIL = {"mbox": "mailto:teacher@example.org"}


@pytest.fixture
def program(whole: Whole) -> tuple[str, str]:
    """Credentials for the record store of the office."""

    def work() -> tuple[str, str]:
        office = db.session.get(Organisation, place_of(Role.MEMBER))
        assert office is not None
        peppers = peppers_of(whole.app.config["PERILLE"].store_keys)
        return services.make_client(db.session(), "P", [Scope.ALL], peppers=peppers, store_id=office.store_id)

    return whole.do(work, write=True)


def erase(whole: Whole, *arguments: str) -> Result:
    return CliRunner().invoke(privacy, ["erase", *arguments], obj=lambda: whole.app)


def about(whole: Whole) -> dict[str, Any]:
    """Return the account of the only learner, as programs name it."""
    name = str(only_enrolment(whole).learner.actor_name)
    return {"account": {"homePage": actor_home(whole), "name": name}}


def ids(whole: Whole, program: tuple[str, str]) -> list[str]:
    return [each["id"] for each in get(whole, program).json["statements"]]


def test_erasing_a_learner_goes_through_every_store_and_proves_it(
    whole: Whole, learner: Visitor, program: tuple[str, str]
) -> None:
    number = only_enrolment(whole).learner.actor_name
    other = statement(actor=EMAIL)
    hidden = statement(actor=EMAIL, result={"response": f"about {number}"})
    for sent in (statement(actor=about(whole)), hidden, other):
        assert store(whole, program, sent) == 200
    done = erase(whole, str(number))
    assert done.exit_code == 0, done.output
    assert "Nothing is left in them." in done.output
    assert ids(whole, program) == [other["id"]]


def test_whoever_an_organisations_program_names_is_erased_by_their_address(
    whole: Whole, program: tuple[str, str]
) -> None:
    other = statement()
    for sent in (statement(actor=EMAIL), other):
        store(whole, program, sent)
    done = erase(whole, "--mbox", "teacher@example.org")
    assert done.exit_code == 0, done.output
    assert ids(whole, program) == [other["id"]]


def test_a_learners_own_button_goes_through_every_store_at_once(
    whole: Whole, learner: Visitor, program: tuple[str, str]
) -> None:
    hidden = statement(
        actor=EMAIL, object={"id": f"https://x.example/{uuid4()}"}, result={"response": str(about(whole))}
    )
    for sent in (statement(actor=about(whole)), hidden):
        store(whole, program, sent)
    learner.post("/en/forget", {"sure": "yes"})
    assert ids(whole, program) == [hidden["id"]]
    with whole.app.app_context():
        finish_all()
    assert ids(whole, program) == []


def test_what_a_person_takes_along_has_what_organisations_programs_wrote(
    whole: Whole, learner: Visitor, program: tuple[str, str]
) -> None:
    mine, other = statement(actor=about(whole)), statement(actor=EMAIL)
    for sent in (mine, other):
        store(whole, program, sent)
    state = json.dumps(about(whole))
    headers = {**headers_of(program), "If-None-Match": "*"}
    query = {"activityId": "https://x.example/a", "agent": state, "stateId": "place"}
    put = whole.app.test_client().put("/xapi/activities/state", json={"at": 3}, headers=headers, query_string=query)
    assert put.status_code == 204
    kept: dict[str, Any] = whole.do(lambda: export(db.session(), db.session.scalars(select(Learner)).one()))
    found = [each["id"] for each in kept["statements"]]
    assert mine["id"] in found
    assert other["id"] not in found
    assert [each["content"] for each in kept["documents"] if each["name"] == "place"] == [{"at": 3}]


def test_what_retention_took_comes_back_into_the_store_that_it_was_in(
    whole: Whole, learner: Visitor, program: tuple[str, str]
) -> None:
    sent = statement(actor=about(whole))
    store(whole, program, sent)
    before, later = statements(whole), utcnow() + timedelta(days=6 * 365)
    assert whole.do(lambda: expire(db.session, later), write=True) == 1
    assert (ids(whole, program), statements(whole)) == ([], [])
    packed = whole.scalars(select(RemovedLearner))[0]
    assert any(sent["id"].encode() in each for each in contents_of(packed.body)), "the proof of an erasure looks there"
    assert whole.do(lambda: restore(db.session, removed(db.session)[0], later), write=True) == 0
    assert ids(whole, program) == [sent["id"]]
    assert statements(whole) == before


def test_who_is_kept_aside_is_erased_there_too(whole: Whole, learner: Visitor, program: tuple[str, str]) -> None:
    number = str(only_enrolment(whole).learner.actor_name)
    store(whole, program, statement(actor=about(whole)))
    whole.do(lambda: expire(db.session, utcnow() + timedelta(days=6 * 365)), write=True)
    done = erase(whole, number)
    assert done.exit_code == 0, done.output
    assert whole.scalars(select(RemovedLearner)) == []
