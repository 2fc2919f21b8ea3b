"""The screen of a learner on which words stand that are translated, in the language of the translation."""

from __future__ import annotations

from collections.abc import Iterable

from perille.studio.builds import Build
from perille.studio.lesson_source import LessonSource, read_source
from perille.studio.models import StudioDraft
from perille.studio.previews import preview_url
from perille.studio.translating import Translation

_LESSON = "lesson/"


def looks_of(
    draft: StudioDraft, made: Build, language: str, entries: Iterable[Translation]
) -> dict[tuple[str, str], str]:
    """Return (context, source) -> address of the screen, of words that stand in lessons; nothing where no page can be made."""
    shown = [each for each in entries if each.context.startswith(_LESSON)]
    if not shown or not made.has_pages:
        return {}
    kind = str(made.pack.manifest.kind)
    lines = {(each.context, each.msgid): each.line for each in reversed(made.pack.messages)}
    names = {each.context.removeprefix(_LESSON) for each in shown}
    sources = {name: read_source(made.pack.files.text(f"lessons/{name}.md")) for name in names}
    found = {}
    for each in shown:
        key, name = (each.context, each.source), each.context.removeprefix(_LESSON)
        found[key] = preview_url(draft, language, kind, name, _screen_at(sources[name], lines.get(key, 0)))
    return found


def _screen_at(source: LessonSource, line: int) -> int:
    """Return the number of the screen in which a line stands: the last one that begins before it."""
    begun = (at for at, screen in enumerate(source.screens, 1) if screen.start < line)
    return max(begun, default=1)
