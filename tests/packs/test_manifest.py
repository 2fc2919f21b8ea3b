from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from packs.conftest import FaultsOf, line_of
from perille.packs.source.diagnostics import Level

MakePack = Callable[..., Path]


def change(folder: Path, old: str, new: str) -> None:
    manifest = folder / "pack.toml"
    text = manifest.read_text("utf-8")
    assert old in text
    manifest.write_text(text.replace(old, new), "utf-8")


@pytest.mark.parametrize(
    ("old", "new", "at", "says"),
    [
        ('summary = "', 'sumary = "', "sumary", 'Did you mean "summary"'),
        ('slug = "small"', 'slug = "start"', "slug", "an address of its own"),
        ('slug = "small"', 'slug = "Small!"', "slug", "lower-case"),
        ('id = "course_small"', 'id = "course_other"', "id =", "name of the folder"),
        ('version = "1.0.0"', 'version = "1"', "version", "three numbers"),
        ('kind = "course"', 'kind = "corse"', "kind", 'Did you mean "course"'),
        ('languages = ["en"]', 'languages = ["en", "xx"]', "languages", "not a language code"),
        ('languages = ["en"]', 'languages = ["fi"]', "languages", "must hold the source language"),
        ('countries = ["FI"]', 'countries = ["Finland"]', "countries", "ISO country code"),
        ("minutes = 3", 'minutes = "three"', "minutes", "whole number"),
        ("minutes = 3", "minutes = 3\nfor_trainer = true", "for_trainer", "is no part of the way"),
        ("minutes = 3", "minuets = 3", "minuets", 'Did you mean "minutes"'),
        ('kind = "lesson"', 'kind = "leson"', '"leson"', 'Did you mean "lesson"'),
        ('units = ["hello"]', "units = []", "units", "no units"),
        ('units = ["hello"]', 'units = ["hello", "there"]', "units", 'has no unit "there"'),
        ('units = ["hello"]', 'units = ["hello", "hello"]', "units", 'second unit is called "hello"'),
        ('units = ["hello"]', 'units = ["hello", "shraed:x"]', "units", 'no library "shraed"'),
        ("[unit.hello]", "[unit.hello]\nmastery = 2", "mastery", "from 0 to 1"),
        ("[unit.hello]", '[unit.hello]\nitems = "x"', "[unit.hello]", "Only an assessment"),
        ("[unit.hello]", '[unit.hello]\nmove_on = "Passed"', "[unit.hello]", "can never be passed"),
        (
            "[unit.hello]",
            '[credential]\nkind = "medal"\nrule = "all-core"\n[unit.hello]',
            'kind = "medal"',
            "completion",
        ),
    ],
)
def test_a_fault_of_the_manifest_names_its_line(
    make_pack: MakePack, faults_of: FaultsOf, old: str, new: str, at: str, says: str
) -> None:
    folder = make_pack()
    change(folder, old, new)
    found = [fault for fault in faults_of(folder) if says in fault.message]
    assert [(fault.path, fault.line) for fault in found] == [("pack.toml", line_of(folder, "pack.toml", at))]


def test_what_nobody_can_get_is_warned_of_and_goes_on_being_served(make_pack: MakePack, faults_of: FaultsOf) -> None:
    folder = make_pack()
    both = 'slug = "small"\ntrace = "none"\ncredential = { kind = "badge", rule = "all-core" }'
    change(folder, 'slug = "small"', both)
    found = faults_of(folder)
    (told,) = [each for each in found if "nobody is known to have done" in each.message]
    assert (told.path, told.line) == ("pack.toml", line_of(folder, "pack.toml", 'trace = "none"'))
    assert {each.level for each in found} == {Level.WARNING}


def test_a_unit_that_no_block_has_cannot_be_reached(make_pack: MakePack, faults_of: FaultsOf) -> None:
    folder = make_pack(extra='\n[unit.lost]\nminutes = 1\ntitle = "Lost"\n')
    diagnostics = faults_of(folder)
    assert any('No block has the unit "lost"' in fault.message for fault in diagnostics)
    assert {fault.line for fault in diagnostics} == {line_of(folder, "pack.toml", "[unit.lost]")}


def test_a_lesson_that_no_unit_has_is_told(make_pack: MakePack, faults_of: FaultsOf) -> None:
    folder = make_pack()
    (folder / "lessons" / "more.md").write_text("# More\n\nWords.\n")
    assert [(fault.path, "never used" in fault.message) for fault in faults_of(folder)] == [("lessons/more.md", True)]


def test_a_folder_without_manifest_is_told(tmp_path: Path, faults_of: FaultsOf) -> None:
    (tmp_path / "course_none").mkdir()
    assert any("has no pack.toml" in fault.message for fault in faults_of(tmp_path / "course_none"))
