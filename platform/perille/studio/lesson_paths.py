"""Where a lesson is: its address in the Studio, and its file in a draft."""

from __future__ import annotations

#: Address of a lesson in the Studio.
LESSON = "/<lang:lang>/studio/<uuid:draft_id>/lessons/<name>"


def lesson_path(name: str) -> str:
    """Return the path of a lesson's file in a draft.

    >>> lesson_path("ask-for-help")
    'lessons/ask-for-help.md'
    """
    return f"lessons/{name}.md"
