"""Drafts: the files of a pack in the database, each save a revision, and any revision can come back."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import zstandard
from sqlalchemy import func, select, update

from perille.core.database import Session, utcnow
from perille.core.errors import Conflict, NotFound
from perille.core.i18n import _
from perille.packs.format.manifest import MANIFEST, Manifest, read_manifest
from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.files import PackFiles, in_memory
from perille.people.double_submission import TOGETHER, since_first_press
from perille.studio.comments import follow
from perille.studio.models import StudioBlob, StudioChange, StudioDraft, StudioRevision
from perille.studio.pictures import shown_pictures

_LEVEL = 9
#: Bytes from which on a file is taken for a picture or sound.
_LARGE = 256 * 1024
#: Seconds between saves that are one line of the history.
_TOGETHER = 15 * 60


class RevisionKind(StrEnum):
    """What a save did."""

    BEGUN = "begun"
    IMPORTED = "imported"
    WORDS = "words"
    BLOCK_ADDED = "block-added"
    BLOCK_MOVED = "block-moved"
    BLOCK_GONE = "block-gone"
    SCREENS = "screens"
    SOURCE = "source"
    OUTLINE = "outline"
    QUESTION = "question"
    FACT = "fact"
    PICTURE = "picture"
    RECORDING = "recording"
    TRANSLATION = "translation"
    MERGED = "merged"
    #: The origin of a copy as it was when its changes were taken; the next revision is the copy with them (`upstream_changes.py`).
    ORIGIN = "origin"
    TAKEN = "taken"
    REVIEWED = "reviewed"
    PUBLISHED = "published"
    #: An undo; undoing again goes on from the revision that came back.
    UNDONE = "undone"
    #: A revision that was chosen from the history.
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class RevisionLine:
    """Saves of one person that follow each other and did the same, as one line of the history."""

    first: int
    last: StudioRevision
    count: int


def find_draft(session: Session, draft_id: UUID) -> StudioDraft:
    """Return a draft that was not put aside; raise NotFound."""
    draft = session.get(StudioDraft, draft_id)
    if draft is None or draft.deleted_at is not None:
        raise NotFound(_("There is no such draft. It may have been put aside."))
    return draft


def lock_draft(session: Session, draft_id: UUID) -> StudioDraft:
    """Return a draft as it is now, which nobody else can save to before this transaction ends; raise NotFound."""
    wanted = select(StudioDraft).where(StudioDraft.id == draft_id).with_for_update()
    draft = session.scalar(wanted.execution_options(populate_existing=True))
    if draft is None or draft.deleted_at is not None:
        raise NotFound(_("There is no such draft. It may have been put aside."))
    return draft


def drafts_of(
    session: Session, organisations: Collection[UUID] | None, *, aside: bool = False
) -> Sequence[StudioDraft]:
    """Return the drafts of organisations (None: all, the installation's own too), changed last first; *aside*: those put aside."""
    wanted = select(StudioDraft).order_by(StudioDraft.changed_at.desc())
    if organisations is not None:
        wanted = wanted.where(StudioDraft.organisation_id.in_(organisations))
    return session.scalars(
        wanted.where(StudioDraft.deleted_at.is_not(None) if aside else StudioDraft.deleted_at.is_(None))
    ).all()


def make_draft(
    session: Session,
    files: Mapping[str, bytes],
    account_id: UUID | None,
    *,
    deed: RevisionKind = RevisionKind.BEGUN,
    origin: str = "",
    organisation_id: UUID | None = None,
    shown: Mapping[str, bytes] | None = None,
) -> StudioDraft:
    """Make a draft of the files of a pack, for an organisation (None: for administrators alone); *shown* as in `save`."""
    draft = StudioDraft(pack_id="", title="", origin=origin, organisation_id=organisation_id)
    session.add(draft)
    session.flush()
    save(session, draft, files, account_id, deed, shown=shown)
    return draft


def pressed_before(
    session: Session,
    account_id: UUID,
    deed: RevisionKind,
    title: str,
    origin: str = "",
    organisation_id: UUID | None = None,
) -> StudioDraft | None:
    """Return the draft of this title that somebody began there in the same way within the last minute, None for none."""
    query = select(StudioDraft).join(StudioRevision, StudioRevision.draft_id == StudioDraft.id)
    query = query.where(
        StudioRevision.number == 1,
        StudioRevision.account_id == account_id,
        StudioRevision.deed == deed.value,
        StudioDraft.created_at > since_first_press(session, account_id),
        StudioDraft.deleted_at.is_(None),
        StudioDraft.title == title[:300],
        StudioDraft.origin == origin,
        StudioDraft.organisation_id == organisation_id,
    )
    return session.scalar(query.limit(1))


def just_saved(session: Session, draft: StudioDraft, account_id: UUID | None, deed: RevisionKind) -> bool:
    """Tell whether the newest revision of a draft that is locked is such a save of this account, of the last minute."""
    newest = session.get(StudioRevision, (draft.id, draft.revision))
    if newest is None or newest.account_id != account_id or newest.deed != deed.value:
        return False
    return newest.at > utcnow() - TOGETHER


def save(
    session: Session,
    draft: StudioDraft,
    changes: Mapping[str, bytes | None],
    account_id: UUID | None,
    deed: RevisionKind,
    *,
    restores: int = 0,
    shown: Mapping[str, bytes] | None = None,
) -> bool:
    """Save changed files (None: the file goes) as a new revision; return False, and write nothing, where nothing changes.

    *shown*: what `shown_pictures` returns for the changes, where that was asked before the transaction; it may take seconds.
    """
    known = hashes_at(session, draft)
    real = _changed_hashes(known, changes)
    if not real:
        return False
    draft.revision += 1
    draft.changed_at = utcnow()
    session.add(
        StudioRevision(
            draft_id=draft.id, number=draft.revision, account_id=account_id, deed=deed.value, restores=restores
        )
    )
    _store(session, {real[path]: body for path in real if (body := changes[path]) is not None})
    _store(session, shown_pictures({path: changes[path] for path in real}) if shown is None else shown)
    follow(session, draft.id, {path: (known.get(path, ""), changes[path]) for path in real}, bodies_of)
    for path, value in real.items():
        session.add(StudioChange(draft_id=draft.id, path=path, number=draft.revision, sha256=value))
    if MANIFEST in real:
        _describe(draft, changes[MANIFEST] or b"")
    session.flush()
    return True


def _changed_hashes(known: Mapping[str, str], changes: Mapping[str, bytes | None]) -> dict[str, str]:
    """Return the new hash of each file that is another one than *known* says; "" for one that goes."""
    hashes = {path: "" if body is None else sha256(body) for path, body in changes.items()}
    return {path: value for path, value in hashes.items() if known.get(path, "") != value}


def _describe(draft: StudioDraft, manifest: bytes) -> None:
    """Keep id and title as pack.toml says them; a broken one leaves them as they were."""
    read = manifest_of(manifest, "")
    draft.pack_id, draft.title = read.id or draft.pack_id, (read.title or draft.title)[:300]


def manifest_of(body: bytes, name: str) -> Manifest:
    """Read a pack.toml as far as it can be read; its faults are told elsewhere."""
    return read_manifest(body.decode("utf-8-sig", "replace").replace("\r\n", "\n"), name, Diagnostics())


def sha256(body: bytes) -> str:
    """Return the SHA-256 of a file, as hex."""
    return hashlib.sha256(body).hexdigest()


def _store(session: Session, bodies: Mapping[str, bytes]) -> None:
    if not bodies:
        return
    known = set(session.scalars(select(StudioBlob.sha256).where(StudioBlob.sha256.in_(list(bodies)))))
    for digest, body in bodies.items():
        if digest not in known:
            session.add(StudioBlob(sha256=digest, size=len(body), body=zstandard.compress(body, _level(body))))


def _level(body: bytes) -> int:
    """Return how hard a file is compressed; pictures and sound are packed already, and would take long for nothing."""
    return _LEVEL if len(body) < _LARGE else 1


def hashes_at(session: Session, draft: StudioDraft, number: int | None = None) -> dict[str, str]:
    """Return path -> hash of a draft's files at a revision, by default the newest."""
    newest = (
        select(StudioChange.path, func.max(StudioChange.number).label("number"))
        .where(StudioChange.draft_id == draft.id, StudioChange.number <= (draft.revision if number is None else number))
        .group_by(StudioChange.path)
        .subquery()
    )
    wanted = select(StudioChange.path, StudioChange.sha256).join(
        newest, (StudioChange.path == newest.c.path) & (StudioChange.number == newest.c.number)
    )
    rows = session.execute(wanted.where(StudioChange.draft_id == draft.id, StudioChange.sha256 != ""))
    return {row.path: row.sha256 for row in sorted(rows, key=lambda row: row.path)}


def bodies_of(session: Session, hashes: Iterable[str]) -> dict[str, bytes]:
    """Return the content of files by their hashes."""
    wanted = select(StudioBlob.sha256, StudioBlob.body).where(StudioBlob.sha256.in_(sorted(set(hashes))))
    return {row.sha256: zstandard.decompress(row.body) for row in session.execute(wanted)}


def files_at(session: Session, draft: StudioDraft, number: int | None = None) -> dict[str, bytes]:
    """Return the files of a draft at a revision, by default the newest, byte for byte."""
    hashes = hashes_at(session, draft, number)
    bodies = bodies_of(session, hashes.values())
    return {path: bodies[digest] for path, digest in hashes.items()}


def file_at(session: Session, draft: StudioDraft, path: str, number: int | None = None) -> bytes | None:
    """Return one file of a draft at a revision, or None where there is none."""
    limit = draft.revision if number is None else number
    wanted = select(StudioChange.sha256).where(
        StudioChange.draft_id == draft.id, StudioChange.path == path, StudioChange.number <= limit
    )
    digest = session.scalar(wanted.order_by(StudioChange.number.desc()).limit(1))
    return bodies_of(session, [digest])[digest] if digest else None


def pack_files(draft: StudioDraft, files: Mapping[str, bytes]) -> PackFiles:
    """Return a draft's files as the compiler takes them."""
    return in_memory(draft.pack_id, files)


def restore(
    session: Session,
    draft: StudioDraft,
    number: int,
    account_id: UUID | None,
    deed: RevisionKind = RevisionKind.RESTORED,
) -> bool:
    """Bring the files of an earlier revision back as a new one, so that the way back can be undone too; raise NotFound for none."""
    if not 1 <= number <= draft.revision:
        raise NotFound(_("There is no such version of this draft."))
    before, now = hashes_at(session, draft, number), hashes_at(session, draft)
    bodies = bodies_of(session, (digest for path, digest in before.items() if now.get(path) != digest))
    changes: dict[str, bytes | None] = {path: bodies[digest] for path, digest in before.items() if digest in bodies}
    changes |= dict.fromkeys(now.keys() - before.keys())
    # What its pictures show was kept when they came.
    return save(session, draft, changes, account_id, deed, restores=number, shown={})


def undo(session: Session, draft: StudioDraft, account_id: UUID | None) -> bool:
    """Take the newest save back that was not taken back before; return False where there is none."""
    target = undo_target(session, draft)
    return target > 0 and restore(session, draft, target, account_id, RevisionKind.UNDONE)


def undo_target(session: Session, draft: StudioDraft) -> int:
    """Return the revision to which undo leads, 0 for none: undoing again goes further back, not to and fro."""
    number = draft.revision
    while number > 0:
        row = session.get(StudioRevision, (draft.id, number))
        if row is None or row.deed != RevisionKind.UNDONE:
            return number - (2 if row is not None and row.deed == RevisionKind.TAKEN else 1)
        number = row.restores
    return 0


def history(session: Session, draft: StudioDraft, *, most: int = 60) -> list[RevisionLine]:
    """Return the newest saves; those of one person that did the same within a quarter of an hour are one line."""
    wanted = select(StudioRevision).where(StudioRevision.draft_id == draft.id).order_by(StudioRevision.number.desc())
    lines: list[RevisionLine] = []
    for row in session.scalars(wanted.limit(most * 20)):
        last = lines[-1] if lines else None
        together = last is not None and (last.last.account_id, last.last.deed) == (row.account_id, row.deed)
        if last is not None and together and (last.last.at - row.at).total_seconds() < _TOGETHER:
            lines[-1] = RevisionLine(row.number, last.last, last.count + 1)
        else:
            lines.append(RevisionLine(row.number, row, 1))
    return lines[:most]


def require_revision(draft: StudioDraft, seen: int) -> None:
    """Refuse what was decided on an older state of the draft; raise Conflict."""
    if draft.revision != seen:
        raise Conflict(_("Somebody has saved since you opened this page. Look at it again, and decide then."))


def put_aside(session: Session, draft: StudioDraft) -> None:
    """Take a draft out of the list; nothing of it is deleted."""
    draft.deleted_at = utcnow()
    session.flush()


def take_back(session: Session, draft_id: UUID) -> StudioDraft:
    """Bring a draft back that was put aside; raise NotFound."""
    session.execute(update(StudioDraft).where(StudioDraft.id == draft_id).values(deleted_at=None))
    return lock_draft(session, draft_id)
