"""What `make test` leaves to a release is little, has a reason, and leaves no file without a test."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from support.places import ROOT
from support.release_tier import ENOUGH, MOST, TIER, Tier, count_tests, tier_faults

TESTING = ROOT / "docs" / "testing.md"
FILE = "tests/e2e/test_planted.py"
OTHER = "tests/e2e/test_other.py"
TABLE = """
## Left to a release

| file | left to a release | what `make test` still does of its kind |
| --- | --- | --- |
| `e2e/test_planted.py` | a language | `e2e/test_other.py` |

## Old phones
"""


def test_what_is_left_to_a_release_is_little_and_explained(request: pytest.FixtureRequest) -> None:
    assert tier_faults(request.config.stash[TIER], TESTING.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("tier", "documentation", "said"),
    [
        (Tier(Counter({FILE: 2}), Counter({FILE: 2})), TABLE, "runs none of its tests"),
        (Tier(Counter({FILE: 2}), Counter({FILE: 1}), [f"{FILE}::test_one"]), TABLE, "says no reason"),
        (Tier(Counter({OTHER: 2}), Counter({OTHER: 1})), TABLE, "not in the documentation"),
        (
            Tier(Counter({FILE: 2}), Counter({FILE: 1})),
            TABLE.replace("| `e2e/test_planted.py` |", "| none |") + "`e2e/test_planted.py` asks old browsers.",
            "not in the documentation",
        ),
        (Tier(Counter({FILE: 2})), TABLE, "nothing of it is left"),
        (Tier(Counter({FILE: ENOUGH}), Counter({FILE: int(ENOUGH * MOST) + 1})), TABLE, "more than 3%"),
    ],
    ids=["file without a test", "no reason", "not documented", "not in the table", "nothing left", "too many"],
)
def test_each_fault_of_the_tier_is_found(tier: Tier, documentation: str, said: str) -> None:
    (fault,) = tier_faults(tier, documentation)
    assert said in fault


def test_few_with_a_reason_are_right() -> None:
    tier = Tier(Counter({FILE: ENOUGH}), Counter({FILE: int(ENOUGH * MOST)}))
    assert tier_faults(tier, TABLE) == []


def test_marked_tests_are_counted_by_file(request: pytest.FixtureRequest) -> None:
    plain, marked, silent = (
        pytest.Function.from_parent(request.node.parent, name=name, callobj=test_few_with_a_reason_are_right)
        for name in ("plain", "marked", "silent")
    )
    marked.add_marker(pytest.mark.release("the same in another language"))
    silent.add_marker(pytest.mark.release)
    file = f"tests/{Path(__file__).name}"
    tier = count_tests([plain, marked, silent])
    assert (tier.all, tier.left, tier.unexplained) == ({file: 3}, {file: 2}, [silent.nodeid])


def test_all_are_run_before_a_release_alone() -> None:
    rules = (ROOT / "Makefile").read_text("utf-8")
    assert '-q -m "$(MARKS)" $(TESTS)\n' in rules
    assert "\nMARKS = not release\n" in rules
    assert "\ntest-all: MARKS =\n" in rules
