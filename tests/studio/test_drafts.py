"""Drafts: a pack's files in the database, each save a revision, nothing lost and nothing changed that was not touched."""

from __future__ import annotations

import random
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from perille.packs.source.files import read_folder
from perille.studio import drafts
from perille.studio.archives import read_archive, write_archive
from perille.studio.drafts import RevisionKind
from perille.studio.lesson_source import LessonSource
from perille.studio.models import StudioBlob, StudioChange, StudioDraft, StudioRevision
from support.places import ROOT

PACKS = sorted([*(ROOT / "courses").glob("course_*"), *(ROOT / "modules").glob("module_*")])
SMALL = {
    "pack.toml": b'id = "course_small"\ntitle = "Small"\n',
    "lessons/one.md": b"# One\n\nFirst words.\n",
    "media/a.webp": b"\x00picture",
}


def small(session: Session) -> StudioDraft:
    return drafts.make_draft(session, SMALL, None)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_a_shipped_pack_comes_out_as_it_came_in_but_for_the_block_that_was_edited(
    folder: Path, session: Session
) -> None:
    files = dict(read_folder(folder).files)
    draft = drafts.make_draft(session, files, None, deed=RevisionKind.IMPORTED)
    out = write_archive(draft.pack_id, drafts.files_at(session, draft))
    assert read_archive(out) == files
    assert out == write_archive(folder.name, files)
    assert draft.pack_id == folder.name
    lessons = sorted(path for path in files if path.startswith("lessons/"))
    if not lessons:
        return
    path = random.Random(folder.name).choice(lessons)
    lesson = LessonSource(files[path].decode("utf-8"))
    block = lesson.blocks[0]
    changed = lesson.replace(block, block.text.replace("e", "é", 1)).encode()
    assert drafts.save(session, draft, {path: changed}, None, RevisionKind.WORDS)
    again = drafts.files_at(session, draft)
    assert {name for name in files if again[name] != files[name]} == {path}
    assert changed.replace("é".encode(), b"e", 1) == files[path]


def test_a_save_that_changes_nothing_writes_nothing(session: Session) -> None:
    draft = small(session)
    assert not drafts.save(session, draft, dict(SMALL), None, RevisionKind.WORDS)
    assert draft.revision == 1
    assert session.scalar(select(func.count()).select_from(StudioRevision)) == 1


def test_undo_goes_back_to_the_beginning_and_can_itself_be_taken_back(session: Session) -> None:
    draft = small(session)
    for word in (b"two", b"three", b"four"):
        drafts.save(session, draft, {"lessons/one.md": b"# One\n\n" + word + b"\n"}, None, RevisionKind.WORDS)

    def words() -> bytes | None:
        return drafts.file_at(session, draft, "lessons/one.md")

    seen = []
    while drafts.undo(session, draft, None):
        seen.append(words())
    assert seen == [b"# One\n\nthree\n", b"# One\n\ntwo\n", SMALL["lessons/one.md"]]
    drafts.restore(session, draft, 4, None)
    assert words() == b"# One\n\nfour\n"
    drafts.undo(session, draft, None)
    assert words() == SMALL["lessons/one.md"], "an undo of what came from the history leads to what was there before it"


def test_a_file_that_went_comes_back(session: Session) -> None:
    draft = small(session)
    drafts.save(session, draft, {"media/a.webp": None, "lessons/two.md": b"# Two\n"}, None, RevisionKind.PICTURE)
    assert sorted(drafts.files_at(session, draft)) == ["lessons/one.md", "lessons/two.md", "pack.toml"]
    assert drafts.file_at(session, draft, "media/a.webp") is None
    drafts.undo(session, draft, None)
    assert drafts.files_at(session, draft) == SMALL
    assert drafts.files_at(session, draft, 2).keys() == {"lessons/one.md", "lessons/two.md", "pack.toml"}


def test_a_broken_manifest_keeps_the_name_under_which_the_draft_is_known(session: Session) -> None:
    draft = small(session)
    drafts.save(session, draft, {"pack.toml": b"id = ["}, None, RevisionKind.SOURCE)
    assert (draft.pack_id, draft.title) == ("course_small", "Small")


def test_an_hour_of_typing_is_small_and_reads_as_a_few_lines(session: Session) -> None:
    author = uuid4()
    blocks = [f"Paragraph {number} says something about the sea and the ships." for number in range(60)]
    body = "\n\n::: note\nA pause.\n:::\n\n".join(blocks)
    draft = drafts.make_draft(session, SMALL | {"lessons/one.md": f"# One\n\n{body}\n".encode()}, author)
    before = session.scalar(select(func.sum(func.length(StudioBlob.body)))) or 0
    for minute in range(60):
        body = body.replace(f"Paragraph {minute} ", f"Section {minute} ", 1)
        drafts.save(session, draft, {"lessons/one.md": f"# One\n\n{body}\n".encode()}, author, RevisionKind.WORDS)
    after = session.scalar(select(func.sum(func.length(StudioBlob.body)))) or 0
    changes = session.scalar(select(func.count()).select_from(StudioChange)) or 0
    assert after - before + changes * 150 < 300_000
    assert len(drafts.history(session, draft)) <= 20
    assert drafts.history(session, draft)[0].count == 60
    drafts.restore(session, draft, 1, author)
    assert b"Section" not in (drafts.file_at(session, draft, "lessons/one.md") or b"Section")


def test_a_draft_that_was_put_aside_is_not_found_and_comes_back_whole(session: Session) -> None:
    draft = small(session)
    drafts.put_aside(session, draft)
    assert drafts.drafts_of(session, None) == []
    with pytest.raises(drafts.NotFound):
        drafts.find_draft(session, draft.id)
    drafts.take_back(session, draft.id)
    assert drafts.files_at(session, drafts.find_draft(session, draft.id)) == SMALL


def test_two_drafts_share_what_is_the_same_and_no_change(session: Session) -> None:
    first, second = small(session), small(session)
    drafts.save(session, first, {"lessons/one.md": b"# Other\n\nWords.\n"}, None, RevisionKind.WORDS)
    assert drafts.files_at(session, second) == SMALL
    assert session.scalar(select(func.count()).select_from(StudioBlob)) == len(SMALL) + 1
