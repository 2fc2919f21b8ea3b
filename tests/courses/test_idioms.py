"""No shipped pack says with an idiom what plain words say: the lists of the Studio's style checklist, in each language that has one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from perille.packs.format.loading import LoadedPack, messages_of
from perille.packs.source.markdown import fold
from perille.studio.style import Readership, StyleFlaw, style_notes
from support.shipped import shipped_pack

ROOT = Path(__file__).resolve().parents[2]
#: "How to author" shows idioms, to say that they are none of a course's words.
PACKS = sorted(
    path.parent
    for root in ("courses", "modules")
    for path in (ROOT / root).glob("*/pack.toml")
    if path.parent.name != "module_author"
)


def _texts(pack: LoadedPack, language: str) -> Iterator[str]:
    for message in messages_of(pack):
        if language == pack.manifest.source_language:
            yield message.msgid
        elif entry := pack.catalogues[language].entries.get((message.context, fold(message.msgid))):
            yield entry.msgstr


@pytest.mark.parametrize("folder", PACKS, ids=lambda path: path.name)
def test_no_language_of_a_pack_has_an_idiom(folder: Path) -> None:
    pack = shipped_pack(folder)
    found = [
        (language, note.about, text)
        for language in pack.manifest.languages
        for text in _texts(pack, language)
        for note in style_notes(text, Readership(language=language, kind=pack.manifest.kind))
        if note.flaw is StyleFlaw.IDIOM
    ]
    assert found == []
