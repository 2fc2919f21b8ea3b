"""What a test with rules must hold together: its sections, their banks and pools, its objectives and its pre-test."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from perille.api import did_you_mean
from perille.domain.assessment import Section
from perille.domain.course import MoveOn, UnitKind
from perille.domain.item import Item
from perille.domain.selection import critical_bounds, shortfalls
from perille.packs.format.assessment_rules import SectionSpec
from perille.packs.format.items import BankItem
from perille.packs.format.loading import LoadedPack
from perille.packs.format.manifest import MANIFEST
from perille.packs.format.units import ResolvedUnit
from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.toml_table import KEY


def check_tests(pack: LoadedPack, plans: tuple[ResolvedUnit, ...], diagnostics: Diagnostics) -> None:
    """Check the rules and the sections of every unit, and what the items say they are about."""
    for plan in plans:
        _check_rules(plan, plans, diagnostics)
        if plan.kind is UnitKind.ASSESSMENT and not plan.shared:
            _check_sections(pack, plan, diagnostics)
            _check_scored(plan, diagnostics)
            _check_buttons(plan, diagnostics)
    _check_objectives(pack, diagnostics)


def section_of(plan: ResolvedUnit, spec: SectionSpec) -> Section:
    """Return a section as the structure has it."""
    items = tuple(item.item.key for item in plan.home.banks.get(spec.bank, ()))
    return Section(key=spec.key, bank=spec.bank, items=items, draw=spec.draw, critical=spec.critical)


def _check_rules(plan: ResolvedUnit, plans: tuple[ResolvedUnit, ...], diagnostics: Diagnostics) -> None:
    spec, own = plan.spec, plan.own or plan.spec
    line = own.rules_line or own.line
    if changed := _own_sections(plan):
        line = changed[0].line
        diagnostics.add(
            MANIFEST, line, "The sections of a library's test are in the library: only its rules can be changed"
        )
    if plan.kind is not UnitKind.ASSESSMENT:
        if spec.rules or spec.sections:
            diagnostics.add(MANIFEST, line, f'Only an assessment has rules and sections: "{plan.key}" is a {plan.kind}')
    elif spec.rules and spec.rules.pre_test:
        for fault in _pre_test_faults(plan.key, spec.rules.pre_test, plans):
            diagnostics.add(MANIFEST, line, fault)


def _own_sections(plan: ResolvedUnit) -> tuple[SectionSpec, ...]:
    """Return the sections that a pack gives a library's test, which it may not."""
    return plan.own.sections if plan.shared and plan.own else ()


def _pre_test_faults(key: str, pre_test: str, plans: tuple[ResolvedUnit, ...]) -> Iterator[str]:
    found = {plan.key: plan for plan in plans}
    if pre_test == key:
        yield f'The test "{key}" cannot be its own pre-test'
    elif pre_test not in found:
        yield f'There is no unit "{pre_test}" to be the pre-test{did_you_mean(pre_test, found)}'
    elif found[pre_test].kind is not UnitKind.ASSESSMENT:
        yield f'The pre-test "{pre_test}" is a {found[pre_test].kind}: it must be an assessment'
    else:
        yield from _demands(found[pre_test], plans)


def _demands(pre_test: ResolvedUnit, plans: tuple[ResolvedUnit, ...]) -> Iterator[str]:
    """Yield what would make a pre-test more than an offer: it is taken once, before the first lesson, and nobody passes it or not."""
    name, spec = f'The pre-test "{pre_test.key}"', pre_test.spec
    if spec.rules is None:
        yield f"{name} has no [unit.{pre_test.key}.rules]: without them a test is answered until all is right"
    elif any((spec.rules.pre_test, spec.rules.tries, spec.rules.time_limit)):
        yield f'{name} is taken once and as slowly as one likes: leave its "tries", "time_limit" and "pre_test" out'
    if spec.core is not False:
        yield f"{name} would be demanded for the certificate: give it core = false"
    if spec.move_on is not MoveOn.COMPLETED or spec.mastery is not None:
        yield f'{name} is not passed: give it move_on = "Completed" and no "mastery"'
    before = next((plan.key for plan in plans if plan.kind is not UnitKind.SESSION), pre_test.key)
    if before != pre_test.key:
        yield f'{name} shows what was known before: it stands before "{before}", in the first block'


def _check_sections(pack: LoadedPack, plan: ResolvedUnit, diagnostics: Diagnostics) -> None:
    if plan.spec.items and plan.spec.sections:
        line = plan.spec.sections[0].line
        diagnostics.add(MANIFEST, line, f'The test "{plan.key}" has "items" and sections: leave "items" out')
    for spec in plan.spec.sections:
        if spec.bank and spec.bank not in pack.banks:
            diagnostics.add(
                MANIFEST, spec.line, f"There is no items/{spec.bank}.toml{did_you_mean(spec.bank, pack.banks)}"
            )
        elif spec.bank:
            _check_section(pack, plan, spec, diagnostics)
    _check_overlap(plan, diagnostics)


def _check_section(pack: LoadedPack, plan: ResolvedUnit, spec: SectionSpec, diagnostics: Diagnostics) -> None:
    unknown = [objective for objective in spec.draw if objective not in pack.manifest.objectives]
    for objective in unknown:
        guess = did_you_mean(objective, pack.manifest.objectives)
        diagnostics.add(MANIFEST, spec.draw_lines[objective], f'[objectives] has no "{objective}"{guess}')
    if unknown:
        return
    items = {item.item.key: item.item for item in pack.banks[spec.bank]}
    countries = pack.manifest.countries or ("",)
    # What is wrong for every country alike is said once.
    for (line, message), where in _faults_by_country(section_of(plan, spec), spec, items, countries).items():
        diagnostics.add(MANIFEST, line, message if len(where) == len(countries) else f"{', '.join(where)}: {message}")


def _faults_by_country(
    section: Section, spec: SectionSpec, items: Mapping[str, Item], countries: Iterable[str]
) -> dict[tuple[int, str], list[str]]:
    """Return (line, message) -> the countries whose readers could not be asked what the section says."""
    found: dict[tuple[int, str], list[str]] = {}
    for country in countries:
        for fault in _pool_faults(section, spec, items, country):
            found.setdefault(fault, []).append(country)
    return found


def _pool_faults(
    section: Section, spec: SectionSpec, items: Mapping[str, Item], country: str
) -> Iterator[tuple[int, str]]:
    short = shortfalls(section, items, country)
    for objective, (there, wanted) in short.items():
        text = f'The section "{spec.key}" draws {wanted} of "{objective}", but items/{spec.bank}.toml has {there}'
        yield spec.draw_lines[objective], text
    if short or spec.critical is None:
        return
    least, most = critical_bounds(section, items, country)
    if spec.critical > most:
        text = f'The section "{spec.key}" wants {spec.critical} critical items, but its draw can have {most} at most'
        yield spec.critical_line, text
    elif spec.critical < least:
        text = f'The section "{spec.key}" wants {spec.critical} critical items, but its draw cannot do with less than {least}'
        yield spec.critical_line, text


def _refuse_in_test(item: BankItem, message: str, diagnostics: Diagnostics) -> None:
    with diagnostics.about_item(item.item.key):
        diagnostics.add(item.path, item.line, f"{message}: put it into another bank, for a lesson to ask")


def _check_scored(plan: ResolvedUnit, diagnostics: Diagnostics) -> None:
    """Refuse what has no right answer in the banks of a graded test: a draw with a poll in it would ask less than it says."""
    if plan.spec.move_on not in (None, MoveOn.PASSED, MoveOn.COMPLETED_AND_PASSED, MoveOn.COMPLETED_OR_PASSED):
        return
    for item in plan.items():
        if not item.scored:
            name, kind = item.item.key, item.item.interaction
            message = f'The item "{name}" ({kind}) is not scored, and the graded test "{plan.key}" draws from this bank'
            _refuse_in_test(item, message, diagnostics)


def _check_buttons(plan: ResolvedUnit, diagnostics: Diagnostics) -> None:
    """Refuse what puts its own buttons into a form: that of a test has its own, which say what to do with the answer."""
    for item in plan.items():
        if item.own_buttons:
            name, kind = item.item.key, item.item.interaction
            message = f'The item "{name}" ({kind}) puts its own buttons into the form of the test "{plan.key}"'
            _refuse_in_test(item, message, diagnostics)


def _check_overlap(plan: ResolvedUnit, diagnostics: Diagnostics) -> None:
    """Refuse pools that overlap: what one section has drawn could be missing to the other."""
    # Bank -> the objectives drawn from it; "" where it is drawn from whole.
    drawn: dict[str, set[str]] = {}
    for spec in plan.spec.sections:
        before, pools = drawn.setdefault(spec.bank, set()), set(spec.draw or ("",))
        if before and ("" in before | pools or before & pools):
            message = f'The section "{spec.key}" draws from what another section draws from: part them by objective'
            diagnostics.add(MANIFEST, spec.line, message)
        before.update(pools)


def _check_objectives(pack: LoadedPack, diagnostics: Diagnostics) -> None:
    """Check the objectives that are written as keys; others are free text."""
    known = pack.manifest.objectives
    for item in pack.items.values():
        objective = item.item.objective
        if known and KEY.fullmatch(objective) and objective not in known:
            text = f'[objectives] has no "{objective}"{did_you_mean(objective, known)}'
            with diagnostics.about_item(item.item.key):
                diagnostics.add(item.path, item.objective_line, text)
