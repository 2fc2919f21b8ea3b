"""Saving one block of a lesson: in the lesson as it is now, whoever else has saved since the form was opened, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select

from perille.core.database import Session, utcnow
from perille.core.errors import BadRequest, NotFound
from perille.core.i18n import _
from perille.core.letters import unix_newlines
from perille.studio.drafts import RevisionKind, file_at, save
from perille.studio.lesson_source import LessonBlock, LessonSource, text_digest
from perille.studio.merging import find_block, likest_block, merge
from perille.studio.models import StudioDraft, StudioUnmerged

#: The place of words whose block was gone when they came.
_GONE = -1


class Saved(StrEnum):
    """What became of words that were sent."""

    UNCHANGED = "unchanged"
    SAVED = "saved"
    #: Somebody else had changed other lines of the block: both changes are in it.
    MERGED = "merged"
    #: Somebody else had changed the same lines, or the block is gone: both texts are kept, and one decides.
    KEPT_BESIDE = "kept-beside"


@dataclass(frozen=True, slots=True)
class BlockRef:
    """The block that a form was made of."""

    path: str
    #: Its number in the lesson, from 0.
    place: int
    digest: str
    #: Revision of the draft in which it was read.
    revision: int


def lesson_text(session: Session, draft: StudioDraft, path: str, number: int | None = None) -> str:
    """Return a lesson of a draft; raise NotFound for none, and BadRequest naming a file whose bytes are no UTF-8.

    No way into a draft takes such a file now; drafts of before may hold one.
    """
    body = file_at(session, draft, path, number)
    if body is None:
        raise NotFound(_("There is no such lesson in this draft."))
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        said = _("It is not saved as UTF-8, so its letters would come out wrong. Save it as UTF-8.")
        raise BadRequest(f"{path}: {said}") from error


def write_lesson(
    session: Session, draft: StudioDraft, path: str, text: str, account_id: UUID | None, deed: RevisionKind
) -> bool:
    """Save a lesson; return False where it is as it was."""
    return save(session, draft, {path: text.encode("utf-8")}, account_id, deed)


def change_lesson(
    session: Session,
    draft: StudioDraft,
    path: str,
    account_id: UUID | None,
    deed: RevisionKind,
    change: Callable[[LessonSource], str],
) -> bool:
    """Save what *change* makes of the lesson as it is now."""
    return write_lesson(session, draft, path, change(LessonSource(lesson_text(session, draft, path))), account_id, deed)


def save_block(
    session: Session,
    draft: StudioDraft,
    ref: BlockRef,
    words: str,
    account_id: UUID | None,
    *,
    typed_from: str | None = None,
) -> Saved:
    """Save the new text of a block; *draft* is locked. A block that somebody else changed is merged by line, or both are kept.

    *typed_from*: the text that the words were made of, where it is not that of the block that *ref* names.
    """
    lesson = LessonSource(lesson_text(session, draft, ref.path))
    block = find_block(lesson, ref.digest, ref.place)
    if block is not None and (typed_from is None or unix_newlines(typed_from) == unix_newlines(block.text)):
        changed = write_lesson(session, draft, ref.path, lesson.replace(block, words), account_id, RevisionKind.WORDS)
        return Saved.SAVED if changed else Saved.UNCHANGED
    return _save_beside_theirs(session, draft, ref, words, account_id, typed_from)


def _save_beside_theirs(
    session: Session, draft: StudioDraft, ref: BlockRef, words: str, account_id: UUID | None, typed_from: str | None
) -> Saved:
    """Save words whose block is another one by now: both changes in one text, or both texts until somebody decides."""
    lesson = LessonSource(lesson_text(session, draft, ref.path))
    earlier = LessonSource(lesson_text(session, draft, ref.path, ref.revision))
    named = find_block(earlier, ref.digest, ref.place)
    if named is None:
        return keep_beside(session, draft, ref, "", words, account_id)
    base = named.text if typed_from is None else typed_from
    if base == words:
        return Saved.UNCHANGED
    theirs = _what_became_of(ref, named, earlier, lesson, typed_from)
    merged = None if theirs is None else merge(unix_newlines(base), unix_newlines(words), unix_newlines(theirs.text))
    if theirs is None or merged is None:
        beside = replace(ref, place=_GONE if theirs is None else lesson.blocks.index(theirs))
        return keep_beside(session, draft, beside, base, words, account_id)
    write_lesson(session, draft, ref.path, lesson.replace(theirs, merged), account_id, RevisionKind.MERGED)
    return Saved.MERGED


def _what_became_of(
    ref: BlockRef, named: LessonBlock, earlier: LessonSource, lesson: LessonSource, typed_from: str | None
) -> LessonBlock | None:
    """Return the block that is now what *named* was in the earlier lesson, the surest sign first; None where it is gone."""
    typed = None if typed_from is None else find_block(lesson, text_digest(typed_from), ref.place)
    return (
        find_block(lesson, ref.digest, ref.place)
        or typed
        or likest_block(lesson, named, ref.place)
        or _in_its_place(lesson, earlier, named, ref.place)
    )


def _in_its_place(lesson: LessonSource, earlier: LessonSource, base: LessonBlock, place: int) -> LessonBlock | None:
    """Return the block that stands where *base* stood, written anew from end to end; None where blocks came or went."""
    kinds = [[block.kind for block in each.blocks] for each in (earlier, lesson)]
    return (
        lesson.blocks[place]
        if kinds[0] == kinds[1] and place < len(kinds[1]) and base.kind is kinds[1][place]
        else None
    )


def keep_beside(
    session: Session, draft: StudioDraft, ref: BlockRef, base: str, words: str, account_id: UUID | None
) -> Saved:
    """Keep words that found no place; the same words of the same person once."""
    mine = select(StudioUnmerged).where(
        StudioUnmerged.draft_id == draft.id,
        StudioUnmerged.path == ref.path,
        StudioUnmerged.mine == words,
        StudioUnmerged.settled_at.is_(None),
    )
    if session.scalar(mine) is None:
        session.add(
            StudioUnmerged(
                draft_id=draft.id, path=ref.path, account_id=account_id, base=base, mine=words, place=ref.place
            )
        )
        session.flush()
    return Saved.KEPT_BESIDE


def unmerged(session: Session, draft: StudioDraft, path: str = "") -> list[StudioUnmerged]:
    """Return what waits for a decision, of one lesson or of all."""
    wanted = select(StudioUnmerged).where(StudioUnmerged.draft_id == draft.id, StudioUnmerged.settled_at.is_(None))
    if path:
        wanted = wanted.where(StudioUnmerged.path == path)
    return list(session.scalars(wanted.order_by(StudioUnmerged.at)))


class MergeChoice(StrEnum):
    """What is to become of two texts of one block."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"


def resolve_unmerged(
    session: Session, draft: StudioDraft, row: StudioUnmerged, choice: MergeChoice, account_id: UUID | None
) -> None:
    """Decide between two texts. Where the block is gone, the words that are to stay become a block at the end of their screen."""
    row.settled_at = utcnow()
    if choice is MergeChoice.THEIRS:
        session.flush()
        return
    lesson = LessonSource(lesson_text(session, draft, row.path))
    theirs = their_block(lesson, row)
    if theirs is not None and choice is MergeChoice.MINE:
        text = lesson.replace(theirs, row.mine)
    elif theirs is not None:
        text = lesson.insert(theirs.end, row.mine)
    else:
        before = [screen for screen in lesson.screens if screen.blocks]
        text = lesson.insert(before[-1].end if before else len(lesson.lines), row.mine)
    write_lesson(session, draft, row.path, text, account_id, RevisionKind.MERGED)


def their_block(lesson: LessonSource, row: StudioUnmerged) -> LessonBlock | None:
    """Return the block that stands now where words were to go, None where it is gone."""
    base = next(iter(LessonSource(f"# T\n\n{row.base}\n").blocks), None) if row.base else None
    if base is None or row.place == _GONE:
        return None
    here = lesson.blocks[row.place] if row.place < len(lesson.blocks) else None
    return likest_block(lesson, base, row.place) or (here if here is not None and here.kind is base.kind else None)
