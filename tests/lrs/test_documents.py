"""States and profiles: kept, merged, listed, removed, and changed only by one who has seen them (Communication 2.2, 2.3, 2.6, 2.7, 3.1)."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from lrs.conftest import Store
from lrs.samples import ACTIVITY, agent, new_id, statement

STATE: dict[str, Any] = {"activityId": ACTIVITY["id"], "agent": agent("anna"), "stateId": "bookmark"}
AGENT_PROFILE: dict[str, Any] = {"agent": agent("anna"), "profileId": "wishes"}
ACTIVITY_PROFILE: dict[str, Any] = {"activityId": ACTIVITY["id"], "profileId": "about"}
RESOURCES = [("activities/state", STATE), ("agents/profile", AGENT_PROFILE), ("activities/profile", ACTIVITY_PROFILE)]
NEW = {"If-None-Match": "*"}


@pytest.mark.parametrize(("path", "params"), RESOURCES)
def test_a_document_comes_back_as_it_went_in(store: Store, path: str, params: dict[str, Any]) -> None:
    body = b"\x00\xff any bytes"
    headers = {"Content-Type": "application/x-own; v=1", **NEW}
    assert store.send("PUT", path, body, headers, **params).status_code == 204
    got = store.get(path, **params)
    assert (got.get_data(), got.headers["Content-Type"]) == (body, "application/x-own; v=1")
    assert got.headers["ETag"] == f'"{hashlib.sha1(body).hexdigest()}"'
    assert got.headers["Last-Modified"].endswith("GMT")
    head = store.send("HEAD", path, **params)
    assert (head.get_data(), head.headers["Content-Length"]) == (b"", str(len(body)))


@pytest.mark.parametrize(("path", "params"), RESOURCES)
def test_post_merges_the_top_of_json_objects(store: Store, path: str, params: dict[str, Any]) -> None:
    big = b'{"a": {"x": 1}, "n": 12345678901234567890123}'
    assert store.send("POST", path, big, **params).status_code == 204
    assert store.send("POST", path, {"a": {"y": 2}, "b": 3}, **params).status_code == 204
    assert store.get(path, **params).get_data() == b'{"a":{"y":2},"n":12345678901234567890123,"b":3}'


@pytest.mark.parametrize(
    ("first", "second", "content_type"),
    [
        (b"{}", b"words", "text/plain"),
        (b"{}", b"[1]", "application/json"),
        (b"[1]", b"{}", "application/json"),
        (b"{}", b"{", "application/json"),
    ],
)
def test_what_cannot_be_merged_changes_nothing(store: Store, first: bytes, second: bytes, content_type: str) -> None:
    store.send("POST", "activities/state", first, **STATE)
    answer = store.send("POST", "activities/state", second, {"Content-Type": content_type}, **STATE)
    assert answer.status_code == 400
    assert store.get("activities/state", **STATE).get_data() == first


@pytest.mark.parametrize(("path", "params"), RESOURCES[1:])
def test_a_profile_is_not_overwritten_blindly(store: Store, path: str, params: dict[str, Any]) -> None:
    assert store.send("PUT", path, {"n": 1}, **params).status_code == 400
    assert store.send("PUT", path, {"n": 1}, NEW, **params).status_code == 204
    assert store.send("PUT", path, {"n": 2}, **params).status_code == 409
    assert store.send("PUT", path, {"n": 2}, NEW, **params).status_code == 412
    assert store.send("PUT", path, {"n": 2}, {"If-Match": '"0"'}, **params).status_code == 412
    etag = store.get(path, **params).headers["ETag"]
    assert store.send("DELETE", path, None, {"If-Match": '"0"'}, **params).status_code == 412
    assert store.send("PUT", path, {"n": 2}, {"If-Match": etag}, **params).status_code == 204
    assert store.get(path, **params).json == {"n": 2}


def test_only_2_0_guards_states_as_well(store: Store) -> None:
    assert store.send("PUT", "activities/state", {"n": 1}, **STATE).status_code == 204
    again = store.send("PUT", "activities/state", {"n": 2}, **STATE)
    assert again.status_code == (204 if store.version == "1.0.3" else 409)


def test_states_are_listed_and_removed_together(store: Store) -> None:
    registration = new_id()
    for name, more in (("a", {}), ("b", {}), ("c", {"registration": registration})):
        store.send("PUT", "activities/state", {}, **{**STATE, "stateId": name, **more})
    everything = {name: value for name, value in STATE.items() if name != "stateId"}
    since = store.get("activities/state", **{**STATE, "stateId": "a"}).headers["Last-Modified"]
    assert since
    assert store.get("activities/state", **everything).json == ["a", "b", "c"]
    assert store.get("activities/state", **everything, registration=registration).json == ["c"]
    assert store.get("activities/state", **everything, since="2999-01-01T00:00:00Z").json == []
    assert store.send("DELETE", "activities/state", **everything).status_code == 204
    assert store.get("activities/state", **everything).json == []


@pytest.mark.parametrize(("path", "params"), RESOURCES)
def test_each_parameter_is_needed_and_no_other_taken(store: Store, path: str, params: dict[str, Any]) -> None:
    for name in params:
        rest = {key: value for key, value in params.items() if key != name}
        assert store.send("PUT", path, {}, NEW, **rest).json["path"] == name
    assert store.send("PUT", path, {}, NEW, **params, more="1").status_code == 400
    assert store.get(path, **params).status_code == 404


def test_people_and_activities_are_known_from_statements(store: Store) -> None:
    activity = {"id": "https://learn.example/a", "definition": {"name": {"en": "A"}, "type": "https://t.example/1"}}
    store.post(statement(actor={**agent("anna"), "name": "Anna"}, object=activity))
    later = {"id": activity["id"], "definition": {"name": {"fi": "Aa"}, "type": "https://t.example/2"}}
    store.post(statement(actor={**agent("anna"), "name": "Anna K"}, object=later))
    person = store.get("agents", agent=agent("anna")).json
    assert person == {"objectType": "Person", "name": ["Anna", "Anna K"], "account": [agent("anna")["account"]]}
    known = store.get("activities", activityId="https://learn.example/a").json
    assert known["definition"] == {"name": {"en": "A", "fi": "Aa"}, "type": "https://t.example/2"}
    assert store.get("activities", activityId="https://learn.example/b").json["id"] == "https://learn.example/b"
