"""How long item statistics take, and whether their memory grows: 100,000 attempts of 12 items in 6 languages (aim: 5 s, flat).

    python tests/bench/item_statistics.py

Attempts are made before the clock starts in the first measure, and one by one in the second, as a database gives them.
Nothing here is asserted: machines are noisy.
"""

from __future__ import annotations

import random
import sys
import time
import tracemalloc
from collections.abc import Iterator

from perille.domain.statistics import GivenAnswer, GradedAttempt, item_statistics

LANGUAGES = ("en", "fi", "sv", "et", "uk", "ar")
ITEMS, ASKED, CHOICES = 40, 12, 4


def attempts(count: int) -> Iterator[GradedAttempt]:
    """Yield attempts as a pool of 40 items with four choices gives them, some answers right in part."""
    chance = random.Random(7)
    keys = [f"item-{number}" for number in range(ITEMS)]
    choices = [(f"choice-{number}",) for number in range(CHOICES)]
    for _attempt in range(count):
        ability = chance.random()
        answers = []
        for key in chance.sample(keys, ASKED):
            right = chance.random() < ability
            part = 0.5 if not right and chance.random() < 0.2 else 0.0
            answers.append(
                GivenAnswer(key, 1.0 if right else part, choices[0 if right else chance.randrange(1, CHOICES)])
            )
        yield GradedAttempt(chance.choice(LANGUAGES), tuple(answers))


def main() -> None:
    """Measure."""
    given = list(attempts(100_000))
    start = time.perf_counter()
    found = item_statistics(given)
    sys.stdout.write(f"100,000 attempts: {time.perf_counter() - start:.2f} s, {len(found)} items\n")
    del given
    for count in (10_000, 50_000, 100_000):
        tracemalloc.start()
        item_statistics(attempts(count))
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        sys.stdout.write(f"{count:7,} attempts one by one: {peak / 1e6:.1f} MB at most\n")


if __name__ == "__main__":
    main()
