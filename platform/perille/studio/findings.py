"""What the checks of a pack say, at the block or the question where it stands, with the way to mend it in the author's language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from perille.core.i18n import _
from perille.packs.source.diagnostics import Diagnostic, Level, fold_dependent
from perille.studio.lesson_source import LessonSource


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to change."""

    path: str
    line: int
    #: As the checks say it, in English.
    message: str
    #: What to do, in the author's language; "" where only the checks' own words say it.
    advice: str
    is_error: bool


def _advice(message: str) -> str:
    """Return how to mend what a check says; "" for what has no words of its own here."""
    known = (
        (r"The block is new and has no words yet", _("This block is new. Write its words, or take it out.")),
        (r"The lesson has a title and no words", _("This lesson is empty. Add a block with words.")),
        (r"has no description", _("Write what the picture shows, for people who cannot see it.")),
        (
            r'There is no picture|picture ".*" is not',
            _("This picture is not in the course. Upload it, or choose another one."),
        ),
        (
            r"There is no item|no item",
            _("This question is not in the course. Choose another one, or take the block out."),
        ),
        (r"needs at least \d", _("Add more answers: there must be at least two.")),
        (r"exactly one choice must have right", _("Mark exactly one answer as right.")),
        (r"one choice or more|at least one .*right", _("Mark at least one answer as right.")),
        (r"nothing is said to one who chooses", _("Write for each answer why it is right or wrong.")),
        (r"'?\"?prompt'?\"? is missing", _("Write the question.")),
        (r"'text' is missing|'text' is empty", _("Write the words of each answer, or leave its line empty.")),
        (r"is empty$|is empty:|::: \w+ is empty", _("This block is empty. Write its words, or take it out.")),
        (r"The link .* must begin with https", _("A link begins with https:// or leads to a lesson of this course.")),
        (r"leads to no unit|There is no unit", _("The link leads to a lesson that is not in this course.")),
        (
            r"There is no fact|names no fact|fact .* is not",
            _("This fact is not known here. Choose one from the list of facts."),
        ),
        (r"The bank has no|has no items|asks nothing", _("This test has no question yet. Add one.")),
        (r"Readers would see \*\*", _("Two stars stand where readers would see them. Mark the words as bold again.")),
        (r"no credit", _("Say who made the picture, and under which licence.")),
        (
            r"says \d+ minutes",
            _("The minutes are not those that its words and questions take. They are set when you publish."),
        ),
        (r"two .* are the same", _("Two answers are the same. Change one of them.")),
        (r"An entry of a dialogue", _("Say for each line who is speaking.")),
        (r"words, and a screen|about 60 words|too many words", _("This screen is long. Split it in two.")),
        (
            r"second person has reviewed|have changed since they were reviewed",
            _("Somebody who did not write it must read it."),
        ),
        (r"heading of the first or second level", _("A title has no place inside a block. Split the screen instead.")),
    )
    return next((words for pattern, words in known if re.search(pattern, message)), "")


def findings_of(diagnostics: Iterable[Diagnostic]) -> tuple[Finding, ...]:
    """Return what the checks found, errors first; where a file cannot be read, that alone and not what follows from it."""
    shown, _folded = fold_dependent(diagnostics)
    made = (
        Finding(each.path, each.line, each.message, _advice(each.message), each.level is Level.ERROR) for each in shown
    )
    return tuple(sorted(made, key=lambda each: not each.is_error))


def at_blocks(findings: Iterable[Finding], path: str, lesson: LessonSource) -> dict[int, list[Finding]]:
    """Return block number -> findings of a lesson; -1 for those that stand at no block."""
    found: dict[int, list[Finding]] = {}
    for finding in findings:
        if finding.path == path:
            line = finding.line - 1
            at = next((n for n, block in enumerate(lesson.blocks) if block.start <= line < block.end), -1)
            found.setdefault(at, []).append(finding)
    return found
