"""What goes out of date or is too long for a phone is a warning with its line, in the source and in translations."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from packs.conftest import FaultsOf, catalogue, library_folder
from perille.packs.source.diagnostics import Level

MakePack = Callable[..., Path]


@pytest.mark.parametrize(
    "typed", ["+358 29 551 0600", "09 2525 0111", "1.3.2027", "2027-03-01", "45 €", "45 euros", "€45"]
)
def test_a_typed_number_fee_or_day_is_warned_of(make_pack: MakePack, faults_of: FaultsOf, typed: str) -> None:
    text = catalogue(("lesson/hello", "Go well.", f"Voi hyvin {typed}."))
    lesson = f"# Hello\n\nCall {typed} now.\n\nGo well.\n"
    found = faults_of(make_pack(lessons={"hello": lesson}, translations={"fi": text}))
    assert [(fault.path, fault.line, fault.level) for fault in found] == [
        ("lessons/hello.md", 3, Level.WARNING),
        ("translations/fi.po", 4, Level.WARNING),
    ]
    assert all(f'"{typed}" is typed into the sentence' in fault.message for fault in found)


@pytest.mark.parametrize(
    "words", ["Call {fact: emergency.number}.", "Take 2 of 3.", "In 2026 it rains.", "[x](https://a.fi/2026-01-01)"]
)
def test_facts_counts_and_addresses_are_not(make_pack: MakePack, faults_of: FaultsOf, words: str) -> None:
    assert faults_of(make_pack(lessons={"hello": f"# Hello\n\n{words}\n"})) == ()


def test_the_words_of_a_fact_are_where_numbers_belong(tmp_path: Path, faults_of: FaultsOf) -> None:
    facts = """
[work.lowest]
kind = "text"
label = "Lowest pay since 2026-01-01"
value = "946 euros"
source = "https://example.org"
confidence = "A"
checked_on = 2026-11-26
review_due = 2027-11-26
"""
    folder = library_folder(tmp_path / "packs", "course_pay", "facts", {"facts/EE.toml": facts})
    assert [fault.message for fault in faults_of(folder) if "typed into" in fault.message] == []


def test_a_screen_of_400_words_is_warned_of(make_pack: MakePack, faults_of: FaultsOf) -> None:
    lesson = "# Hello\n\nShort.\n\n## Long\n\n" + "word " * 400 + "\n"
    (fault,) = faults_of(make_pack(lessons={"hello": lesson}))
    assert (fault.path, fault.line, fault.level) == ("lessons/hello.md", 7, Level.WARNING)
    assert "400 words" in fault.message
