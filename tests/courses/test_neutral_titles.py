"""No shipped pack says in an address, a title or a heading what would harm who is seen with it, sensitive or not, in any language.

Titles of packs become the titles of pages, of certificates and of mails, those of units and screens the titles of pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from perille.domain.content import PieceKind
from perille.packs.checks.neutral_titles import is_telling
from perille.packs.format.errands import TITLE
from perille.packs.format.lesson_model import Lesson
from perille.packs.format.loading import LoadedPack
from perille.packs.source.markdown import fold
from support.shipped import shipped_pack

ROOT = Path(__file__).resolve().parents[2]
PACKS = sorted(path.parent for root in ("courses", "modules") for path in (ROOT / root).glob("*/pack.toml"))


def _addresses(pack: LoadedPack) -> Iterator[str]:
    yield pack.manifest.slug
    yield from (unit.key for unit in pack.manifest.units)
    yield from (block.key for block in pack.manifest.blocks)
    yield from (piece.name for lesson in pack.lessons.values() for piece in lesson.pieces(PieceKind.ERRAND))


def _titles(pack: LoadedPack) -> Iterator[tuple[str, str]]:
    """Yield (context, words) of what is a title of a page, a certificate or a mail."""
    yield "pack/title", pack.manifest.title
    yield from ((f"block/{block.key}/title", block.title) for block in pack.manifest.blocks)
    yield from ((f"unit/{unit.key}/title", unit.title) for unit in pack.manifest.units if unit.title)
    for lesson in pack.lessons.values():
        yield from _headings(lesson)


def _headings(lesson: Lesson) -> Iterator[tuple[str, str]]:
    context = lesson.path.removesuffix(".md").replace("lessons/", "lesson/", 1)
    errands = (block for piece in lesson.pieces(PieceKind.ERRAND) for key, block in piece.entries if key == TITLE)
    for number in (lesson.title, *(screen.heading for screen in lesson.screens), *errands):
        if number is not None:
            yield context, lesson.blocks[number].msgid


def _in_every_language(pack: LoadedPack, context: str, words: str) -> Iterator[tuple[str, str]]:
    yield pack.manifest.source_language, words
    for language, catalogue in pack.catalogues.items():
        entry = catalogue.entries.get((context, fold(words)))
        if entry is not None:
            yield language, entry.msgstr


@pytest.mark.parametrize("folder", PACKS, ids=lambda path: path.name)
def test_no_address_tells_what_a_course_is_about(folder: Path) -> None:
    assert [name for name in _addresses(shipped_pack(folder)) if is_telling(name.replace("-", " "), "en")] == []


@pytest.mark.parametrize("folder", PACKS, ids=lambda path: path.name)
def test_no_title_tells_what_a_course_is_about_in_any_language(folder: Path) -> None:
    pack = shipped_pack(folder)
    every = [(language, text) for title in _titles(pack) for language, text in _in_every_language(pack, *title)]
    assert {language for language, _text in every} == set(pack.manifest.languages)
    assert [(language, text) for language, text in every if is_telling(text, language)] == []
