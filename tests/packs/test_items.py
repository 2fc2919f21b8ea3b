from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from packs.conftest import FaultsOf, line_of
from perille.api import Interaction, ItemReading, ItemTable, Plugin
from perille.interactions.choice import Choice
from perille.packs.format.items import read_bank
from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.registry import InteractionRegistry, OwnedPlugin
from support.packs import CHOICE

MakePack = Callable[..., Path]


class Strange(Choice):
    """What a stranger's plugin may do wrong."""

    name = "strange"

    def read(self, table: ItemTable) -> ItemReading:
        raise ZeroDivisionError("oh")


def lesson(*keys: str) -> dict[str, str]:
    return {"hello": "# Hello\n\n" + "".join(f"::: check {key}\n:::\n\n" for key in keys)}


@pytest.mark.parametrize(
    ("old", "new", "at", "says"),
    [
        ('interaction = "choice"', 'interaction = "choise"', "choise", 'Did you mean "choice"'),
        ('prompt = "The kitchen is on fire. What do you do first?"', "", "[[item]]", "prompt"),
        ("right = true\n", "", "[[item]]", "right"),
        ('text = "Get out"', 'txet = "Get out"', "txet", "txet"),
        ('prompt = "The', 'picture = "kitchen"\nprompt = "The', "", "picture_description"),
        ('text = "Get out"', 'text = "See [x](http://a.fi)"', "[[item]]", "https://"),
        ('objective = "K', 'country = "fi"\nobjective = "K', "", "country"),
    ],
)
def test_a_fault_of_an_item_names_its_file_and_line(
    make_pack: MakePack, faults_of: FaultsOf, old: str, new: str, at: str, says: str
) -> None:
    assert old in CHOICE
    folder = make_pack(lessons=lesson("fire"), items={"bank": CHOICE.replace(old, new)})
    found = [fault for fault in faults_of(folder) if says in fault.message and fault.path == "items/bank.toml"]
    assert found
    assert found[0].item_key == "fire"
    assert not at or found[0].line == line_of(folder, "items/bank.toml", at)


@pytest.mark.parametrize(
    ("old", "new"),
    [('interaction = "choice"', 'interaction = "choise"'), ('prompt = "The', 'picture = "kitchen"\nprompt = ["The')],
)
def test_a_lesson_does_not_say_that_an_item_is_missing_which_is_there_and_faulty(
    make_pack: MakePack, faults_of: FaultsOf, old: str, new: str
) -> None:
    bank = CHOICE.replace(old, new).replace('do first?"', 'do first?"]' if "[" in new else 'do first?"')
    said = [each.message for each in faults_of(make_pack(lessons=lesson("fire"), items={"bank": bank}))]
    assert 'The item "fire" cannot be asked here until its own faults are mended' in said
    assert not any("There is no item" in each for each in said)


def test_two_items_of_one_key_are_told(make_pack: MakePack, faults_of: FaultsOf) -> None:
    folder = make_pack(lessons=lesson("fire"), items={"a": CHOICE, "b": CHOICE})
    assert any(fault.path == "items/b.toml" and "items/a.toml:2" in fault.message for fault in faults_of(folder))


def test_an_item_that_nobody_asks_is_a_warning(make_pack: MakePack, faults_of: FaultsOf) -> None:
    diagnostics = faults_of(make_pack(items={"bank": CHOICE}))
    assert [(fault.path, fault.level.value) for fault in diagnostics] == [("items/bank.toml", "warning")]


def test_an_unknown_key_beside_the_items_is_told(make_pack: MakePack, faults_of: FaultsOf) -> None:
    folder = make_pack(lessons=lesson("fire"), items={"bank": f'titel = "x"\n{CHOICE}'})
    assert [(fault.path, fault.line) for fault in faults_of(folder)] == [("items/bank.toml", 1)]


def test_what_a_strangers_plugin_does_wrong_is_a_fault_of_the_item() -> None:
    strange: Any = Strange()
    registry = InteractionRegistry([OwnedPlugin(plugin=Plugin(interactions=(strange,)), owner="stranger 1")])
    diagnostics = Diagnostics()
    assert read_bank("items/a.toml", "a", CHOICE.replace('"choice"', '"strange"'), registry, diagnostics) == ()
    assert "ZeroDivisionError" in diagnostics.errors[0].message


def test_pictures_of_items_are_named_with_their_pack(make_pack: MakePack, compiled: Callable[..., Any]) -> None:
    bank = CHOICE.replace('prompt = "The', 'picture = "kitchen"\npicture_description = "Flames."\nprompt = "The')
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 18"/>'
    result = compiled(make_pack(lessons=lesson("fire"), items={"bank": bank}, media={"kitchen.svg": svg}))
    assert result.structure.items[0].picture == "course_small/kitchen"
    assert result.media["course_small/kitchen"].width == 32


def test_every_interaction_keeps_the_protocol(registry: InteractionRegistry) -> None:
    found: list[Interaction] = [each for name in registry.names if (each := registry.get(name))]
    assert [each.name for each in found] == list(registry.names)
