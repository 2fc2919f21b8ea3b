"""What was translated before: published packs as a translation memory, and the draft's own words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from perille.core.database import Session
from perille.core.extension_state import AppSlot
from perille.core.lru_cache import LruCache
from perille.domain.content import TranslationState
from perille.domain.segments import Match, Segment, TranslationMemory, repeated, squeezed_sources
from perille.packs.format.catalogue_reader import read_entries
from perille.packs.format.loading import LoadedPack
from perille.packs.format.manifest import MANIFEST
from perille.packs.format.translation import is_reviewed
from perille.packs.services import current_packs, texts_of
from perille.studio.drafts import manifest_of
from perille.studio.organisations import sealed_packs
from perille.studio.translating import Translation, path_of

#: Segments that stay in memory, about a kilobyte each: some ten languages of the packs that ship. Counted are segments and not languages:
#: a site with many courses must not run out of memory, and one with few must not read them again for each of its translators.
_KEPT = 100_000
#: How the context of a question's words begins.
_QUESTIONS = "item/"
#: What a translator is helped with; what is translated already is theirs.
_TO_DO = (TranslationState.MISSING, TranslationState.OUTDATED)

_memories = AppSlot[LruCache[TranslationMemory]]("studio_memories", lambda: LruCache(_KEPT, len))


def memory_of(session: Session, source: str, language: str, sealed: Collection[str]) -> TranslationMemory:
    """Return what published packs have translated from one language into another, read once for as long as none of them changes.

    *sealed*: packs of whose questions nothing is told: they say which answers are right (`sealed_packs`).
    """
    published = tuple((each.pack_id, each.files_digest, each.pack_id in sealed) for each in current_packs(session))
    return _memories().get(
        (published, source, language), lambda: TranslationMemory(_segments(session, published, source, language))
    )


def _segments(
    session: Session, published: Sequence[tuple[str, str, bool]], source: str, language: str
) -> Iterator[Segment]:
    for pack_id, _digest, is_sealed in published:
        files = texts_of(session, pack_id)
        manifest = manifest_of(files.get(MANIFEST, b""), pack_id)
        if manifest.source_language == source:
            text = files.get(path_of(language), b"").decode("utf-8-sig", "replace").replace("\r\n", "\n")
            for entry in read_entries(text, lambda _line, _words: None) or ():
                is_told = not (is_sealed and (entry.msgctxt or "").startswith(_QUESTIONS))
                if is_told and entry.msgid and entry.msgstr and not entry.fuzzy:
                    yield Segment(entry.msgid, entry.msgstr, manifest.title, is_reviewed(entry))


def matches_for(
    session: Session, pack: LoadedPack, language: str, every: Sequence[Translation], entries: Sequence[Translation]
) -> list[list[Match]]:
    """Return, for each of *entries*, what was translated before; nothing where a translation stands. *every*: the whole draft."""
    own = squeezed_sources((each.source, each.words) for each in every if each.state not in _TO_DO)
    memory = memory_of(session, pack.manifest.source_language, language, sealed_packs())
    found = []
    for entry in entries:
        here = repeated(own, entry.source, pack.manifest.title) if entry.state in _TO_DO else None
        before = memory.find(entry.source) if entry.state in _TO_DO else []
        others = [each for each in before if here is None or each.segment.words != here.segment.words]
        found.append(([here] if here else []) + others)
    return found
