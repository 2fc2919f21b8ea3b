"""The minutes of a unit by one rule, so that nobody is promised more study than there is, or less.

A lesson: the words of its screens at the pace of its readers, `CHECK_MINUTES` for each check, a role-play by its median way. Where
each country has a lesson, the median of them. A test: `CHECK_MINUTES` for each question that is asked. Talking in a group comes on
top and is not counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from statistics import median

from perille.domain.content import PieceKind
from perille.domain.course import PackKind, UnitKind
from perille.domain.role_play import Path as Way
from perille.domain.role_play import RolePlay
from perille.packs.format.lesson_model import Lesson
from perille.packs.format.loading import LoadedPack
from perille.packs.format.manifest import MANIFEST
from perille.packs.format.role_plays import PackPlay
from perille.packs.format.units import ResolvedUnit
from perille.packs.source.diagnostics import Diagnostics

#: Newcomers read slowly and with pictures, often in a second language; professionals read at an ordinary pace.
WORDS_PER_MINUTE = {PackKind.COURSE: 100, PackKind.LIBRARY: 100, PackKind.MODULE: 180}
#: Minutes to read a check or a question, answer it and read what is said about the answer; also for a choice in a role-play.
CHECK_MINUTES = 0.5
#: How far a stated figure may be off, as a share; half a minute is always allowed, since minutes are whole.
TOLERANCE = 0.1
#: A role-play has loops: beyond so many ways the median does not move.
_MOST_WAYS = 5000
#: A fact counts as one word.
_WORD = re.compile(r"\{fact:[^}]*\}|\w+(?:['’-]\w+)*")


def count_words(text: str) -> int:
    """Count the words of a piece of Markdown.

    >>> count_words("Call {fact: FI/emergency.number} - it's free.")
    4
    """
    return len(_WORD.findall(text))


def lesson_words(lesson: Lesson) -> int:
    """Count what is read on the screens of a lesson; descriptions of pictures stand for the pictures and are left out."""
    described = {piece.alt for screen in lesson.screens for piece in screen.pieces}
    return sum(count_words(block.msgid) for number, block in enumerate(lesson.blocks) if number not in described)


def unit_words(plan: ResolvedUnit) -> int:
    """Count the words of a unit: of its lesson (the median, where each country has one), or of the questions that a test asks."""
    if plan.kind is UnitKind.ASSESSMENT:
        read = [count_words(text) for item in plan.items() for text in item.words.values()]
        return round(sum(read) * question_count(plan) / max(1, len(plan.items())))
    return round(median([lesson_words(lesson) for _country, lesson in plan.lessons] or [0]))


def question_count(plan: ResolvedUnit) -> int:
    """Return how many questions a test asks."""
    banks = plan.home.banks
    if not plan.spec.sections:
        return len(banks.get(plan.spec.items, ()))
    return sum(sum(section.draw.values()) or len(banks.get(section.bank, ())) for section in plan.spec.sections)


def expected_minutes(plan: ResolvedUnit) -> float | None:
    """Return the minutes that a person needs for a unit; None where the rule says nothing: sessions, and modules of a path."""
    if plan.kind is UnitKind.ASSESSMENT:
        return CHECK_MINUTES * question_count(plan)
    if plan.kind is not UnitKind.LESSON or not plan.lessons:
        return None
    pace = WORDS_PER_MINUTE[plan.home.manifest.kind]
    return median(
        lesson_words(lesson) / pace + _check_minutes(plan.home, lesson, pace) for _country, lesson in plan.lessons
    )


def _check_minutes(pack: LoadedPack, lesson: Lesson, pace: int) -> float:
    items = [pack.items[piece.name] for piece in lesson.pieces(PieceKind.CHECK) if piece.name in pack.items]
    return sum(
        play_minutes(pack.plays[item.play], pace) if item.play in pack.plays else CHECK_MINUTES for item in items
    )


def agree(stated: float, expected: float) -> bool:
    """Tell whether stated minutes are those of the rule, within a tenth or half a minute; nothing takes less than a minute."""
    stated, expected = max(stated, 1), max(expected, 1)
    return abs(stated - expected) <= max(TOLERANCE * expected, 0.5)


def ways(play: RolePlay, at: str = "", way: Way = ()) -> Iterator[tuple[str, ...]]:
    """Yield each way through a role-play that comes to no scene twice, as "scene" and "scene/choice/<key>" by turns."""
    scene = play.scene(at or play.start)
    if scene is None:
        return
    here = (*way, scene.key)
    if not scene.choices:
        yield here
    for choice in scene.choices:
        if choice.to not in here:
            yield from ways(play, choice.to, (*here, f"{scene.key}/choice/{choice.key}"))


def play_minutes(play: PackPlay, pace: int) -> float:
    """Return the minutes of the median way through a role-play: its words at *pace* words a minute, and its choices."""
    found = [way for way, _number in zip(ways(play.play), range(_MOST_WAYS), strict=False)]
    return median([way_minutes(play, way, pace) for way in found] or [0.0])


def way_minutes(play: PackPlay, way: Way, pace: int) -> float:
    """Return the minutes of one way through a role-play."""
    scenes = [step for step in way if "/" not in step]
    chosen = [step for step in way if "/" in step]
    read = sum(count_words(play.words.get(f"scene/{scene}/text", "")) for scene in scenes)
    read += sum(_offered_words(play, scene) for scene in scenes)
    read += sum(count_words(play.words.get(f"scene/{choice}/led_to", "")) for choice in chosen)
    return (count_words(play.words.get("about", "")) + read) / pace + CHECK_MINUTES * len(chosen)


def _offered_words(play: PackPlay, scene: str) -> int:
    offered = re.compile(rf"scene/{re.escape(scene)}/choice/[^/]+/text")
    return sum(count_words(text) for part, text in play.words.items() if offered.fullmatch(part))


def check_minutes(plans: Iterable[ResolvedUnit], diagnostics: Diagnostics) -> None:
    """Warn of each unit of the pack itself whose stated minutes are not those of the rule."""
    for plan in plans:
        expected = expected_minutes(plan)
        stated = plan.spec.minutes or 0
        if expected is not None and not plan.shared and not agree(stated, expected):
            text = f'The unit "{plan.key}" says {stated} minutes, and its words and questions take {expected:.1f}'
            diagnostics.warn(MANIFEST, plan.spec.line, f"{text}: see minutes in docs/pack-format.md")
