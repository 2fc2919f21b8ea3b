"""Who wrote the words of a translation: only somebody else may say that they are reviewed (SE15)."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import delete, select

from perille.core.database import Session
from perille.domain.content import TranslationState
from perille.studio.drafts import RevisionKind
from perille.studio.models import StudioChange, StudioDraft, StudioRevision, StudioWriter
from perille.studio.translating import Translation, path_of
from perille.studio.upstream_changes import origin_pack


def digest_of(context: str, words: str) -> str:
    """Return what tells the words of one block from all others: words that come back, by undo or in a file, are their writer's again.

    >>> digest_of("pack/title", "Satama") == digest_of("pack/title", "Satamat")
    False
    """
    return hashlib.sha256(f"{context}\0{words}".encode()).hexdigest()[:32]


def note_writer(
    session: Session, draft: StudioDraft, language: str, written: Iterable[tuple[str, str]], account_id: UUID
) -> None:
    """Note who has saved words: pairs of a context and what stands in it now. Who saves words last is their writer.

    What somebody takes from the memory, from a file or from two people's changes is theirs as soon as they save it: they stand for it,
    and whoever reviews it is a second person.
    """
    digests = sorted({digest_of(context, words) for context, words in written if words})
    mine = (StudioWriter.draft_id == draft.id, StudioWriter.language == language)
    for start in range(0, len(digests), 500):
        part = digests[start : start + 500]
        session.execute(delete(StudioWriter).where(*mine, StudioWriter.digest.in_(part)))
        session.add_all(
            StudioWriter(draft_id=draft.id, language=language, digest=each, account_id=account_id) for each in part
        )
    session.flush()


def written_by(
    session: Session, draft: StudioDraft, language: str, found: Iterable[Translation], account_id: UUID
) -> Collection[tuple[str, str]]:
    """Return the context and the source of those blocks of which an account must not say that they are reviewed.

    A copy has the words of its origin: whoever wrote them there has written them here. Words of which nobody noted a writer are older than
    such notes, or came with a course: who has ever translated into the language, or brought the course in from a file, may be their writer.
    """
    blocks = {digest_of(each.context, each.words): (each.context, each.source) for each in found if each.words}
    writers = _writers(session, draft, language, blocks)
    may_be_theirs = account_id in may_have_written(session, draft, language)
    return {
        block
        for digest, block in blocks.items()
        if (account_id in writers[digest] if digest in writers else may_be_theirs)
    }


def _writers(
    session: Session, draft: StudioDraft, language: str, digests: Collection[str]
) -> Mapping[str, Collection[UUID]]:
    """Return the digest of words -> who is noted as their writer: here, else in any draft of the course that this is a copy of."""
    of_language = select(StudioWriter.draft_id, StudioWriter.digest, StudioWriter.account_id).where(
        StudioWriter.draft_id.in_(_family(session, draft)), StudioWriter.language == language
    )
    here: dict[str, set[UUID]] = {}
    elsewhere: dict[str, set[UUID]] = {}
    for row in session.execute(of_language):
        if row.digest in digests:
            (here if row.draft_id == draft.id else elsewhere).setdefault(row.digest, set()).add(row.account_id)
    return elsewhere | here


def _family(session: Session, draft: StudioDraft) -> list[UUID]:
    """Return a draft and, of a copy, the drafts of the course that it was made of, and so on."""
    found, seen, origin = [draft.id], {draft.pack_id}, origin_pack(draft)
    while origin and origin not in seen:
        seen.add(origin)
        drafts = session.scalars(select(StudioDraft).where(StudioDraft.pack_id == origin)).all()
        found += [each.id for each in drafts if each.id not in found]
        origin = next((origin_pack(each) for each in drafts if each.origin), "")
    return found


def not_to_replace(
    session: Session, draft: StudioDraft, language: str, found: Sequence[Translation], account_id: UUID
) -> Collection[tuple[str, str]]:
    """Return the context and the source of those blocks whose words a file of this account replaces only where they say so.

    A file does not know what happened here since it was made: these words are reviewed, or somebody else has saved them.
    """
    others = select(StudioWriter.digest).where(
        StudioWriter.draft_id == draft.id, StudioWriter.language == language, StudioWriter.account_id != account_id
    )
    theirs = set(session.scalars(others))
    return {
        (each.context, each.source)
        for each in found
        if each.state is TranslationState.REVIEWED
        or (each.state is TranslationState.DRAFT and digest_of(each.context, each.words) in theirs)
    }


def may_have_written(session: Session, draft: StudioDraft, language: str) -> set[UUID]:
    """Return the accounts that may have written words of a draft in a language: in it, in its origin, or in the file that it came from."""
    family = _family(session, draft)
    return {writer for each in family for writer in _translators(session, each, language) | _bringers(session, each)}


def _translators(session: Session, draft_id: UUID, language: str) -> set[UUID]:
    change = (StudioChange.draft_id == StudioRevision.draft_id) & (StudioChange.number == StudioRevision.number)
    wanted = select(StudioRevision.account_id).join(StudioChange, change)
    wanted = wanted.where(
        StudioRevision.draft_id == draft_id,
        StudioRevision.deed == RevisionKind.TRANSLATION.value,
        StudioChange.path == path_of(language),
    )
    return {each for each in session.scalars(wanted.distinct()) if each is not None}


def _bringers(session: Session, draft_id: UUID) -> set[UUID]:
    """Return who brought a draft in from a file; a copy of a course that is here has a writer elsewhere."""
    wanted = select(StudioRevision.account_id).join(StudioDraft, StudioDraft.id == StudioRevision.draft_id)
    wanted = wanted.where(
        StudioRevision.draft_id == draft_id,
        StudioRevision.number == 1,
        StudioRevision.deed == RevisionKind.IMPORTED.value,
    )
    return {each for each in session.scalars(wanted.where(StudioDraft.origin == "")) if each is not None}
