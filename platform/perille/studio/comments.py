"""Comments at blocks: they go where their block goes, through edits, moves and undoing, and stay when it is gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, update

from perille.core.database import Session, utcnow
from perille.core.errors import NotFound
from perille.core.i18n import _
from perille.people.double_submission import since_first_press
from perille.studio.lesson_source import LessonSource, read_source, text_digest
from perille.studio.merging import follow_blocks
from perille.studio.models import StudioComment, StudioDraft

#: Letters of a comment.
LONGEST = 2000
#: The place of a comment whose block is gone.
GONE = -1

#: Path -> hash of a file before a save ("" for none), and its bytes after it (None for none).
FileChanges = Mapping[str, tuple[str, bytes | None]]


@dataclass(frozen=True, slots=True)
class CommentThread:
    """A comment with its answers."""

    head: StudioComment
    answers: tuple[StudioComment, ...] = ()

    @property
    def is_open(self) -> bool:
        """Tell whether nobody has said that it is done."""
        return self.head.done_at is None


def comment(
    session: Session, draft: StudioDraft, path: str, place: int, lost_text: str, words: str, account_id: UUID
) -> StudioComment:
    """Write a comment at a block of a lesson as it is now; *draft* is locked.

    *place*: number of the block, `GONE` for one that went while the comment was written, whose words are *lost_text* then. The same words
    of one person at one place within a minute are one comment.
    """
    new = StudioComment(draft_id=draft.id, path=path, place=place, account_id=account_id, words=words)
    new.lost_text = lost_text if place == GONE else ""
    return _write(session, new)


def answer(session: Session, head: StudioComment, words: str, account_id: UUID) -> StudioComment:
    """Answer a comment. An answer to one that is done does not open it again."""
    return _write(
        session,
        StudioComment(
            draft_id=head.draft_id,
            path=head.path,
            place=head.place,
            lost_text=head.lost_text,
            answers_to=head.id,
            account_id=account_id,
            words=words,
            done_at=head.done_at,
            done_by=head.done_by,
        ),
    )


def _write(session: Session, new: StudioComment) -> StudioComment:
    same = select(StudioComment).where(
        StudioComment.draft_id == new.draft_id,
        StudioComment.account_id == new.account_id,
        StudioComment.path == new.path,
        StudioComment.place == new.place,
        StudioComment.answers_to == new.answers_to,
        StudioComment.words == new.words,
        StudioComment.at > since_first_press(session, new.account_id),
    )
    pressed = session.scalar(same.order_by(StudioComment.at).limit(1))
    if pressed is None:
        session.add(new)
        session.flush()
    return pressed or new


def find_comment(session: Session, draft: StudioDraft, comment_id: UUID) -> StudioComment:
    """Return a comment of a draft, for an answer the one that it answers; raise NotFound."""
    found = session.get(StudioComment, comment_id)
    if found is None or found.draft_id != draft.id:
        raise NotFound(_("There is no such comment any more."))
    return found if found.answers_to is None else find_comment(session, draft, found.answers_to)


def set_done(session: Session, head: StudioComment, account_id: UUID, *, done: bool) -> None:
    """Say that a comment is done, or open it again, with its answers: one of them may stand alone when an account is erased."""
    values = {"done_at": utcnow() if done else None, "done_by": account_id if done else None}
    mine = (StudioComment.id == head.id) | (StudioComment.answers_to == head.id)
    other = StudioComment.done_at.is_(None) if done else StudioComment.done_at.is_not(None)
    session.execute(update(StudioComment).where(mine, other).values(values))


def threads(session: Session, draft: StudioDraft, path: str = "") -> list[CommentThread]:
    """Return the comments of a lesson, or of all, with their answers, in the order of files, blocks and time."""
    wanted = select(StudioComment).where(StudioComment.draft_id == draft.id)
    if path:
        wanted = wanted.where(StudioComment.path == path)
    rows = session.scalars(wanted.order_by(StudioComment.at, StudioComment.id)).all()
    answers: dict[UUID, list[StudioComment]] = {}
    for row in rows:
        if row.answers_to is not None:
            answers.setdefault(row.answers_to, []).append(row)
    heads = sorted((row for row in rows if row.answers_to is None), key=lambda row: (row.path, row.place))
    return [CommentThread(head, tuple(answers.get(head.id, ()))) for head in heads]


def open_threads(session: Session, draft: StudioDraft) -> list[CommentThread]:
    """Return what nobody has said to be done."""
    return [each for each in threads(session, draft) if each.is_open]


def counts_by_path(found: Iterable[CommentThread]) -> Counter[str]:
    """Return path -> how many comments are open in it."""
    return Counter(each.head.path for each in found if each.is_open)


def open_counts(session: Session, draft_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return draft -> how many comments are open in it, of those that have any."""
    wanted = select(StudioComment.draft_id, func.count()).where(
        StudioComment.draft_id.in_(draft_ids), StudioComment.answers_to.is_(None), StudioComment.done_at.is_(None)
    )
    rows = session.execute(wanted.group_by(StudioComment.draft_id))
    return {row[0]: row[1] for row in rows}


def follow(
    session: Session,
    draft_id: UUID,
    changes: FileChanges,
    bodies: Callable[[Session, Iterable[str]], Mapping[str, bytes]],
) -> None:
    """Let comments go where a save puts their blocks; where a block is gone its last words are kept, and lead back to it.

    *bodies* returns the content of files by their hashes.
    """
    paths = [path for path in changes if path.startswith("lessons/")]
    if not paths:
        return
    wanted = select(StudioComment).where(StudioComment.draft_id == draft_id, StudioComment.path.in_(paths))
    at_paths: dict[str, list[StudioComment]] = {}
    for row in session.scalars(wanted):
        at_paths.setdefault(row.path, []).append(row)
    for path, rows in at_paths.items():
        digest, after = changes[path]
        before = bodies(session, [digest])[digest] if digest else b""
        _follow(rows, _read(before), _read(after or b""))


def _read(body: bytes) -> LessonSource:
    return read_source(body.decode("utf-8", "surrogateescape"))


def _follow(rows: Sequence[StudioComment], before: LessonSource, after: LessonSource) -> None:
    ways = follow_blocks(before, after)
    new = set(range(len(after.blocks))) - set(ways.values())
    for row in rows:
        if row.place == GONE:
            row.place = _back(row, after, new)
            row.lost_text = row.lost_text if row.place == GONE else ""
        elif row.place in ways:
            row.place = ways[row.place]
        else:
            row.lost_text = before.blocks[row.place].text if row.place < len(before.blocks) else ""
            row.place = GONE


def _back(row: StudioComment, after: LessonSource, new: Collection[int]) -> int:
    """Return where the block of a comment stands again: one that was not there before, with its last words."""
    digest = text_digest(row.lost_text)
    return next((at for at in sorted(new) if after.blocks[at].digest == digest), GONE)
