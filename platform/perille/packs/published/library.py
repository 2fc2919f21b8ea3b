"""The library: what pages read of the published packs. One a process; once warm, a page asks the database nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import chain
from typing import Protocol
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import undefer

from perille.core.database import Session
from perille.core.decoding import read_json
from perille.core.extension_state import AppSlot
from perille.core.extensions import db
from perille.core.i18n import fallbacks
from perille.core.lru_cache import LruCache
from perille.domain.content import Text
from perille.domain.course import PackKind
from perille.domain.fact import Fact
from perille.packs import services
from perille.packs.compiler.compiled import FactWords, Media, Summary, digest
from perille.packs.published.edition import Edition, load_edition
from perille.packs.published.placeholders import PlaceholderContext, fill_plain
from perille.packs.publishing.models import PackMedia, PackVersion, PackWords
from perille.packs.publishing.serialization import deserialize
from perille.packs.source.diagnostics import Diagnostic

__all__ = ["Edition", "Media", "Picture", "PackLibrary", "Summary", "current_library"]

#: How many courses are kept open, and how many of their languages: a course's words are about half a megabyte.
EDITIONS_KEPT = 200
WORDS_KEPT = 32


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's bytes."""

    mime: str
    body: bytes


@dataclass(frozen=True)
class _Contents:
    """What is published, small: no words, no structures."""

    summaries: tuple[Summary, ...]
    by_pack: Mapping[str, Summary]
    by_address: Mapping[tuple[str, str], Summary]
    #: Country -> key -> fact, those that may be shown.
    facts: Mapping[str, Mapping[str, Fact]]
    #: Versions that have facts, in the order in which they are asked.
    fact_versions: tuple[UUID, ...]
    facts_stamp: str
    stamp: str
    problems: tuple[Diagnostic, ...]
    editions: LruCache[Edition | None] = field(default_factory=lambda: LruCache(EDITIONS_KEPT))
    words: LruCache[object] = field(default_factory=lambda: LruCache(WORDS_KEPT))
    fact_words: LruCache[FactWords] = field(default_factory=lambda: LruCache(100))


class PrivateEditions(Protocol):
    """Courses that are in no list, and found only by who may see them: drafts."""

    def find(self, kind: PackKind, slug: str) -> Edition | None:
        """Return the course at an address, None for none or for who may not see it."""

    def absent(self, slug: str) -> str:
        """Say why there is nothing at an address of theirs, in words for who has opened it; "" for any other address."""

    def moved(self, kind: PackKind, slug: str) -> str:
        """Return the address at which a course is published now that was made here and left this one, "" for none."""

    def picture(self, session: Session, stamp: str) -> Picture | None:
        """Return a picture of theirs by the beginning of its hash (16 hex digits at least), or None."""


class PackLibrary:
    """Published packs. `reload` after `synchronise`; until then it reads the database when it is first asked."""

    def __init__(self, session: Session | None = None) -> None:
        self._session: Session = db.session if session is None else session
        self._contents: _Contents | None = None
        #: Asked for what is not published.
        self.private: PrivateEditions | None = None

    def reload(self, session: Session) -> None:
        """Read what is published now, and forget all words; *session* is used for what is read later too."""
        self._session = session
        self._contents = _read(session)

    def _now(self) -> _Contents:
        # Empty: before the first `perille prepare`, perhaps by another process while this one serves.
        if self._contents is None or not self._contents.summaries:
            self._contents = _read(self._session)
        return self._contents

    def summaries(self, kind: PackKind | None = None) -> tuple[Summary, ...]:
        """Return what lists say of every published pack, or of those of a kind; libraries only when asked for."""
        return tuple(
            each
            for each in self._now().summaries
            if each.kind == kind or (kind is None and each.kind != PackKind.LIBRARY)
        )

    def has_packs(self) -> bool:
        """Tell whether any pack is published."""
        return bool(self.summaries())

    def summary(self, pack_id: str) -> Summary | None:
        """Return what lists say of a pack, None where it is not published (any more)."""
        return self._now().by_pack.get(pack_id)

    def stamp(self) -> str:
        """Return a hash of everything published, for the ETags of lists."""
        return self._now().stamp

    def find(self, kind: PackKind, slug: str) -> Edition | None:
        """Return the newest edition of the pack at an address."""
        summary = self._now().by_address.get((kind, slug))
        if summary is not None:
            return self.newest(summary.pack_id)
        return self.private.find(kind, slug) if self.private is not None else None

    def absent(self, slug: str) -> str:
        """Say why there is nothing at an address, "" where it is one like all others; the same of what never was and of what is over."""
        return self.private.absent(slug) if self.private is not None else ""

    def moved(self, kind: PackKind, slug: str) -> str:
        """Return the address to which the course of this one has moved, "" for none."""
        here = select(PackVersion.pack_id).where(PackVersion.kind == kind, PackVersion.slug == slug)
        now = select(PackVersion.slug).where(PackVersion.is_current, PackVersion.kind == kind)
        found = self._session.scalar(now.where(PackVersion.pack_id.in_(here), PackVersion.slug != slug).limit(1))
        return found or (self.private.moved(kind, slug) if self.private is not None else "")

    def newest(self, pack_id: str) -> Edition | None:
        """Return a pack as it is published now; None where it is not published (any more), drafts included."""
        summary = self.summary(pack_id)
        return self.edition(pack_id, summary.structure_hash) if summary is not None else None

    def edition(self, pack_id: str, structure_hash: str) -> Edition | None:
        """Return a pack with the structure that an enrolment pins, and the newest words published with it."""
        contents = self._now()
        key = (pack_id, structure_hash)
        return contents.editions.get(key, lambda: load_edition(self._session, *key, contents.words.get, self.plain))

    def plain(self, text: Text, *, language: str, country: str, day: date | None = None) -> str:
        """Return a text without markup, its facts filled by a country and a day, by default today."""
        today = day or datetime.now(UTC).date()
        context = PlaceholderContext(
            shelf=self, country=country, day=today, language=language, media_url=lambda _pack, _name: ""
        )
        return fill_plain(text.plain, context)

    def fact(self, country: str, key: str, day: date) -> Fact | None:
        """Return a fact that may be shown and holds on *day*, or None."""
        fact = self._now().facts.get(country, {}).get(key)
        return fact if fact is not None and fact.holds_on(day) else None

    def facts(self, country: str, day: date, topic: str | None = None, help_row: str | None = None) -> tuple[Fact, ...]:
        """Return the facts of a country that hold on *day*: all, those of a topic's card, or those of a row of the help box."""
        return tuple(
            fact
            for fact in self._now().facts.get(country, {}).values()
            if fact.holds_on(day)
            and (topic is None or topic in fact.topics)
            and (help_row is None or fact.help == help_row)
        )

    def fact_words(self, country: str, key: str, part: str, language: str) -> Text | None:
        """Return "label", "hours", "for_whom" or "value" of a fact in a language, its fallbacks or the source; None where it has none."""
        contents = self._now()
        words = contents.fact_words.get(
            language, lambda: _read_fact_words(self._session, contents.fact_versions, language)
        )
        return words.get(f"{country}/{key}", {}).get(part)

    def facts_stamp(self) -> str:
        """Return a hash of all facts and their words, for ETags."""
        return self._now().facts_stamp

    def problems(self) -> tuple[Diagnostic, ...]:
        """Return what keeps packs from being published, and warnings."""
        return self._now().problems

    def media_body(self, session: Session, stamp: str) -> Picture | None:
        """Return a picture by its SHA-256 or at least the first 16 signs of it, or None."""
        if not 16 <= len(stamp) <= 64 or not set(stamp) <= set("0123456789abcdef"):
            return None
        # "g" is after every hex digit, so the range is a prefix search that uses the key's index.
        wanted = select(PackMedia).where(PackMedia.sha256 >= stamp, PackMedia.sha256 < f"{stamp}g").limit(1)
        row = session.scalar(wanted.options(undefer(PackMedia.body)))
        if row is not None:
            return Picture(row.mime, row.body)
        return self.private.picture(session, stamp) if self.private is not None else None


def _read(session: Session) -> _Contents:
    rows = list(session.scalars(select(PackVersion).where(PackVersion.is_current).order_by(PackVersion.pack_id)))
    summaries = tuple(read_json(row.summary, Summary) for row in rows)
    with_facts = [row for row in rows if row.has_facts]
    return _Contents(
        summaries=summaries,
        by_pack={each.pack_id: each for each in summaries},
        by_address={(each.kind, each.slug): each for each in summaries},
        facts=_by_country(chain.from_iterable(deserialize(row.facts, tuple[Fact, ...]) for row in with_facts)),
        fact_versions=tuple(row.id for row in with_facts),
        facts_stamp=digest([row.facts_hash for row in with_facts])[:32],
        stamp=digest([(row.structure_hash, row.words_hash, row.version) for row in rows])[:32],
        problems=services.problems(session),
    )


def _by_country(facts: Iterable[Fact]) -> dict[str, dict[str, Fact]]:
    """Sort facts by country; of two with the same name the one of the pack that is first by id counts."""
    found: dict[str, dict[str, Fact]] = {}
    for fact in facts:
        if fact.publishable:
            found.setdefault(fact.country, {}).setdefault(fact.key, fact)
    return found


def _read_fact_words(session: Session, versions: Iterable[UUID], language: str) -> FactWords:
    """Read the words of all facts, each pack's in the first of the language's fallbacks that it has."""
    words: dict[str, Mapping[str, Text]] = {}
    for version in versions:
        rows = session.execute(select(PackWords.language, PackWords.facts).where(PackWords.pack_version_id == version))
        by_language = {row.language: row.facts for row in rows}
        chosen = next((code for code in fallbacks(language) if code in by_language), next(iter(by_language), None))
        if chosen is not None:
            for name, parts in deserialize(by_language[chosen], dict[str, dict[str, Text]]).items():
                words.setdefault(name, parts)
    return words


current_library = AppSlot[PackLibrary]("shelf")
