"""Comments on the page of a translation: those of the block in which the words stand, so that who translates asks where they read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from perille.core.database import Session
from perille.packs.format.loading import LoadedPack
from perille.studio.comments import CommentThread, threads
from perille.studio.lesson_source import LessonSource, read_source
from perille.studio.models import StudioDraft
from perille.studio.translating import Translation

_LESSON = "lesson/"


@dataclass(frozen=True, slots=True)
class CommentPlace:
    """The block of a lesson in which words stand that are translated."""

    #: Name of the lesson.
    lesson: str
    #: Number of the block in it, from 0, and the hash of its text.
    place: int
    digest: str
    #: What was said there; of several words of one block at the first alone.
    threads: tuple[CommentThread, ...]


def comment_places(
    session: Session, draft: StudioDraft, pack: LoadedPack, entries: Iterable[Translation]
) -> dict[tuple[str, str], CommentPlace]:
    """Return (context, source) -> block, of the words that stand in blocks of lessons; titles and questions have no comments."""
    shown = list(entries)
    wanted = {(each.context, each.source) for each in shown if each.context.startswith(_LESSON)}
    lines = {(each.context, each.msgid): each.line for each in reversed(pack.messages)}
    names = dict.fromkeys(context.removeprefix(_LESSON) for context, _source in wanted)
    sources = {name: read_source(pack.files.text(f"{_LESSON[:-1]}s/{name}.md")) for name in names}
    talks = {name: threads(session, draft, f"{_LESSON[:-1]}s/{name}.md") for name in names}
    found: dict[tuple[str, str], CommentPlace] = {}
    told: set[tuple[str, int]] = set()
    for each in shown:
        key = (each.context, each.source)
        name = each.context.removeprefix(_LESSON)
        place = _block_at(sources[name], lines.get(key, 0)) if key in wanted else -1
        if place >= 0:
            here = [talk for talk in talks[name] if talk.head.place == place and (name, place) not in told]
            told.add((name, place))
            found[key] = CommentPlace(name, place, sources[name].blocks[place].digest, tuple(here))
    return found


def _block_at(source: LessonSource, line: int) -> int:
    """Return the number of the block in which a line stands, from 1; -1 for none."""
    return next((at for at, block in enumerate(source.blocks) if block.start < line <= block.end), -1)
