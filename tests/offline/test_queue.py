"""What was done without a line is applied once, whenever and however often it comes, and progress is what it would have been."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import delete, select

from perille.core.extensions import db
from perille.core.security import MAX_FORM
from perille.enrolment.models import Learner, Phone
from perille.learning.models import Bookmark
from perille.people.models import Role
from perille.tracking.models import CourseProgress, UnitProgress
from support.people import invite_as
from support.visitor import Visitor
from support.whole import Whole

COURSE = "courses/way"
SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def act(count: int, kind: str, **more: Any) -> dict[str, Any]:
    """Return an act as a phone keeps it, one a minute."""
    at = (NOW - timedelta(hours=1) + timedelta(minutes=count)).timestamp() * 1000
    plain = {
        "id": str(UUID(int=count + 1, version=4)),
        "who": "",
        "count": count,
        "at": at,
        "kind": kind,
        "lang": "en",
        "course": COURSE,
    }
    return plain | more


def send(visitor: Visitor, acts: list[dict[str, Any]], *, clock: float = 0) -> dict[str, Any]:
    """Send acts from a phone whose clock is off by *clock* seconds; return what it was told."""
    shift = clock * 1000
    body = {"now": NOW.timestamp() * 1000 + shift, "acts": [each | {"at": each["at"] + shift} for each in acts]}
    for _time in range(2):
        reply = visitor.client.post("/queue", data=json.dumps(body), content_type="application/json")
        if not (reply.get_json() or {}).get("again"):
            break
    assert reply.status_code == 200, reply.get_data(as_text=True)
    told: dict[str, Any] = reply.get_json()
    return told


def the_way() -> list[dict[str, Any]]:
    """Return all that leads through the small course."""
    return [
        act(0, "start"),
        act(1, "answer", unit="hello", item="fire", form={"a-fire": ["leave"]}),
        act(2, "next", unit="hello"),
        act(3, "next", unit="second"),
    ]


def whole_way() -> list[dict[str, Any]]:
    """Return the way with its check: all right in the end."""
    answers = [("one", "b"), ("one", "a"), ("two", "a")]
    return the_way() + [
        act(4 + at, "answer", unit="check", item=item, form={f"a-{item}": [choice]})
        for at, (item, choice) in enumerate(answers)
    ]


def progress(whole: Whole) -> Any:
    """Return what is kept of progress, without whose it is."""
    units = whole.scalars(select(UnitProgress).order_by(UnitProgress.unit))
    courses = whole.scalars(select(CourseProgress))
    states = [
        (each.unit, bool(each.completed_at), bool(each.passed_at), each.answered_count, each.best_score)
        for each in units
    ]
    return states, [bool(each.satisfied_at) for each in courses]


def places(whole: Whole) -> list[tuple[str, int]]:
    return [(each.unit, each.screen) for each in whole.scalars(select(Bookmark))]


def times(whole: Whole) -> list[datetime]:
    found = [
        each
        for row in whole.scalars(select(UnitProgress))
        for each in (row.initialized_at, row.completed_at, row.passed_at)
    ]
    return [each for each in found if each is not None]


@time_machine.travel(NOW, tick=False)
def test_what_was_done_without_a_line_is_what_it_would_have_been_online(whole: Whole) -> None:
    online = whole.visitor()
    online.start()
    page = online.get("/en/courses/way/hello")
    online.post("/en/courses/way/hello", {**page.fields("check-fire"), "a-fire": "leave"})
    online.post("/en/courses/way/hello/next")
    online.post("/en/courses/way/second/next")
    for item, choice in (("one", "b"), ("one", "a"), ("two", "a")):
        online.answer("/en/courses/way/check", item, choice)
    expected = progress(whole)
    assert expected[1] == [True]
    phone = whole.visitor()
    told = send(phone, whole_way())
    assert set(told["acts"].values()) == {"stored"}
    states, courses = progress(whole)
    assert (sorted(states), courses) == (sorted(expected[0] * 2), [True, True])
    assert places(whole) == [("check", 1)] * 2
    assert "You are all the way there." in phone.get("/en/courses/way").text


@time_machine.travel(NOW, tick=False)
def test_sent_twice_in_any_order_and_in_pieces_it_counts_once(whole: Whole) -> None:
    phone = whole.visitor()
    acts = whole_way()
    send(phone, acts[:1])
    rest = acts[1:]
    random.Random(7).shuffle(rest)
    told = send(phone, rest)
    assert set(told["acts"].values()) == {"stored"}
    once, rows = progress(whole), whole.counts()
    assert places(whole) == [("check", 1)]
    again = send(phone, [each | {"who": told["who"]} for each in [*reversed(acts), *acts]])
    assert set(again["acts"].values()) <= {"stored", "known"}
    assert progress(whole) == once
    assert whole.counts() == rows


@time_machine.travel(NOW, tick=False)
def test_two_phones_of_one_learner_add_up(whole: Whole) -> None:
    first, second = whole.visitor(), whole.visitor()
    send(first, the_way()[:3])
    first.post("/en/keep")
    second.post("/en/resume", {"code": first.get("/en/keep").one("p", id="resume-code").words})
    other = [
        act(each["count"], each["kind"], **{k: v for k, v in each.items() if k in ("unit", "item", "form")})
        for each in whole_way()[3:]
    ]
    told = send(second, other)
    assert set(told["acts"].values()) == {"stored"}
    assert progress(whole)[1] == [True]
    assert len(whole.scalars(select(Learner))) == 1


@SQLITE
@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize("clock", [3 * 365 * 86400, -3 * 365 * 86400, 0, 90])
def test_a_wrong_clock_spoils_no_time(whole: Whole, clock: float) -> None:
    send(whole.visitor(), whole_way(), clock=clock)
    assert all(NOW - timedelta(hours=1, minutes=3) <= each <= NOW for each in times(whole))
    assert min(times(whole)) < NOW - timedelta(minutes=50), "an hour ago is not now"


@SQLITE
@time_machine.travel(NOW, tick=False)
def test_a_clock_that_jumped_refuses_nothing_and_keeps_the_order(whole: Whole) -> None:
    acts = whole_way()
    acts[1]["at"], acts[2]["at"] = 0, (NOW + timedelta(days=1000)).timestamp() * 1000
    told = send(whole.visitor(), acts)
    assert set(told["acts"].values()) == {"stored"}
    assert all(NOW - timedelta(days=400) <= each <= NOW for each in times(whole))


@SQLITE
@time_machine.travel(NOW, tick=False)
def test_an_act_that_cannot_be_applied_stops_no_other(whole: Whole) -> None:
    odd = [
        act(10, "answer", unit="hello", item="gone", form={"a-gone": ["a"]}),
        act(11, "answer", unit="hello", item="fire", form={"a-fire": ["nothing of ours"]}),
        act(12, "next", unit="gone"),
        act(13, "dance", unit="hello"),
        act(14, "next", unit="hello", course="courses/nowhere"),
        act(15, "next", unit="hello", lang="xx"),
    ]
    told = send(whole.visitor(), [odd[0], *the_way(), *odd[1:]])
    assert [told["acts"][each["id"]] for each in the_way()] == ["stored"] * 4
    assert odd[4]["id"] not in told["acts"], "a course may come back, so what was done in it stays on the phone"
    del odd[4]
    assert not {told["acts"][each["id"]] for each in odd} & {"stored", "known", "other"}


@SQLITE
@time_machine.travel(NOW, tick=False)
def test_a_course_that_is_not_there_is_waited_for_some_weeks(whole: Whole) -> None:
    days = timedelta(days=1).total_seconds() * 1000
    early, late = act(0, "next", unit="hello", course="courses/nowhere"), act(1, "next", course="courses/nowhere")
    early |= {"at": early["at"] - 70 * days}
    late |= {"at": late["at"] - 50 * days}
    assert send(whole.visitor(), [early, late])["acts"] == {early["id"]: "no such course"}


@SQLITE
@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    "odd", [{"id": "none"}, {"screen": 2.5}, {"at": None}, {"form": {"a": "b"}}, {"form": {"a": [None]}}]
)
def test_an_act_that_nobody_can_read_stops_no_other(whole: Whole, odd: dict[str, Any]) -> None:
    way = the_way()
    unread = act(9, "answer", unit="hello", item="fire", form={"a-fire": ["leave"]}) | odd
    body = json.dumps({"now": NOW.timestamp() * 1000, "acts": [*way[:1], unread, *way[1:]]})
    client = whole.visitor().client
    for _time in range(2):
        reply = client.post("/queue", data=body, content_type="application/json")
        assert reply.status_code == 200, reply.get_data(as_text=True)
    told = reply.get_json()["acts"]
    assert told.pop(unread["id"]) == "unreadable"
    assert set(told) == {each["id"] for each in way}
    assert set(told.values()) <= {"stored", "known"}
    assert ("hello", True) in [each[:2] for each in progress(whole)[0]], "what stands behind it is stored"


@SQLITE
@time_machine.travel(NOW, tick=False)
def test_what_one_profile_did_never_goes_to_another(whole: Whole, visitor: Visitor) -> None:
    mine = send(visitor, the_way()[:1])["who"]
    stranger = whole.visitor()
    told = send(stranger, [act(5, "next", unit="hello", who=mine)])
    assert list(told["acts"].values()) == ["other"]
    assert len(whole.scalars(select(Learner))) == 1, "nobody is made for what is another's"
    visitor.post("/leave")
    told = send(visitor, [act(6, "next", unit="hello")])
    assert list(told["acts"].values()) == ["other"]
    assert mine
    assert mine not in json.dumps([str(each.id) for each in whole.scalars(select(Learner))])


@time_machine.travel(NOW, tick=False)
def test_what_waits_under_a_number_from_before_a_merge_is_applied_once(whole: Whole, visitor: Visitor) -> None:
    at_home = whole.visitor()
    at_home.start()
    sign_in_and_keep(whole, at_home)
    before = send(visitor, the_way()[:1])["who"]
    # The phone has no line while its progress goes into the account from another tab, then a third phone's comes to it.
    waiting = [each | {"who": before} for each in whole_way()[1:]]
    sign_in_and_keep(whole, visitor)
    third = whole.visitor()
    third.start()
    sign_in_and_keep(whole, third)
    told = send(visitor, waiting)
    assert set(told["acts"].values()) == {"stored"}
    assert told["who"] != before
    once, rows = progress(whole), whole.counts()
    assert once[1].count(True) == 1
    assert set(send(visitor, waiting)["acts"].values()) <= {"stored", "known"}
    assert set(send(third, waiting)["acts"].values()) <= {"stored", "known"}, "the other phones are the same person's"
    assert (progress(whole), whole.counts()) == (once, rows)
    assert "You are all the way there." in at_home.get("/en/courses/way").text
    assert list(send(whole.visitor(), waiting[:1])["acts"].values()) == ["other"], "the older number opens nothing"


def sign_in_and_keep(whole: Whole, visitor: Visitor) -> None:
    visitor.post(invite_as(whole, Role.MEMBER, "eva@example.org"))
    visitor.post("/en/account/progress", {"keep": "yes"})


@SQLITE
@pytest.mark.parametrize(
    "body",
    ["", "[]", "{}", '{"now": 1, "acts": [{}]}', '{"now": 1, "acts": [' + "[" * 2000, '{"now": NaN, "acts": []}'],
)
def test_what_no_phone_sends_is_refused(visitor: Visitor, body: str) -> None:
    mine = visitor.client.post("/queue", data=body, content_type="application/json")
    foreign = visitor.client.post("/queue", data=body, headers={"Origin": "https://evil.example"})
    large = visitor.client.post("/queue", data=body + " " * (MAX_FORM + 1), content_type="application/json")
    assert [each.status_code for each in (mine, foreign, large)] == [400, 403, 413]
    for answer in (mine, foreign, large):
        assert answer.json is not None, "what asks is a script"
        assert answer.json["error"]
        assert "no-store" in answer.headers["Cache-Control"]


@SQLITE
def test_a_course_that_changed_takes_what_still_fits(whole: Whole, tmp_path: Path) -> None:
    phone = whole.visitor()
    send(phone, the_way()[:1])
    told = send(phone, [act(7, "next", unit="hello"), act(8, "next", unit="third")])
    assert list(told["acts"].values()) == ["stored", "no such lesson"]


@SQLITE
@time_machine.travel(NOW, tick=False)
def test_what_was_done_weeks_ago_counts_as_of_then(whole: Whole, visitor: Visitor) -> None:
    weeks = timedelta(days=45).total_seconds() * 1000
    told = send(visitor, [each | {"at": each["at"] - weeks} for each in whole_way()])
    assert set(told["acts"].values()) == {"stored"}
    assert progress(whole)[1] == [True]
    assert {each.date() for each in times(whole)} == {(NOW - timedelta(days=45)).date()}


@SQLITE
@time_machine.travel(NOW, tick=False)
def test_what_waits_of_a_profile_that_was_deleted_makes_nobody_and_stops_nothing(
    whole: Whole, visitor: Visitor
) -> None:
    mine = send(visitor, the_way()[:1])["who"]
    visitor.post("/en/forget", {"sure": "yes"})
    waiting = [each | {"who": mine} for each in whole_way()[1:]]
    assert set(send(visitor, waiting)["acts"].values()) == {"other"}
    assert whole.scalars(select(Learner)) == [], "what was deleted does not come back"
    # Whoever learns on this phone afterwards is stored as ever, beside what waits.
    told = send(visitor, [*waiting, act(20, "next", unit="hello")])
    assert told["acts"].pop(act(20, "next")["id"]) == "stored"
    assert set(told["acts"].values()) == {"other"}
    assert len(whole.scalars(select(Learner))) == 1


@SQLITE
@time_machine.travel(NOW, tick=False)
def test_a_server_that_knows_less_than_the_phone_takes_what_comes_next(whole: Whole, visitor: Visitor) -> None:
    who = send(visitor, the_way()[:2])["who"]
    # Restored from a backup that was made before the lesson was done: its progress is gone, the learner is not.
    whole.do(lambda: [db.session.execute(delete(table)) for table in (UnitProgress, CourseProgress)], write=True)
    told = send(visitor, [each | {"who": who} for each in whole_way()[2:]])
    assert set(told["acts"].values()) == {"stored"}
    assert progress(whole)[1] == [True]
    # From one made before anybody began here: nobody is made of what is said to be theirs.
    whole.do(lambda: db.session.execute(delete(Phone)), write=True)
    assert set(send(visitor, [act(30, "next", unit="hello", who=who)])["acts"].values()) == {"other"}
    assert set(send(visitor, [act(31, "next", unit="hello")])["acts"].values()) == {"stored"}


def test_what_waits_for_a_profile_that_was_just_opened_is_its_own_whatever_picture_it_has(
    whole: Whole, visitor: Visitor
) -> None:
    visitor.start()
    assert visitor.cookie("perille_profile") is None, "one who learns alone on a phone"
    visitor.post("/en/whose/add")
    visitor.start()
    picture, _dot, name = str(visitor.cookie("perille_profile")).partition(".")
    mine, other = (each["value"] for each in visitor.get("/en/whose").all("input", name_="phone"))
    acts = [act(31, "next", unit="hello", who=name), act(32, "next", unit="hello", who=f"picture{picture}")]
    visitor.post("/en/whose/picture", {"picture": str(int(picture) % 12 + 1)})
    visitor.post("/en/whose", {"phone": other})
    visitor.post("/en/whose/picture", {"picture": picture})
    now, _dot, named = str(visitor.cookie("perille_profile")).partition(".")
    assert (now, named) != (picture, name)
    told = send(visitor, acts)
    # Who took another picture is the same one, and a press opens them here; the picture is another one's now.
    assert list(told["acts"].values()) == ["stored", "other"]
    assert [each[1] for each in told["people"]] == [named, name]
    visitor.post("/en/whose", {"phone": mine})
    assert "1 of 3" in visitor.get("/en/whose").text
