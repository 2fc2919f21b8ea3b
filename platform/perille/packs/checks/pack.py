"""What a pack must hold together: units and their lessons, pictures and their files, facts and their values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from perille.api import did_you_mean
from perille.domain.content import PieceKind
from perille.domain.course import MoveOn, PackKind, UnitKind
from perille.domain.item import measures_picture
from perille.packs.checks.assessments import check_tests
from perille.packs.checks.country_variants import check_variants
from perille.packs.checks.easy_versions import check_easy_versions
from perille.packs.checks.errands import check_errands
from perille.packs.checks.host_words import check_host_words
from perille.packs.checks.neutral_titles import check_neutral
from perille.packs.checks.own_files import check_own_files
from perille.packs.checks.plain_words import check_plain_words
from perille.packs.checks.two_person_review import check_review
from perille.packs.checks.word_lists import check_word_lists
from perille.packs.format.facts import KnownFact
from perille.packs.format.items import BankItem
from perille.packs.format.loading import LoadedPack
from perille.packs.format.manifest import MANIFEST, Manifest
from perille.packs.format.media import MIRRORED
from perille.packs.format.units import Libraries, ResolvedUnit
from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.markdown import inline, lesson_links

#: How a fact begins in a sentence; most have none, and are not looked at any further.
_FACT_BEGINS = "{fact:"
_NO_COUNTRY = "Readers see no contacts here, since the pack names no country: add countries to pack.toml"


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
            return f'There is no fact "{name}"{did_you_mean(name, own)}'
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
class _DiagnosticLocation:
    """Where a fault is shown: in this pack's file, or for a library's file at the line that names the unit."""

    path: str
    line: int
    prefix: str = ""
    #: The country whose facts hold there, where it is not the pack's.
    country: str = ""
    #: The item of this pack that says it, "" for all else.
    item_key: str = ""


def check_pack(pack: LoadedPack, plans: tuple[ResolvedUnit, ...], book: FactBook, diagnostics: Diagnostics) -> None:
    """Check everything that no single file can tell."""
    keys = {plan.key for plan in plans}
    faulty = _faulty_items(diagnostics)
    for plan in plans:
        _check_unit(plan, diagnostics)
        _check_checks(plan, faulty, diagnostics)
        _check_topics(pack, plan, book, diagnostics)
        _check_country(pack, plan, diagnostics)
        _check_links(plan, keys, diagnostics)
    check_variants(pack, plans, diagnostics)
    check_easy_versions(pack, plans, diagnostics)
    check_errands(plans, diagnostics)
    check_word_lists(pack, plans, diagnostics)
    check_tests(pack, plans, diagnostics)
    _check_item_keys(plans, diagnostics)
    check_own_files(pack, plans, keys, diagnostics)
    _check_pictures(pack, diagnostics)
    _check_facts(pack, plans, book, diagnostics)
    check_neutral(pack, plans, diagnostics)
    check_review(pack.manifest, pack.files, diagnostics)
    check_plain_words(pack, diagnostics)
    check_host_words(pack, diagnostics)


def _check_unit(plan: ResolvedUnit, diagnostics: Diagnostics) -> None:
    spec, line = plan.spec, plan.line if plan.shared else plan.spec.line
    _check_presence(plan, line, diagnostics)
    if bool(spec.module) != (plan.kind is UnitKind.MODULE):
        diagnostics.add(
            MANIFEST,
            line,
            f'The unit "{plan.key}": "module" names the pack of a unit of kind "module", and only of one',
        )
    if plan.kind is UnitKind.ASSESSMENT:
        _check_assessment(plan, line, diagnostics)
    elif spec.items:
        diagnostics.add(MANIFEST, line, 'Only an assessment has "items": a lesson asks with ::: check')
    wants_pass = spec.move_on in (MoveOn.PASSED, MoveOn.COMPLETED_AND_PASSED)
    if wants_pass and not plan.items():
        diagnostics.add(
            MANIFEST, line, f'The unit "{plan.key}" asks nothing, so it can never be passed: choose another move_on'
        )


def _check_presence(plan: ResolvedUnit, line: int, diagnostics: Diagnostics) -> None:
    """Ask for the file of a lesson, and for the title of what has no file to bring one."""
    if plan.lesson is not None:
        return
    if plan.kind is not UnitKind.LESSON:
        if not plan.spec.title:
            diagnostics.add(MANIFEST, line, f'The unit "{plan.key}" has no title')
    elif not plan.spec.variants:
        diagnostics.add(MANIFEST, line, f"There is no lessons/{plan.key}.md")


def _check_assessment(plan: ResolvedUnit, line: int, diagnostics: Diagnostics) -> None:
    if plan.spec.sections:
        return
    if not plan.spec.items:
        diagnostics.add(MANIFEST, line, f'The assessment "{plan.key}" names no bank: add items = "..."')
    elif plan.spec.items not in plan.home.banks:
        guess = did_you_mean(plan.spec.items, plan.home.banks)
        diagnostics.add(MANIFEST, line, f"There is no items/{plan.spec.items}.toml{guess}")


def _place(plan: ResolvedUnit, path: str, line: int, country: str = "") -> _DiagnosticLocation:
    if not plan.shared:
        return _DiagnosticLocation(path, line, country=country)
    return _DiagnosticLocation(MANIFEST, plan.line, f"{plan.home.manifest.id}/{path}:{line}: ", country)


def _add(diagnostics: Diagnostics, place: _DiagnosticLocation, message: str) -> None:
    with diagnostics.about_item(place.item_key):
        diagnostics.add(place.path, place.line, f"{place.prefix}{message}")


def _faulty_items(diagnostics: Diagnostics) -> frozenset[str]:
    """Return the keys of the pack's items that its banks have and that could not be read."""
    return frozenset(each.item_key for each in diagnostics.errors if each.path.startswith("items/"))


def _check_checks(plan: ResolvedUnit, faulty: frozenset[str], diagnostics: Diagnostics) -> None:
    for _country, lesson in plan.versions:
        for piece in lesson.pieces(PieceKind.CHECK):
            if piece.name and piece.name not in plan.home.items:
                place = _place(plan, lesson.path, piece.line)
                message = f'There is no item "{piece.name}"{did_you_mean(piece.name, plan.home.items)}'
                if piece.name in faulty and not plan.shared:
                    message = f'The item "{piece.name}" cannot be asked here until its own faults are mended'
                _add(diagnostics, place, message)


def _check_topics(pack: LoadedPack, plan: ResolvedUnit, book: FactBook, diagnostics: Diagnostics) -> None:
    for own, lesson in plan.versions:
        countries = (own,) if own else _countries(pack)
        for piece in lesson.pieces(PieceKind.ASK):
            without = [country for country in countries if not book.has_topic(country, piece.name)]
            if not piece.name or not without:
                continue
            place = _place(plan, lesson.path, piece.line)
            message = f'{place.prefix}No contact of {", ".join(without)} has the topic "{piece.name}"'
            add = diagnostics.add if len(without) == len(countries) else diagnostics.warn
            add(place.path, place.line, message)


def _check_country(pack: LoadedPack, plan: ResolvedUnit, diagnostics: Diagnostics) -> None:
    """Refuse a "where to ask" card in a pack of no country: it would be empty. A library's lessons are of their courses' countries."""
    if pack.manifest.countries or pack.manifest.kind is PackKind.LIBRARY:
        return
    for _own, lesson in plan.versions:
        for piece in lesson.pieces(PieceKind.ASK):
            _add(diagnostics, _place(plan, lesson.path, piece.line), _NO_COUNTRY)


def _countries(pack: LoadedPack) -> tuple[str, ...]:
    """Return the countries whose facts are shown: a course's first one; any of a library's, as its courses choose."""
    countries = pack.manifest.countries
    return countries if pack.manifest.kind is PackKind.LIBRARY else countries[:1]


def _check_links(plan: ResolvedUnit, keys: set[str], diagnostics: Diagnostics) -> None:
    for path, block in ((lesson.path, block) for _country, lesson in plan.versions for block in lesson.blocks):
        for target in lesson_links(inline(block.msgid).links):
            if target not in keys:
                message = f'The link leads to a unit "{target}" that is not there{did_you_mean(target, keys)}'
                _add(diagnostics, _place(plan, path, block.line), message)


def _check_item_keys(plans: tuple[ResolvedUnit, ...], diagnostics: Diagnostics) -> None:
    seen: dict[str, tuple[str, ResolvedUnit]] = {}
    for plan in plans:
        for item in plan.items():
            home, first = seen.setdefault(item.item.key, (plan.home.manifest.id, plan))
            if home != plan.home.manifest.id:
                diagnostics.add(
                    MANIFEST,
                    plan.line,
                    f'The item "{item.item.key}" is in the unit "{first.key}" too, from another pack',
                )


def _check_pictures(pack: LoadedPack, diagnostics: Diagnostics) -> None:
    used: set[str] = set()
    for path, line, name in _pictures(pack):
        used.add(name)
        if name not in pack.media:
            diagnostics.add(
                path, line, f"There is no picture media/{name}.svg, .webp, .jpg or .png{did_you_mean(name, pack.media)}"
            )
    for name, file in pack.media.items():
        if name.removesuffix(MIRRORED) not in used:
            diagnostics.warn(file.path, 1, "The picture is never shown")
    _check_areas(pack, diagnostics)
    _check_illustrations(pack, diagnostics)


def _check_illustrations(pack: LoadedPack, diagnostics: Diagnostics) -> None:
    """Where one choice has a picture and another has none, the picture is what draws the eye, right or wrong."""
    for item in pack.items.values():
        pictured = {bool(option.illustration) for option in item.item.options}
        if len(pictured) > 1:
            text = f"Item {item.item.key}: give each of its choices a picture, or none"
            with diagnostics.about_item(item.item.key):
                diagnostics.warn(item.path, item.line, text)


def _check_areas(pack: LoadedPack, diagnostics: Diagnostics) -> None:
    """Areas are measured from the left of one picture: on its mirrored one they would lie somewhere else."""
    for item in pack.items.values():
        picture = item.item.picture
        if picture and measures_picture(item.interaction) and f"{picture}{MIRRORED}" in pack.media:
            text = f'Places are marked on "{picture}": it cannot have a mirrored picture'
            with diagnostics.about_item(item.item.key):
                diagnostics.add(item.path, item.line, text)


def _pictures(pack: LoadedPack) -> Iterator[tuple[str, int, str]]:
    for lesson in pack.lessons.values():
        yield from ((lesson.path, line, name) for name, line in lesson.pictures)
    for item in pack.items.values():
        yield from ((item.path, item.line, name) for name in item.pictures())
    for file in pack.own_files.values():
        yield from ((file.path, line, name) for name, line in file.reading.pictures)


def _check_facts(pack: LoadedPack, plans: tuple[ResolvedUnit, ...], book: FactBook, diagnostics: Diagnostics) -> None:
    for place, text in _sentences(pack, plans):
        for name in inline(text).facts:
            _check_fact(pack, book, place, name, diagnostics)


def _check_fact(
    pack: LoadedPack, book: FactBook, place: _DiagnosticLocation, name: str, diagnostics: Diagnostics
) -> None:
    named, _sep, key = name.rpartition("/")
    country = named or place.country
    countries = (country,) if country else _countries(pack)
    problems = [book.problem(each, key) for each in countries]
    if not countries:
        _add(diagnostics, place, f"The pack names no country, so write {{fact: CC/{key}}} with the country's code")
    elif all(problems):
        _add(diagnostics, place, problems[0])
    else:
        for problem in filter(None, problems):
            with diagnostics.about_item(place.item_key):
                diagnostics.warn(place.path, place.line, f"{place.prefix}{problem}")


def _sentences(pack: LoadedPack, plans: tuple[ResolvedUnit, ...]) -> Iterator[tuple[_DiagnosticLocation, str]]:
    """Yield every block that pages of the pack show and that may name a fact, with its place."""
    yield from _manifest_sentences(pack.manifest)
    for plan in plans:
        for country, lesson in plan.versions:
            yield from (
                (_place(plan, lesson.path, block.line, country), block.msgid)
                for block in lesson.blocks
                if _FACT_BEGINS in block.msgid
            )
        yield from _item_sentences(plan, plan.items())
        yield from _own_sentences(plan)


def _manifest_sentences(manifest: Manifest) -> Iterator[tuple[_DiagnosticLocation, str]]:
    yield from (
        (_DiagnosticLocation(MANIFEST, manifest.file.line((key,))), getattr(manifest, key))
        for key in ("title", "summary")
    )
    yield from ((_DiagnosticLocation(MANIFEST, block.line), block.title) for block in manifest.blocks)
    for unit in manifest.units:
        yield from ((_DiagnosticLocation(MANIFEST, unit.line), text) for text in (unit.title, *unit.objectives))
        yield from ((_DiagnosticLocation(MANIFEST, section.line), section.title) for section in unit.sections)
    for key, text in manifest.objectives.items():
        yield _DiagnosticLocation(MANIFEST, manifest.file.line(("objectives", key))), text


def _own_sentences(plan: ResolvedUnit) -> Iterator[tuple[_DiagnosticLocation, str]]:
    """Yield those of files that question types have of their own, such as role-plays."""
    for file in plan.own_files():
        yield from (
            (_place(plan, file.path, file.reading.line(part)), text)
            for part, text in file.words.items()
            if _FACT_BEGINS in text
        )


def _item_sentences(plan: ResolvedUnit, items: Iterable[BankItem]) -> Iterator[tuple[_DiagnosticLocation, str]]:
    for item in items:
        place = _place(plan, item.path, item.line)
        of_item = place if plan.shared else replace(place, item_key=item.item.key)
        yield from ((of_item, text) for text in item.words.values() if _FACT_BEGINS in text)
