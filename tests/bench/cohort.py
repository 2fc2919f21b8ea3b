"""How well each module's test tells those who know from those who do not: reliability (KR-20) over two attempts.

    .venv/bin/python tests/bench/cohort.py [--learners 200] [MODULE ...]

Each learner knows a share of the objectives between 60 and 95 %, the same at both attempts. Whoever knows the objective of a
question answers right but for one slip in twenty; whoever does not guesses blindly. Questions are drawn and marked as the site does.
KR-20 (Kuder and Richardson, 1937) is computed over the questions of both attempts in the order of their objectives: 0 is chance, 1 would
be no chance at all. Two readings are printed: an objective is known or not as a whole (*whole*), and of each objective a part of its
questions (*in part*). Beside it stands who passes the first attempt: of those who know least (under 70 %) and of those who know most
(over 85 %). Seeded: the figures come out the same each time.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Sequence
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

    def __init__(self, plan: ResolvedUnit, registry: InteractionRegistry) -> None:
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


def main() -> None:
    """Print a line for each test."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--learners", type=int, default=200)
    options.add_argument("modules", nargs="*", default=[], metavar="MODULE")
    asked = options.parse_args()
    registry = InteractionRegistry([OwnedPlugin(plugin=plugin, owner="perille")])
    print(
        f"{'module, questions of two attempts':<40}{'whole: KR-20':>14}  least  most{'in part: KR-20':>16}  least  most"
    )
    for name in asked.modules or sorted(each.name for each in MODULES.glob("module_*")):
        pack = load_pack(read_folder(MODULES / name), registry)
        for plan in (
            each
            for each in resolve_units(pack, {}, Diagnostics())
            if each.kind is UnitKind.ASSESSMENT and each.spec.sections
        ):
            test = Test(plan, registry)
            line = f"{name:<36}{2 * len(test.attempt('0', frozenset())):>4}"
            for whole in (True, False):
                found = [marks(test, number, whole=whole) for number in range(asked.learners)]
                line += f"{kr20([row for row, _passed, _share in found]):14.2f}{_passing(found, 0, LITTLE)}{_passing(found, MUCH, 1)}"
            print(line)


def _passing(found: Sequence[tuple[list[int], bool, float]], least: float, most: float) -> str:
    """Return the share that passes of those who know between *least* and *most*."""
    return f"{100 * statistics.fmean(done for _row, done, share in found if least <= share <= most):5.0f} %"


if __name__ == "__main__":
    main()
