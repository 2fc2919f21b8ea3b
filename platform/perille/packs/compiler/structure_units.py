"""A unit and its items as the structure of a course has them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from perille.domain.course import MoveOn, Unit, UnitKind
from perille.domain.item import Item
from perille.packs.checks.assessments import section_of
from perille.packs.format.items import BankItem
from perille.packs.format.units import ResolvedUnit

#: When a unit is done where its author says nothing.
MOVE_ON = {
    UnitKind.LESSON: MoveOn.COMPLETED,
    UnitKind.ASSESSMENT: MoveOn.PASSED,
    UnitKind.SESSION: MoveOn.COMPLETED,
    UnitKind.MODULE: MoveOn.COMPLETED,
}


def unit_of(plan: ResolvedUnit) -> Unit:
    """Return a unit as the structure has it, with what an author leaves out as it is by default."""
    spec, items = plan.spec, plan.items()
    screens = {country: max(1, len(lesson.screens)) for country, lesson in plan.lessons}
    mastery = spec.mastery if spec.mastery is not None or plan.kind is not UnitKind.ASSESSMENT else 1.0
    return Unit(
        key=plan.key,
        kind=plan.kind,
        minutes=spec.minutes or 0,
        move_on=spec.move_on or MOVE_ON[plan.kind],
        mastery=mastery,
        core=spec.core is not False,
        for_trainer=spec.for_trainer,
        items=tuple(item.item.key for item in items),
        screens=max(screens.values(), default=1),
        variants=screens if spec.variants else {},
        rules=spec.rules,
        sections=tuple(section_of(plan, section) for section in spec.sections),
        module=spec.module,
    )


def _qualified(item: Item, pack: str) -> Item:
    """Name an item's pictures with their pack, since a course has those of its libraries too."""

    def named(picture: str) -> str:
        return f"{pack}/{picture}" if picture else ""

    options = tuple(
        replace(option, picture=named(option.picture), illustration=named(option.illustration))
        for option in item.options
    )
    return replace(item, picture=named(item.picture), options=options)


def item_of(item: BankItem, plan: ResolvedUnit) -> Item:
    """Return an item as the structure has it, with what it needs of the file that it names."""
    pack = plan.home.manifest.id
    made, file = _qualified(item.item, pack), plan.home.own_files.get(item.own_file)
    return file.attached(made, pack) if file is not None else made


def picture_names(plan: ResolvedUnit) -> Iterable[str]:
    """Yield "pack/name" of each picture of a unit, some twice."""
    pack = plan.home.manifest.id
    yield from (f"{pack}/{name}" for _country, lesson in plan.versions for name, _line in lesson.pictures)
    yield from (f"{pack}/{name}" for item in plan.items() for name in item.pictures())
    yield from (f"{pack}/{name}" for file in plan.own_files() for name, _line in file.reading.pictures)
