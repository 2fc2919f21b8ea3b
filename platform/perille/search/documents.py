"""What a search finds: screens of lessons, words, errands, courses and contacts, each with the words that it is found by."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from perille.domain.content import LessonWords, LocalizedCourse, Piece, PieceKind
from perille.domain.fact import Fact, FactKind
from perille.packs.format.errands import TITLE
from perille.packs.published.library import Edition, PackLibrary
from perille.packs.source.markdown import SLOT
from perille.search.colloquial_words import (
    NEED,
    PAPERS,
    PAY,
    asked_words,
    is_form_of,
    languages_of_search,
)
from perille.search.terms import stem, terms

_TAG = re.compile("<[^>]*>")
#: Tags in the middle of a sentence: a full stop or a bracket after them follows at once.
_INLINE = re.compile(r"</?(?:a|bdi|code|em|strong)\b[^>]*>")
_SPACES = re.compile(r"\s+")
#: Rows of the help box that come first by any word of what people type: "help", "die".
_NEVER_ASIDE = ("emergency", "crisis")
#: Topics for which also an office without a number or a page is found.
SOUGHT = {NEED, PAPERS, PAY}
#: Kinds of facts by which somebody can be reached.
REACHABLE = (FactKind.PHONE, FactKind.CHAT, FactKind.URL, FactKind.EMAIL)


class DocumentKind(StrEnum):
    """What is found."""

    COURSE = "course"
    SCREEN = "screen"
    WORD = "word"
    ERRAND = "errand"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One thing to find. Its words still have the slots of facts, which are filled when it is shown."""

    kind: DocumentKind
    title: str
    body: str = ""
    #: Key of the unit and number of the screen; 0 for a course and a contact.
    unit: str = ""
    screen: int = 0
    #: ISO code of the country of a lesson with variants, or of a contact, else "".
    country: str = ""
    #: Key of a contact's fact, else "".
    fact: str = ""


def documents_of(edition: Edition, language: str) -> Iterator[Document]:
    """Yield what one course has in a language that it is written in."""
    words = edition.words(language)
    yield Document(kind=DocumentKind.COURSE, title=words.title.plain, body=words.summary.plain)
    for key in edition.structure.order:
        lesson = words.units[key]
        for country, each in (("", lesson), *sorted(lesson.variants.items())):
            yield from _lesson(words, key, country, each)


def _lesson(words: LocalizedCourse, unit: str, country: str, lesson: LessonWords) -> Iterator[Document]:
    for number, screen in enumerate(lesson.screens, 1):
        heading = screen.heading.plain if screen.heading is not None and number > 1 else lesson.title.plain
        prose = [_prose(words, piece) for piece in screen.pieces]
        yield Document(
            kind=DocumentKind.SCREEN,
            title=heading,
            body=" ".join(part for part in prose if part),
            unit=unit,
            screen=number,
            country=country,
        )
        for piece in screen.pieces:
            yield from _entries(piece, unit, number, country)


def _prose(words: LocalizedCourse, piece: Piece) -> str:
    if piece.kind is PieceKind.CHECK:
        prompt = words.items.get(piece.name, {}).get("prompt")
        return prompt.plain if prompt is not None else ""
    return plain_words(f"{piece.html} {piece.alt}")


def _entries(piece: Piece, unit: str, screen: int, country: str) -> Iterator[Document]:
    if piece.kind is PieceKind.WORDS:
        for word in piece.entries:
            yield Document(
                kind=DocumentKind.WORD,
                title=word.key,
                body=f"{word.text.plain} {word.label}".strip(),
                unit=unit,
                screen=screen,
                country=country,
            )
    elif piece.kind is PieceKind.ERRAND:
        said = {each.key: each.text.plain for each in piece.entries}
        title = said.pop(TITLE, "")
        foreign = [word for each in piece.entries for word in each.foreign]
        body = " ".join((*said.values(), *foreign))
        yield Document(kind=DocumentKind.ERRAND, title=title, body=body, unit=unit, screen=screen, country=country)


def plain_words(markup: str) -> str:
    """Return markup of a lesson as words on one line; the slots of facts stay.

    >>> plain_words('<p>A card (<bdi lang="fi">kortti</bdi>).</p><p>A <strong>bank</strong>.</p>')
    'A card (kortti). A bank.'
    """
    return _SPACES.sub(" ", html.unescape(_TAG.sub(" ", _INLINE.sub("", markup)))).strip()


def without_slots(words: str) -> str:
    """Return words without the slots of facts: what stands in them changes, and is no word to find."""
    return SLOT.sub(" ", words)


def contact_documents(library: PackLibrary, facts: tuple[Fact, ...], language: str) -> Iterator[Document]:
    """Yield facts by which somebody can be reached, under the names they have in a language.

    A row of the help box that has no confirmed number says in words what to do, and whom to call instead; who helps with food and a
    bed is often an office that one goes to.
    """
    there = {(fact.country, fact.help) for fact in facts}
    for fact in facts:
        label = library.fact_words(fact.country, fact.key, "label", language)
        if (fact.kind in REACHABLE or fact.help or SOUGHT.intersection(fact.topics)) and label is not None:
            asked = [word for row in _rows(fact, there) for word in asked_words(row, fact.country, language)]
            yield Document(
                kind=DocumentKind.CONTACT,
                title=label.plain,
                # The number that saves a life is found by all that its row of the help box is about.
                body=" ".join((*_own_words(library, fact, language), *asked)),
                country=fact.country,
                fact=fact.key,
            )


def _rows(fact: Fact, there: AbstractSet[tuple[str, str]]) -> tuple[str, ...]:
    """Return the rows whose words a contact is found by: its own, or those of its topics that its country has nobody for."""
    if fact.help:
        return (fact.help, *SOUGHT.intersection(fact.topics))
    return tuple(topic for topic in fact.topics if (fact.country, topic) not in there)


def is_meant(library: PackLibrary, fact: Fact, language: str, found_by: Sequence[str], *, alone: bool = True) -> bool:
    """Tell whether words look for a contact: by what it is called, or by a whole entry of what people type who need it.

    Else a word stands inside of such an entry, as "work" in "forced to work", and most who type it look for something else.
    *found_by*: the words of a search that the contact has. *alone*: the search is one word. In a sentence "phone" does not look for
    those whose name says that they answer a telephone.
    """
    if _is_called(library, fact, language, found_by, alone=alone):
        return True
    entries = _asked_entries(fact, language, alone=alone)
    inside = [term for term in found_by if _is_word_of(term, entries)]
    single = [entry[0] for entry in entries if len(entry) == 1]
    return len(inside) > 1 or any(_says(term, word, fact) for term in inside for word in single)


def _says(term: str, word: str, fact: Fact) -> bool:
    """Tell whether a typed word is one that says the whole need; but for danger and sorrow not one that only begins like it.

    So "manželstvo" (marriage) is no form of "manžel" (husband).
    """
    return is_form_of(term, word) and (fact.help in _NEVER_ASIDE or word.startswith(stem(term)))


def _is_word_of(term: str, entries: list[list[str]]) -> bool:
    return any(is_form_of(term, word) for entry in entries for word in entry)


def _asked_entries(fact: Fact, language: str, *, alone: bool) -> list[list[str]]:
    """Return the words of each entry of what people type who need a contact; each a whole one where any of them means it."""
    rows = (fact.help, *SOUGHT.intersection(fact.topics))
    entries = [terms(entry) for row in rows for entry in asked_words(row, fact.country, language)]
    if fact.help in _NEVER_ASIDE and (alone or fact.help != "emergency"):
        return [[word] for entry in entries for word in entry]
    return entries


def _is_called(library: PackLibrary, fact: Fact, language: str, found_by: Sequence[str], *, alone: bool) -> bool:
    """Tell whether a search says what a contact is called; two words that it has are no accident."""
    if fact.help and not alone:
        return False
    label = library.fact_words(fact.country, fact.key, "label", language)
    own = terms(" ".join((label.plain if label is not None else "", *_own_words(library, fact, language))))
    return len(found_by) > 1 or any(word.startswith(stem(found_by[0])) for word in own)


def _own_words(library: PackLibrary, fact: Fact, language: str) -> tuple[str, ...]:
    return (fact.value, _dialled(fact), fact.help, *fact.topics, *_names(library, fact, language))


def _names(library: PackLibrary, fact: Fact, language: str) -> Iterator[str]:
    """Yield what a contact is called in other languages: somebody has heard the word of the country, or types English."""
    for code in languages_of_search(fact.country, language)[1:]:
        label = library.fact_words(fact.country, fact.key, "label", code)
        if label is not None:
            yield label.plain


def _dialled(fact: Fact) -> str:
    """Return a telephone number without its spaces: it is looked for as it was heard."""
    return "".join(char for char in fact.value if char.isdigit()) if fact.kind is FactKind.PHONE else ""
