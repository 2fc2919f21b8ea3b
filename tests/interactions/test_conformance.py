"""Our own question types, tested by the kit that strangers test theirs with."""

from __future__ import annotations

from perille.interactions import plugin
from perille.testing import InteractionConformance, Sample
from support.question_types import ASKED, files_of, table

WRONG = {
    "choice": {"": "b"},
    "multiple-choice": {"": ["a"]},
    "true-false": {"": "false"},
    "picture-choice": {"": "b"},
    "sequencing": {".a": "2", ".b": "1"},
    "matching": {".a": "b", ".b": "a"},
    "fill-in": {"": "something else"},
    "numeric": {"": "99999"},
    "hotspot": {"": "b"},
    "gap-fill": {".a": "b"},
    "grouping": {".m": "b", ".n": "a"},
}


def sample_of(name: str) -> Sample:
    """Return the question of a type as a sample of the kit."""
    asked = ASKED[name]
    return Sample(item=table(name), right=asked.form, wrong=WRONG.get(name, {}), files=files_of(name))


def test_every_type_comes_through_the_door_of_plugins_and_has_a_sample() -> None:
    assert {each.name for each in plugin.interactions} == set(ASKED)


for _each in plugin.interactions:
    _name = f"Test{type(_each).__name__}"
    globals()[_name] = type(
        _name, (InteractionConformance,), {"interaction": _each, "samples": (sample_of(_each.name),)}
    )
