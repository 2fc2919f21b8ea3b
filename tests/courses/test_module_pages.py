"""Each module has a page for its second reader, and what that says of its lessons and its test is so."""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest

from perille.domain.course import UnitKind
from perille.packs.format.loading import LoadedPack
from support.shipped import shipped_pack

ROOT = Path(__file__).resolve().parents[2]
#: A path has no lessons and no test of its own.
MODULES = sorted(path.parent for path in ROOT.glob("modules/*/pack.toml") if (path.parent / "items").is_dir())
NUMBERS = {name: number for number, name in enumerate(("Four", "Five", "Six", "Seven", "Eight"), start=4)}
YEAR = re.compile(r"\b20[0-2]\d\b")
SECTIONS = ("## Sources", "## What is not taught, and why", "## What a second reader must check")


def _lessons(pack: LoadedPack) -> int:
    """Return how many lessons every reader has; one that each country has its own of is told beside them."""
    units = [unit for unit in pack.manifest.units if unit.kind is UnitKind.LESSON and unit.core is not False]
    return sum(unit.variants is None for unit in units)


@pytest.mark.parametrize("folder", MODULES, ids=lambda folder: folder.name)
def test_the_page_of_a_module_is_there_and_true(folder: Path) -> None:
    pack = shipped_pack(folder)
    page = (ROOT / "docs" / "courses" / f"{pack.manifest.slug}.md").read_text("utf-8")
    assert [heading for heading in SECTIONS if heading not in page] == []
    said = re.search(
        r"^(\w+) lessons.*?a test of (\d+) questions\s+from\s+a\s+pool of (\d+)", page, re.DOTALL | re.MULTILINE
    )
    assert said is not None
    test = pack.manifest.unit("module-test")
    assert test is not None
    banks = {section.bank for section in test.sections}
    drawn = sum(sum(section.draw.values()) for section in test.sections)
    assert NUMBERS[said[1]] == _lessons(pack)
    assert (int(said[2]), int(said[3])) == (drawn, sum(len(pack.banks[bank]) for bank in banks))


@pytest.mark.parametrize("folder", MODULES, ids=lambda folder: folder.name)
def test_a_module_ends_with_sources_and_their_years_in_each_language(folder: Path) -> None:
    manifest = shipped_pack(folder).manifest
    lessons = [unit.key for unit in manifest.units if unit.kind is UnitKind.LESSON and unit.core is not False]
    read = {key: _sources(folder / "lessons" / f"{key}.md") for key in lessons[-2:]}
    (sources,) = (found for found in read.values() if found)
    assert [each for each in sources if not (YEAR.search(each) or each.endswith("undated)"))] == []
    for catalogue in folder.glob("translations/*.po"):
        said = {entry.msgid: entry.msgstr for entry in polib.pofile(str(catalogue))}
        assert [each for each in sources if YEAR.findall(said[each]) != YEAR.findall(each)] == [], catalogue.stem


def _sources(lesson: Path) -> list[str]:
    """Return the lines of the list under the heading of what there is to read on."""
    text = lesson.read_text("utf-8").partition("## To read on\n")[2] if lesson.is_file() else ""
    return re.findall(r"^- (.+)$", text.partition(":::")[0], re.MULTILINE)


@pytest.mark.parametrize("folder", MODULES, ids=lambda folder: folder.name)
def test_a_page_says_that_nobody_has_reviewed_its_module_as_long_as_that_is_so(folder: Path) -> None:
    manifest = shipped_pack(folder).manifest
    waits = (manifest.sensitive or manifest.law) and not manifest.reviews
    page = (ROOT / "docs" / "courses" / f"{manifest.slug}.md").read_text("utf-8")
    assert ("`[[review]]` is missing in its `pack.toml`" in page) is waits
