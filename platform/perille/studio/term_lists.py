"""The word lists of courses beside a translation: what a term is called in the language, and where a translation calls it otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from perille.api.folding import fold
from perille.core.database import Session
from perille.core.extension_state import AppSlot
from perille.core.lru_cache import LruCache
from perille.domain.terms import Term, TermList
from perille.packs.format.errands import word_parts
from perille.packs.format.loading import LoadedPack
from perille.studio.organisations import sealed_packs
from perille.studio.translating import Translation
from perille.studio.translation_memory import memory_of

_KEPT = 12

_terms = AppSlot[LruCache[TermList]]("studio_terms", lambda: LruCache(_KEPT))


@dataclass(frozen=True, slots=True)
class ShownTerms:
    """The terms of one text, and those that its translation calls otherwise."""

    terms: tuple[Term, ...]
    otherwise: tuple[Term, ...]


def terms_for(
    session: Session, pack: LoadedPack, language: str, every: Sequence[Translation], entries: Sequence[Translation]
) -> list[ShownTerms]:
    """Return the terms of each of *entries*, by the word lists of published packs and of the draft itself (*every*)."""
    memory = memory_of(session, pack.manifest.source_language, language, sealed_packs())
    published = _terms().get(
        memory.number, lambda: TermList(_pairs((each.source, each.words) for each in memory.segments), fold)
    )
    own = TermList(_pairs((each.source, each.words) for each in every), fold)
    return [_shown(each, published, own) for each in entries]


def _pairs(found: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield what the words of lists mean, in both languages."""
    for source, words in found:
        if "·" in source and (here := word_parts(source)) and (there := word_parts(words)):
            yield here[2], there[2]


def _shown(entry: Translation, *lists: TermList) -> ShownTerms:
    """Return the terms of one text; an entry of a word list is the term itself."""
    if "·" in entry.source:
        return ShownTerms((), ())
    found: dict[str, list[tuple[Term, bool]]] = {}
    for each in lists:
        for term in each.find(entry.source):
            found.setdefault(term.source.casefold(), []).append((term, each.is_kept(term, entry.words)))
    terms = {key: _as_one([term for term, _kept in rows]) for key, rows in found.items()}
    otherwise = (terms[key] for key, rows in found.items() if entry.words and not any(kept for _term, kept in rows))
    return ShownTerms(tuple(terms.values()), tuple(otherwise))


def _as_one(terms: Sequence[Term]) -> Term:
    """Return a term that stands in several lists, with every way in which they say it."""
    return Term(terms[0].source, tuple(dict.fromkeys(words for term in terms for words in term.words)))
