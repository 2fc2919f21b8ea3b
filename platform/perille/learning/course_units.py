"""The way of a course: its units in their order, the sheets of its trainer.

What of it is the same for everybody is made once in a language: title, address and minutes of the units, and each unit's line on the
course's page in each of the states that somebody can have it in. Which state that is, is asked for each learner and kept of nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from flask import get_template_attribute, render_template, request
from markupsafe import Markup

from perille.core.dates import today
from perille.core.extension_state import AppSlot
from perille.core.i18n import language_of, ngettext
from perille.core.lru_cache import LruCache
from perille.core.web.display_preferences import wants_pictures
from perille.core.web.shared_parts import kept_part
from perille.courses.addresses import course_url, unit_url, with_country
from perille.courses.learner_course import LearnerCourse
from perille.learning.covers import unit_covers
from perille.learning.render_context import LessonRenderer, RenderedText
from perille.packs.published.library import current_library


@dataclass(frozen=True, slots=True)
class PathUnit:
    """A unit on the way."""

    key: str
    title: RenderedText
    url: str
    minutes: str
    #: One of `STATES`.
    state: str = "ahead"
    #: Whether the learner has done it; where they are now may be done, too.
    done: bool = False


@dataclass(frozen=True, slots=True)
class CoursePart:
    """A block of the course, with the lines of its units."""

    title: RenderedText
    lines: Markup


STATES = ("done", "here", "ahead")
#: 10 kB each.
_WAYS_KEPT = 100
#: The units of a course as its way shows them, the same for everybody who reads it in a language.
_ways = AppSlot[LruCache[dict[str, tuple[RenderedText, str, str]]]]("course_ways", lambda: LruCache(_WAYS_KEPT))
#: 25 kB each: unit -> state -> its line on the page of the course.
_LINES_KEPT = 60
_lines = AppSlot[LruCache[Mapping[str, Mapping[str, Markup]]]]("way_lines", lambda: LruCache(_LINES_KEPT))


def minutes(count: int) -> str:
    """Write a number of minutes."""
    return ngettext("%(num)s minute", "%(num)s minutes", count)


def stations(
    place: LearnerCourse,
    renderer: LessonRenderer,
    keys: Iterable[str],
    *,
    done: frozenset[str] = frozenset(),
    here: str | None = None,
) -> tuple[PathUnit, ...]:
    """Return the stations of some units, with what this learner has done."""
    keys = tuple(keys)
    if not keys:
        return ()
    way = _ways().get(way_key(place, renderer), lambda: _way(place, renderer))
    states = {key: "here" if key == here else "done" if key in done else "ahead" for key in keys}
    return tuple(PathUnit(key, *way[key], state, key in done) for key, state in states.items())


def way_key(place: LearnerCourse, renderer: LessonRenderer) -> tuple[object, ...]:
    """Name all that title, address and minutes of a course's units are made of: facts stand in titles, and hold for a country and a day."""
    course = (place.kind, place.slug, place.edition.stamp(place.language), place.country, place.chosen)
    words = (place.language, renderer.language, language_of(), current_library().facts_stamp(), today())
    return (*course, *words, request.root_path)


def _way(place: LearnerCourse, renderer: LessonRenderer) -> dict[str, tuple[RenderedText, str, str]]:
    return {
        unit.key: (
            renderer.rendered(place.words.units[unit.key].title),
            with_country(unit_url(place, unit.key), place),
            minutes(unit.minutes),
        )
        for unit in place.structure.units
    }


def parts(place: LearnerCourse, renderer: LessonRenderer, done: frozenset[str], here: str | None) -> list[CoursePart]:
    """Return the blocks that have units on the way, each line as this learner has its unit."""
    order = frozenset(place.structure.order)
    key = (*way_key(place, renderer), place.edition.summary.sensitive, wants_pictures())
    lines = _lines().get(key, lambda: _made_lines(place, renderer))
    shown = {key: lines[key]["here" if key == here else "done" if key in done else "ahead"] for key in order}
    own = [(block, [shown[key] for key in block.units if key in order]) for block in place.structure.blocks]
    return [
        CoursePart(renderer.rendered(place.words.blocks[block.key]), Markup("\n".join(units)))  # noqa: S704  (a template's own output)
        for block, units in own
        if units
    ]


def _made_lines(place: LearnerCourse, renderer: LessonRenderer) -> Mapping[str, Mapping[str, Markup]]:
    """Make the line of each unit in each state; of a sensitive course with pictures only for who finds the way by them."""
    line = get_template_attribute("learning/way.html", "line")
    by_pictures, sensitive = wants_pictures(), place.edition.summary.sensitive
    covers: Mapping[str, str] = {}
    if by_pictures or not sensitive:
        covers = unit_covers(place.edition, place.language, place.sure_country)
    return {
        unit.key: {
            state: line(
                replace(unit, state=state), covers.get(unit.key, ""), by_pictures, by_pictures and not sensitive
            )
            for state in STATES
        }
        for unit in stations(place, renderer, place.structure.order)
    }


def sheet_url(place: LearnerCourse, key: str) -> str:
    """Return the address of a trainer's sheet: all of it on one page."""
    return with_country(course_url(place, "learning.lesson_for_print", key=key), place)


def sheets(place: LearnerCourse, renderer: LessonRenderer) -> Markup:
    """Return the sheets of the trainer by the blocks of the course, "" where it has none."""
    if not place.structure.sheets:
        return Markup("")
    return kept_part(("sheets", *way_key(place, renderer)), lambda: _made_sheets(place, renderer))


def _made_sheets(place: LearnerCourse, renderer: LessonRenderer) -> str:
    keys = {unit.key for unit in place.structure.sheets}
    own = [(block, [key for key in block.units if key in keys]) for block in place.structure.blocks]
    blocks = [
        (
            renderer.rendered(place.words.blocks[block.key]),
            [replace(each, url=sheet_url(place, each.key)) for each in stations(place, renderer, units)],
        )
        for block, units in own
        if units
    ]
    return render_template("learning/sheets.html", blocks=blocks)
