"""Where words to translate stand, in words: a translator knows the course, and none of its files."""

from __future__ import annotations

from collections.abc import Callable

from perille.core.i18n import _
from perille.packs.format.loading import LoadedPack

_PACK = {"pack/title": "title", "pack/summary": "summary"}


def place_namer(pack: LoadedPack) -> Callable[[str], str]:
    """Return what tells in words where the context of an entry is; "" for a place that has no name of its own."""
    lessons = {
        name: lesson.blocks[lesson.title].msgid for name, lesson in pack.lessons.items() if lesson.title is not None
    }
    prompts = {key: item.words.get("prompt", key) for key, item in pack.items.items()}

    def named(context: str) -> str:
        folder, _sep, rest = context.partition("/")
        if context in _PACK:
            return _("Title") if _PACK[context] == "title" else _("What it is about, in one sentence")
        if folder == "item":
            key = rest.partition("/")[0]
            return f"{_('Question')}: {prompts.get(key, key)}"
        if folder == "lesson":
            return lessons.get(rest, rest)
        return _("Title") if rest.endswith("/title") else ""

    return named
