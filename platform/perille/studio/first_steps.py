"""The way from a new draft to a published course, step by step: what is done shows in the draft itself, so nothing is kept for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from perille.core.extensions import db
from perille.core.i18n import lazy_gettext
from perille.packs.format.lesson_model import EASY
from perille.studio.block_forms import is_unfilled
from perille.studio.builds import DraftBuild
from perille.studio.lesson_source import BlockKind, LessonSource, read_source
from perille.studio.models import StudioDraft
from perille.studio.pages import draft_url
from perille.studio.publishing import current_version

_SHOWING = (BlockKind.PICTURE, BlockKind.STORY)


@dataclass(frozen=True, slots=True)
class FirstStep:
    """Something to do next, and where."""

    words: str
    url: str
    is_done: bool


def first_steps(draft: StudioDraft, made: DraftBuild) -> list[FirstStep]:
    """Return the steps from a new draft to a published course; none for a copy, a course without lessons, or once it is published."""
    names = _lessons(made)
    if draft.origin or not names or current_version(db.session, draft) is not None:
        return []
    sources = [read_source(made.pack.files.files[f"lessons/{name}.md"].decode("utf-8", "replace")) for name in names]
    first = names[0]
    lesson = draft_url(draft, "studio.lesson", name=first)
    last = max(1, len(sources[0].screens))
    picture = draft_url(draft, "studio.pictures", lesson=first, screen=last)
    question = draft_url(draft, "studio.new_question", lesson=first, screen=last)
    return [
        FirstStep(
            lazy_gettext("Write the first words"), f"{lesson}#add", _any(sources, lambda kind: kind not in _SHOWING)
        ),
        FirstStep(lazy_gettext("Show a picture"), picture, _any(sources, lambda kind: kind in _SHOWING)),
        FirstStep(
            lazy_gettext("Add a second screen"), f"{lesson}#new-heading", sum(len(each.screens) for each in sources) > 1
        ),
        FirstStep(lazy_gettext("Ask a question"), question, bool(made.pack.items)),
        FirstStep(lazy_gettext("Publish"), draft_url(draft, "studio.publication"), False),
    ]


def _lessons(made: DraftBuild) -> list[str]:
    """Return the names of the lessons; easy words of one are none of their own."""
    files = (path for path in made.pack.files.files if path.startswith("lessons/") and path.endswith(".md"))
    names = (path.removeprefix("lessons/").removesuffix(".md") for path in files)
    return [name for name in names if not name.endswith(EASY)]


def next_step(steps: Sequence[FirstStep]) -> FirstStep | None:
    """Return the first step that is not done, None where there is none."""
    return next((each for each in steps if not each.is_done), None)


def _any(sources: Sequence[LessonSource], wanted: Callable[[BlockKind], bool]) -> bool:
    """Tell whether a lesson has a block of a wanted kind whose words are written."""
    blocks = (block for source in sources for block in source.blocks)
    return any(wanted(block.kind) and not is_unfilled(block.text) for block in blocks)
