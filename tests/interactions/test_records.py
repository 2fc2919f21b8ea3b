"""What each question type is for a record store, and how its answers are written there (xAPI 1.0.3 Data 2.4.4.1)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interactions.samples import INTERACTIONS, NAME, SAID, samples, table
from perille.api import InteractionType

TYPES = {
    "choice": "choice",
    "multiple-choice": "choice",
    "true-false": "true-false",
    "picture-choice": "choice",
    "sequencing": "sequencing",
    "matching": "matching",
    "fill-in": "fill-in",
    "numeric": "numeric",
    "hotspot": "choice",
    "gap-fill": "matching",
    "grouping": "matching",
    "free-text": "long-fill-in",
    "likert": "likert",
    "role-play": "performance",
}


def test_every_type_has_its_place_in_the_vocabulary() -> None:
    assert list(TYPES) == list(INTERACTIONS)


@pytest.mark.parametrize(("name", "kind"), TYPES.items())
@settings(max_examples=3)
@given(data=st.data())
def test_type_is_told_by_its_place_in_the_vocabulary(name: str, kind: str, data: st.DataObject) -> None:
    item = data.draw(samples(name)).item
    assert INTERACTIONS[name].describe(item).interaction_type is InteractionType(kind)


@pytest.mark.parametrize(
    ("typed", "written"),
    [("Kela[,] Turku.", "kela, turku"), ("{lang=fi}Kela", "lang=fi}kela"), ("{ {x", "x"), ("A {b", "a {b")],
)
def test_typed_answer_never_reads_as_a_list_or_a_parameter(typed: str, written: str) -> None:
    fill_in = INTERACTIONS["fill-in"]
    item = fill_in.read(table("fill-in", accepted=["kela"], **SAID)).item
    response = fill_in.parse(item, {NAME: [typed]}, NAME)
    assert response is not None
    assert fill_in.respond(item, response) == written
