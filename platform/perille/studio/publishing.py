"""From a draft to what learners get: checked, numbered, and for ever as it was published."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select, update

from perille.core.database import Session
from perille.core.errors import Conflict
from perille.core.i18n import _
from perille.domain.course import PackKind
from perille.packs.checks.two_person_review import needs_review
from perille.packs.format.manifest import MANIFEST
from perille.packs.publishing.publish import Origin, publish, rows_of, withdraw
from perille.packs.source.discovery import PackSource
from perille.packs.source.files import PackFiles, in_memory
from perille.studio.addresses import OWNER, holder_of, was_of_others
from perille.studio.builds import DraftBuild, build, counted_minutes
from perille.studio.changes import Change, describe
from perille.studio.drafts import RevisionKind, file_at, files_at, pack_files, restore, save
from perille.studio.models import StudioDraft, StudioRevision, StudioVersion
from perille.studio.outline import set_minutes
from perille.studio.reviewing import is_approved
from perille.studio.saving import unmerged
from perille.studio.toml_edit import TomlText
from perille.studio.translating import path_of, updated

_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")


class BlockerCode(StrEnum):
    """Why a draft is not published, or not taken out of the lists."""

    ERRORS = "errors"
    LIBRARY = "library"
    ADDRESS = "address"
    TWO_TEXTS = "two-texts"
    APPROVAL = "approval"
    #: Only of what was to happen at a moment that somebody set (`scheduling.py`).
    OVERTAKEN = "overtaken"
    ASIDE = "aside"
    HANDED_OVER = "handed-over"
    NOT_PUBLISHED = "not-published"
    ROLE = "role"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class PublishBlocker:
    """Why a draft cannot be published now: a `BlockerCode`, and the same in the reader's language."""

    why: BlockerCode
    words: str


@dataclass(frozen=True)
class StudioSource:
    """A published draft as a source of a pack: what `perille prepare` finds beside folders."""

    id: str
    digest: str
    body: PackFiles
    owner: str = OWNER
    installed: bool = False

    def stamp(self) -> str:
        """Return the hash of the published files."""
        return self.digest

    def manifest(self) -> bytes:
        """Return the bytes of pack.toml."""
        return self.body.files.get(MANIFEST, b"")

    def files(self) -> PackFiles:
        """Return the published files."""
        return self.body


def published_sources(session: Session) -> Iterator[PackSource]:
    """Yield what is published of drafts, by pack id."""
    wanted = select(StudioVersion, StudioDraft).join(StudioDraft, StudioDraft.id == StudioVersion.draft_id)
    rows = session.execute(wanted.where(StudioVersion.is_current).order_by(StudioDraft.pack_id)).all()
    for version, draft in rows:
        files = files_at(session, draft, version.revision)
        pack_id = _id_of(session, draft, version.revision)
        yield StudioSource(pack_id, version.digest, in_memory(pack_id, files))


def _id_of(session: Session, draft: StudioDraft, revision: int) -> str:
    """Return the pack's id as it was published: the draft may have another one since."""
    body = file_at(session, draft, MANIFEST, revision) or b""
    return str(TomlText(body.decode("utf-8")).value_at(("id",)) or draft.pack_id)


def publish_blockers(session: Session, draft: StudioDraft, made: DraftBuild) -> list[PublishBlocker]:
    """Return what keeps a draft from being published, beside the errors that stand at their places."""
    found = hindrances_of_build(session, draft, made)
    if unmerged(session, draft):
        words = _("Two people changed the same words. Decide first which of them stay.")
        found.append(PublishBlocker(BlockerCode.TWO_TEXTS, words))
    return found


def hindrances_of_build(session: Session, draft: StudioDraft, made: DraftBuild) -> list[PublishBlocker]:
    """Return what keeps one state of a draft from being published, whatever is written in the draft since."""
    found = []
    manifest = made.pack.manifest
    if manifest.kind is PackKind.LIBRARY and draft.organisation_id is not None:
        words = _(
            "This is a library: its help numbers and lessons would be in all courses here. Only an administrator can publish it, "
            "as a draft of no organisation."
        )
        found.append(PublishBlocker(BlockerCode.LIBRARY, words))
    taken = holder_of(session, manifest.id, str(manifest.kind), manifest.slug)
    if (taken and not is_own(session, draft, taken)) or was_of_others(session, draft, manifest):
        words = _("The address “%(slug)s” belongs to another course here. Choose another one.", slug=manifest.slug)
        found.append(PublishBlocker(BlockerCode.ADDRESS, words))
    if needs_review(manifest) and not is_approved(session, draft, made):
        words = _("This course is sensitive or teaches law. Somebody who did not write it must approve it first.")
        found.append(PublishBlocker(BlockerCode.APPROVAL, words))
    return found


def is_own(session: Session, draft: StudioDraft, pack_id: str) -> bool:
    """Tell whether what learners have as this pack was published from the draft."""
    current = current_version(session, draft)
    return current is not None and _id_of(session, draft, current.revision) == pack_id


def current_version(session: Session, draft: StudioDraft) -> StudioVersion | None:
    """Return the version of a draft that learners get, None for none."""
    wanted = select(StudioVersion).where(StudioVersion.draft_id == draft.id, StudioVersion.is_current)
    return session.scalar(wanted)


def newest_number(session: Session, draft: StudioDraft) -> int:
    """Return the number of the version of a draft that was published last, 0 for none."""
    return session.scalar(select(func.max(StudioVersion.number)).where(StudioVersion.draft_id == draft.id)) or 0


def current_versions(session: Session) -> dict[UUID, StudioVersion]:
    """Return draft id -> the version that learners get, of each draft that has one."""
    return {row.draft_id: row for row in session.scalars(select(StudioVersion).where(StudioVersion.is_current))}


def versions_of(session: Session, draft: StudioDraft) -> list[StudioVersion]:
    """Return the versions of a draft that were ever published, newest first."""
    wanted = select(StudioVersion).where(StudioVersion.draft_id == draft.id)
    return list(session.scalars(wanted.order_by(StudioVersion.number.desc())))


def changes_since(session: Session, draft: StudioDraft, files: Mapping[str, bytes]) -> list[Change]:
    """Return what differs from the version that was published last, though it may be in no list by now; nothing before the first."""
    last = next(iter(versions_of(session, draft)), None)
    return describe(files_at(session, draft, last.revision), files) if last is not None else []


def publish_draft(session: Session, draft: StudioDraft, account_id: UUID | None) -> StudioVersion:
    """Publish a draft as it is now; *draft* is locked. Raise Conflict where something hinders it.

    Returns the version that learners get where the draft is no other: a second press makes no second version.

    Sets minutes as they are counted and raises the version; so what is published is a revision of its own, which nothing changes later.
    """
    same = None if differs(session, draft) else current_version(session, draft)
    if same is not None:
        return same
    make_ready(session, draft, account_id)
    return publish_build(session, draft, build(session, draft), account_id)


def make_ready(session: Session, draft: StudioDraft, account_id: UUID | None) -> None:
    """Save a draft, which is locked, as the revision that can be published; raise Conflict where something hinders it."""
    refuse_hindered(session, draft, build(session, draft))
    _prepare(session, draft, account_id)


def publish_build(session: Session, draft: StudioDraft, made: DraftBuild, account_id: UUID | None) -> StudioVersion:
    """Publish a revision that was made ready, the newest or an earlier one; raise Conflict where it has errors by now."""
    if made.compiled is None:
        raise Conflict(_("The course has errors. Mend them first."))
    before = current_version(session, draft)
    row = _version_row(session, draft, made, account_id)
    digest = row.digest
    fault = publish(
        session,
        rows_of(made.compiled, made.pack.files),
        Origin(owner=OWNER, stamp=digest, files_digest=digest),
        production=False,
    )
    if fault is not None:
        raise Conflict(fault.message)
    if before is not None and (old := _id_of(session, draft, before.revision)) != made.pack.manifest.id:
        # It has another address now; who began it at the old one goes on there.
        withdraw(session, old)
    return row


def refuse_hindered(session: Session, draft: StudioDraft, made: DraftBuild) -> None:
    """Raise Conflict that says what keeps a state of a draft from being published."""
    if made.errors or made.compiled is None:
        raise Conflict(_("The course has errors. Mend them first."))
    for each in publish_blockers(session, draft, made):
        raise Conflict(each.words)


def _version_row(session: Session, draft: StudioDraft, made: DraftBuild, account_id: UUID | None) -> StudioVersion:
    last = newest_number(session, draft)
    changes = changes_since(session, draft, made.pack.files.files)
    session.execute(update(StudioVersion).where(StudioVersion.draft_id == draft.id).values(is_current=False))
    row = StudioVersion(
        draft_id=draft.id,
        number=last + 1,
        revision=made.revision,
        version=made.pack.manifest.version,
        published_by=account_id,
        digest=made.pack.files.digest,
        changes=changes,
    )
    session.add(row)
    session.flush()
    return row


def _prepare(session: Session, draft: StudioDraft, account_id: UUID | None) -> None:
    """Set the minutes as they are counted and a version that was not published yet, and bring the catalogues up to date."""
    made = build(session, draft)
    files = files_at(session, draft)
    changes = set_minutes(files, counted_minutes(made))
    known = {row.version for row in versions_of(session, draft)}
    version = made.pack.manifest.version
    while version in known:
        version = _raised(version)
    if version != made.pack.manifest.version:
        text = (changes[MANIFEST] or b"").decode("utf-8", "surrogateescape")
        changes[MANIFEST] = TomlText(text).set((), "version", version).encode("utf-8", "surrogateescape")
    for language in made.pack.manifest.translated_into:
        body = updated(made.pack, language)
        changes |= {} if body is None else {path_of(language): body}
    save(session, draft, changes, account_id, RevisionKind.PUBLISHED)


def _raised(version: str) -> str:
    """Return the next version.

    >>> _raised("0.1.0")
    '0.2.0'
    """
    found = _VERSION.match(version)
    return f"{found[1]}.{int(found[2]) + 1}.0" if found else "1.0.0"


def roll_back(session: Session, draft: StudioDraft, number: int, account_id: UUID | None) -> StudioVersion:
    """Publish an earlier version again: its files come back as a revision, and get a number of their own. Raise Conflict for none."""
    row = session.get(StudioVersion, (draft.id, number))
    if row is None:
        raise Conflict(_("There is no such version of this draft."))
    refuse_hindered(session, draft, build(session, draft, row.revision))
    restore(session, draft, row.revision, account_id)
    return publish_draft(session, draft, account_id)


def withdraw_draft(session: Session, draft: StudioDraft) -> str:
    """Take a course out of the lists; who takes it goes on. Return the pack's id, "" where nothing was published."""
    current = current_version(session, draft)
    if current is None:
        return ""
    pack_id = _id_of(session, draft, current.revision)
    current.is_current = False
    withdraw(session, pack_id)
    session.flush()
    return pack_id


def differs(session: Session, draft: StudioDraft) -> bool:
    """Tell whether a draft is other than what learners get of it."""
    current = current_version(session, draft)
    return current is None or current.digest != pack_files(draft, files_at(session, draft)).digest


def is_published_as_seen(session: Session, draft: StudioDraft, seen: int) -> bool:
    """Tell whether learners have what somebody saw who publishes: another press was first, and theirs makes no second version.

    *seen*: the revision that their page showed. Publishing saves one more, with the minutes and the version.
    """
    current = None if differs(session, draft) else current_version(session, draft)
    if current is None or seen == current.revision:
        return current is not None
    saved = session.get(StudioRevision, (draft.id, current.revision))
    return saved is not None and saved.deed == RevisionKind.PUBLISHED and seen == current.revision - 1


def rolled_back_as_seen(session: Session, draft: StudioDraft, number: int, seen: int) -> StudioVersion | None:
    """Return the version that learners have where another press of the same page was first, and rolled back to the same; else None."""
    wanted = session.get(StudioVersion, (draft.id, number))
    saved = session.get(StudioRevision, (draft.id, seen + 1))
    current = None if differs(session, draft) else current_version(session, draft)
    if wanted is None or saved is None or current is None or current.revision not in (seen + 1, seen + 2):
        return None
    came_back = saved.deed == RevisionKind.RESTORED and saved.restores == wanted.revision
    return current if came_back else None
