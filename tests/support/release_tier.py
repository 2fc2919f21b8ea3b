"""The tests that `make test` leaves to `make test-all`, which is run before each release: those marked `release`.

`make test` tries each behaviour once, in the cheapest way that proves it; a sweep that looks at the same on many pages, in another browser
or for another role goes to `make test-all`. docs/testing.md lists these with the reason and with what stays.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest

#: The marker.
RELEASE = "release"
#: The largest share of all tests that may be left to a release.
MOST = 0.03
#: How many tests must be collected for their share to say something of the whole.
ENOUGH = 5000


@dataclass(slots=True)
class Tier:
    """How many tests each file has, and how many of them are left to a release."""

    all: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    unexplained: list[str] = field(default_factory=list)


TIER = pytest.StashKey[Tier]()


def sampled(values: Iterable[Any], keep: Container[Any], reason: str) -> list[Any]:
    """Return the values of a parameter: those to *keep* are tried in each run, the others before a release."""
    return [each if each in keep else pytest.param(each, marks=pytest.mark.release(reason)) for each in values]


#: Browsers of old phones: what the oldest understands, the other does too.
EACH_ENGINE = sampled((69, 83), (69,), "an engine between the oldest and the current one")
#: What the server sends where there is no script is tried without a browser.
EACH_SCRIPT = pytest.mark.parametrize(
    "script", sampled((True, False), (True,), "the same without script"), ids=["script", "no-script"]
)


class ReleaseTier:
    """The plugin: counts before `-m "not release"` takes any away."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Count."""
        config.stash[TIER] = count_tests(items)


def count_tests(items: Iterable[pytest.Item]) -> Tier:
    """Return how the tests are shared out."""
    tier = Tier()
    for item in items:
        file = item.nodeid.partition("::")[0]
        tier.all[file] += 1
        mark = item.get_closest_marker(RELEASE)
        if mark is not None:
            tier.left[file] += 1
            if not (mark.args and mark.args[0]):
                tier.unexplained.append(item.nodeid)
    return tier


def tier_faults(tier: Tier, documentation: str) -> list[str]:
    """Return what is wrong.

    That is a file that keeps no test, a test without a reason, a file that the table of the documentation does not name, or that it
    names and of which nothing is left, and too many tests.
    """
    faults = [f"{file}: `make test` runs none of its tests" for file in tier.left if tier.left[file] == tier.all[file]]
    faults += [f"{test}: says no reason" for test in tier.unexplained]
    documented = documented_files(documentation)
    faults += [f"{file}: not in the documentation" for file in tier.left if file not in documented]
    # Of a file that this run has not collected nobody knows.
    faults += [
        f"{file}: in the documentation, and nothing of it is left to a release"
        for file in sorted(documented)
        if file in tier.all and file not in tier.left
    ]
    tests, left = tier.all.total(), tier.left.total()
    if tests >= ENOUGH and left > MOST * tests:
        faults.append(f"{left} of {tests} tests are left to a release, more than {MOST:.0%}")
    return faults


def documented_files(documentation: str) -> set[str]:
    """Return the files in the first column of the table "Left to a release"; the rest of the page names many others."""
    _before, _heading, section = documentation.partition("\n## Left to a release\n")
    rows = re.findall(r"(?m)^\| (`[^|]*) \|", section.partition("\n## ")[0])
    return {f"tests/{name}" for row in rows for name in re.findall(r"`([^`]+\.py)`", row)}
