"""A block moved up or down in its lesson, over the edge of its screen too, and where a block is."""

from __future__ import annotations

from perille.core.errors import NotFound
from perille.core.i18n import _
from perille.studio.lesson_source import LessonBlock, LessonScreen, LessonSource


def moved(source: LessonSource, block: LessonBlock, place: int, step: int) -> tuple[str, int]:
    """Return the lesson with a block one step further down, or up for -1, and the number that the block has in it then."""
    screen, at = screen_of(source, place)
    other = at + step
    if 0 <= other < len(screen.blocks):
        neighbour = screen.blocks[other]
        text = source.swap((block.start, block.end), (neighbour.start, neighbour.end))
        return text, _place_of(block, text, place + step)
    # Over the edge it passes a heading and no block, so its number stays.
    text = _over_the_edge(source, screen, block, step)
    return text, _place_of(block, text, place)


def _place_of(block: LessonBlock, text: str, about: int) -> int:
    """Return the number of a moved block: *about* that, since two texts that have come together are one block."""
    words = block.text.strip()
    found = [number for number, each in enumerate(LessonSource(text).blocks) if words in each.text]
    return min(found, key=lambda number: abs(number - about), default=about)


def _over_the_edge(source: LessonSource, screen: LessonScreen, block: LessonBlock, step: int) -> str:
    number = source.screens.index(screen) + step
    if not 0 <= number < len(source.screens):
        return source.text
    without = LessonSource(source.replace(block, ""))
    target = without.screens[min(number, len(without.screens) - 1)]
    return without.add_block(target, block.text, None if step < 0 else 0)


def screen_of(source: LessonSource, place: int) -> tuple[LessonScreen, int]:
    """Return the screen on which the block of that number stands, and its number among the blocks of that screen.

    Raise NotFound where the lesson has no such block.
    """
    for screen in source.screens:
        if place < len(screen.blocks):
            return screen, place
        place -= len(screen.blocks)
    raise NotFound(_("There is no such block in this lesson."))


def number_of_screen(source: LessonSource, place: int) -> int:
    """Return the number, from 1, of the screen on which the block of that number stands."""
    return 1 + source.screens.index(screen_of(source, place)[0])
