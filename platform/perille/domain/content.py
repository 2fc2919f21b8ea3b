"""The words of a course in one language: compiled, with slots for facts and media.

A slot is `{{fact:CC/key}}`, `{{fact:key}}` or `{{media:pack/name}}` between the control characters STX and ETX, so that no
author's text can be one by chance. Slots are filled when a page is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from perille.domain.item import Item

SLOT_START = "\x02"
SLOT_END = "\x03"


class TranslationState(StrEnum):
    """How far a block's translation is."""

    SOURCE = "source"
    MISSING = "missing"
    OUTDATED = "outdated"
    DRAFT = "draft"
    REVIEWED = "reviewed"


class PieceKind(StrEnum):
    """What a piece of a screen is; each has its own frame in the page."""

    PROSE = "prose"
    PICTURE = "picture"
    STORY = "story"
    NOTE = "note"
    WARNING = "warning"
    DIALOGUE = "dialogue"
    TALK = "talk"
    ASK = "ask"
    CHECK = "check"
    ERRAND = "errand"
    WORDS = "words"


class ErrandPart(StrEnum):
    """A line of an errand: something to do outside the course, such as telling an office one's address."""

    WHAT = "what"
    WHERE = "where"
    BRING = "bring"
    BY_WHEN = "by-when"
    COST = "cost"
    ASK = "ask"
    FORM_WORDS = "words"


#: States of words that no person needs to check any more.
_CHECKED = frozenset({TranslationState.SOURCE, TranslationState.REVIEWED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One block in one language: safe HTML, and the same as plain text, both with slots."""

    html: str
    plain: str
    #: The language it really is in: the source's where a translation is missing.
    language: str
    state: TranslationState = TranslationState.SOURCE

    @property
    def waits(self) -> bool:
        """Whether a person must still check it: a draft, an outdated translation, or none.

        >>> Text(html="Hi", plain="Hi", language="en", state=TranslationState.OUTDATED).waits
        True
        """
        return self.state not in _CHECKED


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of an errand, or a word of a word list."""

    #: "title" or an `ErrandPart`; of a word list the word itself, in the language of the country.
    key: str
    #: What is said: without its label, or the meaning of the word.
    text: Text
    #: The label of an errand's line as plain words, in the language of `text`; how a word sounds, "" where that is not said.
    label: str = ""
    #: Words of the country's language that stand in `text`: of an errand, those on the form.
    foreign: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A top-level block of a screen. Two languages of a lesson have the same pieces in the same order."""

    kind: PieceKind
    #: Safe HTML with slots; inner blocks in another language carry lang and dir. "" for a check, an errand and a word list.
    html: str = ""
    #: Name of the picture, topic of an ask card, key of the item, of the errand or of a word list that other lessons take.
    name: str = ""
    #: Alternative text of a picture, with slots.
    alt: str = ""
    #: The language of its words; the page's own unless a translation is missing.
    language: str = ""
    #: Lines of an errand, words of a word list.
    entries: tuple[Entry, ...] = ()
    #: For whom it holds, a `Status`; "" for everybody.
    status: str = ""

    @property
    def markup(self) -> str:
        """All its words as safe HTML with slots."""
        return self.html + "".join(each.text.html for each in self.entries)


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One idea: a heading (the first screen has the lesson's title) and its pieces."""

    heading: Text | None
    pieces: tuple[Piece, ...]
    #: Name of the recording in the language of its words, "" where there is none.
    audio: str = ""
    #: Whether none of its own words waits for a person's check: all are reviewed, or in the language in which they were written.
    reviewed: bool = False


@dataclass(frozen=True, slots=True)
class PlacedPiece:
    """A piece, and where it stands in a course."""

    unit: str
    #: Number of the screen, from 1.
    screen: int
    piece: Piece


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonWords:
    """A lesson in one language."""

    title: Text
    screens: tuple[Screen, ...] = ()
    objectives: tuple[Text, ...] = ()
    #: ISO code of a country -> its lesson, where each has one of its own: `screens` is empty then.
    variants: Mapping[str, LessonWords] = field(default_factory=dict)
    #: The same lesson in easy words, None where there is no such version.
    easy: LessonWords | None = None

    def of(self, country: str) -> LessonWords:
        """Return the lesson as it is for a country: itself where one lesson is for all."""
        return self.variants.get(country, self)

    def map_screens(self, change: Callable[[Screen], Screen]) -> LessonWords:
        """Return the lesson with each screen changed, those of its countries' lessons and of the one in easy words too."""
        return replace(
            self,
            screens=tuple(map(change, self.screens)),
            variants={country: each.map_screens(change) for country, each in self.variants.items()},
            easy=self.easy and self.easy.map_screens(change),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalizedCourse:
    """A course in one language."""

    language: str
    title: Text
    summary: Text
    #: Key of a block -> its title.
    blocks: Mapping[str, Text] = field(default_factory=dict)
    #: Key of a unit -> its lesson; a test has a title and no screens.
    units: Mapping[str, LessonWords] = field(default_factory=dict)
    #: Key of an item -> part -> its words, those of the file that it names with them.
    items: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)
    #: Key of an objective -> its words.
    objectives: Mapping[str, Text] = field(default_factory=dict)
    #: Key of a unit -> key of a section of its test -> its title.
    sections: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)
    #: Key of an item -> name of the recording of its question, in the language of its words.
    item_audio: Mapping[str, str] = field(default_factory=dict)
    #: State -> how many blocks are in it.
    states: Mapping[str, int] = field(default_factory=dict)

    def recordings(self, country: str | None = None) -> frozenset[str]:
        """Return the names of all recordings that pages in these words play, or pages for readers in a country ("": not said)."""
        screens = (screen.audio for screen in self.screens(country))
        return frozenset(name for name in (*screens, *self.item_audio.values()) if name)

    def screens(self, country: str | None = None) -> tuple[Screen, ...]:
        """Return the screens of all lessons, those of every country, or those for readers in one ("": not said)."""
        units = self.units.values()
        every = (each for unit in units for each in (unit, *unit.variants.values()))
        lessons = (
            *(every if country is None else (unit.of(country) for unit in units)),
            *(unit.easy for unit in units if unit.easy),
        )
        return tuple(screen for lesson in lessons for screen in lesson.screens)

    def pieces(self, kind: PieceKind, country: str, order: Iterable[str]) -> Iterator[PlacedPiece]:
        """Yield the pieces of a kind as readers in a country see them ("": not said).

        *order*: keys of the units in the order of the course, which only its structure knows: words are stored by key.
        """
        for unit in order:
            for number, screen in enumerate(self.units[unit].of(country).screens, 1):
                yield from (PlacedPiece(unit, number, piece) for piece in screen.pieces if piece.kind is kind)

    def of_item(self, item: Item) -> Mapping[str, Text]:
        """Return the words of an item by part; raise KeyError for a strange item."""
        return self.items[item.key]
