"""From a draft to what learners get: checked, read by a second person where that matters, numbered, and for ever as it was published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, update

from perille.core.database import Session, utcnow
from perille.core.dates import today
from perille.core.errors import Conflict
from perille.core.i18n import _
from perille.domain.course import PackKind
from perille.packs.checks.minutes import agree, expected_minutes
from perille.packs.checks.two_person_review import ReviewState, contents_hash, needs_review, review_state
from perille.packs.format.manifest import MANIFEST
from perille.packs.publishing.publish import Origin, publish, rows_of, withdraw
from perille.packs.source.discovery import PackSource
from perille.packs.source.files import PackFiles, in_memory
from perille.studio.addresses import OWNER, holder_of, was_of_others
from perille.studio.builds import Build, build
from perille.studio.changes import describe
from perille.studio.comments import open_threads
from perille.studio.drafts import Deed, file_at, files_at, pack_files, restore, save
from perille.studio.models import StudioDraft, StudioReview, StudioRevision, StudioVersion
from perille.studio.outline import manifest_text, set_minutes
from perille.studio.saving import unmerged
from perille.studio.toml_edit import TomlText, table_text
from perille.studio.translating import path_of, updated

_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why a draft cannot be published now."""

    words: str


@dataclass(frozen=True)
class StudioSource:
    """A published draft as a source of a pack: what `perille prepare` finds beside folders."""

    id: str
    digest: str
    body: PackFiles
    owner: str = OWNER

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


def hindrances(session: Session, draft: StudioDraft, made: Build) -> list[Hindrance]:
    """Return what keeps a draft from being published, beside the errors that stand at their places."""
    found = []
    manifest = made.pack.manifest
    if manifest.kind is PackKind.LIBRARY and draft.organisation_id is not None:
        found.append(
            _(
                "This is a library: its help numbers and lessons would be in all courses here. Only an administrator can publish it, "
                "as a draft of no organisation."
            )
        )
    taken = holder_of(session, manifest.id, str(manifest.kind), manifest.slug)
    if (taken and not _is_own(session, draft, taken)) or was_of_others(session, draft, manifest):
        found.append(
            _("The address “%(slug)s” belongs to another course here. Choose another one.", slug=manifest.slug)
        )
    if unmerged(session, draft):
        found.append(_("Two people changed the same words. Decide first which of them stay."))
    if needs_review(manifest) and not is_approved(session, draft, made):
        found.append(_("This course is sensitive or teaches law. Somebody who did not write it must approve it first."))
    return [Hindrance(words) for words in found]


def is_approved(session: Session, draft: StudioDraft, made: Build) -> bool:
    """Tell whether somebody who did not write a draft has approved it here as it is.

    A review that pack.toml tells of alone does not count: who uploads a course can write any.
    """
    manifest, files = made.pack.manifest, made.pack.files
    if review_state(manifest, files) is not ReviewState.REVIEWED:
        return False
    wanted = select(StudioReview.id).where(StudioReview.draft_id == draft.id, StudioReview.approved.is_(True))
    return session.scalar(wanted.where(StudioReview.contents == contents_hash(manifest, files)).limit(1)) is not None


def _is_own(session: Session, draft: StudioDraft, pack_id: str) -> bool:
    current = current_version(session, draft)
    return current is not None and _id_of(session, draft, current.revision) == pack_id


def current_version(session: Session, draft: StudioDraft) -> StudioVersion | None:
    """Return the version of a draft that learners get, None for none."""
    wanted = select(StudioVersion).where(StudioVersion.draft_id == draft.id, StudioVersion.is_current)
    return session.scalar(wanted)


def versions_of(session: Session, draft: StudioDraft) -> list[StudioVersion]:
    """Return the versions of a draft that were ever published, newest first."""
    wanted = select(StudioVersion).where(StudioVersion.draft_id == draft.id)
    return list(session.scalars(wanted.order_by(StudioVersion.number.desc())))


def publish_draft(session: Session, draft: StudioDraft, account_id: UUID | None) -> StudioVersion:
    """Publish a draft as it is now; *draft* is locked. Raise Conflict where something hinders it.

    Returns the version that learners get where the draft is no other: a second press makes no second version.

    Sets minutes as they are counted and raises the version; so what is published is a revision of its own, which nothing changes later.
    """
    same = None if differs(session, draft) else current_version(session, draft)
    if same is not None:
        return same
    refuse_hindered(session, draft, build(session, draft))
    _prepare(session, draft, account_id)
    made = build(session, draft)
    if made.compiled is None:
        raise Conflict(_("The course has errors. Mend them first."))
    before = current_version(session, draft)
    row = _version_row(session, draft, made, before, account_id)
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


def refuse_hindered(session: Session, draft: StudioDraft, made: Build) -> None:
    """Raise Conflict that says what keeps a state of a draft from being published."""
    if made.errors or made.compiled is None:
        raise Conflict(_("The course has errors. Mend them first."))
    for each in hindrances(session, draft, made):
        raise Conflict(each.words)


def _version_row(
    session: Session, draft: StudioDraft, made: Build, before: StudioVersion | None, account_id: UUID | None
) -> StudioVersion:
    last = session.scalar(select(func.max(StudioVersion.number)).where(StudioVersion.draft_id == draft.id)) or 0
    session.execute(update(StudioVersion).where(StudioVersion.draft_id == draft.id).values(is_current=False))
    old = files_at(session, draft, before.revision) if before else {}
    row = StudioVersion(
        draft_id=draft.id,
        number=last + 1,
        revision=draft.revision,
        version=made.pack.manifest.version,
        published_by=account_id,
        digest=made.pack.files.digest,
        changes=describe(old, made.pack.files.files) if before else [],
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
    save(session, draft, changes, account_id, Deed.PUBLISHED)


def counted_minutes(made: Build) -> dict[str, int]:
    """Return unit -> minutes by the rule, of the draft's own units that say others."""
    return {
        plan.key: max(1, round(expected))
        for plan in made.plans
        if not plan.shared and (expected := expected_minutes(plan)) is not None
        if not agree(plan.spec.minutes or 0, expected)
    }


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


def ask_for_review(session: Session, draft: StudioDraft, account_id: UUID | None) -> StudioReview:
    """Ask that somebody else reads the draft as it is now, with its minutes as they are counted; once for the same contents."""
    save(
        session,
        draft,
        set_minutes(files_at(session, draft), counted_minutes(build(session, draft))),
        account_id,
        Deed.PUBLISHED,
    )
    contents, waiting = _contents(session, draft), open_review(session, draft)
    if waiting is not None and waiting.contents == contents:
        return waiting
    review = StudioReview(draft_id=draft.id, contents=contents, asked_by=account_id)
    session.add(review)
    session.flush()
    return review


def _contents(session: Session, draft: StudioDraft) -> str:
    made = build(session, draft)
    return contents_hash(made.pack.manifest, made.pack.files)


def authors_of(session: Session, draft: StudioDraft) -> set[UUID]:
    """Return the accounts that have written in a draft; who only read, translated or published has not."""
    not_writing = (Deed.REVIEWED, Deed.PUBLISHED, Deed.TRANSLATION)
    wanted = select(StudioRevision.account_id).where(
        StudioRevision.draft_id == draft.id, StudioRevision.deed.not_in([deed.value for deed in not_writing])
    )
    return {each for each in session.scalars(wanted.distinct()) if each is not None}


def open_review(session: Session, draft: StudioDraft) -> StudioReview | None:
    """Return the review that was asked for last, None where it is answered: it takes the place of those before it."""
    wanted = select(StudioReview).where(StudioReview.draft_id == draft.id)
    last = session.scalar(wanted.order_by(StudioReview.asked_at.desc(), StudioReview.id.desc()).limit(1))
    return last if last is not None and last.answered_at is None else None


def reviews_of(session: Session, draft: StudioDraft) -> list[StudioReview]:
    """Return the reviews of a draft, newest first."""
    wanted = select(StudioReview).where(StudioReview.draft_id == draft.id)
    return list(session.scalars(wanted.order_by(StudioReview.asked_at.desc())))


def answer_review(
    session: Session,
    draft: StudioDraft,
    review: StudioReview,
    account_id: UUID,
    *,
    approved: bool,
    note: str,
    name: str,
) -> None:
    """Approve a draft, or ask for changes; *name* is how the reviewer is called in pack.toml. Raise Conflict.

    SE15: who wrote in the draft cannot approve it, and an approval counts for what was read and nothing that came later.
    """
    if approved and account_id in authors_of(session, draft):
        raise Conflict(_("You have written in this course yourself. Somebody else must approve it."))
    if approved and review.contents != _contents(session, draft):
        raise Conflict(_("The course has changed since the review was asked for. Ask for a new one."))
    review.answered_by, review.answered_at = account_id, utcnow()
    review.approved, review.note = approved, note
    review.comments = [] if approved else [str(each.head.id) for each in open_threads(session, draft)]
    if approved:
        _note_review(session, draft, review, account_id, name)
    session.flush()


def _note_review(session: Session, draft: StudioDraft, review: StudioReview, account_id: UUID, name: str) -> None:
    """Write the approval into pack.toml, as a pack in a folder has it: learners are told that a second person has read the course."""
    read = TomlText(manifest_text({MANIFEST: file_at(session, draft, MANIFEST) or b""}))
    table = table_text("[[review]]", {"by": name, "on": today(), "contents": review.contents})
    text = read.append(table)
    save(session, draft, {MANIFEST: text.encode("utf-8", "surrogateescape")}, account_id, Deed.REVIEWED)


def differs(session: Session, draft: StudioDraft) -> bool:
    """Tell whether a draft is other than what learners get of it."""
    current = current_version(session, draft)
    return current is None or current.digest != pack_files(draft, files_at(session, draft)).digest
