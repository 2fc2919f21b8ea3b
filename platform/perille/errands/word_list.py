"""All words of a course's word lists, in the alphabetical order of the country's language, and those that a search finds."""

from __future__ import annotations

from dataclasses import dataclass

from perille.api.folding import fold
from perille.core.collation import alphabetical
from perille.core.host_languages import host_language
from perille.core.letters import without_marks
from perille.courses.addresses import with_country
from perille.courses.learner_course import LearnerCourse
from perille.domain.content import Entry, PieceKind
from perille.learning.course_page import screen_url
from perille.learning.errand_cards import WordRow, word_rows
from perille.learning.render_context import LessonRenderer, RenderedText

#: Characters of a search; its field takes as many.
LONGEST_SEARCH = 60


@dataclass(frozen=True, slots=True)
class CourseWord:
    """A word of a course, and the lesson in which it stands first."""

    entry: Entry
    row: WordRow
    lesson: RenderedText
    url: str


def course_words(place: LearnerCourse, renderer: LessonRenderer) -> list[CourseWord]:
    """Return each word of a course once."""
    found: dict[str, CourseWord] = {}
    for each in place.pieces(PieceKind.WORDS):
        lesson = renderer.rendered(place.words.units[each.unit].title)
        url = with_country(screen_url(place, each.unit, each.screen), place)
        for entry, row in zip(each.piece.entries, word_rows(each.piece, renderer), strict=True):
            found.setdefault(entry.key, CourseWord(entry, row, lesson, url))
    return alphabetical(found.values(), host_language(place.country), lambda word: word.entry.key)


def matching(words: list[CourseWord], search: str, renderer: LessonRenderer) -> list[CourseWord]:
    """Return the words that a search finds: in the word, its sound or its meaning, without accents and forms of letters."""
    wanted = _compared(search)
    return [word for word in words if wanted in _compared(f"{word.entry.key} {_said(word, renderer)}")]


def _said(word: CourseWord, renderer: LessonRenderer) -> str:
    return f"{word.entry.label} {renderer.text(word.entry.text.plain)}"


def _compared(text: str) -> str:
    return without_marks(fold(text)).strip()
