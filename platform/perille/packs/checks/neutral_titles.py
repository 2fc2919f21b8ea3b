"""Neutral names of sensitive packs (SE3): somebody may look over a shoulder, or at the history of a shared phone.

What becomes an address or the title of a page is looked at, in every language. A list of words finds slips; it does not replace a
reader.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from perille.domain.content import PieceKind
from perille.packs.format.errands import TITLE
from perille.packs.format.lesson_model import Lesson
from perille.packs.format.loading import LoadedPack
from perille.packs.format.manifest import MANIFEST
from perille.packs.format.units import ResolvedUnit
from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.markdown import fold

#: Beginnings or parts of telling words, by language; the English ones count in every language.
_TELLING: Mapping[str, str] = {
    "en": (
        r"traffick|violen|abus(?:e|ive)|exploit|prostitut|\brap(?:e|ed|ist)\b|slaver|genital"
        r"|sexual\W+assault|forced\W+marriage|honou?r\W+killing"
    ),
    "fi": r"ihmiskaup|väkival|pahoinpit|hyväksikäyt|prostitu|raiska|orjuu|sukuelin",
    "sv": r"människohandel|våld|övergrepp|utnyttja|könsstymp",
    "is": r"mansal|ofbeldi|nauðg|misnotk|misneyt",
    "et": r"inimkauban|vägival|vägist|ärakasut",
    "lt": r"prekyb\w* žmon|smurt|prievart|išnaudoj",
    "sk": r"obchodovan\w* s ľu|násil|znásiln|zneuž|vykoris",
    # Not in "the prime of youth", which begins like violence.
    "ar": r"اتجار|عنف(?!وان)|اغتصاب|استغلال|دعارة|عبودية",
    # The parts of a word are joined, parted by a space or by U+200C, as the keyboard has it.
    "fa": r"قاچاق|خشونت|تجاوز|بهره.?کشی|سوء.?استفاده|استثمار",
    "prs": r"قاچاق|خشونت|تجاوز|بهره.?کشی|سوء.?استفاده|استثمار",
    "uk": r"торгівл\w* людьми|насил|зґвалт|експлуатац|проститу|рабств",
    "ru": r"торговл\w* людьми|насил|изнасил|эксплуатац|проститу|рабств",
    "so": r"tahriib|ka ganacsi\w* dad|rabsho|kufsi",
    "fr": r"traite des|violenc|viol\b|exploitation|prostitu",
    "es": r"trata de|violenc|violación|explotación|prostitu",
}
#: Vowel signs and the stroke that makes a word longer: Arabic is written with them and without.
_MARKS = re.compile("[\u0640\u064b-\u0652]")


@dataclass(frozen=True, slots=True)
class _Title:
    """Words that become the title of a page, and where they stand."""

    context: str
    text: str
    path: str
    line: int


def check_neutral(pack: LoadedPack, plans: tuple[ResolvedUnit, ...], diagnostics: Diagnostics) -> None:
    """Refuse telling words in the addresses and page titles of a sensitive pack, in all of its languages."""
    if not pack.manifest.sensitive:
        return
    _check_addresses(pack, diagnostics)
    homes = {plan.home.manifest.id: plan.home for plan in plans if plan.shared}
    for title in _titles(pack):
        _check_title(pack, title, diagnostics)
    for plan in plans:
        for _country, lesson in plan.versions:
            for title in _lesson_titles(lesson):
                _check_title(homes.get(plan.home.manifest.id, pack), title, diagnostics, plan if plan.shared else None)


def _check_addresses(pack: LoadedPack, diagnostics: Diagnostics) -> None:
    manifest = pack.manifest
    names = [(manifest.slug, manifest.file.line(("slug",))), *((unit.key, unit.line) for unit in manifest.units)]
    for path, name, line in (*((MANIFEST, *each) for each in names), *_errand_keys(pack)):
        if is_telling(name.replace("-", " "), "en") or is_telling(name, "en"):
            diagnostics.add(path, line, f'The pack is sensitive: "{name}" is not a neutral name for an address')


def _errand_keys(pack: LoadedPack) -> Iterator[tuple[str, str, int]]:
    for lesson in pack.lessons.values():
        yield from ((lesson.path, piece.name, piece.line) for piece in lesson.pieces(PieceKind.ERRAND))


def _titles(pack: LoadedPack) -> Iterator[_Title]:
    manifest = pack.manifest
    yield _Title("pack/title", manifest.title, MANIFEST, manifest.file.line(("title",)))
    for unit in manifest.units:
        if unit.title:
            yield _Title(f"unit/{unit.key}/title", unit.title, MANIFEST, unit.line)


def _lesson_titles(lesson: Lesson) -> Iterator[_Title]:
    """Yield the title of a lesson, the heading of each screen and the title of each errand: a page or a list shows them."""
    context = lesson.path.removesuffix(".md").replace("lessons/", "lesson/", 1)
    errands = (block for piece in lesson.pieces(PieceKind.ERRAND) for key, block in piece.entries if key == TITLE)
    for number in (lesson.title, *(screen.heading for screen in lesson.screens), *errands):
        if number is not None:
            block = lesson.blocks[number]
            yield _Title(context, block.msgid, lesson.path, block.line)


def _check_title(home: LoadedPack, title: _Title, diagnostics: Diagnostics, shared: ResolvedUnit | None = None) -> None:
    """Check a title and its translations. *shared*: the unit of a library by which it comes into the pack."""
    for path, line, text, language in _in_languages(home, title):
        if not is_telling(text, language):
            continue
        where = f"{home.manifest.id}/{path}:{line}: " if shared else ""
        place = (MANIFEST, shared.line) if shared else (path, line)
        diagnostics.add(*place, f'{where}The pack is sensitive: "{text}" is not a neutral title for a page')


def _in_languages(home: LoadedPack, title: _Title) -> Iterator[tuple[str, int, str, str]]:
    """Yield (path, line, words, language) of a title in the source language and in each that has it."""
    yield title.path, title.line, title.text, home.manifest.source_language
    for language, catalogue in home.catalogues.items():
        entry = catalogue.entries.get((title.context, fold(title.text)))
        if entry is not None:
            yield catalogue.path, entry.line, entry.msgstr, language


def is_telling(text: str, language: str) -> bool:
    """Tell whether words say what a sensitive pack is about, to who looks over a shoulder.

    >>> is_telling("Violence at home", "en"), is_telling("At home", "en")
    (True, False)
    """
    patterns = dict.fromkeys((_TELLING["en"], _TELLING.get(language, _TELLING["en"])))
    # A letter with its sign may come as one or as two.
    plain = _MARKS.sub("", unicodedata.normalize("NFC", text))
    return any(re.search(pattern, plain, re.IGNORECASE) for pattern in patterns)
