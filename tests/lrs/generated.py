"""What hostile clients send: values of every kind, and a statement with every property."""

from __future__ import annotations

import json
import os
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from lrs.samples import agent

MORE = os.environ.get("HYPOTHESIS_EXAMPLES")
#: Beside those that a test names itself. They are the same in every run: more of them in each would look again at what they saw.
EXAMPLES = int(MORE or os.environ.get("TEST_EXAMPLES", "12"))
#: The database of a test serves all its examples: what one stored is no harm to the next.
hostile = settings(
    max_examples=EXAMPLES,
    derandomize=MORE is None,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
#: Text of every kind, among it what databases and JSON stumble over.
TEXT = st.one_of(
    st.text(max_size=20), st.sampled_from(["", "\x00", "a\x00b", "\u2028", "😀", "𝒳" * 9, "%00", "'; --", "../"])
)
NUMBERS = st.one_of(
    st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.integers(min_value=10**30, max_value=10**400)
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXT, inner, max_size=4)),
    max_leaves=12,
)
#: A valid statement with every kind of property; each test works on a copy.
FULL = {
    "actor": {"objectType": "Group", "name": "Two", "mbox": "mailto:two@people.example", "member": [agent("a"), agent("b")]},
    "verb": {"id": "http://example.com/did", "display": {"en": "did", "fi": "teki"}},
    "object": {
        "objectType": "Activity",
        "id": "https://learn.example/1",
        "definition": {
            "name": {"en": "One"},
            "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
            "interactionType": "choice",
            "correctResponsesPattern": ["a"],
            "choices": [{"id": "a", "description": {"en": "A"}}, {"id": "b"}],
            "extensions": {"https://e.example/x": {"deep": [1, 2.50, None]}},
        },
    },
    "result": {
        "score": {"scaled": 0.5, "raw": 5, "min": 0, "max": 10},
        "success": True,
        "completion": False,
        "response": "a",
        "duration": "PT1M2.5S",
        "extensions": {"https://e.example/n": 1},
    },
    "context": {
        "registration": "0191d2f3-0000-4000-8000-000000000000",
        "instructor": agent("teacher"),
        "language": "fi",
        "platform": "p",
        "revision": "r",
        "contextActivities": {"parent": [{"id": "https://learn.example/0"}], "other": [{"id": "https://learn.example/2"}]},
        "statement": {"objectType": "StatementRef", "id": "0191d2f3-0000-4000-8000-000000000001"},
    },
    "timestamp": "2026-11-22T08:00:00.000Z",
    "attachments": [
        {
            "usageType": "https://a.example/file",
            "display": {"en": "F"},
            "contentType": "text/plain",
            "length": 3,
            "sha2": "0" * 64,
            "fileUrl": "https://files.example/f",
        }
    ],
}  # fmt: skip
Path = tuple[str | int, ...]


def paths(value: Any, here: Path = ()) -> list[Path]:
    """Return the places of all values in a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [*([here] if here else []), *(path for key, each in inner for path in paths(each, (*here, key)))]


PLACES = st.sampled_from(paths(FULL))


def at(value: Any, path: Path) -> Any:
    """Return what stands at a place."""
    for key in path:
        value = value[key]
    return value


RESOURCES = st.sampled_from(
    ["statements", "activities/state", "activities/profile", "agents/profile", "agents", "activities", "about", "", "x"]
)
METHODS = st.sampled_from(["GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS", "PATCH"])
NAMES = st.sampled_from(
    [
        "statementId",
        "voidedStatementId",
        "agent",
        "verb",
        "activity",
        "registration",
        "since",
        "until",
        "limit",
        "format",
    ]
    + ["ascending", "attachments", "related_agents", "activityId", "stateId", "profileId", "method", "from", "cursor"]
)
VALUES = st.one_of(
    TEXT,
    JSON.map(json.dumps),
    st.sampled_from(["true", "0", "-1", "9" * 30, "1e9", "ids", "2026-11-22T08:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]),
    st.sampled_from(["https://learn.example/1", "http://a b", "mailto:", json.dumps(agent("a")), json.dumps(agent("a\x00"))]),
    st.uuids().map(str),
)  # fmt: skip
