"""Sentences are short in every language of a pack: the bars of the Studio's style checklist, which knows that Finnish words are longer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from perille.domain.course import PackKind
from perille.packs.checks.sentences import MOST_WORDS
from perille.packs.format.loading import LoadedPack, messages_of
from perille.packs.source.markdown import fold
from perille.studio.style import Readership, StyleFlaw, style_notes
from support.shipped import shipped_pack

ROOT = Path(__file__).resolve().parents[2]
PACKS = sorted(path.parent for root in ("courses", "modules") for path in (ROOT / root).glob("*/pack.toml"))
#: How many of the blocks may have a sentence above the bar of their language, and how long none may be anywhere.
ABOVE, LONGEST = 0.045, 25


def _words(pack: LoadedPack, language: str) -> Iterator[tuple[str, str]]:
    """Yield (context, words) in a language. A fact is cited, and no sentence of ours."""
    for message in messages_of(pack):
        if message.context.startswith("fact/"):
            continue
        if language == pack.manifest.source_language:
            yield message.context, message.msgid
        elif entry := pack.catalogues[language].entries.get((message.context, fold(message.msgid))):
            yield message.context, entry.msgstr


@pytest.mark.parametrize("folder", PACKS, ids=lambda path: path.name)
def test_few_sentences_are_long_and_none_very_long_in_any_language(folder: Path) -> None:
    pack = shipped_pack(folder)
    kind = PackKind.MODULE if pack.manifest.kind is PackKind.MODULE else PackKind.COURSE
    very_long: list[tuple[str, str, str]] = []
    many: dict[str, float] = {}
    for language in pack.manifest.languages:
        assert language in MOST_WORDS[kind], "choose a bar for the language"
        texts = list(_words(pack, language))
        long = [
            (note, context)
            for context, text in texts
            for note in style_notes(text, Readership(language=language, kind=kind))
            if note.flaw is StyleFlaw.LONG
        ]
        very_long += [(language, context, note.about) for note, context in long if note.count > LONGEST]
        if len(long) > max(1, ABOVE * len(texts)):
            many[language] = round(len(long) / len(texts), 3)
    assert (very_long, many) == ([], {})
