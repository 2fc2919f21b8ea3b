"""Errands and word lists as templates need them: labels, list entries, words of the country's language marked as such."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from markupsafe import Markup

from perille.core.host_languages import foreign_word, host_language
from perille.core.web.page_addresses import url_for
from perille.courses.addresses import ADDRESSES, with_country
from perille.courses.learner_course import LearnerCourse
from perille.domain.content import Entry, ErrandPart, Piece, PieceKind
from perille.learning.render_context import LessonRenderer, RenderedText
from perille.packs.format.errands import LIST_SIGN, TITLE

#: Lines that are lists: things to bring, words to look for.
_LISTS = frozenset({ErrandPart.BRING, ErrandPart.FORM_WORDS})
#: A tag, an entity (which ends in a semicolon), or the sign between two entries of a list.
_TAG_ENTITY_OR_SIGN = re.compile(rf"<[^>]*>|&#?\w+;|(?P<sign>{LIST_SIGN.pattern})")
_TAG_OR_WORDS = re.compile(r"<[^>]*>|[^<]+")


@dataclass(frozen=True, slots=True)
class ErrandLine:
    """A line of an errand."""

    key: str
    label: str
    #: lang and dir, where the line is not in the page's language.
    lang: Markup
    items: tuple[Markup, ...]


@dataclass(frozen=True, slots=True)
class ErrandCard:
    """An errand."""

    key: str
    title: RenderedText
    lines: tuple[ErrandLine, ...]


@dataclass(frozen=True, slots=True)
class WordRow:
    """A word of a word list."""

    #: In its own language.
    word: Markup
    #: In the script of the reader, "" where it is not said.
    sound: str
    meaning: Markup
    #: lang and dir of sound and meaning, where they are not in the page's language.
    lang: Markup


def errand_card(piece: Piece, renderer: LessonRenderer) -> ErrandCard:
    """Return an errand for a page in the language of *renderer*."""
    title = next(each.text for each in piece.entries if each.key == TITLE)
    lines = tuple(_line(each, renderer) for each in piece.entries if each.key != TITLE)
    return ErrandCard(piece.name, renderer.rendered(title), lines)


def _line(entry: Entry, renderer: LessonRenderer) -> ErrandLine:
    parts = list(_split(entry.text.html)) if entry.key in _LISTS else [entry.text.html]
    marked = [_mark(part, entry.foreign, host_language(renderer.place.country)) for part in parts]
    items = tuple(renderer.html(replace(entry.text, html=part)) for part in marked)
    return ErrandLine(entry.key, entry.label, renderer.lang(entry.text), items)


def _split(html: str) -> Iterator[str]:
    """Yield the entries of a list that is written with semicolons; one with markup across a sign is left whole."""
    cuts = [found for found in _TAG_ENTITY_OR_SIGN.finditer(html) if found["sign"]]
    starts, ends = [0, *(cut.end() for cut in cuts)], [*(cut.start() for cut in cuts), len(html)]
    parts = [html[start:end].strip() for start, end in zip(starts, ends, strict=True)]
    whole = all(part.count("</") == len(re.findall(r"<(?!/|br)", part)) for part in parts)
    yield from (part for part in parts if part) if whole else (html,)


def _mark(html: str, words: tuple[str, ...], language: str) -> str:
    """Mark the words of the country's language in the text between tags."""
    if not words:
        return html
    known = sorted((entities.escape(word, quote=False) for word in words), key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, known)))

    def mark(found: re.Match[str]) -> str:
        if found[0].startswith("<"):
            return found[0]
        return pattern.sub(lambda word: str(foreign_word(entities.unescape(word[0]), language)), found[0])

    return _TAG_OR_WORDS.sub(mark, html)


def word_rows(piece: Piece, renderer: LessonRenderer) -> tuple[WordRow, ...]:
    """Return the words of a word list for a page in the language of *renderer*."""
    language = host_language(renderer.place.country)
    return tuple(
        WordRow(foreign_word(each.key, language), each.label, renderer.html(each.text), renderer.lang(each.text))
        for each in piece.entries
    )


def list_url(place: LearnerCourse, kind: PieceKind) -> str:
    """Return the address of the course's list of errands or of words, "" where it has none."""
    if next(place.pieces(kind), None) is None:
        return ""
    endpoint = "errands.errand_list" if kind is PieceKind.ERRAND else "errands.word_list"
    address = url_for(endpoint, lang=place.language, kind=ADDRESSES[place.kind], slug=place.slug)
    return with_country(address, place)
