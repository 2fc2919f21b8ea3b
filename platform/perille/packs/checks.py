"""What a pack must hold together: units and their lessons, pictures and their files, facts and their values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from perille.domain.course import MoveOn, PackKind, UnitKind
from perille.domain.words import PieceKind
from perille.packs.facts import KnownFact
from perille.packs.faults import Faults, nearest
from perille.packs.items import BankItem
from perille.packs.loading import LoadedPack
from perille.packs.manifest import MANIFEST
from perille.packs.markdown import inline, lesson_links
from perille.packs.neutral import check_neutral
from perille.packs.plan import Libraries, UnitPlan
from perille.packs.pools import check_tests
from perille.packs.reviewed import check_review
from perille.packs.variants import check_variants


@dataclass(frozen=True, slots=True)
class FactBook:
    """Every fact that a pack can name."""

    #: "CC/key" -> fact.
    facts: Mapping[str, KnownFact]

    def problem(self, country: str, key: str) -> str:
        """Return what keeps a sentence from using a fact, or ''."""
        name = f"{country}/{key}"
        known = self.facts.get(name)
        if known is None:
            # Only of the same country: a number of another one, taken by mistake, helps nobody.
            own = [each for each in self.facts if each.startswith(f"{country}/")]
            return f'There is no fact "{name}"{nearest(name, own)}'
        if not known.fact.publishable:
            return f'The fact "{name}" is of grade {known.fact.confidence} and cannot be shown: confirm it, or leave it out'
        return ""

    def has_topic(self, country: str, topic: str) -> bool:
        """Tell whether a "where to ask" card has anything to show."""
        return any(
            each.fact.country == country and topic in each.fact.topics and each.fact.publishable
            for each in self.facts.values()
        )


def fact_book(pack: LoadedPack, libraries: Libraries) -> FactBook:
    """Collect the facts of a pack and of all libraries; the pack's own come first."""
    others = sorted(
        (each for each in libraries.values() if each is not pack), key=lambda each: each.manifest.id, reverse=True
    )
    return FactBook({fact.name: fact for each in (*others, pack) for fact in each.facts})


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a fault is shown: in this pack's file, or for a library's file at the line that names the unit."""

    path: str
    line: int
    prefix: str = ""
    #: The country whose facts hold there, where it is not the pack's.
    country: str = ""


def check_pack(pack: LoadedPack, plans: tuple[UnitPlan, ...], book: FactBook, faults: Faults) -> None:
    """Check everything that no single file can tell."""
    keys = {plan.key for plan in plans}
    for plan in plans:
        _check_unit(plan, faults)
        _check_checks(plan, faults)
        _check_topics(pack, plan, book, faults)
        _check_links(plan, keys, faults)
    check_variants(pack, plans, faults)
    check_tests(pack, plans, faults)
    _check_item_keys(plans, faults)
    _check_plays(pack, plans, keys, faults)
    _check_pictures(pack, faults)
    _check_facts(pack, plans, book, faults)
    check_neutral(pack, plans, faults)
    check_review(pack.manifest, pack.files, faults)


def _check_unit(plan: UnitPlan, faults: Faults) -> None:
    spec, line = plan.spec, plan.line if plan.shared else plan.spec.line
    if plan.kind is UnitKind.LESSON and plan.lesson is None and not spec.variants:
        faults.add(MANIFEST, line, f"There is no lessons/{plan.key}.md")
    if not spec.title and plan.lesson is None and plan.kind is not UnitKind.LESSON:
        faults.add(MANIFEST, line, f'The unit "{plan.key}" has no title')
    if bool(spec.module) != (plan.kind is UnitKind.MODULE):
        faults.add(
            MANIFEST,
            line,
            f'The unit "{plan.key}": "module" names the pack of a unit of kind "module", and only of one',
        )
    if plan.kind is UnitKind.ASSESSMENT:
        _check_assessment(plan, line, faults)
    elif spec.items:
        faults.add(MANIFEST, line, 'Only an assessment has "items": a lesson asks with ::: check')
    wants_pass = spec.move_on in (MoveOn.PASSED, MoveOn.COMPLETED_AND_PASSED)
    if wants_pass and not plan.items():
        faults.add(
            MANIFEST, line, f'The unit "{plan.key}" asks nothing, so it can never be passed: choose another move_on'
        )


def _check_assessment(plan: UnitPlan, line: int, faults: Faults) -> None:
    if plan.spec.sections:
        return
    if not plan.spec.items:
        faults.add(MANIFEST, line, f'The assessment "{plan.key}" names no bank: add items = "..."')
    elif plan.spec.items not in plan.home.banks:
        guess = nearest(plan.spec.items, plan.home.banks)
        faults.add(MANIFEST, line, f"There is no items/{plan.spec.items}.toml{guess}")


def _place(plan: UnitPlan, path: str, line: int, country: str = "") -> _Place:
    if not plan.shared:
        return _Place(path, line, country=country)
    return _Place(MANIFEST, plan.line, f"{plan.home.manifest.id}/{path}:{line}: ", country)


def _add(faults: Faults, place: _Place, message: str) -> None:
    faults.add(place.path, place.line, f"{place.prefix}{message}")


def _check_checks(plan: UnitPlan, faults: Faults) -> None:
    for _country, lesson in plan.lessons:
        for piece in lesson.pieces(PieceKind.CHECK):
            if piece.name and piece.name not in plan.home.items:
                place = _place(plan, lesson.path, piece.line)
                _add(faults, place, f'There is no item "{piece.name}"{nearest(piece.name, plan.home.items)}')


def _check_topics(pack: LoadedPack, plan: UnitPlan, book: FactBook, faults: Faults) -> None:
    for own, lesson in plan.lessons:
        countries = (own,) if own else _countries(pack)
        for piece in lesson.pieces(PieceKind.ASK):
            without = [country for country in countries if not book.has_topic(country, piece.name)]
            if not piece.name or not without:
                continue
            place = _place(plan, lesson.path, piece.line)
            message = f'{place.prefix}No contact of {", ".join(without)} has the topic "{piece.name}"'
            add = faults.add if len(without) == len(countries) else faults.warn
            add(place.path, place.line, message)


def _countries(pack: LoadedPack) -> tuple[str, ...]:
    """Return the countries whose facts are shown: a course's first one; any of a library's, as its courses choose."""
    countries = pack.manifest.countries
    return countries if pack.manifest.kind is PackKind.LIBRARY else countries[:1]


def _check_links(plan: UnitPlan, keys: set[str], faults: Faults) -> None:
    for path, block in ((lesson.path, block) for _country, lesson in plan.lessons for block in lesson.blocks):
        for target in lesson_links(inline(block.msgid).links):
            if target not in keys:
                message = f'The link leads to a unit "{target}" that is not there{nearest(target, keys)}'
                _add(faults, _place(plan, path, block.line), message)


def _check_item_keys(plans: tuple[UnitPlan, ...], faults: Faults) -> None:
    seen: dict[str, tuple[str, UnitPlan]] = {}
    for plan in plans:
        for item in plan.items():
            home, first = seen.setdefault(item.item.key, (plan.home.manifest.id, plan))
            if home != plan.home.manifest.id:
                faults.add(
                    MANIFEST,
                    plan.line,
                    f'The item "{item.item.key}" is in the unit "{first.key}" too, from another pack',
                )


def _check_plays(pack: LoadedPack, plans: tuple[UnitPlan, ...], keys: set[str], faults: Faults) -> None:
    for item in pack.items.values():
        if item.play and item.play not in pack.plays:
            faults.add(item.path, item.line, f"There is no plays/{item.play}.toml{nearest(item.play, pack.plays)}")
    played = {item.play for item in pack.items.values()}
    for name, play in pack.plays.items():
        if name not in played:
            faults.warn(play.path, 1, f'No item plays it: write one with interaction = "role-play" and play = "{name}"')
        if play.play.lesson and play.play.lesson not in keys:
            line, lesson = play.line("lesson"), play.play.lesson
            faults.add(play.path, line, f'"lesson" names a unit "{lesson}" that is not there{nearest(lesson, keys)}')
    homes: dict[str, str] = {}
    for plan in plans:
        for each in plan.plays():
            home = homes.setdefault(each.play.key, plan.home.manifest.id)
            if home != plan.home.manifest.id:
                faults.add(MANIFEST, plan.line, f'The role-play "{each.play.key}" comes from {home} too')


def _check_pictures(pack: LoadedPack, faults: Faults) -> None:
    used: set[str] = set()
    for path, line, name in _pictures(pack):
        used.add(name)
        if name not in pack.media:
            faults.add(path, line, f"There is no picture media/{name}.svg, .avif or .webp{nearest(name, pack.media)}")
    for name, file in pack.media.items():
        if name not in used:
            faults.warn(file.path, 1, "The picture is never shown")


def _pictures(pack: LoadedPack) -> Iterator[tuple[str, int, str]]:
    for lesson in pack.lessons.values():
        yield from ((lesson.path, line, name) for name, line in lesson.pictures)
    for item in pack.items.values():
        yield from ((item.path, item.line, name) for name in item.pictures())
    for play in pack.plays.values():
        yield from ((play.path, line, name) for name, line in play.pictures())


def _check_facts(pack: LoadedPack, plans: tuple[UnitPlan, ...], book: FactBook, faults: Faults) -> None:
    for place, text in _sentences(pack, plans):
        for name in inline(text).facts:
            _check_fact(pack, book, place, name, faults)


def _check_fact(pack: LoadedPack, book: FactBook, place: _Place, name: str, faults: Faults) -> None:
    named, _sep, key = name.rpartition("/")
    country = named or place.country
    countries = (country,) if country else _countries(pack)
    problems = [book.problem(each, key) for each in countries]
    if not countries:
        _add(faults, place, f"The pack names no country, so write {{fact: CC/{key}}} with the country's code")
    elif all(problems):
        _add(faults, place, problems[0])
    else:
        for problem in filter(None, problems):
            faults.warn(place.path, place.line, f"{place.prefix}{problem}")


def _sentences(pack: LoadedPack, plans: tuple[UnitPlan, ...]) -> Iterator[tuple[_Place, str]]:
    """Yield every block that pages of the pack show, with its place."""
    manifest = pack.manifest
    yield from ((_Place(MANIFEST, manifest.file.line((key,))), getattr(manifest, key)) for key in ("title", "summary"))
    yield from ((_Place(MANIFEST, block.line), block.title) for block in manifest.blocks)
    for unit in manifest.units:
        yield from ((_Place(MANIFEST, unit.line), text) for text in (unit.title, *unit.objectives))
        yield from ((_Place(MANIFEST, section.line), section.title) for section in unit.sections)
    for key, text in manifest.objectives.items():
        yield _Place(MANIFEST, manifest.file.line(("objectives", key))), text
    for plan in plans:
        for country, lesson in plan.lessons:
            yield from ((_place(plan, lesson.path, block.line, country), block.msgid) for block in lesson.blocks)
        yield from _item_sentences(plan, plan.items())
        for play in plan.plays():
            yield from ((_place(plan, play.path, play.line(part)), text) for part, text in play.words.items())


def _item_sentences(plan: UnitPlan, items: Iterable[BankItem]) -> Iterator[tuple[_Place, str]]:
    for item in items:
        yield from ((_place(plan, item.path, item.line), text) for text in item.words.values())
