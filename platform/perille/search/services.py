"""Keeping the index equal to what is published, and looking something up in it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from perille.core.dates import today
from perille.core.i18n import OFFERED
from perille.domain.course import PackKind
from perille.packs.compiler.compiled import digest
from perille.packs.published.library import PackLibrary, Summary
from perille.safety.services import help_countries
from perille.search.colloquial_words import sayings_in, telling_terms, without_ending
from perille.search.documents import SOUGHT, Document, DocumentKind, contact_documents, documents_of, is_meant
from perille.search.index import VERSION, Hit, IndexPart, SearchIndex
from perille.search.terms import search_terms

#: The name of the part that has the contacts.
CONTACTS = ""
#: How many a page shows of lessons for newcomers, of modules for professionals, and of contacts.
MOST_LESSONS, MOST_MODULES, MOST_CONTACTS = 20, 6, 6
#: Asked of the index: the same lesson stands in several courses, and is shown once.
_ASKED = 200


@dataclass(frozen=True, slots=True)
class SearchResults:
    """What a search found, best first."""

    #: Emergency numbers among the contacts, of each country.
    urgent: list[Hit]
    contacts: list[Hit]
    #: Contacts for which one word alone hardly looks (`documents.is_meant`): they come after the lessons.
    aside: list[Hit]
    lessons: list[Hit]
    modules: list[Hit]

    def __bool__(self) -> bool:
        """Whether anything was found."""
        return bool(self.urgent or self.contacts or self.aside or self.lessons or self.modules)


def refresh(
    index: SearchIndex, library: PackLibrary, languages: Iterable[str] = OFFERED, *, most: int | None = None
) -> int:
    """Bring what readers of these languages can find up to date; return how many parts were made anew, at most *most*.

    Costs next to nothing where nothing was published since. A part takes some 40 ms of the processor.
    """
    there = index.stamps()
    stale = _stale((part for language in languages for part in _parts(library, language)), there)[:most]
    _make(index, library, stale)
    published = {summary.pack_id for summary in library.summaries()} | {CONTACTS}
    for pack, language in there:
        if pack not in published:
            index.drop(pack, language)
    return len(stale)


def _stale(parts: Iterable[IndexPart], there: Mapping[tuple[str, str], str]) -> list[IndexPart]:
    """Return the parts that the index has not, or of what was published before; each once."""
    wanted = {(part.pack, part.language): part for part in parts}
    return [part for key, part in wanted.items() if there.get(key) != part.stamp]


def _make(index: SearchIndex, library: PackLibrary, parts: Iterable[IndexPart]) -> None:
    for part in parts:
        index.replace(part, _documents(library, part))


def _parts(library: PackLibrary, language: str) -> Iterator[IndexPart]:
    """Yield what a reader of a language searches: each course in the words that they would be given, and the contacts."""
    for summary in library.summaries():
        edition = library.edition(summary.pack_id, summary.structure_hash)
        if edition is not None:
            found = edition.language_of_words(language)
            yield IndexPart(summary.pack_id, found, digest(VERSION, edition.stamp(found))[:32])
    yield IndexPart(CONTACTS, language, digest(VERSION, library.facts_stamp(), today().isoformat())[:32])


def _documents(library: PackLibrary, part: IndexPart) -> Iterator[Document]:
    if part.pack == CONTACTS:
        facts = tuple(fact for country in help_countries() for fact in library.facts(country, today()))
        return contact_documents(library, facts, part.language)
    summary = library.summary(part.pack)
    edition = library.edition(part.pack, summary.structure_hash) if summary is not None else None
    return iter(()) if edition is None else documents_of(edition, part.language)


def search(index: SearchIndex, library: PackLibrary, text: str, *, language: str, country: str = "") -> SearchResults:
    """Look *text* up for a reader of a language; *country*: ISO code that narrows courses and contacts, "" for all."""
    parts = list(_parts(library, language))
    _make(index, library, _stale(parts, index.stamps()))
    summaries = {(part.pack, part.language): library.summary(part.pack) for part in parts}
    chosen = [key for key, summary in summaries.items() if _fits(summary, country)]
    wanted = index.corrected(search_terms(text))
    telling = telling_terms(wanted, language)
    asked = _asked_for(index, library, wanted, language, country)
    ours = [without_ending(term, language) for term in telling]
    found = _find(index, telling, chosen)
    more = _more_contacts(index, telling, ours, chosen, found)
    hits = _by_kind(_once([*asked, *found, *more], country), summaries)
    lessons = hits[PackKind.COURSE][:MOST_LESSONS]
    unmeant = _unmeant(index, library, hits[None], ours, language) - set(asked) if lessons else set()
    contacts = _without(hits[None], unmeant.intersection(more) if len(ours) > 1 else set())
    urgent, others, aside = _sorted_out(library, contacts, unmeant)
    if country and not _is_surely_urgent(index, ours, urgent, asked):
        urgent, others = [], _in_their_places(library, contacts, {*urgent, *others})
    return SearchResults(urgent, others, aside, lessons, hits[PackKind.MODULE][:MOST_MODULES])


def _without(contacts: list[Hit], unmeant: AbstractSet[Hit]) -> list[Hit]:
    """Leave out those that one word of a search finds where lessons have all: it may be about anything."""
    return [hit for hit in contacts if hit not in unmeant]


def _in_their_places(library: PackLibrary, contacts: list[Hit], kept: AbstractSet[Hit]) -> list[Hit]:
    """Leave an emergency number where it was found: of "the landlord wants the house" only "house" is its word."""
    return _shown(library, [hit for hit in contacts if hit in kept])


def _by_kind(
    hits: list[Hit], summaries: Mapping[tuple[str, str], Summary | None]
) -> defaultdict[PackKind | None, list[Hit]]:
    """Return what was found by the kind of its pack, in its order; None: the contacts."""
    found: defaultdict[PackKind | None, list[Hit]] = defaultdict(list)
    for hit in hits:
        summary = summaries[hit.pack, hit.language]
        found[summary.kind if summary is not None else None].append(hit)
    return found


def _sorted_out(
    library: PackLibrary, contacts: list[Hit], unmeant: AbstractSet[Hit]
) -> tuple[list[Hit], list[Hit], list[Hit]]:
    """Return emergency numbers, other contacts, and those for which the search hardly looks (`_unmeant`)."""
    meant, aside = ([hit for hit in contacts if (hit in unmeant) is wished] for wished in (False, True))
    urgent = [hit for hit in meant if _is_urgent(library, hit.document)]
    return urgent, _shown(library, [hit for hit in meant if hit not in urgent]), _shown(library, aside)


def _unmeant(
    index: SearchIndex, library: PackLibrary, contacts: list[Hit], telling: list[str], language: str
) -> set[Hit]:
    """Return the contacts that have some words of a search only, and not those by which one looks for them (`documents.is_meant`)."""
    found_by: dict[Hit, list[str]] = {}
    for term in telling:
        for hit in index.find_whole([term], [(CONTACTS, language)], _ASKED):
            found_by.setdefault(hit, []).append(term)
    some = {hit: words for hit, words in found_by.items() if len(telling) == 1 or len(words) < len(telling)}
    return {
        hit for hit in contacts if hit in some and not _is_meant(library, hit, language, some[hit], len(telling) == 1)
    }


def _asked_for(index: SearchIndex, library: PackLibrary, wanted: list[str], language: str, country: str) -> list[Hit]:
    """Return the contacts for what a search says in so many words: whatever lessons have its words, these come first."""
    found = []
    for code in (country,) if country else help_countries():
        # The longest first: "no place to sleep" is about another need than "no sleep".
        for row, words in sorted(sayings_in(wanted, code, language), key=lambda each: -len(each[1])):
            hits = index.find_whole(words, [(CONTACTS, language)], _ASKED)
            found += [hit for hit in hits if hit.document.country == code and _is_of(library, hit.document, row)]
    return found


def _is_surely_urgent(index: SearchIndex, wanted: list[str], urgent: list[Hit], asked: list[Hit]) -> bool:
    """Tell whether an emergency number was found by all words of a search, or by what is said in so many words."""
    if len(wanted) < 2 or not urgent or any(hit in asked for hit in urgent):
        return True
    return any(hit in urgent for hit in index.find_whole(wanted, [(hit.pack, hit.language) for hit in urgent], _ASKED))


def _is_of(library: PackLibrary, document: Document, row: str) -> bool:
    fact = library.fact(document.country, document.fact, today())
    if fact is None:
        return False
    return row == fact.help or (row in fact.topics and (not fact.help or row in SOUGHT))


def _more_contacts(
    index: SearchIndex, wanted: list[str], ours: list[str], parts: list[tuple[str, str]], found: list[Hit]
) -> list[Hit]:
    """Look words up in the contacts once more where lessons have so many, or all words of a search, or where these have endings.

    *ours*: the words as contacts have them.
    """
    if ours == wanted and len(found) < _ASKED and any(hit.pack == CONTACTS for hit in found):
        return []
    contacts = [part for part in parts if part[0] == CONTACTS]
    return [hit for hit in _find(index, ours, contacts) if hit not in found]


def _is_meant(library: PackLibrary, hit: Hit, language: str, found_by: list[str], alone: bool) -> bool:
    fact = library.fact(hit.document.country, hit.document.fact, today())
    return fact is None or is_meant(library, fact, language, found_by, alone=alone)


def _shown(library: PackLibrary, contacts: list[Hit]) -> list[Hit]:
    return _each_country_first(_phones_first(library, contacts))[:MOST_CONTACTS]


def _find(index: SearchIndex, wanted: list[str], parts: list[tuple[str, str]]) -> list[Hit]:
    """Look words up; digits alone as one number first, however they were set apart.

    A lesson that has all words of "boss has my passport" does not hide who helps, and is found by two of them; nor the other way round.
    """
    number = ["".join(wanted)] if wanted and all(term.isdigit() for term in wanted) else []
    found = index.find(number, parts, _ASKED) or index.find(wanted, parts, _ASKED)
    there = {hit.pack == CONTACTS for hit in found}
    return found + index.find_by_two(wanted, [part for part in parts if (part[0] == CONTACTS) not in there], _ASKED)


def _phones_first(library: PackLibrary, hits: list[Hit]) -> list[Hit]:
    """Put who answers a telephone before the chat and the page for the same need in the same country, at the places these have."""
    needs: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for place, hit in enumerate(hits):
        fact = library.fact(hit.document.country, hit.document.fact, today())
        if fact is not None and fact.help:
            needs.setdefault((fact.country, fact.help), []).append((place, fact.rank))
    ordered = list(hits)
    for found in needs.values():
        by_rank = sorted(found, key=lambda each: each[1])
        for (place, _rank), (other, _other_rank) in zip(found, by_rank, strict=True):
            ordered[place] = hits[other]
    return ordered


def _each_country_first(hits: list[Hit]) -> list[Hit]:
    """Put the best of each country before the second of any: two lines of one would hide the one of where the reader is."""
    seen: Counter[str] = Counter()
    rounds = []
    for hit in hits:
        rounds.append(seen[hit.document.country])
        seen[hit.document.country] += 1
    return [hit for _round, hit in sorted(zip(rounds, hits, strict=True), key=lambda each: each[0])]


def _is_urgent(library: PackLibrary, document: Document) -> bool:
    fact = library.fact(document.country, document.fact, today())
    return fact is not None and fact.help == "emergency"


def _fits(summary: Summary | None, country: str) -> bool:
    return summary is None or not country or not summary.countries or country in summary.countries


def _once(hits: list[Hit], country: str) -> list[Hit]:
    """Leave out the lessons of other countries, and all but the first of those that say the same."""
    seen: set[tuple[DocumentKind, str, str]] = set()
    kept = []
    for hit in hits:
        document = hit.document
        key = (document.kind, document.title, document.body)
        if key not in seen and (not country or document.country in ("", country)):
            seen.add(key)
            kept.append(hit)
    return kept
