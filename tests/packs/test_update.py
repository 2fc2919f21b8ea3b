from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perille.packs.authoring.update import UpdateReport, new_catalogue, update_catalogue, update_folder
from perille.packs.compiler.compile import load_library
from perille.packs.format.loading import Message
from perille.packs.source.diagnostics import PackError
from perille.packs.source.registry import InteractionRegistry
from support.packs import CHOICE

MakePack = Callable[..., Path]
LESSON = "# Hello\n\nFirst you call the number.\n\nThen you wait outside.\n\n- Take your phone.\n- Take your keys.\n"


@pytest.fixture
def course(make_pack: MakePack) -> Path:
    return make_pack(
        lessons={"hello": LESSON, "bye": "# Bye\n\nGo well.\n"}, items={"bank": CHOICE}, languages=["en", "ar"]
    )


@pytest.fixture
def update(course: Path, registry: InteractionRegistry) -> Callable[[], UpdateReport]:
    return lambda: update_folder(course, load_library(course, registry))[0]


@pytest.fixture
def translated(course: Path, update: Callable[[], UpdateReport]) -> polib.POFile:
    """A catalogue in which every block is translated."""
    update()
    found = polib.pofile(str(course / "translations" / "ar.po"))
    for entry in found:
        entry.msgstr = f"ع {entry.msgid}"
    found.save()
    return found


def change(folder: Path, path: str, old: str, new: str) -> None:
    text = (folder / path).read_text("utf-8")
    assert old in text
    (folder / path).write_text(text.replace(old, new), "utf-8")


def entries(folder: Path) -> dict[tuple[str, str], polib.POEntry]:
    found = polib.pofile(str(folder / "translations" / "ar.po"))
    return {(entry.msgctxt or "", entry.msgid): entry for entry in found if not entry.obsolete}


def test_a_missing_catalogue_is_made_with_headers(course: Path, update: Callable[[], UpdateReport]) -> None:
    report = update()
    made = polib.pofile(str(course / "translations" / "ar.po"))
    assert report.created
    assert report.missing == len(made) > 10
    assert made.metadata["Language"] == "ar"
    assert made.metadata["Plural-Forms"].startswith("nplurals=6;")
    assert {entry.msgctxt for entry in made} >= {"pack/title", "lesson/hello", "item/fire/prompt"}


def test_where_nothing_changed_no_byte_changes(
    course: Path, translated: polib.POFile, update: Callable[[], UpdateReport]
) -> None:
    path = course / "translations" / "ar.po"
    # As another program would have written it: long lines, its own comment, its own date.
    text = f"# Kept by hand.\n{path.read_text('utf-8')}"
    path.write_text(text.replace('"Language: ar\\n"', '"Language: ar\\n"\n"X-Mine: yes\\n"'), "utf-8")
    before = path.read_bytes()
    assert not update().changed
    assert path.read_bytes() == before


def test_an_edited_block_keeps_its_translation_as_outdated(
    course: Path, translated: polib.POFile, update: Callable[[], UpdateReport]
) -> None:
    change(course, "lessons/hello.md", "First you call the number.", "First you call the emergency number.")
    report = update()
    entry = entries(course)["lesson/hello", "First you call the emergency number."]
    assert (report.outdated, report.added, report.gone) == (1, 0, 0)
    assert entry.fuzzy
    assert entry.msgstr == "ع First you call the number."
    assert (entry.previous_msgctxt, entry.previous_msgid) == ("lesson/hello", "First you call the number.")


def test_twice_edited_the_source_of_the_translation_is_still_there(
    course: Path, translated: polib.POFile, update: Callable[[], UpdateReport]
) -> None:
    change(course, "lessons/hello.md", "call the number", "call this number")
    update()
    change(course, "lessons/hello.md", "call this number", "call that number")
    update()
    assert entries(course)["lesson/hello", "First you call that number."].previous_msgid == "First you call the number."


def test_moved_blocks_stay_translated(
    course: Path, translated: polib.POFile, update: Callable[[], UpdateReport]
) -> None:
    change(
        course,
        "lessons/hello.md",
        LESSON,
        "# Hello\n\n- Take your keys.\n- Take your phone.\n\nFirst you call the number.\n\nThen you wait outside.\n",
    )
    report = update()
    assert (report.outdated, report.added, report.gone) == (0, 0, 0)
    assert not any(entry.fuzzy for entry in entries(course).values())


def test_a_block_moved_to_another_lesson_is_outdated_with_its_old_place(
    course: Path, translated: polib.POFile, update: Callable[[], UpdateReport]
) -> None:
    change(course, "lessons/hello.md", "\n\nThen you wait outside.", "")
    change(course, "lessons/bye.md", "Go well.", "Go well.\n\nThen you wait outside.")
    update()
    entry = entries(course)["lesson/bye", "Then you wait outside."]
    assert (entry.fuzzy, entry.previous_msgctxt, entry.msgstr) == (True, "lesson/hello", "ع Then you wait outside.")


def test_two_edits_side_by_side_are_paired_by_likeness(
    course: Path, translated: polib.POFile, update: Callable[[], UpdateReport]
) -> None:
    change(
        course,
        "lessons/hello.md",
        "- Take your phone.\n- Take your keys.",
        "- Take your own keys.\n- Take your own phone.",
    )
    update()
    found = entries(course)
    assert found["lesson/hello", "Take your own keys."].previous_msgid == "Take your keys."
    assert found["lesson/hello", "Take your own phone."].previous_msgid == "Take your phone."


def test_a_part_of_an_item_is_paired_by_its_key_however_much_changed(
    course: Path, translated: polib.POFile, update: Callable[[], UpdateReport]
) -> None:
    change(course, "items/bank.toml", "Throw water on it", "Pour a bucket over the flames")
    update()
    entry = entries(course)["item/fire/choice/water/text", "Pour a bucket over the flames"]
    assert (entry.fuzzy, entry.previous_msgid) == (True, "Throw water on it")


def test_what_is_gone_is_kept_as_obsolete_and_comes_back(
    course: Path, translated: polib.POFile, update: Callable[[], UpdateReport]
) -> None:
    change(course, "lessons/hello.md", "\n- Take your keys.", "")
    assert update().gone == 1
    obsolete = polib.pofile(str(course / "translations" / "ar.po")).obsolete_entries()
    assert [(entry.msgid, entry.msgstr) for entry in obsolete] == [("Take your keys.", "ع Take your keys.")]
    change(course, "lessons/hello.md", "- Take your phone.", "- Take your phone.\n- Take your keys.")
    update()
    assert entries(course)["lesson/hello", "Take your keys."].msgstr == "ع Take your keys."


def test_a_broken_catalogue_is_left_alone(course: Path, registry: InteractionRegistry) -> None:
    path = course / "translations" / "ar.po"
    path.parent.mkdir()
    path.write_text('msgid "a\nmsgstr "b"\n')
    with pytest.raises(PackError):
        update_folder(course, load_library(course, registry))
    assert path.read_text() == 'msgid "a\nmsgstr "b"\n'


blocks = st.lists(st.sampled_from([f"Sentence number {n} of the lesson" for n in range(12)]), unique=True, max_size=10)


@settings(max_examples=60)
@given(blocks, blocks)
def test_no_translation_is_ever_lost(old: list[str], new: list[str]) -> None:
    first = update_catalogue(new_catalogue("course_x", "1.0.0", "ar"), messages(old), UpdateReport(Path("ar.po")))
    for entry in first:
        entry.msgstr = f"ع {entry.msgid}"
    second = update_catalogue(polib.pofile(str(first)), messages(new), UpdateReport(Path("ar.po")))
    assert [entry.msgid for entry in second if not entry.obsolete] == new
    assert {entry.msgstr for entry in second if entry.msgstr} >= {f"ع {each}" for each in old}
    again = UpdateReport(Path("ar.po"))
    assert str(update_catalogue(polib.pofile(str(second)), messages(new), again)) == str(second)
    assert not again.changed


def messages(texts: list[str]) -> list[Message]:
    return [Message("lesson/a", text, "lessons/a.md", 1) for text in texts]
