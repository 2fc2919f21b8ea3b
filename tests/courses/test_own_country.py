"""What a module says to readers of six countries compares none of them: each country has a lesson of its own, which names no other."""

from __future__ import annotations

import re
import tomllib

import pytest

from support.places import ROOT

COUNTRIES = {"fi": "Finland", "se": "Sweden", "is": "Iceland", "ee": "Estonia", "lt": "Lithuania", "sk": "Slovakia"}
COUNTRY = "|".join(COUNTRIES.values())
#: The change of a directive is the same in each country of the Union and is kept once.
SHARED = {"FI/law.directive"}
MODULES = sorted(path.parent.name for path in (ROOT / "modules").glob("*/pack.toml"))


def compared(name: str, words: str, own: str = "") -> list[str]:
    """Return what names a country, but the lesson's own; what to read on names the places of those who wrote it."""
    told, _, _ = words.partition("## To read on")
    facts = set(re.findall(r"\{fact: ([A-Z]{2}/[^}]+)\}", told)) - SHARED
    other = [each for each in sorted(facts) if not own or not each.startswith(f"{own.upper()}/")]
    names = [each for each in re.findall(COUNTRY, re.sub(r"\{[^}]*\}", "", told)) if each != COUNTRIES.get(own)]
    return [f"{name}: {each}" for each in [*other, *names]]


@pytest.mark.parametrize("module", MODULES)
def test_a_lesson_for_all_countries_names_none_of_them(module: str) -> None:
    folder = ROOT / "modules" / module
    if len(tomllib.loads((folder / "pack.toml").read_text("utf-8")).get("countries", ())) < 2:  # noqa: PLR2004
        assert not list(folder.glob("lessons/*.??.md"))
        return
    shared = [path for path in sorted(folder.glob("lessons/*.md")) if "." not in path.stem]
    assert shared or module == "module_ct_path"
    assert [each for path in shared for each in compared(path.stem, path.read_text("utf-8"))] == []


@pytest.mark.parametrize("country", COUNTRIES)
def test_the_lesson_of_a_country_names_no_other(country: str) -> None:
    """What was copied from the lesson of another one with its numbers or its law would be taken for one's own."""
    lessons = sorted((ROOT / "modules").glob(f"*/lessons/*.{country}.md"))
    assert lessons
    assert [each for path in lessons for each in compared(str(path), path.read_text("utf-8"), country)] == []


#: What the lessons of PRO1 that all countries share lead to in the lesson on one's own.
PROMISED = (
    "School begins at the age|At which age school begins",
    "Violence at home: {fact: violence",
    "somebody is controlled: {fact: trafficking",
    "nformation for newcomers|teaching material",
)


@pytest.mark.parametrize("country", ["ee", "fi", "is", "lt", "se", "sk"])
def test_the_lesson_on_a_country_has_what_other_lessons_lead_to(country: str) -> None:
    words = (ROOT / f"modules/module_pro1/lessons/your-roles.{country}.md").read_text("utf-8")
    assert [each for each in PROMISED if not re.search(each, words)] == []


def test_a_comparison_is_found() -> None:
    assert compared("help", "In Finland: {fact: FI/contact.police}.") == ["help: FI/contact.police", "help: Finland"]
    assert compared("help", "Ask {fact: contact.first}.\n\n## To read on\n\n- Iceland: a report (2020)") == []
    assert compared("help", "In Finland: {fact: FI/contact.police}, {fact: contact.first}.", "fi") == []
    assert compared("help", "In Finland: {fact: FI/a}.", "se") == ["help: FI/a", "help: Finland"]
