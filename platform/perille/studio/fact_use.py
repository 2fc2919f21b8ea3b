"""Which published courses use a fact, which facts they lack, and which are to be looked at again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from perille.core.database import Session
from perille.core.extension_state import AppSlot
from perille.core.lru_cache import LruCache
from perille.domain.fact import Fact
from perille.packs import services
from perille.packs.authoring.fact_list import facts_named, topics_asked
from perille.packs.format.loading import LoadedPack, load_pack
from perille.packs.publishing.models import PackVersion
from perille.packs.source.files import in_memory
from perille.packs.source.registry import current_interactions
from perille.studio.builds import DraftBuild, libraries

#: Days before a review is due from which on a fact is in the list.
SOON = timedelta(days=30)
#: Packs whose uses stay counted; a count is a few kilobytes.
_KEPT = 200


@dataclass(frozen=True, slots=True)
class FactUse:
    """What one pack takes from facts."""

    title: str
    #: (country, key) -> how often sentences name the fact.
    named: Mapping[tuple[str, str], int]
    #: (country, topic) of its "where to ask" cards.
    topics: frozenset[tuple[str, str]]

    def of(self, fact: Fact) -> int:
        """Return how often it names a fact or shows it on a card."""
        cards = sum((fact.country, topic) in self.topics for topic in fact.topics)
        return self.named.get((fact.country, fact.key), 0) + cards


_uses = AppSlot[LruCache[FactUse]]("studio_fact_uses", lambda: LruCache(_KEPT))


def use_of(pack: LoadedPack) -> FactUse:
    """Return what a pack takes from facts."""
    key = ("draft", pack.files.digest)
    return _uses().get(
        key, lambda: FactUse(pack.manifest.title, Counter(facts_named(pack)), frozenset(topics_asked(pack)))
    )


def published_uses(session: Session, besides: str = "") -> list[FactUse]:
    """Return what every published pack takes from facts, but one; each is read once for as long as it does not change."""
    wanted = select(PackVersion.pack_id, PackVersion.files_digest).where(PackVersion.is_current)
    rows = session.execute(wanted.where(PackVersion.pack_id != besides).order_by(PackVersion.pack_id)).all()
    return [_uses().get(row.files_digest, lambda pack_id=row.pack_id: _read(session, pack_id)) for row in rows]  # type: ignore[misc]


def _read(session: Session, pack_id: str) -> FactUse:
    files = services.source_files(session, pack_id) or {}
    sources = {path: body for path, body in files.items() if not path.endswith(".po")}
    return use_of(load_pack(in_memory(pack_id, sources), current_interactions()))


def known_facts(session: Session, made: DraftBuild) -> dict[tuple[str, str], Fact]:
    """Return every fact that a draft or a published library has, the draft's own first."""
    packs = (made.pack, *(each for each in libraries(session) if each.manifest.id != made.pack.manifest.id))
    found: dict[tuple[str, str], Fact] = {}
    for pack in packs:
        for each in pack.facts:
            found.setdefault((each.fact.country, each.fact.key), each.fact)
    return found


def missing_from(use: FactUse, known: Mapping[tuple[str, str], Fact]) -> list[tuple[str, str]]:
    """Return (country, key) of each fact that a pack names and nobody has."""
    return sorted(each for each in use.named if each not in known)


def due_on(facts: Iterable[Fact], day: date) -> list[Fact]:
    """Return the facts whose review is due on a day or within a month of it, the earliest first."""
    found = (fact for fact in facts if fact.review_due <= day + SOON)
    return sorted(found, key=lambda fact: (fact.review_due, fact.country, fact.key))


def overdue_in(session: Session, made: DraftBuild, day: date) -> list[Fact]:
    """Return the facts past their review that a draft has or uses."""
    use, own = use_of(made.pack), {(each.fact.country, each.fact.key) for each in made.pack.facts}
    known = known_facts(session, made)
    late = (fact for name, fact in known.items() if fact.overdue_on(day) and (name in own or use.of(fact)))
    return due_on(late, day)
