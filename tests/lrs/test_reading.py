"""Reading statements, without a database: what is refused, where and by which rule (Data 2.2, 2.4, 4)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from lrs.samples import ACTIVITY, ACTOR, VERB, VOIDED, new_id, ref, statement
from perille.lrs.xapi.errors import XapiError
from perille.lrs.xapi.parsing import parse_request, parse_statement
from perille.lrs.xapi.versions import Version

Change = Callable[[dict[str, Any]], object]
SUB = {"objectType": "SubStatement", "actor": ACTOR, "verb": VERB, "object": ACTIVITY}
ATTACHMENT = {
    "usageType": "https://a.example/u",
    "display": {"en": "x"},
    "contentType": "text/plain",
    "length": 1,
    "sha2": "0" * 64,
}


def read(sent: dict[str, Any], version: Version = Version.V2) -> Any:
    return parse_statement(json.dumps(sent).encode(), version)


def refusal(body: bytes, version: Version = Version.V2) -> XapiError:
    with pytest.raises(XapiError) as caught:
        parse_request(body, version)
    assert caught.value.status == 400
    return caught.value


INVALID: list[tuple[dict[str, Any], str, str]] = [
    ({"actor": None}, "$", "Data 2.2"),
    ({"verb": None}, "$", "Data 2.2"),
    ({"object": None}, "$", "Data 2.2"),
    ({"Actor": ACTOR}, "$", "Data 2.2"),
    ({"id": "not-a-uuid"}, "$.id", "Data 4.4"),
    ({"actor": {"name": "nobody"}}, "$.actor", "Data 2.4.2"),
    ({"actor": {**ACTOR, "mbox": "mailto:a@b.example"}}, "$.actor", "Data 2.4.2"),
    ({"actor": {"mbox": "a@b.example"}}, "$.actor.mbox", "Data 2.4.2.3"),
    ({"actor": {"mbox_sha1sum": "12"}}, "$.actor.mbox_sha1sum", "Data 2.4.2.3"),
    ({"actor": {"openid": "somewhere"}}, "$.actor.openid", "Data 2.2"),
    ({"actor": {"account": {"homePage": "x", "name": "y"}}}, "$.actor.account.homePage", "Data 2.2"),
    (
        {"actor": {"objectType": "Agent", "member": [ACTOR], "mbox": "mailto:a@b.example"}},
        "$.actor.member",
        "Data 2.4.2.2",
    ),
    ({"actor": {"objectType": "Group"}}, "$.actor.member", "Data 2.4.2.2"),
    (
        {"actor": {"objectType": "Group", "member": [{"objectType": "Group", "member": []}]}},
        "$.actor.member[0]",
        "Data 2.4.2.2",
    ),
    ({"verb": {"id": "done"}}, "$.verb.id", "Data 2.2"),
    ({"verb": {**VERB, "display": {"12345": "x"}}}, "$.verb.display.12345", "Data 4.2"),
    ({"verb": {**VERB, "display": "completed"}}, "$.verb.display", "Data 2.2"),
    ({"verb": VOIDED}, "$.object", "Data 2.3.2"),
    ({"object": {**ACTIVITY, "id": "here"}}, "$.object.id", "Data 2.2"),
    ({"object": {**ACTIVITY, "objectType": "Thing"}}, "$.object.objectType", "Data 2.2"),
    ({"object": {**ACTIVITY, "definition": {"choices": []}}}, "$.object.definition.interactionType", "Data 2.4.4.1"),
    (
        {"object": {**ACTIVITY, "definition": {"interactionType": "guess"}}},
        "$.object.definition.interactionType",
        "Data 2.2",
    ),
    (
        {"object": {**ACTIVITY, "definition": {"interactionType": "choice", "choices": [{"id": "a"}, {"id": "a"}]}}},
        "$.object.definition.choices",
        "Data 2.4.4.1",
    ),
    (
        {"object": {**ACTIVITY, "definition": {"extensions": {"key": 1}}}},
        "$.object.definition.extensions.key",
        "Data 2.2",
    ),
    ({"object": ref("x")}, "$.object.id", "Data 4.4"),
    ({"object": {**SUB, "id": new_id()}}, "$.object", "Data 2.2"),
    ({"object": {**SUB, "object": SUB}}, "$.object.objectType", "Data 2.2"),
    ({"object": {**SUB, "timestamp": "soon"}}, "$.object.timestamp", "Data 4.5"),
    ({"result": {"score": {"scaled": 1.1}}}, "$.result.score.scaled", "Data 2.2"),
    ({"result": {"score": {"raw": 5, "max": 4}}}, "$.result.score.raw", "Data 2.4.5.1"),
    ({"result": {"score": {"min": 5, "max": 4}}}, "$.result.score.min", "Data 2.4.5.1"),
    ({"result": {"success": "yes"}}, "$.result.success", "Data 2.2"),
    ({"result": {"duration": "5 minutes"}}, "$.result.duration", "Data 4.6"),
    ({"result": {"duration": "P4W1D"}}, "$.result.duration", "Data 4.6"),
    ({"result": {"duration": "P"}}, "$.result.duration", "Data 4.6"),
    ({"context": {"registration": "1"}}, "$.context.registration", "Data 4.4"),
    ({"context": {"team": ACTOR}}, "$.context.team", "Data 2.4.2.2"),
    ({"context": {"language": "12"}}, "$.context.language", "Data 4.2"),
    ({"context": {"platform": "x"}, "object": {**ACTOR, "objectType": "Agent"}}, "$.context.platform", "Data 2.4.6"),
    ({"context": {"contextActivities": {"kin": [ACTIVITY]}}}, "$.context.contextActivities", "Data 2.2"),
    ({"context": {"statement": {"id": new_id()}}}, "$.context.statement", "Data 2.2"),
    (
        {"context": {"contextAgents": [{"objectType": "Agent", "agent": ACTOR}]}},
        "$.context.contextAgents[0].objectType",
        "Data 2.2",
    ),
    (
        {"context": {"contextAgents": [{"objectType": "contextAgent", "agent": ACTOR, "relevantTypes": []}]}},
        "$.context.contextAgents[0].relevantTypes",
        "Data 2.2",
    ),
    ({"timestamp": "2026-02-30T10:00:00Z"}, "$.timestamp", "Data 4.5"),
    ({"timestamp": "2026-02-03T10:00:00-00:00"}, "$.timestamp", "Data 4.5"),
    ({"authority": {"objectType": "Group", "member": [ACTOR]}}, "$.authority", "Data 2.4.9"),
    ({"version": "0.9"}, "$.version", "Data 2.4.10"),
    ({"attachments": [{**ATTACHMENT, "contentType": "text"}]}, "$.attachments[0].contentType", "Data 2.4.11"),
    ({"attachments": [{**ATTACHMENT, "length": -1}]}, "$.attachments[0].length", "Data 2.2"),
    ({"attachments": [{**ATTACHMENT, "usageType": "x"}]}, "$.attachments[0].usageType", "Data 2.2"),
]


@pytest.mark.parametrize(("change", "path", "clause"), INVALID)
def test_a_broken_rule_is_named_with_its_place(change: dict[str, Any], path: str, clause: str) -> None:
    body = {name: value for name, value in (statement() | change).items() if value is not None}
    fault = refusal(json.dumps(body).encode())
    assert (fault.path, fault.rule.clause) == (path, clause)


VALID: list[dict[str, Any]] = [
    {"id": None},
    {"actor": {"objectType": "Group", "member": [ACTOR]}},
    {"actor": {"objectType": "Group", "mbox": "mailto:team@example.com"}},
    {"actor": {"mbox_sha1sum": "A" * 40}},
    {"object": {"objectType": "Agent", "openid": "https://me.example/"}},
    {"object": {"objectType": "Group", "member": [ACTOR]}},
    {"object": ref(new_id())},
    {"object": {"objectType": "SubStatement", "actor": ACTOR, "verb": VERB, "object": ref(new_id())}},
    {
        "object": {
            "objectType": "SubStatement",
            "actor": ACTOR,
            "verb": VERB,
            "object": {**ACTOR, "objectType": "Agent"},
        }
    },
    {"verb": VOIDED, "object": ref(new_id())},
    {
        "result": {
            "score": {"scaled": -1},
            "duration": "P3Y1M29DT4H35M59.14S",
            "extensions": {"https://x.example/": None},
        }
    },
    {"result": {"duration": "P4W"}},
    {"context": {"contextActivities": {"parent": ACTIVITY, "other": [ACTIVITY]}, "language": "zh-Hant-TW"}},
    {"timestamp": "2026-02-03T10:00:00.123456789+02:00"},
    {"authority": {"objectType": "Group", "member": [ACTOR, {"mbox": "mailto:a@b.example"}]}},
    {"version": "1.0.9"},
    {"attachments": [ATTACHMENT]},
]


@pytest.mark.parametrize("change", VALID)
@pytest.mark.parametrize("version", Version)
def test_what_the_specification_allows_is_taken(change: dict[str, Any], version: Version) -> None:
    body = {name: value for name, value in (statement() | change).items() if value is not None}
    assert read(body, version).statement.verb.id


def test_2_0_alone_knows_context_agents() -> None:
    body = statement(context={"contextAgents": [{"objectType": "contextAgent", "agent": ACTOR}]})
    assert read(body).marks
    assert refusal(json.dumps(body).encode(), Version.V1).path == "$.context"


@pytest.mark.parametrize("moment", ["2026-02-03", "20260203T101112Z", "2026-02-03T10:11", "2026-02-03T10:11:12"])
def test_1_0_3_takes_iso_8601_where_2_0_wants_rfc_3339(moment: str) -> None:
    assert read(statement(timestamp=moment), Version.V1).timestamp is not None
    assert refusal(json.dumps(statement(timestamp=moment)).encode()).path == "$.timestamp"


@pytest.mark.parametrize(
    ("part", "clause"),
    [
        (rb'"x": "\u0000"', "Data 2.2"),
        (rb'"x": "\ud800"', "Data 2.2"),
        (b'"x": NaN', "Data 2.2"),
        (b'"x": 01', "Data 2.2"),
        (b'"x": "\xff"', "Data 2.2"),
        (b'"x": 1, "x": 2', "Data 2.2"),
        (b'"x": 1, "x" : 2', "Data 2.2"),
        (rb'"x": "\u0022", "y": 1, "y": 2', "Data 2.2"),
        (b'"x": ' + b"[" * 70 + b"]" * 70, "Data 2.2"),
        (b'"x": ' + b"[" * 100_000 + b"]" * 100_000, "Data 2.2"),
    ],
)
def test_json_that_readers_disagree_about_is_refused(part: bytes, clause: str) -> None:
    made = json.dumps(statement(result={"extensions": {"https://e.example/": 0}})).encode()
    body = made.replace(b'{"https://e.example/": 0}', b'{"https://e.example/": {' + part + b"}}")
    assert refusal(body).rule.clause == clause


def test_a_backslash_before_u0000_is_no_nul() -> None:
    assert parse_statement(json.dumps(statement(result={"response": "\\u0000"})).encode(), Version.V2).body


def test_keys_that_look_repeated_in_text_are_not() -> None:
    words = {"response": '":":" {"a":1,"a":2}', "extensions": {"https://e.example/": [{"a": 1}, {"a": 2}, '"']}}
    assert read(statement(result=words)).body


def test_the_bytes_are_kept_as_they_came() -> None:
    body = (
        json.dumps(statement(result={"score": {"raw": 1}}), indent=3)
        .encode()
        .replace(b'"raw": 1', b'"raw": 12345678901234567890123')
    )
    assert parse_statement(b"  " + body + b"\n", Version.V2).body == body


def test_what_only_the_store_may_say_is_left_out_and_the_rest_untouched() -> None:
    sent = statement(stored="2020-01-01T00:00:00Z", authority=ACTOR, result={"score": {"raw": 1}})
    body = json.dumps(sent).encode().replace(b'"raw": 1', b'"raw":   1.500e0')
    kept = parse_statement(body, Version.V2).body
    assert b"stored" not in kept
    assert b"authority" not in kept
    assert b'"raw":   1.500e0' in kept


def test_the_place_in_a_batch_is_part_of_the_path() -> None:
    assert refusal(json.dumps([statement(), statement(verb={"id": "x"})]).encode()).path == "$[1].verb.id"
