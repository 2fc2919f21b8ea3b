"""The style checklist (DOMAIN 4.3, SE14): what an author is asked to look at once more in the words of a block.

Words and patterns are listed by language, and a language without a list is not looked at. Nothing here keeps a course from being
published: a list finds slips and does not replace a reader.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files

from perille.domain.course import PackKind
from perille.packs.checks.neutral_titles import is_telling
from perille.packs.checks.sentences import EASY_WORDS, MOST_WORDS, counted_sentences, plain_lines


class StyleFlaw(StrEnum):
    """What is to be looked at, in the order in which it is told."""

    GRAPHIC = "graphic"
    SHAME = "shame"
    SAVIOUR = "saviour"
    TELLING = "telling"
    SIGN = "sign"
    LONG = "long"
    IDIOM = "idioms"
    GENDERED = "gendered"
    PASSIVE = "passive"


@dataclass(frozen=True, slots=True)
class StyleNote:
    """Something to look at once more."""

    flaw: StyleFlaw
    #: The words that it is about, as they are written.
    about: str
    #: Of a long sentence: its words, and how many are enough.
    count: int = 0
    most: int = 0


@dataclass(frozen=True, slots=True)
class Readership:
    """For whom words are written: what is long or telling depends on it."""

    language: str
    kind: PackKind
    is_sensitive: bool = False
    #: Whether it is the easy version of a lesson.
    is_easy: bool = False


@dataclass(frozen=True, slots=True)
class PronounCounts:
    """How often "he" and "she" stand in a course."""

    he: int
    she: int

    @property
    def is_one_sided(self) -> bool:
        """Whether one stands three times as often as the other, over six or more."""
        return self.he + self.she >= _FEW and max(self.he, self.she) >= 3 * min(self.he, self.she)


#: People fewer than these say nothing.
_FEW = 6
#: Thumbs and fingers mean something else elsewhere, faces that cry hurt, and a flag beside a custom blames a country.
_SIGNS = re.compile(
    "[\U0001f44d\U0001f44e\U0001f44c\u270c\U0001f595\U0001f622\U0001f62d\U0001f63f\U0001f97a]|[\U0001f1e6-\U0001f1ff]{2}"
)
_BOLD = re.compile(r"\*\*([^*]+)\*\*")
_ORDER = tuple(StyleFlaw)
_LISTS = (StyleFlaw.GRAPHIC, StyleFlaw.SHAME, StyleFlaw.SAVIOUR, StyleFlaw.IDIOM, StyleFlaw.GENDERED)
#: Letters of a sentence that are shown.
_SHOWN = 80


@cache
def _listed() -> dict[str, dict[str, list[str] | str]]:
    found = files("perille.studio").joinpath("style_words.toml").read_text(encoding="utf-8")
    return tomllib.loads(found)


@cache
def _pattern(language: str, name: str) -> re.Pattern[str] | None:
    """Return what finds the words of a list, or the pattern that stands in its place; None for a language without it."""
    wanted = _listed().get(language, {}).get(name)
    if isinstance(wanted, str):
        return re.compile(wanted, re.IGNORECASE)
    if not wanted:
        return None
    words = "|".join(re.escape(each).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for each in wanted)
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)


@cache
def _stems(language: str, name: str) -> tuple[str, ...]:
    """Return the first word of each entry of a list, without the star."""
    return tuple(dict.fromkeys(each.split()[0].rstrip("*") for each in _listed().get(language, {}).get(name, ())))


@lru_cache(maxsize=4_000)
def style_notes(text: str, readers: Readership) -> tuple[StyleNote, ...]:
    """Return what to look at in the source of a block, each kind once, what weighs most first."""
    plain = plain_lines(text)
    found = (
        *_of_lists(plain, readers.language),
        *_passive(plain, readers),
        *_telling(text, readers),
        *_signs(plain),
        *_long(text, readers),
    )
    return tuple(sorted(found, key=lambda each: _ORDER.index(each.flaw)))


def _of_lists(plain: str, language: str) -> Iterator[StyleNote]:
    small = plain.lower()
    for flaw in _LISTS:
        # A page has many blocks, and most hold none of the words.
        pattern = _pattern(language, flaw) if any(each in small for each in _stems(language, flaw)) else None
        if pattern is not None and (found := pattern.search(plain)):
            yield StyleNote(flaw, found[0])


def _passive(plain: str, readers: Readership) -> Iterator[StyleNote]:
    """Yield the first words that do not say who acts; professionals read them without trouble."""
    pattern = _pattern(readers.language, StyleFlaw.PASSIVE) if readers.kind is not PackKind.MODULE else None
    if pattern is not None and (found := pattern.search(plain)):
        yield StyleNote(StyleFlaw.PASSIVE, found[0])


def _telling(text: str, readers: Readership) -> Iterator[StyleNote]:
    """Yield the first words in bold that tell a stranger what a sensitive course is about; professionals' modules must name it."""
    if readers.is_sensitive and readers.kind is not PackKind.MODULE:
        bold = next((each for each in _BOLD.findall(text) if is_telling(each, readers.language)), "")
        if bold:
            yield StyleNote(StyleFlaw.TELLING, bold)


def _signs(plain: str) -> Iterator[StyleNote]:
    if found := _SIGNS.search(plain):
        yield StyleNote(StyleFlaw.SIGN, found[0])


def _long(text: str, readers: Readership) -> Iterator[StyleNote]:
    kind = PackKind.MODULE if readers.kind is PackKind.MODULE else PackKind.COURSE
    most = MOST_WORDS[kind].get(readers.language, 0)
    if not most:
        return
    most = min(most, EASY_WORDS) if readers.is_easy else most
    count, longest = max(counted_sentences(text), default=(0, ""))
    if count > most:
        yield StyleNote(StyleFlaw.LONG, shortened(longest), count, most)


def shortened(sentence: str) -> str:
    """Return the beginning of a sentence, as much as is needed to find it."""
    return sentence if len(sentence) <= _SHOWN else f"{sentence[:_SHOWN].rpartition(' ')[0]} …"


def people_in(texts: Iterable[str], language: str) -> PronounCounts | None:
    """Count "he" and "she" in lessons; None for a language that has no such words for people alone."""
    pairs = [_people(text, language) for text in texts]
    if _pattern(language, "he") is None:
        return None
    return PronounCounts(sum(he for he, _she in pairs), sum(she for _he, she in pairs))


@lru_cache(maxsize=1_000)
def _people(text: str, language: str) -> tuple[int, int]:
    patterns = (_pattern(language, "he"), _pattern(language, "she"))
    he, she = (len(each.findall(text)) if each is not None else 0 for each in patterns)
    return he, she
