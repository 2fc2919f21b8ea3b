"""What learners see of a translation: the screen on which its words stand, and how much of what is published."""

from __future__ import annotations

from collections.abc import Iterable

from perille.core.extensions import db
from perille.studio.builds import DraftBuild, build
from perille.studio.lesson_source import LessonSource, read_source
from perille.studio.models import StudioDraft
from perille.studio.previews import preview_url
from perille.studio.publishing import current_version
from perille.studio.translating import Translation, seen_by_learners, translations

_LESSON = "lesson/"


def looks_of(
    draft: StudioDraft, made: DraftBuild, language: str, entries: Iterable[Translation]
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


def seen_now(draft: StudioDraft, language: str) -> tuple[int, int] | None:
    """Return how many texts of what is published learners see in a language, and of how many; None where nothing is."""
    current = current_version(db.session, draft)
    if current is None:
        return None
    pack = build(db.session, draft, current.revision).pack
    every = translations(pack, language)
    return (seen_by_learners(pack, every) if language in pack.manifest.translated_into else 0), len(every)


def _screen_at(source: LessonSource, line: int) -> int:
    """Return the number of the screen in which a line stands: the last one that begins before it."""
    begun = (at for at, screen in enumerate(source.screens, 1) if screen.start < line)
    return max(begun, default=1)
