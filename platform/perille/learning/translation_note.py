"""What a page says of its translation: that nobody has checked words which stand on it, or that there is none.

Each page speaks for itself: one changed block makes a draft of the page that shows it, and of no other one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from perille.core.i18n import _
from perille.courses.learner_course import LearnerCourse
from perille.domain.content import LessonWords, PieceKind, Screen, Text
from perille.domain.course import Unit
from perille.learning.lesson_request import LessonRequest
from perille.safety.services import language_names


def course_note(place: LearnerCourse) -> str:
    """Return what the page of a course says: of its title, its summary and the titles of its parts and units."""
    return texts_note(place, _course_texts(place))


def texts_note(place: LearnerCourse, texts: Iterable[Text]) -> str:
    """Return what a page says that shows these words of a course."""
    return _note(place, waits=any(text.waits for text in texts))


def screen_note(asked: LessonRequest) -> str:
    """Return what one screen says: the first of a lesson, and each on which words begin that nobody has checked."""
    place, lesson, number = asked.place, asked.lesson, asked.screen
    if not _is_translated(place):
        return _note(place, waits=False) if number == 1 else ""
    here = lesson.screens[number - 1]
    if number == 1:
        return _note(place, waits=lesson.title.waits or _waits(place, here))
    return _note(place, waits=_waits(place, here) and not _waits(place, lesson.screens[number - 2]))


def lesson_note(place: LearnerCourse, lesson: LessonWords) -> str:
    """Return what a page says that shows a whole lesson."""
    return _note(place, waits=lesson.title.waits or any(_waits(place, screen) for screen in lesson.screens))


def questions_note(place: LearnerCourse, unit: Unit) -> str:
    """Return what the pages of a test say: of all questions that it may draw, and of what its result says to read again."""
    sections = place.words.sections.get(unit.key, {})
    texts = (*sections.values(), *_item_texts(place, unit.items), *_objective_texts(place, unit))
    return texts_note(place, (place.words.units[unit.key].title, *texts))


def _course_texts(place: LearnerCourse) -> Iterator[Text]:
    words = place.words
    yield from (words.title, words.summary, *words.blocks.values(), *(unit.title for unit in words.units.values()))


def _item_texts(place: LearnerCourse, keys: Iterable[str]) -> Iterator[Text]:
    for key in keys:
        yield from place.words.items.get(key, {}).values()


def _objective_texts(place: LearnerCourse, unit: Unit) -> Iterator[Text]:
    """Yield the objectives of a test's questions: of one without rules no result names them."""
    asked = (place.structure.item(key) for key in unit.items if unit.rules is not None)
    keys = dict.fromkeys(item.objective for item in asked if item is not None)
    yield from (place.words.objectives[key] for key in keys if key in place.words.objectives)


def _waits(place: LearnerCourse, screen: Screen) -> bool:
    checks = (piece.name for piece in screen.pieces if piece.kind is PieceKind.CHECK)
    # A word list may be that of another lesson, which a person has not checked.
    lists = (entry.text for piece in screen.pieces for entry in piece.entries)
    return not screen.reviewed or any(text.waits for text in (*lists, *_item_texts(place, checks)))


def _is_translated(place: LearnerCourse) -> bool:
    return place.language in place.edition.summary.languages


def _has_drafts(place: LearnerCourse) -> bool:
    """Tell whether any words of the course wait: never in its source language, whose screens are not marked as reviewed."""
    states = place.words.states
    return bool(states.get("draft") or states.get("outdated") or states.get("missing"))


def _note(place: LearnerCourse, *, waits: bool) -> str:
    if not _is_translated(place):
        name = language_names((place.edition.summary.source_language,))
        return str(_("Language of this course: %(language)s. There is no translation yet.", language=name))
    return (
        str(_("This translation is a draft. A person has not checked it yet.")) if waits and _has_drafts(place) else ""
    )
