"""Who wrote the words of a translation: only somebody else may say that they are reviewed (SE15)."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from sqlalchemy import delete, select

from perille.core.database import Session
from perille.domain.content import TranslationState
from perille.studio.drafts import Deed
from perille.studio.models import StudioChange, StudioDraft, StudioRevision, StudioWriter
from perille.studio.translating import Translation, path_of


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

    Words of which nobody noted a writer are older than such notes, or came with a course: who has ever translated into the language
    here, or brought the course in from a file, may be their writer.
    """
    blocks = {digest_of(each.context, each.words): (each.context, each.source) for each in found if each.words}
    noted = select(StudioWriter.digest, StudioWriter.account_id).where(
        StudioWriter.draft_id == draft.id, StudioWriter.language == language
    )
    writers = {row.digest: row.account_id for row in session.execute(noted)}
    may_be_theirs = account_id in translators_of(session, draft, language) | _bringers(session, draft)
    return {
        block
        for digest, block in blocks.items()
        if (writers[digest] == account_id if digest in writers else may_be_theirs)
    }


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


def translators_of(session: Session, draft: StudioDraft, language: str) -> set[UUID]:
    """Return the accounts that have translated a draft into a language here."""
    change = (StudioChange.draft_id == StudioRevision.draft_id) & (StudioChange.number == StudioRevision.number)
    wanted = select(StudioRevision.account_id).join(StudioChange, change)
    wanted = wanted.where(
        StudioRevision.draft_id == draft.id,
        StudioRevision.deed == Deed.TRANSLATION.value,
        StudioChange.path == path_of(language),
    )
    return {each for each in session.scalars(wanted.distinct()) if each is not None}


def _bringers(session: Session, draft: StudioDraft) -> set[UUID]:
    """Return who brought a draft in from a file; a copy of a course that is here has a writer elsewhere."""
    wanted = select(StudioRevision.account_id).where(
        StudioRevision.draft_id == draft.id, StudioRevision.number == 1, StudioRevision.deed == Deed.IMPORTED.value
    )
    return set() if draft.origin else {each for each in session.scalars(wanted) if each is not None}
