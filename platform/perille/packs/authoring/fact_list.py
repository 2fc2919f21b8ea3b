"""The facts that a pack may name, and where packs name them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from perille.domain.content import PieceKind
from perille.domain.course import PackKind
from perille.domain.fact import Fact, FactKind
from perille.packs.format.facts import KnownFact
from perille.packs.format.lesson_model import Lesson
from perille.packs.format.loading import LoadedPack, messages_of
from perille.packs.source.markdown import has_words, inline

#: Kinds of facts by which somebody is reached.
_REACHABLE = (FactKind.PHONE, FactKind.CHAT, FactKind.URL, FactKind.EMAIL)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFact:
    """A fact, and the packs that use it."""

    known: KnownFact
    #: Pack that has it.
    home: str
    #: How often sentences of the packs name it, and contacts of "where to ask" show it.
    used: int

    def row(self) -> tuple[str, ...]:
        """Return key, label, value, grade, dates and use, as a list shows them."""
        fact = self.known.fact
        shown = fact.confidence.value if fact.publishable else f"{fact.confidence.value}, not shown"
        dates = f"checked {fact.checked_on.isoformat()}, review by {fact.review_due.isoformat()}"
        use = f"used {self.used} times" if self.used > 1 else "used once" if self.used else "not used"
        return fact.key, self.known.words.get("label", ""), fact.value, shown, dates, use


def list_facts(
    libraries: Iterable[LoadedPack], packs: Iterable[LoadedPack], country: str, topic: str = ""
) -> Iterator[ListedFact]:
    """Yield the facts of a country in their libraries' order. *topic*: only contacts of it. *packs*: in which they may be used."""
    users = tuple(packs)
    named = [name for pack in users for name in _named(pack, country)]
    topics = [topic for pack in users for topic in _topics(pack, country)]
    seen: set[str] = set()
    for library in sorted(libraries, key=lambda each: each.manifest.id):
        for known in library.facts:
            fact = known.fact
            if fact.key in seen or not _is_asked_for(fact, country, topic):
                continue
            seen.add(fact.key)
            used = named.count(fact.key) + sum(topics.count(each) for each in fact.topics)
            yield ListedFact(known=known, home=library.manifest.id, used=used)


def _is_asked_for(fact: Fact, country: str, topic: str) -> bool:
    return fact.country == country and (not topic or topic in fact.topics)


def unused_lines(library: LoadedPack, packs: Iterable[LoadedPack]) -> Iterator[str]:
    """Yield a line for each country some of whose facts no page shows. *packs*: in which they may be used.

    Contacts stand in the A to Z of offices and rows of the help box on every page; a fact that is not published can be on none.
    """
    users = tuple(packs)
    for country in sorted({known.fact.country for known in library.facts}):
        facts = [each for each in list_facts((library,), users, country) if each.known.fact.publishable]
        unused = [each.known.fact for each in facts if not each.used]
        names = [fact.key for fact in unused if not _is_reachable(fact)]
        if names:
            yield f"facts of {country} that no page uses, {len(names)} of {len(facts)}: {', '.join(names)}"


def _is_reachable(fact: Fact) -> bool:
    return fact.kind in _REACHABLE or bool(fact.help)


def topics_of(libraries: Iterable[LoadedPack], country: str) -> list[str]:
    """Return the topics that contacts of a country have."""
    facts = (known.fact for library in libraries for known in library.facts)
    return sorted({topic for fact in facts if fact.country == country for topic in fact.topics})


def facts_named(pack: LoadedPack) -> Iterator[tuple[str, str]]:
    """Yield (country, key) of each fact that a sentence of a pack names, as often as it does."""
    for context, text in _texts(pack):
        own = _country_of(context, pack)
        for name in inline(text).facts:
            named, _sep, key = name.rpartition("/")
            yield from ((country, key) for country in ((named,) if named else own))


def topics_asked(pack: LoadedPack) -> Iterator[tuple[str, str]]:
    """Yield (country, topic) of each "where to ask" card of a pack."""
    for country in dict.fromkeys((*pack.manifest.countries, *_variants(pack))):
        yield from ((country, topic) for topic in _topics(pack, country))


def _variants(pack: LoadedPack) -> Iterator[str]:
    """Yield the countries for which lessons of a pack have a version of their own."""
    yield from filter(None, map(country_of_lesson, pack.lessons))


def _named(pack: LoadedPack, country: str) -> Iterator[str]:
    return (key for named, key in facts_named(pack) if named == country)


def _texts(pack: LoadedPack) -> Iterator[tuple[str, str]]:
    """Yield (context, text) of all that is translated, and of what is a fact and nothing else, such as a cell of a table."""
    yield from ((message.context, message.msgid) for message in messages_of(pack))
    blocks = ((f"lesson/{name}", block.msgid) for name, lesson in pack.lessons.items() for block in lesson.blocks)
    words = ((f"item/{key}", text) for key, item in pack.items.items() for text in item.words.values())
    yield from ((context, text) for context, text in (*blocks, *words) if not has_words(text))


def country_of_lesson(name: str) -> str:
    """Return the country that a lesson is a version for, "" for none; an easy version is for the same countries as its lesson.

    >>> country_of_lesson("offices.fi"), country_of_lesson("offices.easy"), country_of_lesson("offices")
    ('FI', '', '')
    """
    return next((each.upper() for each in name.split(".")[1:] if len(each) == len("FI")), "")


def _country_of(context: str, pack: LoadedPack) -> tuple[str, ...]:
    """Return the countries whose facts a block shows: those of a variant, else those that the pack takes facts from."""
    kind, _sep, name = context.partition("/")
    variant = country_of_lesson(name) if kind == "lesson" else ""
    if variant:
        return (variant,)
    countries = pack.manifest.countries
    return countries if pack.manifest.kind is PackKind.LIBRARY else countries[:1]


def _topics(pack: LoadedPack, country: str) -> Iterator[str]:
    lessons: Iterable[tuple[str, Lesson]] = pack.lessons.items()
    for name, lesson in lessons:
        if country in _country_of(f"lesson/{name}", pack):
            yield from (piece.name for piece in lesson.pieces(PieceKind.ASK))
