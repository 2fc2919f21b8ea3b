"""What reads badly or goes out of date: numbers and fees typed into sentences, screens that are too long for a phone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from perille.packs.format.lesson_model import Lesson
from perille.packs.format.loading import LoadedPack
from perille.packs.format.translation import Key
from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.markdown import FACT

#: A screen of more words than this is several screens; about 60 is right.
MOST_WORDS = 300
#: Words of a fact: numbers belong there, it has a source and a day.
_FACT_CONTEXT = "fact/"
_CODE_OR_LINK = re.compile(r"`[^`]*`|\]\([^])]*\)")
_DIGIT = re.compile(r"\d")
#: Telephone numbers, days and fees.
_TYPED = re.compile(
    r"\+\d[\d ()/-]{6,}\d|\b0\d{1,3}[ -]\d{3,4}[ -]?\d{2,4}\b"
    r"|\b\d{1,2}[./]\d{1,2}[./]20\d\d\b|\b20\d\d-\d\d-\d\d\b"
    r"|€ ?\d+|\b\d+(?:[.,]\d+)? ?(?:€|EUR\b|euros?\b|SEK\b|ISK\b)"
)


def check_plain_words(pack: LoadedPack, diagnostics: Diagnostics) -> None:
    """Warn of long screens, and of numbers and dates that are typed where a fact would be kept up to date in one place."""
    for lesson in pack.lessons.values():
        _check_length(lesson, diagnostics)
    sources = _check_source(pack, diagnostics)
    for catalogue in pack.catalogues.values():
        for key, entry in catalogue.entries.items():
            typed = _typed(entry.msgstr) if _DIGIT.search(entry.msgstr) else None
            if typed and not key[0].startswith(_FACT_CONTEXT):
                for found in typed - sources.get(key, frozenset()):
                    diagnostics.warn(catalogue.path, entry.line, _told(found))


def _check_source(pack: LoadedPack, diagnostics: Diagnostics) -> Mapping[Key, frozenset[str]]:
    """Warn of what is typed in the language of the source, and return it: a translation that repeats it is not told of."""
    sources: dict[Key, frozenset[str]] = {}
    for message in pack.messages:
        typed = _typed(message.msgid) if _DIGIT.search(message.msgid) else None
        key = (message.context, message.msgid)
        if typed and key not in sources and not message.context.startswith(_FACT_CONTEXT):
            sources[key] = typed
            for found in typed:
                diagnostics.warn(message.path, message.line, _told(found))
    return sources


def _told(found: str) -> str:
    return f'"{found}" is typed into the sentence: write it as a fact, which has a source and a day'


@lru_cache(maxsize=20_000)
def _typed(text: str) -> frozenset[str]:
    """Return what is typed; kept, since a draft is looked at after each save, and most of its sentences are the same."""
    return frozenset(_TYPED.findall(_CODE_OR_LINK.sub(" ", FACT.sub(" ", text))))


def _check_length(lesson: Lesson, diagnostics: Diagnostics) -> None:
    for screen in lesson.screens:
        blocks = {block for piece in screen.pieces for block in piece.blocks}
        count = sum(len(lesson.blocks[block].msgid.split()) for block in blocks)
        if count > MOST_WORDS:
            line = screen.pieces[0].line
            diagnostics.warn(
                lesson.path, line, f"The screen has {count} words: begin another with ##, about 60 fit a phone"
            )
