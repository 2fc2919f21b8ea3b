from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from packs.conftest import Compile, FaultsOf, catalogue
from perille.domain.content import TranslationState
from perille.interactions.gap_fill import GapFill
from perille.packs.compiler.compile import compile_pack
from perille.packs.compiler.compiled import canonical
from perille.packs.format.translation import differences, mark_reviewed
from perille.packs.source.files import in_memory
from perille.packs.source.registry import InteractionRegistry
from support.packs import CHOICE

MakePack = Callable[..., Path]

LESSON = "# Hello\n\nRead [this](https://a.fi) and call {fact: emergency.number}.\n\n::: check fire\n:::\n"
SOURCE = "Read [this](https://a.fi) and call {fact: emergency.number}."
GOOD = "Lue [tämä](https://a.fi) ja soita {fact: emergency.number}."


def course(make_pack: MakePack, text: str) -> Path:
    return make_pack(lessons={"hello": LESSON}, items={"bank": CHOICE}, translations={"fi": text})


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("Lue [tämä](https://a.fi) ja soita 112.", "lacks facts of its source: emergency.number"),
        ("Lue [tämä](https://b.fi) ja soita {fact: emergency.number}.", "link targets"),
        (
            "Lue [tämä](https://a.fi) ja soita {fact: emergency.number} {fact: police.number}.",
            "its source has not: police.number",
        ),
        ("Lue [tämä](https://a.fi) ja `soita` {fact: emergency.number}.", "code"),
        ("![](https://a.fi/x.svg) [tämä](https://a.fi) {fact: emergency.number}", "pictures"),
    ],
)
def test_a_translation_that_does_not_keep_its_source_is_told_with_its_line(
    make_pack: MakePack, faults_of: FaultsOf, words: str, says: str
) -> None:
    folder = course(make_pack, catalogue(("lesson/hello", SOURCE, words)))
    diagnostics = faults_of(folder)
    assert [(fault.path, fault.line) for fault in diagnostics] == [("translations/fi.po", 4)]
    assert says in diagnostics[0].message


def test_a_reviewed_translation_counts_until_it_changes(make_pack: MakePack, compiled: Compile) -> None:
    entry = polib.POEntry(msgctxt="lesson/hello", msgid=SOURCE, msgstr=GOOD, flags=["fuzzy"])
    mark_reviewed(entry, "maria", date(2026, 11, 22))
    assert state(compiled, course(make_pack, catalogue() + f"\n{entry}")) is TranslationState.REVIEWED
    entry.msgstr = GOOD.replace("soita", "soittakaa")
    assert state(compiled, course(make_pack, catalogue() + f"\n{entry}")) is TranslationState.DRAFT


def state(compiled: Compile, folder: Path) -> TranslationState:
    words = compiled(folder).words["fi"]
    found = [name for name in ("reviewed", "draft", "outdated") if name in words.states]
    return TranslationState(found[0])


def test_an_outdated_translation_is_shown_in_a_lesson_and_not_in_a_question(
    make_pack: MakePack, compiled: Compile
) -> None:
    text = catalogue(
        ("lesson/hello", SOURCE, GOOD),
        ("item/fire/choice/leave/text", "Get out", "Jää sisälle"),
        flags="#, fuzzy\n",
    )
    words = compiled(course(make_pack, text)).words["fi"]
    assert words.units["hello"].screens[0].pieces[0].language == "fi"
    choice = words.items["fire"]["choice/leave/text"]
    assert (choice.plain, choice.language, choice.state) == ("Get out", "en", TranslationState.OUTDATED)


def test_an_outdated_translation_that_no_longer_fits_gives_way_to_the_source(
    make_pack: MakePack, compiled: Compile
) -> None:
    text = catalogue(("lesson/hello", SOURCE, "Soita 112."), flags="#, fuzzy\n")
    piece = compiled(course(make_pack, text)).words["fi"].units["hello"].screens[0].pieces[0]
    assert (piece.language, 'lang="en" dir="ltr"' in piece.html) == ("en", True)


def test_a_broken_catalogue_is_a_fault_with_its_line(make_pack: MakePack, faults_of: FaultsOf) -> None:
    diagnostics = faults_of(course(make_pack, 'msgid ""\nmsgstr ""\n\nmsgid "a\nmsgstr "b"\n'))
    assert [fault.path for fault in diagnostics] == ["translations/fi.po"]
    assert diagnostics[0].line > 1


def test_a_block_that_stands_twice_is_told(make_pack: MakePack, faults_of: FaultsOf) -> None:
    entry = ("lesson/hello", SOURCE, GOOD)
    diagnostics = faults_of(course(make_pack, catalogue(entry, entry)))
    assert [("stands twice" in fault.message, fault.path) for fault in diagnostics] == [(True, "translations/fi.po")]


PARTS = ["prompt", "choice/leave/text", "choice/leave/feedback", "choice/water/text", "choice/water/feedback"]
SOURCES = {
    "prompt": "The kitchen is on fire. What do you do first?",
    "choice/leave/text": "Get out",
    "choice/leave/feedback": "Yes. First be safe.",
    "choice/water/text": "Throw water on it",
    "choice/water/feedback": "Water makes burning oil worse.",
}
MANIFEST = """id = "course_p"
kind = "course"
slug = "p"
version = "1.0.0"
title = "P"
summary = "P"
languages = ["en", "fi"]
licence = "CC-BY-4.0"
[[block]]
key = "b"
title = "B"
units = ["t"]
[unit.t]
kind = "assessment"
title = "T"
items = "bank"
"""


@given(st.dictionaries(st.sampled_from(PARTS), st.text(alphabet='abcåäö ـع=true"right', min_size=1, max_size=30)))
def test_no_translation_can_change_which_answer_is_right(registry: InteractionRegistry, words: dict[str, str]) -> None:
    made = polib.POFile()
    for part, text in words.items():
        made.append(polib.POEntry(msgctxt=f"item/fire/{part}", msgid=SOURCES[part], msgstr=text))
    files = {"pack.toml": MANIFEST.encode(), "items/bank.toml": CHOICE.encode()}
    plain = compile_pack(in_memory("course_p", {**files, "translations/fi.po": b""}), (), registry)
    translated = compile_pack(in_memory("course_p", {**files, "translations/fi.po": str(made).encode()}), (), registry)
    assert canonical(translated.structure) == canonical(plain.structure)
    assert translated.structure_hash == plain.structure_hash


@given(st.text(max_size=40))
def test_a_text_keeps_all_that_it_has_itself(text: str) -> None:
    assert not [problem for problem in differences(text, text) if "lacks" in problem or "has not" in problem]


def test_a_translation_keeps_the_gaps_of_a_text_in_any_order() -> None:
    source = "Call ((what)) and say ((where))."
    check = GapFill().check_translation
    assert list(check("text", source, "Sano ((where)) ja soita ((what)).")) == []
    assert list(check("text", source, "Soita ((what)).")) == ["the translation lacks the gap ((where))"]
    assert list(check("text", "Call.", "Soita ((what)).")) == ["the translation has a gap ((what)) too many"]
    assert list(check("prompt", source, "Soita")) == []
