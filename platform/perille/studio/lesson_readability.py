"""How easily a lesson is read, as its page says it: beside words and minutes, with the way to its longest sentence."""

from __future__ import annotations

from dataclasses import dataclass

from perille.core.i18n import decimal_written
from perille.packs.checks.readability import Ease, Readability, read_as_sentences, readability, sentence_bars
from perille.packs.format.lesson_model import EASY
from perille.studio.builds import DraftBuild
from perille.studio.lesson_source import LessonSource
from perille.studio.models import StudioDraft
from perille.studio.pages import draft_url
from perille.studio.style import shortened


@dataclass(frozen=True, slots=True)
class ReadingEase:
    """What is said of a lesson's sentences."""

    found: Readability
    #: Words of a sentence on the average, as the language of the page writes the number.
    mean: str
    #: The beginning of the longest sentence, and the address of the block in which it stands.
    longest: str
    url: str

    @property
    def is_long(self) -> bool:
        """Whether sentences are longer than they should be."""
        return self.found.ease is Ease.LONG

    @property
    def is_too_long(self) -> bool:
        """Whether they are too long for those who read them."""
        return self.found.ease is Ease.TOO_LONG


def reading_ease(draft: StudioDraft, made: DraftBuild, name: str, source: LessonSource) -> ReadingEase | None:
    """Return how easily a lesson is read; None for one without a sentence, or one that cannot be read as it is."""
    lesson, manifest = made.pack.lessons.get(name), made.pack.manifest
    if lesson is None:
        return None
    bars = sentence_bars(manifest.kind, manifest.source_language, is_easy=name.endswith(EASY))
    found = readability(read_as_sentences(lesson), bars)
    if found is None:
        return None
    mean = decimal_written(f"{found.mean:.1f}")
    return ReadingEase(found, mean, shortened(found.sentence), _address(draft, name, source, found.line))


def _address(draft: StudioDraft, name: str, source: LessonSource, line: int) -> str:
    """Return the address of the block that has a line of the file, counted from 1; of the lesson where none has it."""
    place = 0
    for number, screen in enumerate(source.screens, 1):
        for block in screen.blocks:
            if block.start < line <= block.end:
                return f"{draft_url(draft, 'studio.lesson', name=name, screen=number)}#block-{place}"
            place += 1
    return draft_url(draft, "studio.lesson", name=name)
