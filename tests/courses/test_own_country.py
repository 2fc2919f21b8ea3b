"""What a module says to readers of six countries compares none of them: each country has a lesson of its own."""

from __future__ import annotations

import re
import tomllib

import pytest

from support.places import ROOT

COUNTRY = r"Finland|Sweden|Iceland|Estonia|Lithuania|Slovakia"
#: The change of a directive is the same in each country of the Union and is kept once.
SHARED = {"FI/law.directive"}
MODULES = sorted(path.parent.name for path in (ROOT / "modules").glob("*/pack.toml"))


def compared(name: str, words: str) -> list[str]:
    """Return what names a country in a lesson that all countries share; what to read on names the places of those who wrote it."""
    told, _, _ = words.partition("## To read on")
    facts = set(re.findall(r"\{fact: ([A-Z]{2}/[^}]+)\}", told)) - SHARED
    return [f"{name}: {each}" for each in [*sorted(facts), *re.findall(COUNTRY, re.sub(r"\{[^}]*\}", "", told))]]


@pytest.mark.parametrize("module", MODULES)
def test_a_lesson_for_all_countries_names_none_of_them(module: str) -> None:
    folder = ROOT / "modules" / module
    if len(tomllib.loads((folder / "pack.toml").read_text("utf-8")).get("countries", ())) < 2:  # noqa: PLR2004
        assert not list(folder.glob("lessons/*.??.md"))
        return
    shared = [path for path in sorted(folder.glob("lessons/*.md")) if "." not in path.stem]
    assert shared or module == "module_ct_path"
    assert [each for path in shared for each in compared(path.stem, path.read_text("utf-8"))] == []


def test_a_comparison_is_found() -> None:
    assert compared("help", "In Finland: {fact: FI/contact.police}.") == ["help: FI/contact.police", "help: Finland"]
    assert compared("help", "Ask {fact: contact.first}.\n\n## To read on\n\n- Iceland: a report (2020)") == []
