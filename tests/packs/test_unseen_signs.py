"""Signs that nobody sees while writing, and signs that readers would see as they were typed: told with their line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from packs.conftest import FaultsOf, catalogue
from perille.packs.format.translation import differences
from perille.packs.source.diagnostics import Level

MakePack = Callable[..., Path]
FIRST = "# Hello\n\nThis is a lesson.\n\n"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("\u200f## عنوان", "unseen sign"),
        ("\u00a0- one", "unseen sign"),
        ("##\u00a0Heading", "type the space again"),
        ("-\u00a0one", "type the space again"),
        ("##Heading", "A heading needs a space"),
        ("\t::: note", "stands at the margin"),
        ("    ::: note", "stands at the margin"),
        ("١. أولا", "numbered list"),
        ("۲. دوم", "numbered list"),
        ("Words \u202e211 call", "U+202E"),
        ("One.\u2028Two.", "U+2028"),
        ("One.\u2029Two.", "U+2029"),
        ("One.\x85Two.", "U+0085"),
        ("{Fact: emergency.number}", "A fact is written"),
        ("{FACT:emergency.number}", "A fact is written"),
        ("وزارة و**«كيلا»** مهمة", "Readers would see **"),
        ("<!-- keep this short -->", "Readers would see <!--"),
    ],
)
def test_it_is_told_with_its_line(make_pack: MakePack, faults_of: FaultsOf, line: str, says: str) -> None:
    folder = make_pack(lessons={"hello": f"{FIRST}{line}\n\nWords.\n"})
    found = [fault for fault in faults_of(folder) if says in fault.message]
    assert {(fault.path, fault.line) for fault in found} == {("lessons/hello.md", 5)}


@pytest.mark.parametrize(
    "words", ["2 \u00d7 3 is **six**.", "Say\u00a0it.", "```\n::: note\n##x\n```", "1. one\n2. two"]
)
def test_what_is_well_written_is_not_told(make_pack: MakePack, faults_of: FaultsOf, words: str) -> None:
    assert faults_of(make_pack(lessons={"hello": f"{FIRST}{words}\n"})) == ()


def test_in_a_catalogue_an_unseen_sign_is_a_warning_with_its_line(make_pack: MakePack, faults_of: FaultsOf) -> None:
    text = catalogue(("lesson/hello", "This is a lesson.", "Oppi\u202etunti."))
    (fault,) = faults_of(make_pack(lessons={"hello": FIRST}, translations={"fi": text}))
    assert (fault.path, fault.line, fault.level) == ("translations/fi.po", 6, Level.WARNING)


@pytest.mark.parametrize("line_break", ["\x0b", "\x85", "\u2028"])
def test_a_catalogue_with_a_line_break_of_word_is_read_as_gettext_reads_it(
    make_pack: MakePack, faults_of: FaultsOf, line_break: str
) -> None:
    text = catalogue(("lesson/hello", "This is a lesson.", f"Tämä on{line_break}oppitunti."))
    faults = faults_of(make_pack(lessons={"hello": FIRST}, translations={"fi": text}))
    assert [fault for fault in faults if fault.level is Level.ERROR] == []


@pytest.mark.parametrize("words", ["# Otsikko", "- Yksi", "1. Yksi", "> Sanat"])
def test_a_translation_may_not_begin_a_heading_or_a_list(words: str) -> None:
    assert ["which readers would see" in problem for problem in differences("Heading", words)] == [True]
    assert list(differences("Heading", words.split(" ")[1])) == []


def test_a_catalogue_under_the_wrong_name_is_told(make_pack: MakePack, faults_of: FaultsOf) -> None:
    text = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Language: fi\\n"\n'
    (fault,) = faults_of(make_pack(translations={"ar": text}))
    assert (fault.path, fault.line) == ("translations/ar.po", 4)
    assert '"Language: fi"' in fault.message
    assert faults_of(make_pack("course_other", translations={"fi": text.replace("fi", "fi_FI")})) == ()


def test_a_lesson_with_a_title_only_is_told(make_pack: MakePack, faults_of: FaultsOf) -> None:
    (fault,) = faults_of(make_pack(lessons={"hello": "# Hello\n"}))
    assert (fault.path, fault.line, "no words" in fault.message) == ("lessons/hello.md", 1, True)
