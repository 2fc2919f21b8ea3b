"""How well each module's test tells those who know from those who do not: reliability (KR-20) over two attempts.

    .venv/bin/python tests/bench/cohort.py [--learners 200] [--length 24] [MODULE ...]

Each learner knows a share of the objectives between 60 and 95 %, the same at both attempts. Whoever knows the objective of a
question answers right but for one slip in twenty; whoever does not guesses blindly. Questions are drawn and marked as the site does.
Two readings are printed: an objective is known or not as a whole (*whole*), and of each objective a part of its questions (*in part*).
Of each, three figures over the questions of both attempts, 0 for chance and 1 for no chance at all:

- *KR*: KR-20 (Kuder and Richardson, 1937). It asks that all questions measure one thing. Where objectives are known or not as a whole they
  do not, and it comes out too low: it counts as chance that two people miss different objectives.
- *strat*: the same within each objective, put together (stratified alpha: Rajaratnam, Cronbach and Gleser, 1965): for tests that draw from
  each objective a fixed number, as ours do.
- *twice*: how far the scores of the two attempts agree, for both together (Spearman and Brown, 1910): no formula about questions at all.

Beside them stands who passes the first attempt: of those who know least (under 70 %) and of those who know most (over 85 %).
`--length` draws so many questions an attempt, in the same shares. Seeded: the figures come out the same each time.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

from perille.domain.assessment import Section
from perille.domain.course import UnitKind
from perille.domain.item import Item, Outcome
from perille.domain.scoring import passed
from perille.domain.selection import draw
from perille.interactions import plugin
from perille.packs.checks.assessments import section_of
from perille.packs.checks.guessers import Guesser, guesses
from perille.packs.format.loading import load_pack
from perille.packs.format.units import ResolvedUnit, resolve_units
from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.files import read_folder
from perille.packs.source.registry import InteractionRegistry, OwnedPlugin

MODULES = Path(__file__).resolve().parents[2] / "modules"
LEAST, MOST = 0.60, 0.95
SLIP = 0.05
#: Those who know less than the first share and more than the second are told apart.
LITTLE, MUCH = 0.70, 0.85


class Test:
    """A test: what is drawn, and how likely a blind guess is right."""

    def __init__(self, plan: ResolvedUnit, registry: InteractionRegistry, length: int | None = None) -> None:
        self.sections: tuple[Section, ...] = tuple(section_of(plan, spec) for spec in plan.spec.sections)
        bank = {item.item.key: item for item in plan.items()}
        self.items: dict[str, Item] = {key: item.item for key, item in bank.items()}
        self.mastery = plan.spec.mastery or 1.0
        self.country = min({item.country for item in self.items.values() if item.country}, default="")
        self.objectives = sorted({item.objective for item in self.items.values()})
        self.luck = {}
        for key, item in bank.items():
            interaction = registry.get(item.item.interaction)
            found = list(guesses(Guesser.BLIND, item, interaction, shuffle=True)) if interaction else []
            right = sum(interaction.score(item.item, each).success for each in found) if interaction else 0
            self.luck[key] = right / len(found) if found else 0.0
        if length is not None:
            self.sections = self._of_length(length)

    def _of_length(self, length: int) -> tuple[Section, ...]:
        """Return the sections with *length* questions in all, in the same shares as far as the pools go."""
        held = [item.objective for item in self.items.values() if item.country in ("", self.country)]
        shares = {objective: count for section in self.sections for objective, count in section.draw.items()}
        drawn = dict.fromkeys(shares, 0)
        for _question in range(length):
            free = [each for each in shares if drawn[each] < held.count(each)]
            if free:
                drawn[min(free, key=lambda each: (drawn[each] + 0.5) / shares[each])] += 1
        return tuple(
            replace(section, draw={each: drawn[each] for each in section.draw if drawn[each]})
            for section in self.sections
        )

    def attempt(self, seed: str, seen: frozenset[str]) -> tuple[str, ...]:
        """Return the questions of an attempt, in the order of their objectives."""
        keys = draw(self.sections, self.items, seed=seed, country=self.country, seen=seen)
        return tuple(sorted(keys, key=lambda key: (self.objectives.index(self.items[key].objective), key)))


def marks(test: Test, number: int, *, whole: bool) -> tuple[list[int], bool, float]:
    """Return 1 or 0 for each question of a learner's two attempts, whether the first was passed, and the share that is known."""
    chance = Random(f"{number}")  # noqa: S311  (figures must come out the same; nothing is kept secret by it)
    share = chance.uniform(LEAST, MOST)
    objectives = test.objectives
    known = set(chance.sample(objectives, round(share * len(objectives))))
    familiar = {key: chance.random() < share for key in sorted(test.items)}
    first = test.attempt(f"{number}/0", frozenset())
    second = test.attempt(f"{number}/1", frozenset(first))

    def right(key: str) -> int:
        knows = test.items[key].objective in known if whole else familiar[key]
        return int(chance.random() < (1 - SLIP if knows else test.luck[key]))

    given = [right(key) for key in (*first, *second)]
    outcomes = {key: Outcome(scaled=float(mark), success=bool(mark)) for key, mark in zip(first, given, strict=False)}
    critical = [key for key in first if test.items[key].critical]
    return given, passed(outcomes, mastery=test.mastery, critical=critical), share


def kr20(rows: Sequence[Sequence[int]]) -> float:
    """Return Kuder and Richardson's formula 20 of a table of learners by questions."""
    count = len(rows[0])
    shares = [statistics.fmean(row[at] for row in rows) for at in range(count)]
    spread = statistics.pvariance([sum(row) for row in rows])
    return count / (count - 1) * (1 - sum(share * (1 - share) for share in shares) / spread) if spread else 0.0


def stratified(rows: Sequence[Sequence[int]], strata: Sequence[str]) -> float:
    """Return stratified alpha: *strata* names the objective of each column of the table."""
    chance = 0.0
    for objective in dict.fromkeys(strata):
        part = [[row[at] for at, name in enumerate(strata) if name == objective] for row in rows]
        chance += statistics.pvariance([sum(row) for row in part]) * (1 - kr20(part))
    return 1 - chance / statistics.pvariance([sum(row) for row in rows])


def twice(rows: Sequence[Sequence[int]]) -> float:
    """Return how far the two attempts, each a half of a row, agree: their correlation, stepped up to both together."""
    half = len(rows[0]) // 2
    found = statistics.correlation([sum(row[:half]) for row in rows], [sum(row[half:]) for row in rows])
    return 2 * found / (1 + found)


def main() -> None:
    """Print a line for each test."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--learners", type=int, default=200)
    options.add_argument("--length", type=int, help="questions of an attempt, in place of those that the test draws")
    options.add_argument("modules", nargs="*", default=[], metavar="MODULE")
    asked = options.parse_args()
    print(f"{'':<18}{'whole: KR strat twice':>24}  least  most{'in part: KR strat twice':>26}  least  most")
    for name in asked.modules or sorted(each.name for each in MODULES.glob("module_*")):
        for test in _tests(name, asked.length):
            line = f"{name:<15}{len(test.attempt('0', frozenset())):>3}"
            for whole in (True, False):
                line += _figures(
                    test, [marks(test, number, whole=whole) for number in range(asked.learners)], whole=whole
                )
            print(line)


def _tests(name: str, length: int | None) -> Iterable[Test]:
    """Yield the tests of a module."""
    registry = InteractionRegistry([OwnedPlugin(plugin=plugin, owner="perille")])
    pack = load_pack(read_folder(MODULES / name), registry)
    for plan in resolve_units(pack, {}, Diagnostics()):
        if plan.kind is UnitKind.ASSESSMENT and plan.spec.sections and plan.spec.mastery:
            yield Test(plan, registry, length)


def _figures(test: Test, found: Sequence[tuple[list[int], bool, float]], *, whole: bool) -> str:
    rows = [row for row, _passed, _share in found]
    # A draw takes the same number from each objective, and `attempt` sorts by it: columns keep their objectives.
    strata = [test.items[key].objective for key in test.attempt("0", frozenset())] * 2
    figures = f"{kr20(rows):.2f}  {stratified(rows, strata):.2f}  {twice(rows):.2f}"
    return f"{figures:>{24 if whole else 26}}{_passing(found, 0, LITTLE)}{_passing(found, MUCH, 1)}"


def _passing(found: Sequence[tuple[list[int], bool, float]], least: float, most: float) -> str:
    """Return the share that passes of those who know between *least* and *most*."""
    return f"{100 * statistics.fmean(done for _row, done, share in found if least <= share <= most):5.0f} %"


if __name__ == "__main__":
    main()
