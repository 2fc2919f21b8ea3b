"""Finding statements: each filter, what it finds and what it does not; the same in the tail and in the lists (Communication 2.1.3)."""

from __future__ import annotations

from typing import Any

import pytest

from lrs.conftest import Store
from lrs.samples import ACTIVITY, VERB, VOIDED, agent, new_id, ref, statement
from perille.lrs.storage import postings

OTHER_VERB = {"id": "http://adlnet.gov/expapi/verbs/shared"}


@pytest.fixture(autouse=True, params=["tail", "lists"])
def _where(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test runs twice: with all statements in the tail, and with each listed at once."""
    monkeypatch.setattr(postings, "FLUSH_AT", 1000 if request.param == "tail" else 1)


def post(store: Store, **overrides: Any) -> str:
    sent = statement(**overrides)
    assert store.post(sent).status_code == 200
    return str(sent["id"])


def test_agent_finds_actor_object_and_member(store: Store) -> None:
    anna = agent("anna")
    as_actor = post(store, actor=anna)
    as_object = post(store, object={"objectType": "Agent", **anna})
    as_member = post(store, actor={"objectType": "Group", "member": [agent("bo"), anna]})
    post(store, actor=agent("bo"))
    post(store, context={"instructor": anna})
    assert store.found(agent=anna) == [as_member, as_object, as_actor]


def test_related_agents_finds_it_everywhere(store: Store) -> None:
    anna = agent("anna")
    sub = {"objectType": "SubStatement", "actor": anna, "verb": VERB, "object": ACTIVITY}
    found = [
        post(store, actor=anna),
        post(store, context={"instructor": anna}),
        post(store, context={"team": {"objectType": "Group", "member": [anna]}}),
        post(store, object=sub),
        post(store, object={**sub, "actor": agent("bo"), "context": {"instructor": anna}}),
    ]
    assert store.found(agent=anna, related_agents="true") == found[::-1]
    assert store.found(agent=anna) == found[:1]


def test_activity_is_the_object_and_related_ones_stand_around_it(store: Store) -> None:
    course = {"id": "https://learn.example/course/7"}
    as_object = post(store, object=course)
    around = post(store, context={"contextActivities": {"grouping": [course]}})
    below = post(store, object={"objectType": "SubStatement", "actor": agent("bo"), "verb": VERB, "object": course})
    post(store)
    assert store.found(activity=course["id"]) == [as_object]
    assert store.found(activity=course["id"], related_activities="true") == [below, around, as_object]


def test_verb_registration_and_pairs(store: Store) -> None:
    anna, registration = agent("anna"), new_id()
    first = post(store, actor=anna, verb=OTHER_VERB, context={"registration": registration.upper()})
    second = post(store, actor=anna, context={"registration": registration})
    third = post(store, actor=agent("bo"), verb=OTHER_VERB)
    verb, activity = OTHER_VERB["id"], ACTIVITY["id"]
    assert store.found(verb=verb) == [third, first]
    assert store.found(registration=registration) == [second, first]
    assert store.found(agent=anna, verb=verb) == [first]
    assert store.found(agent=anna, activity=activity) == [second, first]
    assert store.found(agent=anna, activity=activity, verb=verb, registration=registration) == [first]
    assert store.found(verb=verb, activity=activity) == [third, first]
    assert store.found(verb=verb, agent=anna, related_agents="true", related_activities="true", activity=activity) == [
        first
    ]
    assert store.found(registration=registration, verb=VERB["id"]) == [second]
    assert store.found(verb="http://example.com/never") == []
    assert store.found(registration=new_id()) == []


def test_since_until_and_order(store: Store) -> None:
    ids = [post(store) for _ in range(4)]
    stored = [store.get(statementId=one).json["stored"] for one in ids]
    assert store.found(since=stored[1]) == [ids[3], ids[2]]
    assert store.found(until=stored[1]) == [ids[1], ids[0]]
    assert store.found(since=stored[0], until=stored[2], ascending="true") == [ids[1], ids[2]]
    assert store.found(since=stored[1], verb=VERB["id"]) == [ids[3], ids[2]]


@pytest.mark.parametrize("ascending", ["true", "false"])
@pytest.mark.parametrize("narrow", [{}, {"verb": VERB["id"]}])
def test_pages_follow_each_other_without_gap_or_repeat(store: Store, ascending: str, narrow: dict[str, str]) -> None:
    ids = [post(store) for _ in range(7)]
    page = store.get(limit="3", ascending=ascending, **narrow).json
    found = [one["id"] for one in page["statements"]]
    while page["more"]:
        assert page["more"].startswith("/xapi/statements/more?")
        post(store, verb=OTHER_VERB)
        page = store.http.get(page["more"], headers=store.headers).json
        found += [one["id"] for one in page["statements"] if one["verb"]["id"] == VERB["id"]]
    assert [one for one in found if one in ids] == (ids if ascending == "true" else ids[::-1])


def test_a_reference_is_found_by_what_it_points_to(store: Store) -> None:
    anna, verb = agent("anna"), OTHER_VERB["id"]
    target = post(store, actor=anna, verb=OTHER_VERB)
    pointer = post(store, actor=agent("bo"), object=ref(target))
    pointer_to_pointer = post(store, actor=agent("cy"), object=ref(pointer))
    assert store.found(agent=anna) == [pointer_to_pointer, pointer, target]
    assert store.found(agent=anna, verb=verb) == [pointer_to_pointer, pointer, target]
    assert store.found(activity=ACTIVITY["id"], agent=anna) == [pointer_to_pointer, pointer, target]


def test_a_reference_may_come_before_its_target(store: Store) -> None:
    target = new_id()
    pointer = post(store, actor=agent("bo"), object=ref(target))
    pointer_to_pointer = post(store, actor=agent("cy"), object=ref(pointer))
    post(store, id=target, actor=agent("anna"))
    assert store.found(agent=agent("anna")) == [target, pointer_to_pointer, pointer]


def test_voided_ones_are_left_out_but_what_voids_them_is_found(store: Store) -> None:
    anna = agent("anna")
    target = post(store, actor=anna)
    voiding = post(store, actor=agent("admin"), verb=VOIDED, object=ref(target))
    assert store.found(agent=anna) == [voiding]
    assert store.found(verb=VERB["id"]) == [voiding]


def test_a_voiding_statement_cannot_be_voided(store: Store) -> None:
    target = post(store)
    voiding = post(store, verb=VOIDED, object=ref(target))
    answer = store.post(statement(verb=VOIDED, object=ref(voiding)))
    assert (answer.status_code, answer.json["clause"]) == (400, "xAPI 1.0.3 Data 2.3.2")
    assert store.get(statementId=voiding).status_code == 200


@pytest.mark.parametrize(
    "params",
    [
        {"limit": "-1"},
        {"limit": "x"},
        {"ascending": "yes"},
        {"agent": "{}"},
        {"agent": "no json"},
        {"verb": "x"},
        {"activity": "x"},
        {"registration": "x"},
        {"since": "yesterday"},
        {"format": "short"},
        {"unknown": "1"},
        {"Agent": "{}"},
        {"statementId": new_id(), "voidedStatementId": new_id()},
        {"statementId": new_id(), "limit": "1"},
        {"statementId": "x"},
    ],
)
def test_wrong_parameters_are_refused_by_name(store: Store, params: dict[str, str]) -> None:
    answer = store.get(**params)
    assert answer.status_code == 400
    assert answer.json["path"].split(".")[0] in (*params, "statementId", "voidedStatementId")


def test_a_parameter_stands_once(store: Store) -> None:
    assert store.http.get("/xapi/statements?limit=1&limit=2", headers=store.headers).status_code == 400
