"""What `perille packs check` advises and counts: minutes, feedback, languages that nobody is offered, words and weight."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from packs.commands import run
from packs.conftest import FaultsOf, line_of
from perille.core.i18n import OFFERED
from support.packs import CHOICE

MakePack = Callable[..., Path]
#: 120 words: with a heading 121, at 100 a minute 1.2 minutes.
WORDS = "# Hello\n\n" + "word " * 119 + "end.\n"


def test_minutes_that_are_not_those_of_the_rule_are_a_warning_at_the_unit(make_pack: MakePack) -> None:
    folder = make_pack(lessons={"hello": WORDS})
    line = line_of(folder, "pack.toml", "[unit.hello]")
    said = f'{folder}/pack.toml:{line}: warning: The unit "hello" says 3 minutes, and its words and questions take 1.2'
    assert said in run("check", folder).output
    manifest = folder / "pack.toml"
    manifest.write_text(manifest.read_text("utf-8").replace("minutes = 3", "minutes = 1"), "utf-8")
    assert "its words and questions take" not in run("check", folder).output


def test_words_minutes_and_weight_are_told_by_unit_and_in_all(make_pack: MakePack) -> None:
    lesson = f"{WORDS}\n::: check fire\n:::\n"
    folder = make_pack(lessons={"hello": lesson, "last": "# Last\n\nOnly four words.\n"}, items={"bank": CHOICE})
    lines = [line.removeprefix(f"{folder}: ").split() for line in run("check", folder).output.splitlines()]
    assert ["hello", "121", "3", "1.7", "1"] in lines
    assert ["last", "4", "3", "0.0", "1"] in lines
    total = "125 words; by its words and questions it takes 2 minutes, optional units included"
    assert total.split() in lines


def test_of_several_packs_the_units_are_told_when_asked_for(make_pack: MakePack) -> None:
    make_pack("course_one")
    folder = make_pack("course_two")
    assert "by the rule" not in run("check", folder.parent).output
    assert run("check", "--units", folder.parent).output.count("by the rule") == 2


def test_a_choice_that_says_nothing_is_named(make_pack: MakePack) -> None:
    silent = CHOICE.replace('feedback = "Water makes burning oil worse."\n', "")
    folder = make_pack(lessons={"hello": "# Hello\n\n::: check fire\n:::\n"}, items={"bank": silent})
    line = line_of(folder, "items/bank.toml", "[[item]]")
    said = f"items/bank.toml:{line}: warning: Item fire: nothing is said to one who chooses water"
    assert said in run("check", folder).output
    assert "nothing is said" not in run("check", make_pack("course_other", items={"bank": CHOICE})).output


def test_a_language_that_readers_are_not_offered_is_named_with_the_reason(make_pack: MakePack) -> None:
    assert "pl" not in OFFERED
    empty = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
    folder = make_pack(translations={"pl": empty, "fi": empty})
    said = [line for line in run("check", folder).output.splitlines() if "not offered" in line]
    line = line_of(folder, "pack.toml", "languages = ")
    reason = "the words of the interface are not complete in it"
    assert said == [f'{folder}/pack.toml:{line}: warning: "pl" (Polski) is not offered to readers: {reason}']


def test_facts_in_a_course_are_a_fault_that_says_where_they_belong(faults_of: FaultsOf, make_pack: MakePack) -> None:
    folder = make_pack()
    (folder / "facts").mkdir()
    (folder / "facts" / "FI.toml").write_text("", "utf-8")
    (fault,) = faults_of(folder)
    assert (fault.path, fault.line) == ("facts/FI.toml", 1)
    assert 'Facts stand in a library, and this pack is a course: make a pack with kind = "library"' in fault.message
    assert fault.message.endswith("name a fact as {fact: FI/key}")
