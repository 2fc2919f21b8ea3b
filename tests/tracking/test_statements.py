"""Every act is a valid statement in the store, after the pattern of cmi5, and names nobody."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import UUID

import pytest
from tincan import Statement

from support.records import actor_home, only_enrolment, statements
from support.visitor import Visitor
from support.whole import Whole

COURSE = "urn:x-perille:course_way"
MOVE_ON = "https://w3id.org/xapi/cmi5/context/categories/moveon"


@pytest.fixture
def record(whole: Whole, visitor: Visitor) -> list[dict[str, Any]]:
    """All that is recorded of somebody who goes the whole way in Finnish."""
    way = "/fi/courses/way"
    visitor.start(way)
    visitor.answer(f"{way}/hello", "fire", "water")
    for unit in ("hello", "second"):
        visitor.post(f"{way}/{unit}/next")
    for item in ("one", "two"):
        visitor.answer(f"{way}/check", item, "a")
    return statements(whole)


def ids(activities: list[dict[str, Any]]) -> list[str]:
    return [each["id"] for each in activities]


def test_each_statement_is_one_that_tincan_reads(record: list[dict[str, Any]]) -> None:
    for each in record:
        assert UUID(Statement.from_json(json.dumps(each)).id.hex) == UUID(each["id"])
        assert each["version"].startswith("1.0")
        assert each["timestamp"].endswith(("Z", "+00:00"))


def test_the_actor_is_a_number_of_this_installation(whole: Whole, record: list[dict[str, Any]]) -> None:
    enrolment = only_enrolment(whole)
    assert actor_home(whole).startswith("https://perille.invalid/i/")
    for each in record:
        account = each["actor"]["account"]
        assert account == {"homePage": actor_home(whole), "name": str(enrolment.learner.actor_name)}
        assert set(each["actor"]) <= {"objectType", "account"}


def test_no_statement_leads_to_a_person_or_a_cookie(whole: Whole, record: list[dict[str, Any]]) -> None:
    text = json.dumps(record)
    assert "mbox" not in text
    assert "@" not in text
    assert str(only_enrolment(whole).learner_id) not in text
    assert only_enrolment(whole).learner_id.hex not in text


def test_each_statement_has_registration_grouping_and_profile(whole: Whole, record: list[dict[str, Any]]) -> None:
    registration = str(only_enrolment(whole).registration)
    for each in record:
        context = each["context"]
        assert context["registration"] == registration
        assert context["language"] == "fi"
        assert "urn:x-perille:profile:1" in ids(context["contextActivities"]["category"])
        if each["object"]["id"] != COURSE:
            assert ids(context["contextActivities"]["grouping"]) == [COURSE]


def test_a_unit_is_a_part_of_its_course_and_an_item_of_its_unit(record: list[dict[str, Any]]) -> None:
    for each in record:
        thing = each["object"]["id"]
        if thing != COURSE:
            assert ids(each["context"]["contextActivities"]["parent"]) == [thing.rpartition(":")[0]]


def test_what_counts_for_moving_on_says_so(record: list[dict[str, Any]]) -> None:
    for each in record:
        verb = each["verb"]["id"].rsplit("/", 1)[-1]
        counts = MOVE_ON in ids(each["context"]["contextActivities"]["category"])
        assert counts is (verb in ("completed", "passed") and each["object"]["id"] != COURSE)


def test_activities_are_named_the_same_on_every_installation(record: list[dict[str, Any]]) -> None:
    assert {each["object"]["id"] for each in record} == {
        COURSE,
        *(f"{COURSE}:{unit}" for unit in ("hello", "second", "check")),
        *(f"{COURSE}:{item}" for item in ("hello:fire", "check:one", "check:two")),
    }


def test_an_answer_says_what_was_asked_what_is_right_and_what_was_given(record: list[dict[str, Any]]) -> None:
    answer = next(each for each in record if each["object"]["id"].endswith(":fire"))
    definition = answer["object"]["definition"]
    assert definition["interactionType"] == "choice"
    assert definition["correctResponsesPattern"] == ["leave"]
    assert [each["id"] for each in definition["choices"]] == ["leave", "water"]
    assert definition["description"] == {
        "en": "The kitchen is on fire. What do you do first?",
        "fi": "Keittiö palaa. Mitä teet ensin?",
    }
    assert answer["result"] == {"success": False, "response": "water", "score": {"scaled": 0.0}}


def test_names_are_plain_words(record: list[dict[str, Any]]) -> None:
    course = next(each for each in record if each["object"]["id"] == COURSE)
    assert course["object"]["definition"]["name"] == {"en": "The way course", "fi": "Tie-kurssi"}
    assert not re.search(r"<[a-z/]", json.dumps(record))


def test_a_home_page_of_ones_own_is_kept_also_when_the_setting_goes(whole: Whole, record: list[dict[str, Any]]) -> None:
    first = actor_home(whole)
    whole.publish()
    assert actor_home(whole) == first
