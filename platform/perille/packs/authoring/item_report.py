"""What `perille packs check --items` prints: how well questions are written, and what guessing in each test is worth."""

from __future__ import annotations

from collections.abc import Iterator

from perille.domain.course import UnitKind
from perille.packs.checks.guessers import PASS_BAR, GuessedOutcomes, Guesser, TestFigures, figures_of_test
from perille.packs.checks.item_clinic import Flaw, item_flaws
from perille.packs.checks.item_writing import LONGEST_BAR, BankFigures, bank_figures
from perille.packs.checks.length_ranks import RANK_BAR, length_ranks
from perille.packs.format.items import BankItem
from perille.packs.format.loading import LoadedPack
from perille.packs.format.units import ResolvedUnit
from perille.packs.source.registry import InteractionRegistry

_PLACES = ("1st", "2nd", "3rd")


def item_lines(pack: LoadedPack, plans: tuple[ResolvedUnit, ...], registry: InteractionRegistry) -> Iterator[str]:
    """Yield a table of each bank of the pack, and of each test with the chance to pass it by guessing."""
    tests = _graded_tests(plans)
    tested = {item.bank for plan in tests for item in plan.items()}
    checks = tuple(item for plan in plans if plan.kind is UnitKind.LESSON for item in plan.items())
    english = pack.manifest.source_language == "en"
    for name, bank in pack.banks.items():
        figures = bank_figures(bank, checks if name in tested else (), english=english)
        yield from _bank_lines(name, bank, figures, tested=name in tested)
        yield from _flaw_lines(bank, pack.manifest.source_language)
    for plan in tests:
        yield from _test_lines(plan, registry)


def _graded_tests(plans: tuple[ResolvedUnit, ...]) -> list[ResolvedUnit]:
    """Return a pack's own tests that can be passed: guessing in a pre-test is worth nothing."""
    pre_tests = {plan.spec.rules.pre_test for plan in plans if plan.spec.rules is not None}
    own = (plan for plan in plans if plan.kind is UnitKind.ASSESSMENT and not plan.shared)
    return [plan for plan in own if plan.key not in pre_tests]


def _bank_lines(name: str, bank: tuple[BankItem, ...], figures: BankFigures, *, tested: bool) -> Iterator[str]:
    kinds = ", ".join(f"{count} {kind}" for kind, count in figures.kinds.items())
    yield f"items/{name}.toml{'' if tested else ' (lessons only)'}: {figures.count} questions: {kinds}"
    longest = f"{_percent(figures.longest_share)} of single choices ({len(figures.longest)} of {len(figures.single)})"
    above = tested and figures.longest_share > LONGEST_BAR
    yield _row("right choice is the longest", longest + _over(LONGEST_BAR, above, figures.longest))
    yield _row("right choice by length", _ranks(bank))
    if figures.absolute_wrong and figures.absolute_right:
        shares = f"wrong choices {_part(figures.absolute_wrong)}, right choices {_part(figures.absolute_right)}"
        yield _row("only, never, always, all ...", shares)
    places = ", ".join(f"{_place(place)} {count}" for place, count in enumerate(figures.places)) or "-"
    yield _row("right choice in the file", places)
    doubles = (f"{each.key} ~ {'check ' if each.check else ''}{each.other}" for each in figures.doubles)
    yield _row("nearly the same question", _warning("; ".join(doubles)))
    yield _row("a number told beforehand", _warning(", ".join(figures.telling_hints)))


def _ranks(bank: tuple[BankItem, ...]) -> str:
    found = length_ranks(bank)
    if not found.count:
        return "-"
    ranks = ("shortest", found.shortest), ("middle", found.middle), ("longest", found.longest)
    return ", ".join(f"{name} {_percent(share)}" for name, share in ranks) + _over(RANK_BAR, found.is_over)


def _warning(found: str) -> str:
    return f"warning: {found}" if found else "none"


def _flaw_lines(bank: tuple[BankItem, ...], language: str) -> Iterator[str]:
    """Yield the flaws of single questions; what the rows of the bank have told already is not told again."""
    for item in bank:
        found = (each for each in item_flaws(item, (), language=language) if each.flaw is not Flaw.NUMBER_TOLD)
        told = [f'{each.flaw}: "{each.about}"' if each.about else str(each.flaw) for each in found]
        if told:
            yield f"  question {item.item.key}: {'; '.join(told)}"


def hardest_figures(plan: ResolvedUnit, registry: InteractionRegistry) -> TestFigures:
    """Return what guessing in a test is worth in the country in which it pays most; it takes seconds."""
    countries = sorted({item.item.country for item in plan.items() if item.item.country}) or [""]
    outcomes = GuessedOutcomes(plan, registry)
    found = [figures_of_test(plan, outcomes, country) for country in countries]
    return max(found, key=lambda each: max(each.passes.values()))


def _test_lines(plan: ResolvedUnit, registry: InteractionRegistry) -> Iterator[str]:
    figures = hardest_figures(plan, registry)
    where = f", drawn for {figures.country}" if figures.country else ""
    draw = f"asks {figures.asked} of {figures.pool} questions{where}"
    yield f"test {plan.key}: {draw}; {_percent(figures.mastery)} needed, {figures.tries} tries"
    longest = f"{_percent(figures.longest_share)} of the single choices drawn"
    yield _row("right choice is the longest", longest + _over(LONGEST_BAR, figures.longest_share > LONGEST_BAR))
    for guesser in Guesser:
        yield _row(f"guesser: {guesser}", _chance(figures, guesser))


def _chance(figures: TestFigures, guesser: Guesser) -> str:
    share = figures.passes[guesser]
    return f"passes in {100 * share:.1f} %" + _over(PASS_BAR, share > PASS_BAR)


def _row(name: str, value: str) -> str:
    return f"  {name:<32}{value}"


def _over(bar: float, above: bool, keys: tuple[str, ...] = ()) -> str:
    named = f": {', '.join(keys)}" if keys else ""
    return f"  warning: over the bar of {_percent(bar)}{named}" if above else ""


def _part(counts: tuple[int, int]) -> str:
    return f"{_percent(counts[0] / counts[1] if counts[1] else 0.0)} ({counts[0]} of {counts[1]})"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _place(place: int) -> str:
    return _PLACES[place] if place < len(_PLACES) else f"{place + 1}th"
