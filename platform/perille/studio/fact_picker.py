"""Facts to put into a sentence: found by country, topic and words, with value, dates and grade, so that nobody types a key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from perille.api.folding import fold
from perille.core.countries import country_name
from perille.core.extension_state import AppSlot
from perille.core.extensions import db
from perille.core.lru_cache import LruCache
from perille.domain.fact import Fact
from perille.packs.authoring.fact_list import country_of_lesson
from perille.packs.format.loading import LoadedPack
from perille.studio.builds import DraftBuild, libraries

#: Facts that are shown at once; more words find the others.
MOST = 30


@dataclass(frozen=True, slots=True)
class PickedFact:
    """A fact as the picker lists it."""

    fact: Fact
    #: What it is, in the author's language where it is translated.
    label: str
    country: str
    #: What a search looks into, with letters folded.
    text: str
    #: What stands in a sentence: "{fact: SE/emergency.number}".
    slot: str = ""


_rows = AppSlot[LruCache[tuple[PickedFact, ...]]]("studio_facts", lambda: LruCache(16))


def facts_for(made: DraftBuild, lang: str) -> tuple[PickedFact, ...]:
    """Return every fact that a draft may name, its own first; of two with the same name the first."""
    packs = (made.pack, *(each for each in libraries(db.session) if each.manifest.id != made.pack.manifest.id))
    found: dict[tuple[str, str], PickedFact] = {}
    for pack in packs:
        if pack.facts:
            key = (pack.files.digest, lang)
            for row in _rows().get(key, lambda pack=pack: tuple(_facts_of(pack, lang))):  # type: ignore[misc]
                found.setdefault((row.fact.country, row.fact.key), row)
    return tuple(found.values())


def _facts_of(pack: LoadedPack, lang: str) -> Iterable[PickedFact]:
    translator = pack.translator(lang) if lang in pack.manifest.languages else None
    for known in pack.facts:
        source = known.words.get("label", "")
        label = translator.text(f"fact/{known.name}/label", source).plain if translator and source else source
        country = country_name(known.fact.country)
        words = (label, source, known.fact.key, known.fact.value, country, known.fact.country, *known.fact.topics)
        yield PickedFact(known.fact, label or known.fact.key, country, fold(" ".join(words)))


def search_facts(
    rows: Sequence[PickedFact], day: date, *, words: str = "", country: str = "", topic: str = "", home: str = ""
) -> list[PickedFact]:
    """Return the facts that hold on *day*, of a country and a topic, in which every word is found, best places first.

    *home*: the country of which a sentence takes facts that name no country.
    """
    wanted = fold(words).split()
    found = [
        row
        for row in rows
        if row.fact.holds_on(day)
        and (not country or row.fact.country == country)
        and (not topic or topic in row.fact.topics)
        and all(word in row.text for word in wanted)
    ]
    found.sort(key=lambda row: (row.fact.country != home, not row.fact.publishable))
    return [PickedFact(row.fact, row.label, row.country, row.text, slot_of(row.fact, home)) for row in found]


def slot_of(fact: Fact, home: str) -> str:
    """Return how a sentence names a fact: without the country where it is the one of which the sentence takes facts."""
    return f"{{fact: {fact.key}}}" if fact.country == home else f"{{fact: {fact.country}/{fact.key}}}"


def home_of(made: DraftBuild, lesson: str) -> str:
    """Return the country of which a lesson takes facts: that of its file, or the course's first; "" for none."""
    if variant := country_of_lesson(lesson):
        return variant
    countries = made.pack.manifest.countries
    return countries[0] if countries else ""
