"""Courses, units and items as activities of xAPI (Data 2.4.4.1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from perille.courses.learner_course import LearnerCourse, plain
from perille.domain.content import Text
from perille.domain.course import Unit, UnitKind
from perille.domain.item import Interaction, Item
from perille.tracking.statements import ActivityType, NamedActivity, activity_id

_UNIT_TYPES = {
    UnitKind.MODULE: ActivityType.COURSE,
    UnitKind.LESSON: ActivityType.LESSON,
    UnitKind.ASSESSMENT: ActivityType.ASSESSMENT,
    UnitKind.SESSION: ActivityType.SESSION,
}


def named_course(place: LearnerCourse) -> NamedActivity:
    """Return the course as an activity."""
    return NamedActivity(
        id=activity_id(place.structure.pack),
        type=ActivityType.COURSE,
        names=_names(place, lambda words: words.title),
    )


def named_unit(place: LearnerCourse, unit: Unit) -> NamedActivity:
    """Return a unit as an activity."""
    return NamedActivity(
        id=activity_id(place.structure.pack, unit.key),
        type=_UNIT_TYPES[unit.kind],
        names=_names(place, lambda words: words.units[unit.key].title),
    )


def named_item(place: LearnerCourse, unit: Unit, item: Item, interaction: Interaction) -> NamedActivity:
    """Return an item as an activity, described as xAPI has it."""
    definition = interaction.describe(item)
    parts = {part for members in definition.components.values() for _key, part in members}
    return NamedActivity(
        id=activity_id(place.structure.pack, unit.key, item.key),
        type=ActivityType.ITEM,
        names=_names(place, lambda words: words.of_item(item)["prompt"]),
        definition=definition,
        words={part: _names(place, lambda words, part=part: words.of_item(item)[part]) for part in sorted(parts)},
    )


def _names(place: LearnerCourse, pick: Callable[..., Text]) -> dict[str, str]:
    # The source language and the reader's: enough to understand a statement, and small. The facts are those of the pack's
    # first country: the one that the reader chose is promised to be kept nowhere.
    place = replace(place, chosen="")
    source = place.edition.summary.source_language
    names = {}
    for code in dict.fromkeys((source, place.language)):
        text = pick(place.edition.words(code))
        names[text.language] = plain(place, text, code)
    return names
