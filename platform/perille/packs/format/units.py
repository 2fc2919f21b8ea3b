"""The units of a pack in their order, its own and those of libraries, with what each is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from perille.api import did_you_mean
from perille.domain.content import PieceKind
from perille.domain.course import PackKind, UnitKind
from perille.packs.format.items import BankItem
from perille.packs.format.lesson_model import EASY, Lesson, lesson_name
from perille.packs.format.loading import LoadedPack
from perille.packs.format.manifest import MANIFEST, UnitName, UnitSpec
from perille.packs.format.own_files import OwnFile
from perille.packs.source.diagnostics import Diagnostics

#: Slug -> library.
Libraries = Mapping[str, LoadedPack]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedUnit:
    """A unit as it stands in the pack that is compiled."""

    key: str
    #: The pack that has its lesson and items: this one, or a library.
    home: LoadedPack
    #: What holds here: the library's table with this pack's put over it.
    spec: UnitSpec
    #: This pack's own table, or None.
    own: UnitSpec | None
    lesson: Lesson | None
    #: Line of pack.toml on which a block names it.
    line: int
    #: Whether it is a library's.
    shared: bool = False
    #: ISO code of each of the pack's countries -> its lesson, where the unit has variants; `lesson` is None then.
    variants: Mapping[str, Lesson] = field(default_factory=dict)
    #: The same in easy words, None where there is no such version.
    easy: Lesson | None = None

    @property
    def kind(self) -> UnitKind:
        """How the unit is taken."""
        return self.spec.kind or UnitKind.LESSON

    @property
    def lessons(self) -> tuple[tuple[str, Lesson], ...]:
        """(country, lesson) of each lesson: the one for all with the country "", or the variants."""
        return tuple(self.variants.items()) if self.lesson is None else (("", self.lesson),)

    @property
    def versions(self) -> tuple[tuple[str, Lesson], ...]:
        """(country, lesson) of each lesson, the easy version with them: all whose words pages show."""
        return self.lessons if self.easy is None else (*self.lessons, ("", self.easy))

    def items(self) -> tuple[BankItem, ...]:
        """Return its items in the order in which they are met; unknown ones are left out."""
        if self.kind is UnitKind.ASSESSMENT:
            banks = dict.fromkeys([section.bank for section in self.spec.sections] or [self.spec.items])
            return tuple(item for bank in banks for item in self.home.banks.get(bank, ()))
        keys = [piece.name for _country, lesson in self.lessons for piece in lesson.pieces(PieceKind.CHECK)]
        return tuple(self.home.items[key] for key in dict.fromkeys(keys) if key in self.home.items)

    def own_files(self) -> tuple[OwnFile, ...]:
        """Return the files that its items name; unknown ones are left out."""
        names = dict.fromkeys(item.own_file for item in self.items())
        return tuple(self.home.own_files[name] for name in names if name in self.home.own_files)


def resolve_units(pack: LoadedPack, libraries: Libraries, diagnostics: Diagnostics) -> tuple[ResolvedUnit, ...]:
    """Return the units of a pack in the order of its blocks; of a library, all of its units."""
    manifest = pack.manifest
    if manifest.kind is PackKind.LIBRARY:
        names = [UnitName(key=unit.key, library="", line=unit.line) for unit in manifest.units]
    else:
        names = [name for block in manifest.blocks for name in block.units]
    plans: dict[str, ResolvedUnit] = {}
    for name in names:
        plan = _plan(pack, libraries, name, diagnostics)
        if name.key in plans:
            diagnostics.add(
                MANIFEST, name.line, f'A second unit is called "{name.key}": a course has each key once, shared: or not'
            )
        elif plan is not None:
            plans[name.key] = plan
    _check_use(pack, plans, {name.key for name in names}, diagnostics)
    return tuple(plans.values())


def _plan(pack: LoadedPack, libraries: Libraries, name: UnitName, diagnostics: Diagnostics) -> ResolvedUnit | None:
    found = _home(pack, libraries, name, diagnostics)
    if found is None:
        return None
    (home, base), own = found, pack.unit_spec(name.key)
    if name.library and home.diagnostics.errors:
        diagnostics.add(
            MANIFEST, name.line, f'The library "{name.library}" has faults of its own: check {home.manifest.id}'
        )
    spec = own.over(base) if name.library and own else base
    return ResolvedUnit(
        key=name.key,
        home=home,
        spec=spec,
        own=own,
        lesson=None if spec.variants else home.lessons.get(name.key),
        line=name.line,
        shared=bool(name.library),
        variants=_variants(pack, home, name.key) if spec.variants else {},
        easy=None if spec.variants else home.lessons.get(f"{name.key}{EASY}"),
    )


def _home(
    pack: LoadedPack, libraries: Libraries, name: UnitName, diagnostics: Diagnostics
) -> tuple[LoadedPack, UnitSpec] | None:
    """Return the pack in which a unit is written and what that says of it; None, with a fault, where there is none."""
    home = libraries.get(name.library) if name.library else pack
    if home is None:
        diagnostics.add(
            MANIFEST, name.line, f'There is no library "{name.library}"{did_you_mean(name.library, libraries)}'
        )
        return None
    spec = home.unit_spec(name.key)
    if spec is None:
        where = f'The library "{name.library}"' if name.library else "pack.toml"
        known = [unit.key for unit in home.manifest.units]
        diagnostics.add(MANIFEST, name.line, f'{where} has no unit "{name.key}"{did_you_mean(name.key, known)}')
        return None
    return home, spec


def _variants(pack: LoadedPack, home: LoadedPack, key: str) -> dict[str, Lesson]:
    """Return the lessons of a unit by country: of a library's those for the countries of the course."""
    names = {country: lesson_name(key, country) for country in pack.manifest.countries}
    return {country: home.lessons[name] for country, name in names.items() if name in home.lessons}


def _check_use(pack: LoadedPack, plans: Mapping[str, ResolvedUnit], named: set[str], diagnostics: Diagnostics) -> None:
    for unit in pack.manifest.units:
        if unit.key not in named:
            diagnostics.add(MANIFEST, unit.line, f'No block has the unit "{unit.key}", so nobody can reach it')
    _check_lessons_use(pack, plans, diagnostics)
    _check_items_use(pack, plans, diagnostics)


def _check_lessons_use(pack: LoadedPack, plans: Mapping[str, ResolvedUnit], diagnostics: Diagnostics) -> None:
    own = {unit.key for unit in pack.manifest.units}
    for key, lesson in pack.lessons.items():
        if "." in key:
            continue  # A variant or an easy version: packs/checks say whether it is one of a unit's.
        if key not in own or (key in plans and plans[key].shared):
            diagnostics.add(lesson.path, 1, f"The lesson is never used: pack.toml has no [unit.{key}] of its own")


def _check_items_use(pack: LoadedPack, plans: Mapping[str, ResolvedUnit], diagnostics: Diagnostics) -> None:
    asked = {plan.spec.items for plan in plans.values() if plan.kind is UnitKind.ASSESSMENT}
    met = {item.item.key for plan in plans.values() if plan.home is pack for item in plan.items()}
    for bank, items in pack.banks.items():
        for item in items:
            if bank not in asked and item.item.key not in met:
                text = f'No lesson and no test asks the item "{item.item.key}"'
                with diagnostics.about_item(item.item.key):
                    diagnostics.warn(item.path, item.line, text)
