"""Words of the country, as they stand on doors and letters, are met in the text of a lesson in every language, not only in its list."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polib
import pytest

from perille.domain.content import ErrandPart, PieceKind
from perille.packs.compiler.compile import compile_loaded
from perille.packs.format.lesson_model import EASY, BlockForm, Lesson, Placeholder
from perille.packs.format.loading import LoadedPack
from support.places import ROOT
from support.shipped import shipped_pack

HOST = {"estonia": "et", "finland": "fi", "iceland": "is", "lithuania": "lt", "slovakia": "sk", "sweden": "sv"}
#: Words of a list whose meaning is too common a word to be that of the text: "open the door" is no "open" on a door.
EVERYDAY = {
    "finland": {"avoinna", "kotoutuminen"},
    "sweden": {"anmäla", "grundskola", "hjälp"},
    "iceland": {"hjálp", "opið", "sími", "tilkynna", "tungumál"},
    "estonia": {"abi", "konto"},
    "lithuania": {"atlyginimas", "keitimas", "konsultacija", "krizė"},
    "slovakia": {"dovolenka", "pomoc", "úrad"},
}
#: Signs that set the direction of a word, and are not seen.
ISOLATES = re.compile("[\u200e\u200f\u2066-\u2069*]")
#: Lines of an errand that are read as text; its title is a heading.
ERRAND_LINES = set(ErrandPart) - {ErrandPart.FORM_WORDS}
SLOT, BRACKETS = re.compile(r"\{fact:[^}]*\}"), re.compile(r"\(([^()]+)\)")


def _pack(country: str) -> LoadedPack:
    return shipped_pack(ROOT / "courses" / f"course_{country}")


def _lessons(country: str) -> Iterator[tuple[str, Lesson]]:
    pack = _pack(country)
    sheets = {unit.key for unit in pack.manifest.units if unit.for_trainer}
    for name, lesson in pack.lessons.items():
        if name not in sheets and not name.endswith(EASY):
            yield name, lesson


def _text(lesson: Lesson) -> Iterator[str]:
    """Yield what is read as text: no headings, descriptions, talks between people, or the question at the start."""
    for number, screen in enumerate(lesson.screens):
        for piece in screen.pieces:
            if piece.kind in (PieceKind.DIALOGUE, PieceKind.WORDS):
                continue
            holes = [hole for hole in piece.parts if isinstance(hole, Placeholder)]
            read = [hole.block for hole in holes if hole.form == "words"]
            for block in (*read, *(block for key, block in piece.entries if key in ERRAND_LINES)):
                words = lesson.blocks[block].msgid
                if number or not words.startswith("**"):
                    yield SLOT.sub("", words)


def _list(lesson: Lesson) -> Iterator[tuple[str, str]]:
    """Yield each word of a lesson's list, with the beginning of its meaning."""
    for block in lesson.blocks:
        if block.form is BlockForm.WORD:
            word, _sound, meaning = (part.strip() for part in block.msgid.split("·"))
            first = re.split(r"[,;:(]", meaning)[0].strip()
            yield word, re.sub(r"^(?:a|an|the|to|your) ", "", first)


@pytest.mark.parametrize("country", HOST)
def test_a_word_of_the_list_stands_in_brackets_where_the_lesson_speaks_of_it(country: str) -> None:
    unnamed = []
    for name, lesson in _lessons(country):
        text = list(_text(lesson))
        for word, meaning in _list(lesson):
            means = re.compile(rf"\b{re.escape(meaning)}(?:s|es)?\b", re.IGNORECASE)
            named = any(word.lower() in block.lower() for block in text)
            if not named and word not in EVERYDAY[country] and any(means.search(block) for block in text):
                unnamed.append(f"{name}: {word} = {meaning}")
    assert unnamed == []


@pytest.mark.parametrize("country", HOST)
def test_no_translation_loses_a_word_of_the_country(country: str) -> None:
    pack, listed = _pack(country), {word for _name, lesson in _lessons(country) for word, _meaning in _list(lesson)}
    lost, looked = [], 0
    for language in pack.manifest.languages:
        if language in (pack.manifest.source_language, HOST[country]):
            continue
        path = ROOT / "courses" / f"course_{country}" / "translations" / f"{language}.po"
        for entry in polib.pofile(str(path)):
            shown = ISOLATES.sub("", entry.msgstr)
            words = [word for word in BRACKETS.findall(entry.msgid) if word in listed] if entry.msgstr else []
            looked += len(words)
            lost += [f"{language}: {word}: {shown}" for word in words if word not in shown]
    assert lost == []
    assert looked > 35 * (len(pack.manifest.languages) - 2)


#: What a reader of each language says of themselves to an operator, in English.
SPOKEN = {"es": "Spanish", "prs": "Dari", "ru": "Russian", "so": "Somali", "uk": "Ukrainian"}


@pytest.mark.parametrize("language", SPOKEN)
def test_the_sentence_that_is_practised_says_the_language_of_its_reader(language: str) -> None:
    entries = polib.pofile(str(ROOT / "courses" / "course_shared" / "translations" / f"{language}.po"))
    said = [entry.msgstr for entry in entries if re.search(r"I (?:speak|…) Arabic", entry.msgid) and entry.msgstr]
    assert len(said) >= 6
    assert [words for words in said if "Arabic" in words] == []
    assert any(f"I speak {SPOKEN[language]}" in words for words in said)


@pytest.mark.parametrize("country", sorted(HOST))
def test_what_one_chooses_and_no_translation_changes_says_its_language(country: str) -> None:
    catalogues = sorted((ROOT / "courses" / f"course_{country}" / "translations").glob("*.po"))
    kept = [
        {
            (entry.msgctxt, entry.msgid)
            for entry in polib.pofile(str(catalogue))
            if entry.msgctxt.startswith("item/") and entry.msgstr == entry.msgid and SLOT.sub("", entry.msgid).strip()
        }
        for catalogue in catalogues
    ]
    words = set.intersection(*kept)
    assert words
    unmarked = [text for _part, text in words if not re.fullmatch(rf"\[[^\]]+\]\(lang:{HOST[country]}\)", text)]
    assert unmarked == []


@pytest.mark.parametrize("country", sorted(HOST))
def test_a_listed_word_in_brackets_says_its_language_on_every_page(country: str) -> None:
    libraries = [shipped_pack(ROOT / "courses" / f"course_{name}") for name in ("shared", "facts")]
    compiled = compile_loaded(_pack(country), libraries)
    listed = {word for _name, lesson in _lessons(country) for word, _meaning in _list(lesson)}
    looked = 0
    for language, words in compiled.words.items():
        pages = [piece.html for unit in words.units.values() for screen in unit.screens for piece in screen.pieces]
        pages += [text.html for texts in words.items.values() for text in texts.values()]
        if language != HOST[country]:
            bare = [word for page in pages for word in BRACKETS.findall(ISOLATES.sub("", page)) if word in listed]
            assert bare == [], language
            looked += sum(page.count(f'(<bdi lang="{HOST[country]}"') for page in pages)
    assert looked > 30 * (len(compiled.words) - 1)


@pytest.mark.parametrize("country", sorted(HOST))
def test_no_word_in_brackets_is_left_without_its_language(country: str) -> None:
    libraries = [shipped_pack(ROOT / "courses" / f"course_{name}") for name in ("shared", "facts")]
    warnings = compile_loaded(_pack(country), libraries).warnings
    assert [each.message for each in warnings if "stands in brackets" in each.message] == []


def test_what_is_said_in_a_talk_is_in_its_language() -> None:
    finnish = [block.msgid for block in _pack("finland").lessons["integration"].blocks if "](lang:fi) (" in block.msgid]
    assert len(finnish) == 5
