"""A unit with a lesson for each country: what is compiled of it, and what an author is told."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from packs.conftest import Compile, FaultsOf, library_folder, line_of
from perille.packs.compiler.compile import load_library
from perille.packs.source.diagnostics import Level
from perille.packs.source.registry import InteractionRegistry
from support.countries import MANIFEST, write_lands


def test_each_country_has_its_own_lesson_and_all_of_them_one_unit(compiled: Compile, tmp_path: Path) -> None:
    pack = compiled(write_lands(tmp_path))
    unit = pack.structure.unit("own")
    assert unit is not None
    assert (unit.core, unit.screens, dict(unit.variants)) == (True, 3, {"FI": 2, "SE": 3})
    assert (unit.screens_in("FI"), unit.screens_in("SE"), unit.screens_in("")) == (2, 3, 3)
    assert unit.items == ("fire",)
    words = pack.words["ar"].units["own"]
    assert (words.title.plain, words.screens) == ("بلدكم", ())
    assert [words.of(country).title.plain for country in ("FI", "SE")] == ["Finland", "السويد"]
    assert words.of("EE") is words


def test_a_lesson_for_all_stays_one(compiled: Compile, tmp_path: Path) -> None:
    pack = compiled(write_lands(tmp_path))
    unit = pack.structure.unit("hello")
    assert unit is not None
    assert (dict(unit.variants), unit.screens_in("SE")) == ({}, 1)
    assert pack.words["en"].units["hello"].of("SE").title.plain == "Hello"


@pytest.mark.parametrize(
    ("changes", "said", "words"),
    [
        ({"lessons/own.se.md": None}, "There is no lessons/own.se.md", "variants = "),
        ({"pack.toml": MANIFEST.replace('"FI", "SE"', '"FI", "SE", "EE"')}, "no lessons/own.ee.md", "variants = "),
        ({"pack.toml": MANIFEST.replace('title = "Your own country"\n', "")}, "needs a title", "variants = "),
        (
            {"pack.toml": MANIFEST.replace('variants = "country"', 'variants = "county"')},
            'did you mean "country"',
            "vari",
        ),
        (
            {"pack.toml": MANIFEST.replace('items = "bank"', 'items = "bank"\nvariants = "country"')},
            "Only a lesson",
            "",
        ),
    ],
    ids=["missing", "new country", "no title", "mistyped", "a test"],
)
def test_what_is_missing_is_said_at_its_line_of_the_manifest(
    faults_of: FaultsOf, tmp_path: Path, changes: dict[str, str | None], said: str, words: str
) -> None:
    folder = write_lands(tmp_path, changes)
    (fault,) = [fault for fault in faults_of(folder) if fault.level is Level.ERROR]
    assert said.lower() in fault.message.lower()
    line = line_of(folder, "pack.toml", words) if words else line_of(folder, "pack.toml", 'items = "bank"') + 1
    assert (fault.path, fault.line) == ("pack.toml", line)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("own.ee", '"ee" is none of the pack\'s countries: "countries" has FI, SE'),
        ("own.SE", "Write the country in small letters: own.se.md"),
        ("hello.fi", 'The unit "hello" has no variants'),
        ("oven.fi", 'pack.toml has no [unit.oven] of its own. Did you mean "own"?'),
        ("own", "put the words into own.<country>.md"),
        ("own.fi.old", '"fi.old" is none of the pack\'s countries'),
    ],
)
def test_a_file_that_nobody_would_read_is_said(faults_of: FaultsOf, tmp_path: Path, name: str, said: str) -> None:
    (fault,) = faults_of(write_lands(tmp_path, {f"lessons/{name}.md": "# Words\n\nWords.\n"}))
    assert (fault.path, fault.line) == (f"lessons/{name}.md", 1)
    assert said in fault.message


def test_facts_and_contacts_of_a_lesson_are_those_of_its_country(faults_of: FaultsOf, tmp_path: Path) -> None:
    swedish = "# Sweden\n\nCall {fact: emergency.number}.\n\n::: ask emergency\n:::\n"
    diagnostics = faults_of(write_lands(tmp_path, {"lessons/own.se.md": swedish}))
    assert [(fault.path, fault.line, fault.level) for fault in diagnostics] == [
        ("lessons/own.se.md", 3, Level.ERROR),
        ("lessons/own.se.md", 5, Level.ERROR),
    ]
    assert 'There is no fact "SE/emergency.number"' in diagnostics[0].message
    assert 'No contact of SE has the topic "emergency"' in diagnostics[1].message


def test_links_and_questions_of_every_variant_are_checked(faults_of: FaultsOf, tmp_path: Path) -> None:
    wrong = "# Sweden\n\nSee [this](lesson:nowhere).\n\n::: check nothing\n:::\n"
    diagnostics = faults_of(write_lands(tmp_path, {"lessons/own.se.md": wrong}))
    assert sorted((fault.path, fault.line) for fault in diagnostics) == [
        ("lessons/own.se.md", 3),
        ("lessons/own.se.md", 5),
    ]


def _library(root: Path, countries: Sequence[str]) -> Path:
    files = {f"lessons/land.{code}.md": f"# Land {code}\n\nWords.\n" for code in countries}
    folder = library_folder(root, "course_shared", "shared", files, ["land"])
    manifest = (folder / "pack.toml").read_text("utf-8")
    named = ", ".join(f'"{code.upper()}"' for code in countries)
    manifest = manifest.replace('countries = ["FI"]', f"countries = [{named}]")
    (folder / "pack.toml").write_text(manifest + 'title = "Land"\nvariants = "country"\n', "utf-8")
    return folder


def test_a_course_takes_the_lessons_of_its_countries_from_a_library(
    compiled: Compile, faults_of: FaultsOf, registry: InteractionRegistry, tmp_path: Path
) -> None:
    manifest = MANIFEST.replace('"own", "final"', '"own", "final", "shared:land"')
    folder = write_lands(tmp_path, {"pack.toml": manifest})
    whole = load_library(_library(tmp_path / "whole", ["ee", "fi", "se"]), registry)
    unit = compiled(folder, whole).structure.unit("land")
    assert unit is not None
    assert set(unit.variants) == {"FI", "SE"}
    half = load_library(_library(tmp_path / "half", ["fi"]), registry)
    (fault,) = faults_of(folder, half)
    assert "There is no course_shared/lessons/land.se.md" in fault.message
    assert fault.line == line_of(folder, "pack.toml", "shared:land")


def test_a_course_cannot_give_variants_to_the_lesson_of_a_library(
    faults_of: FaultsOf, registry: InteractionRegistry, tmp_path: Path
) -> None:
    library = library_folder(tmp_path, "course_shared", "shared", {"lessons/land.md": "# Land\n\nWords.\n"}, ["land"])
    manifest = MANIFEST.replace('"own", "final"', '"own", "final", "shared:land"')
    folder = write_lands(tmp_path, {"pack.toml": manifest + '\n[unit.land]\nvariants = "country"\n'})
    (fault,) = faults_of(folder, load_library(library, registry))
    assert "in the library" in fault.message
    assert fault.line == len((folder / "pack.toml").read_text("utf-8").splitlines())
