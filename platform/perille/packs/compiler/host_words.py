"""Words of the country in a course's own sentences: a screen reader says them in their language.

What an author lists in `::: words`, as words on the form of an errand, or under `host_words` in pack.toml, needs no mark where it stands
in brackets or in quotation marks: "the tax card (verokortti)". On a page in other letters than the country's it needs none anywhere: no
word there can be one by chance.
"""

from __future__ import annotations

import itertools
import operator
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from perille.core.host_languages import foreign_language, host_language
from perille.core.i18n import LANGUAGES
from perille.domain.content import SLOT_END, SLOT_START, Entry, LessonWords, Piece, PieceKind, Screen, Text
from perille.packs.format.manifest import Manifest

#: What is not looked into: words that are marked already, slots of facts, the gaps of a text, and tags.
_KEPT = rf"<bdi[^>]*>.*?</bdi>|{SLOT_START}[^{SLOT_END}]*{SLOT_END}|\(\([a-z0-9-]+\)\)|<[^>]*>"
_OPENED, _CLOSED = '[(“„«"]|&quot;', '[)”“»"]|&quot;'
_ENCLOSED = re.compile(rf'{_KEPT}|({_OPENED})([^()“”„«»"<>&{SLOT_START}]{{2,120}})(?={_CLOSED})')
_OPENING = re.compile(_OPENED)
_OF_A_LIST = re.compile(r"[^,;/]+")
_LATIN = "A-Za-z\u00c0-\u024f"
_RUN = re.compile(rf"{_KEPT}|&\w+;|([{_LATIN}]+(?:(?:[ -]|- )[{_LATIN}]+)*)")
_LETTER = re.compile(f"[{_LATIN}]")
#: Space, and the signs that set the direction of words and are not seen.
_AROUND = " \n\u200e\u200f\u2066\u2067\u2068\u2069"
#: What ends a sentence, as in «Dobrý deň.», and is no part of its words.
_ENDS = ".!?"


@dataclass(frozen=True, slots=True)
class _Marks:
    """How the words of a country are marked on a page."""

    words: frozenset[str]
    opening: str
    #: Whether the letters of the page are others than those of the words.
    anywhere: bool

    def text(self, text: Text) -> Text:
        """Return the text with its words marked, itself where it has none: most have none."""
        html = self.html(text.html)
        return text if html == text.html else replace(text, html=html)

    def html(self, html: str) -> str:
        """Return safe HTML with its words marked."""
        if not (_LETTER if self.anywhere else _OPENING).search(html):
            return html
        if self.anywhere:
            return _RUN.sub(lambda found: self._word(found[1]) if found[1] else found[0], html)
        return _ENCLOSED.sub(lambda found: found[1] + self._list(found[2]) if found[1] else found[0], html)

    def _list(self, enclosed: str) -> str:
        return _OF_A_LIST.sub(lambda part: self._word(part[0]), enclosed)

    def _word(self, said: str) -> str:
        bare = said.strip(_AROUND)
        if bare.lower() not in self.words:
            bare = bare.rstrip(_ENDS)
        if bare.lower() not in self.words:
            return said
        before, _, after = said.partition(bare)
        return f"{before}{self.opening}{bare}</bdi>{after}"


def with_host_words(
    units: Mapping[str, LessonWords],
    items: Mapping[str, Mapping[str, Text]],
    language: str,
    manifest: Manifest,
) -> tuple[dict[str, LessonWords], dict[str, dict[str, Text]]]:
    """Return lessons and items of a course of one country with the words of its lists marked, on a page in *language*."""
    host = host_language(manifest.countries[0]) if len(manifest.countries) == 1 else ""
    listed = itertools.chain(manifest.host_words, *map(_listed, units.values()))
    words = frozenset(word.lower() for word in listed)
    if not words or host in ("", language):
        return dict(units), {key: dict(texts) for key, texts in items.items()}
    marks = _Marks(words, foreign_language(host), LANGUAGES[language].script != LANGUAGES[host].script)
    return (
        {key: lesson.map_screens(partial(_marked_screen, marks)) for key, lesson in units.items()},
        {key: {part: marks.text(text) for part, text in texts.items()} for key, texts in items.items()},
    )


def _listed(lesson: LessonWords) -> Iterator[str]:
    for screen in lesson.screens:
        for piece in screen.pieces:
            for entry in piece.entries:
                yield from (entry.key,) if piece.kind is PieceKind.WORDS else entry.foreign
    for version in _versions(lesson):
        yield from _listed(version)


def _versions(lesson: LessonWords) -> Iterable[LessonWords]:
    return (*lesson.variants.values(), *((lesson.easy,) if lesson.easy else ()))


def _marked_screen(marks: _Marks, screen: Screen) -> Screen:
    return replace(
        screen,
        heading=screen.heading and marks.text(screen.heading),
        pieces=tuple(_marked_piece(piece, marks) for piece in screen.pieces),
    )


def _marked_piece(piece: Piece, marks: _Marks) -> Piece:
    html, entries = marks.html(piece.html), tuple(_marked_entry(entry, marks) for entry in piece.entries)
    same = html == piece.html and all(map(operator.is_, entries, piece.entries))
    return piece if same else replace(piece, html=html, entries=entries)


def _marked_entry(entry: Entry, marks: _Marks) -> Entry:
    text = entry.text if entry.foreign else marks.text(entry.text)
    return entry if text is entry.text else replace(entry, text=text)
