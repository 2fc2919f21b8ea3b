"""Easy versions, lessons/<unit>.easy.md: each is one of a lesson, asks what that lesson asks, and has short sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from perille.api import did_you_mean
from perille.domain.content import PieceKind
from perille.domain.course import MoveOn, UnitKind
from perille.packs.checks.sentences import counted_sentences
from perille.packs.format.lesson_model import EASY, Lesson
from perille.packs.format.loading import LoadedPack
from perille.packs.format.units import ResolvedUnit
from perille.packs.source.diagnostics import Diagnostics

#: More words than this are no easy sentence; about ten are right.
MOST_WORDS = 15


def check_easy_versions(pack: LoadedPack, plans: Iterable[ResolvedUnit], diagnostics: Diagnostics) -> None:
    """Refuse easy versions of nothing, and questions that the lesson itself does not ask. Warn of long sentences."""
    own = {plan.key: plan for plan in plans if not plan.shared}
    for name, lesson in pack.lessons.items():
        if not name.endswith(EASY):
            continue
        unit = name.removesuffix(EASY)
        if problem := _problem(pack, unit, own.get(unit)):
            diagnostics.add(lesson.path, 1, problem)
            continue
        for line, message in _asked(own[unit], lesson):
            diagnostics.add(lesson.path, line, message)
        for line, words in _long_sentences(lesson):
            message = f"A sentence has {words} words: in an easy version about ten are right, {MOST_WORDS} at most"
            diagnostics.warn(lesson.path, line, message)


def _problem(pack: LoadedPack, unit: str, plan: ResolvedUnit | None) -> str:
    """Return what is wrong with a file that is named like the easy version of a unit, or ''."""
    if plan is None:
        known = [each.key for each in pack.manifest.units]
        return f"The easy version is never used: pack.toml has no [unit.{unit}] of its own{did_you_mean(unit, known)}"
    if plan.kind is not UnitKind.LESSON:
        return f'Only a lesson has an easy version: "{unit}" is a {plan.kind}'
    if plan.spec.variants:
        return f'The unit "{unit}" has a lesson for each country, and an easy version would be for none of them'
    return ""


def _asked(plan: ResolvedUnit, lesson: Lesson) -> Iterator[tuple[int, str]]:
    """Yield the questions that one version asks and must not, or does not ask and must: both lead to the same progress."""
    there = [item.item.key for item in plan.items()]
    here = {piece.name: piece.line for piece in lesson.pieces(PieceKind.CHECK)}
    for key, line in here.items():
        if key not in there:
            yield line, f'The lesson itself does not ask "{key}"{did_you_mean(key, there)}'
    if plan.spec.move_on in (MoveOn.PASSED, MoveOn.COMPLETED_AND_PASSED):
        for key in there:
            if key not in here:
                yield 1, f'The unit "{plan.key}" has to be passed, so its easy version asks "{key}" too'


def _long_sentences(lesson: Lesson) -> Iterator[tuple[int, int]]:
    """Yield the line of each block with a sentence that is too long, and how many words the longest one has."""
    for block in lesson.blocks:
        longest = max((count for count, _sentence in counted_sentences(block.msgid)), default=0)
        if longest > MOST_WORDS:
            yield block.line, longest
