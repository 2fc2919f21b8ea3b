"""Two statements are the same where nothing that counts differs, in whichever place of whichever list (Data 2.3.1)."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lrs.generated import FULL, PLACES, Path, at
from lrs.samples import agent
from perille.lrs.xapi.equivalence import is_equivalent

FILE = FULL["attachments"][0]
OTHERS = [{"id": f"https://learn.example/other/{number}"} for number in range(3)]
#: The same statement with lists of three, so that a comparison that stops at the first entry is seen.
LISTS = {
    **FULL,
    "actor": {"objectType": "Group", "member": [agent("a"), agent("b"), agent("c")]},
    "context": {"contextActivities": {"other": OTHERS}},
    "attachments": [{**FILE, "sha2": digit * 64} for digit in "012"],
}


def same(one: Any, other: Any) -> bool:
    return is_equivalent(json.dumps(one).encode(), json.dumps(other).encode())


def changed(path: Path, value: Any) -> dict[str, Any]:
    made = copy.deepcopy(LISTS)
    at(made, path[:-1])[path[-1]] = value
    return made


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        (("actor", "member"), "mbox", "mailto:somebody@else.example"),
        (("context", "contextActivities", "other"), "id", "https://learn.example/else"),
        (("attachments",), "contentType", "text/html"),
        (("attachments",), "length", 4),
    ],
)
def test_a_difference_counts_in_every_entry_of_a_list(path: Path, name: str, value: object, place: int) -> None:
    assert same(LISTS, copy.deepcopy(LISTS))
    assert not same(LISTS, changed((*path, place, name), value))


@pytest.mark.parametrize("path", [("actor", "member"), ("context", "contextActivities", "other"), ("attachments",)])
def test_an_entry_more_or_less_counts(path: Path) -> None:
    entries = at(LISTS, path)
    assert not same(LISTS, changed(path, entries[:2]))
    assert not same(LISTS, changed(path, [*entries, entries[-1]]))


@pytest.mark.parametrize("place", [0, 1, 2])
def test_how_an_entry_is_written_does_not_count(place: int) -> None:
    assert same(LISTS, changed(("actor", "member", place), {**LISTS["actor"]["member"][place], "objectType": "Agent"}))
    written = {"objectType": "Activity", **OTHERS[place]}
    assert same(LISTS, changed(("context", "contextActivities", "other", place), written))
    sizes = [3, 3, 3]
    kept = json.dumps(changed(("object", "definition", "extensions"), {"https://e.example/x": sizes}))
    received = kept.replace("[3, 3, 3]", str([3.0 if number == place else 3 for number in range(3)]))
    assert received != kept
    assert is_equivalent(kept.encode(), received.encode())


@given(PLACES, st.text(min_size=1, max_size=5))
def test_another_text_anywhere_makes_another_statement(path: Path, text: str) -> None:
    other = copy.deepcopy(FULL)
    before = at(other, path)
    # What has a text where a list, an object or a moment belongs is no statement, and is never compared.
    assume(not isinstance(before, dict | list) and path[0] != "timestamp")
    at(other, path[:-1])[path[-1]] = text
    free = path[-1] == "objectType" and text in ("Agent", "Activity")
    assert same(FULL, other) == (before == text or free)
