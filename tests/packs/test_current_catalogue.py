from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perille.packs.authoring import update
from perille.packs.authoring.current_catalogue import missing_where_current
from perille.packs.authoring.update import UpdateReport, new_catalogue, update_catalogue, update_folder
from perille.packs.compiler.compile import load_library
from perille.packs.format.loading import Message
from perille.packs.source.registry import InteractionRegistry

MakePack = Callable[..., Path]
blocks = st.lists(st.sampled_from([f'Sentence "{n}" \\ of the lesson\n' * n for n in range(1, 8)]), unique=True)


def messages(texts: list[str]) -> list[Message]:
    return [Message("lesson/a", text, "lessons/a.md", 1) for text in texts]


@given(blocks, blocks, st.data())
def test_a_catalogue_is_current_exactly_where_the_update_changes_nothing(
    old: list[str], new: list[str], data: st.DataObject
) -> None:
    first = update_catalogue(new_catalogue("course_x", "1.0.0", "ar"), messages(old), UpdateReport(Path("ar.po")))
    for entry in first:
        entry.msgstr = data.draw(st.sampled_from(["", f"ع {entry.msgid}"]))
    second = update_catalogue(polib.pofile(str(first)), messages(new), UpdateReport(Path("ar.po")))
    shuffled = polib.pofile(str(second))
    shuffled[:] = data.draw(st.permutations(list(shuffled)))
    for text in map(_written, (first, second, shuffled)):
        for wanted in map(messages, (old, new)):
            told = UpdateReport(Path("ar.po"))
            update_catalogue(polib.pofile(text), wanted, told)
            assert missing_where_current(text.encode(), wanted) == (None if told.changed else told.missing), text


def _written(catalogue: polib.POFile) -> str:
    """Return the text as it stands: polib itself writes what is obsolete last."""
    head = polib.POFile()
    head.metadata = catalogue.metadata
    return "\n".join([str(head), *(str(entry) for entry in catalogue)])


@pytest.mark.parametrize("broken", [b"\xff", b'msgid "a\nmsgstr "b"\n'])
def test_what_cannot_be_read_is_never_current(broken: bytes) -> None:
    assert missing_where_current(broken, messages(["A"])) is None
    assert missing_where_current(broken, []) is None


def test_an_update_that_changes_nothing_leaves_the_slow_reader_alone(
    make_pack: MakePack, registry: InteractionRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = make_pack(lessons={"hello": "# Hello\n\nFirst you call.\n"}, languages=["en", "ar"])
    made = update_folder(course, load_library(course, registry))[0]

    def fail(*_given: object) -> None:
        raise AssertionError("the catalogue was parsed")

    monkeypatch.setattr(update, "parse_po", fail)
    again = update_folder(course, load_library(course, registry))[0]
    assert not again.changed
    assert again.missing == made.missing > 0
