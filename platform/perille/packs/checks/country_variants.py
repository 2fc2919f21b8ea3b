"""Units with a lesson for each country: every country of the pack has its file, and every file its country."""

from __future__ import annotations

from collections.abc import Iterable

from perille.api import did_you_mean
from perille.domain.course import UnitKind
from perille.packs.format.lesson_model import EASY, lesson_name
from perille.packs.format.loading import LoadedPack
from perille.packs.format.manifest import MANIFEST, UnitSpec
from perille.packs.format.units import ResolvedUnit
from perille.packs.source.diagnostics import Diagnostics


def check_variants(pack: LoadedPack, plans: Iterable[ResolvedUnit], diagnostics: Diagnostics) -> None:
    """Check the units that say `variants`, and the files lessons/<unit>.<country>.md."""
    for plan in plans:
        if plan.spec.variants:
            _check_unit(pack, plan, diagnostics)
        elif plan.shared and plan.own is not None and plan.own.variants:
            line = plan.own.variants_line
            diagnostics.add(MANIFEST, line, f'"variants" of "{plan.key}" is said where its lessons are: in the library')
    for name, lesson in pack.lessons.items():
        if name.endswith(EASY):
            continue
        unit, dot, country = name.partition(".")
        problem = _problem(pack, unit, country) if dot else _not_for_all(pack.unit_spec(name))
        if problem:
            diagnostics.add(lesson.path, 1, problem)


def _check_unit(pack: LoadedPack, plan: ResolvedUnit, diagnostics: Diagnostics) -> None:
    line = plan.line if plan.shared else plan.spec.variants_line
    if plan.kind is not UnitKind.LESSON:
        diagnostics.add(MANIFEST, line, f'Only a lesson has variants: "{plan.key}" is a {plan.kind}')
        return
    if not plan.spec.title:
        diagnostics.add(
            MANIFEST, line, f'The unit "{plan.key}" has variants, so it needs a title that is for all of them'
        )
    if not pack.manifest.countries:
        diagnostics.add(
            MANIFEST, line, f'The unit "{plan.key}" has a lesson for each country, but the pack names no country'
        )
    where = f"{plan.home.manifest.id}/" if plan.shared else ""
    for country in pack.manifest.countries:
        if country not in plan.variants:
            path = f"{where}lessons/{lesson_name(plan.key, country)}.md"
            diagnostics.add(MANIFEST, line, f'There is no {path}: the unit has variants, one for each of "countries"')


def _problem(pack: LoadedPack, unit: str, country: str) -> str:
    """Return what is wrong with a file that is named like the variant of a unit for a country, or ''."""
    spec, countries = pack.unit_spec(unit), pack.manifest.countries
    if spec is None:
        guess = did_you_mean(unit, [each.key for each in pack.manifest.units])
        return f"The lesson is never used: pack.toml has no [unit.{unit}] of its own{guess}"
    if not spec.variants:
        return (
            f'The unit "{unit}" has no variants: say variants = "country" in [unit.{unit}], or call the file {unit}.md'
        )
    if country != country.lower() and country.upper() in countries:
        return f"Write the country in small letters: {lesson_name(unit, country)}.md"
    if country.upper() not in countries:
        return f'"{country}" is none of the pack\'s countries: "countries" has {", ".join(countries) or "none"}'
    return ""


def _not_for_all(spec: UnitSpec | None) -> str:
    """Return what is wrong with a lesson for all countries, or ''."""
    if spec is None or not spec.variants:
        return ""
    return f"The unit has variants, so nobody would read this: put the words into {spec.key}.<country>.md"
