"""Whose word counts: a key of the record store forges no certificate and wipes no progress; launched content speaks of its own unit."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from werkzeug.test import TestResponse

from perille.assessment.models import Attempt
from perille.core.errors import BadRequest
from perille.core.extensions import db
from perille.credentials.models import Credential
from perille.domain.course import MoveOn, Unit, UnitKind
from perille.domain.progress import UnitState, satisfied
from perille.lrs.services import Scope, default_store, end_launch, make_client, peppers_of
from perille.lrs.storage.models import LrsLaunch, LrsStatement
from perille.lrs.transfer import importing
from perille.lrs.xapi.flags import StatementFlag
from perille.tracking.commands import tracking
from perille.tracking.services import LaunchTicket, erase_record, launch, rebuild, unit_states
from perille.tracking.trust import platform_authority
from support.records import STRANGER, actor_home, only_enrolment, progress, said, send, statements, voiding
from support.visitor import Visitor
from support.whole import Whole

COURSE = "/en/courses/way"
HELLO = "urn:x-perille:course_way:hello"


@dataclass
class Program:
    """A program that speaks to the record store of the site."""

    whole: Whole
    #: The value of its Authorization header.
    header: str
    more: dict[str, str] = field(default_factory=dict)

    def send(self, method: str, path: str, body: Any = None, **params: str) -> TestResponse:
        headers = {
            "Authorization": self.header,
            "X-Experience-API-Version": "1.0.3",
            "Content-Type": "application/json",
        }
        data = None if body is None else json.dumps(body)
        return self.whole.app.test_client().open(
            f"/xapi/{path}", method=method, data=data, headers=headers | self.more, query_string=params
        )

    def post(self, *bodies: Mapping[str, Any]) -> int:
        return self.send("POST", "statements", list(bodies) if len(bodies) > 1 else bodies[0]).status_code


@pytest.fixture
def program(whole: Whole) -> Callable[..., Program]:
    """Make a program with scopes: `program("statements/write")`."""

    def make(*scopes: str) -> Program:
        key, secret = whole.do(
            lambda: make_client(
                db.session,
                "Other",
                [Scope(scope) for scope in scopes],
                peppers=peppers(whole),
                store_id=default_store(db.session),
            ),
            write=True,
        )
        return Program(whole, "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode())

    return make


def peppers(whole: Whole) -> tuple[bytes, ...]:
    return peppers_of(whole.app.config["PERILLE"].secret_keys)


def make_ticket(whole: Whole, unit: str = "hello", hours: float = 1) -> LaunchTicket:
    registration, lasts = only_enrolment(whole).registration, timedelta(hours=hours)
    return whole.do(lambda: launch(db.session, registration, unit, lasts=lasts, peppers=peppers(whole))[0], write=True)


def fetch(whole: Whole, token: str) -> TestResponse:
    return whole.app.test_client().post("/xapi/launch", query_string={"token": token})


def content(whole: Whole, unit: str = "hello", form: str = "Basic") -> Program:
    """Launch content, as its own page does it: with the token of the fetch URL."""
    return Program(whole, f"{form} {fetch(whole, make_ticket(whole, unit).fetch_token).json['auth-token']}")


def rebuilt(whole: Whole) -> list[tuple[Any, ...]]:
    whole.do(lambda: rebuild(db.session), write=True)
    return progress(whole)


def states(whole: Whole) -> dict[str, UnitState]:
    registration = only_enrolment(whole).registration
    return whole.do(lambda: unit_states(db.session, registration))


@pytest.mark.parametrize("scope", ["statements/write", "all"])
def test_a_key_that_may_write_forges_no_progress(
    whole: Whole, visitor: Visitor, program: Callable[..., Program], scope: str
) -> None:
    visitor.start()
    before = progress(whole)
    forged = [said(whole, verb, unit) for verb in ("completed", "passed") for unit in ("hello", "second", "check", "")]
    forged.append(said(whole, "completed", "") | {"verb": {"id": "https://w3id.org/xapi/adl/verbs/satisfied"}})
    forged.append(said(whole, "completed", "hello") | {"verb": {"id": "https://w3id.org/xapi/adl/verbs/waived"}})
    authority = dict(platform_authority(actor_home(whole)))
    forged.append(said(whole, "completed", "hello", authority=authority))
    assert program(scope).post(*forged) == 200
    assert progress(whole) == rebuilt(whole) == before
    visitor.post(f"{COURSE}/certificate", {"name": "Amina Yusuf"})
    assert whole.scalars(select(Credential)) == whole.scalars(select(Attempt)) == []


@pytest.mark.parametrize("scope", ["statements/write", "all"])
def test_a_key_that_may_write_wipes_no_progress(
    whole: Whole, visitor: Visitor, program: Callable[..., Program], scope: str
) -> None:
    visitor.start()
    visitor.post(f"{COURSE}/hello/next")
    before = progress(whole)
    other = program(scope)
    for each in statements(whole):
        refused = other.send("POST", "statements", voiding(each))
        assert (refused.status_code, refused.json["path"]) == (403, "$.object.id")
    # One voiding among honest statements takes the whole request with it.
    honest = said(whole, "experienced", "hello")
    assert other.post(honest, voiding(statements(whole)[0])) == 403
    assert honest["id"] not in [each["id"] for each in statements(whole)]
    assert progress(whole) == rebuilt(whole) == before


def test_a_client_that_may_void_undoes_what_the_platform_said(
    whole: Whole, visitor: Visitor, program: Callable[..., Program]
) -> None:
    visitor.start()
    before = progress(whole)
    visitor.post(f"{COURSE}/hello/next")
    done = [each for each in statements(whole) if each["verb"]["id"].endswith("completed")]
    opened = [each for each in statements(whole) if each["object"]["id"].endswith(":second")]
    voids = [voiding(each) for each in (*done, *opened)]
    assert program("statements/write", "void").post(*voids) == 200
    assert not states(whole)["hello"].completed
    assert progress(whole) == rebuilt(whole)
    assert [row[:2] for row in before] == [row[:2] for row in progress(whole) if row[1] != "second"]


def test_a_voiding_that_came_before_voids_nothing_of_another_authority(
    whole: Whole, visitor: Visitor, program: Callable[..., Program]
) -> None:
    visitor.start()
    coming, own = said(whole, "completed", "hello"), said(whole, "completed", "second")
    assert program("statements/write").post(voiding(coming)) == 200
    send(whole, coming)
    assert states(whole)["hello"].completed
    assert program("statements/write", "void").post(voiding(own)) == 200
    send(whole, own)
    assert not states(whole).get("second", UnitState()).completed
    assert progress(whole) == rebuilt(whole)


def test_who_vouched_may_void(whole: Whole, visitor: Visitor, program: Callable[..., Program]) -> None:
    visitor.start()
    first, second = program("statements/write"), program("all")
    own = said(whole, "completed", "hello")
    assert first.post(own) == 200
    assert second.post(voiding(own)) == 403
    assert first.post(voiding(own)) == 200
    voided = whole.scalars(select(LrsStatement.marks).where(LrsStatement.marks.op("&")(int(StatementFlag.VOIDED)) > 0))
    assert len(voided) == 1


def test_what_a_file_says_counts_only_when_the_operator_trusts_it(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    before = progress(whole)
    authority = platform_authority(actor_home(whole))
    kept = statements(whole)[0]
    lines = [said(whole, "completed", "hello"), voiding(kept)]
    found = import_lines(whole, [{**each, "authority": authority} for each in lines])
    assert (found.stored, len(found.refused)) == (1, 1)
    assert progress(whole) == rebuilt(whole) == before
    own = {**said(whole, "completed", "second"), "authority": authority}
    assert import_lines(whole, [own], trusted=True).stored == 1
    assert states(whole)["second"].completed
    assert progress(whole) == rebuilt(whole)


def import_lines(whole: Whole, lines: list[dict[str, Any]], *, trusted: bool = False) -> importing.ImportReport:
    with whole.app.app_context():
        session = db.session()
        return importing.import_lines(
            session, default_store(session), [json.dumps(line).encode() for line in lines], trusted=trusted
        )


@pytest.mark.parametrize("form", ["Basic", "Bearer"])
def test_launched_content_reports_on_its_unit(whole: Whole, visitor: Visitor, form: str) -> None:
    visitor.start()
    launched = content(whole, form=form)
    assert launched.post(said(whole, "completed", "hello"), said(whole, "answered", "hello:fire")) == 200
    assert states(whole)["hello"].launch_completed
    assert progress(whole) == rebuilt(whole)
    assert visitor.get(COURSE).one("a", class_="main")["href"] == f"{COURSE}/second"


def overstepping(whole: Whole) -> dict[str, dict[str, Any]]:
    account = {"homePage": actor_home(whole), "name": str(only_enrolment(whole).learner.actor_name)}
    hello = said(whole, "completed", "hello")
    no_context = {name: value for name, value in hello.items() if name != "context"}
    nested = {"objectType": "SubStatement", **{name: hello[name] for name in ("actor", "verb", "object")}}
    return {
        "another unit": said(whole, "completed", "second"),
        "the course": said(whole, "completed", ""),
        "a unit that begins alike": said(whole, "completed", "hello2"),
        "somebody else": said(whole, "completed", "hello", actor=STRANGER),
        "a group of the same account": said(
            whole, "completed", "hello", actor={"objectType": "Group", "account": account}
        ),
        "another registration": said(whole, "completed", "hello", registration=uuid4()),
        "no registration": no_context,
        "a waiver": hello | {"verb": {"id": "https://w3id.org/xapi/adl/verbs/waived"}},
        "satisfaction": hello | {"verb": {"id": "https://w3id.org/xapi/adl/verbs/satisfied"}},
        "a reference": hello | {"object": {"objectType": "StatementRef", "id": str(uuid4())}},
        "a statement in a statement": hello | {"object": nested},
        "a voiding": voiding(statements(whole)[0], by={"objectType": "Agent", "account": account}),
    }


def test_launched_content_reaches_nothing_else(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    launched, before = content(whole), progress(whole)
    for what, statement in overstepping(whole).items():
        assert launched.post(statement) == 403, what
        assert launched.post(said(whole, "completed", "hello"), statement) == 403, what
    assert progress(whole) == rebuilt(whole) == before


def test_launched_content_keeps_and_reads_only_its_own_documents(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    launched = content(whole)
    enrolment = only_enrolment(whole)
    agent = json.dumps({"account": {"homePage": actor_home(whole), "name": str(enrolment.learner.actor_name)}})
    state = {"stateId": "s", "activityId": HELLO, "agent": agent, "registration": str(enrolment.registration)}
    assert launched.send("PUT", "activities/state", {"page": 1}, **state).status_code == 204
    assert launched.send("GET", "activities/state", **state).json == {"page": 1}
    for change in (
        {"registration": str(uuid4())},
        {"activityId": "urn:x-perille:course_way:second"},
        {"agent": json.dumps(STRANGER)},
    ):
        for method in ("GET", "PUT", "DELETE"):
            assert (
                launched.send(
                    method, "activities/state", {} if method == "PUT" else None, **(state | change)
                ).status_code
                == 403
            )
    without = {name: value for name, value in state.items() if name != "registration"}
    assert launched.send("DELETE", "activities/state", **without).status_code == 403
    profile = {"profileId": "p", "agent": agent}
    assert launched.send("GET", "agents/profile", **profile).status_code == 404
    assert launched.send("PUT", "agents/profile", {}, **profile).status_code == 403
    assert launched.send("GET", "agents", agent=json.dumps(STRANGER)).status_code == 403


def test_launched_content_reads_its_own_statements_alone(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    first, second = content(whole), content(whole)
    mine = said(whole, "completed", "hello")
    assert first.post(mine) == 200
    assert [each["id"] for each in first.send("GET", "statements").json["statements"]] == [mine["id"]]
    assert second.send("GET", "statements").json["statements"] == []


def test_a_fetch_url_works_once_and_a_launch_ends(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    ticket = make_ticket(whole)
    first = fetch(whole, ticket.fetch_token)
    assert first.headers["Cache-Control"] == "no-store"
    again, unknown = fetch(whole, ticket.fetch_token), fetch(whole, "x" * 43)
    assert (again.json["error-code"], unknown.json["error-code"]) == ("1", "2")
    assert "auth-token" not in again.json | unknown.json
    launched = Program(whole, f"Basic {first.json['auth-token']}")
    assert launched.post(said(whole, "initialized", "hello")) == 200
    whole.do(lambda: end_launch(db.session, ticket.key), write=True)
    assert launched.post(said(whole, "completed", "hello")) == 401
    assert progress(whole) == rebuilt(whole)


def test_a_launch_that_is_over_gives_no_token_and_takes_nothing(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    launched, ticket = content(whole), make_ticket(whole)

    def age() -> None:
        for row in db.session.scalars(select(LrsLaunch)):
            row.expires_at = datetime.now(UTC) - timedelta(seconds=1)

    whole.do(age, write=True)
    assert launched.post(said(whole, "completed", "hello")) == 401
    assert fetch(whole, ticket.fetch_token).json["error-code"] == "1"


def test_times_of_launched_content_lie_between_its_launch_and_now(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    started = datetime.now(UTC)
    launched = content(whole)
    early = said(whole, "completed", "hello", timestamp="2001-01-01T00:00:00Z")
    late = said(whole, "initialized", "hello", timestamp="2999-01-01T00:00:00Z")
    assert launched.post(early, late) == 200
    times = [value for row in progress(whole) for value in row if isinstance(value, datetime)]
    assert min(times) >= started - timedelta(minutes=1)
    assert max(times) <= datetime.now(UTC) + timedelta(minutes=1)
    assert progress(whole) == rebuilt(whole)


def test_a_test_of_ours_is_passed_by_our_own_attempts_alone(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    for unit in ("hello", "second"):
        visitor.post(f"{COURSE}/{unit}/next")
    launched = content(whole, unit="check")
    score = {"success": True, "score": {"scaled": 1.0}}
    assert launched.post(said(whole, "passed", "check", result=score), said(whole, "completed", "check")) == 200
    visitor.post(f"{COURSE}/check/next")
    assert states(whole)["check"].launch_passed
    visitor.post(f"{COURSE}/certificate", {"name": "Amina Yusuf"})
    assert whole.scalars(select(Credential)) == []
    for item in ("one", "two"):
        visitor.answer(f"{COURSE}/check", item, "a")
    visitor.post(f"{COURSE}/certificate", {"name": "Amina Yusuf"})
    assert len(whole.scalars(select(Credential))) == 1
    assert progress(whole) == rebuilt(whole)


@pytest.mark.parametrize("kind", list(UnitKind))
def test_what_content_reports_satisfies_every_unit_but_a_test(kind: UnitKind) -> None:
    unit = Unit(key="u", kind=kind, move_on=MoveOn.COMPLETED_AND_PASSED)
    reported = UnitState(launch_completed=True, launch_passed=True)
    assert satisfied(unit, reported) is (kind is not UnitKind.ASSESSMENT)


def test_erasing_a_learner_erases_their_launches(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    launched, enrolment = content(whole), only_enrolment(whole)
    name, registrations = enrolment.learner.actor_name, {enrolment.registration}
    whole.do(lambda: erase_record(db.session, [name], registrations), write=True)
    assert whole.scalars(select(LrsLaunch)) == []
    assert launched.send("GET", "statements").status_code == 401


def test_the_command_prints_what_content_needs(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    registration = str(only_enrolment(whole).registration)
    printed = json.loads(CliRunner().invoke(tracking, ["launch", registration, "hello"], obj=lambda: whole.app).stdout)
    assert (printed["registration"], printed["activityId"]) == (registration, HELLO)
    statement = said(whole, "completed", "hello", actor=printed["actor"])
    token = fetch(whole, printed["fetch"].partition("token=")[2]).json["auth-token"]
    assert Program(whole, f"Bearer {token}").post(statement) == 200
    assert states(whole)["hello"].launch_completed


@pytest.mark.parametrize("unit", ["", "certificate", "hello:fire", "a" * 101])
def test_a_launch_is_for_one_unit(whole: Whole, visitor: Visitor, unit: str) -> None:
    visitor.start()
    with pytest.raises(BadRequest):
        make_ticket(whole, unit)
