"""What a translation memory of 200,000 segments takes: `python tests/bench/translation_memory.py`, milliseconds of the processor.

The segments are sentences of the courses that ship, each with other words in it, so that no two are the same and many are alike.
"""

from __future__ import annotations

import random
import re
import sys
import time
from pathlib import Path

from perille.domain.segments import Segment, TranslationMemory

SEGMENTS, ASKED = 200_000, 200
_ROOT = Path(__file__).parents[2]
_SENTENCE = re.compile(r"[A-Z][^.\n:|{}\[\]]{20,200}\.")


def sentences() -> list[str]:
    """Return the sentences of the lessons that ship."""
    texts = (path.read_text() for path in sorted(_ROOT.glob("courses/*/lessons/*.md")))
    return sorted({sentence for text in texts for sentence in _SENTENCE.findall(text)})


def varied(known: list[str], count: int, chance: random.Random) -> list[str]:
    """Return sentences in which one word in eight is another one."""
    words = sorted({word for sentence in known for word in sentence.split()})
    return [
        " ".join(chance.choice(words) if chance.random() < 0.125 else word for word in chance.choice(known).split())
        for _number in range(count)
    ]


def main() -> None:
    """Print how long it takes to build, and to ask for sentences that are alike, unknown, long and short."""
    chance = random.Random(7)  # noqa: S311  (no secret)
    known = sentences()
    began = time.process_time()
    memory = TranslationMemory(Segment(text, text, "A course") for text in varied(known, SEGMENTS * 3 // 2, chance))
    print(f"{len(memory)} segments of {len(known)} sentences built in {time.process_time() - began:.1f} s")
    asked = {
        "alike": varied(known, ASKED, chance),
        "as it was": chance.sample(known, min(ASKED, len(known))),
        "of words in no order": [" ".join(chance.sample(text.split(), len(text.split()))) for text in known[:ASKED]],
        "of 2,000 letters": [" ".join(known[number : number + 20])[:2_000] for number in range(20)],
        "short": ["OK", "...", "", "Yes.", "Go home."] * 10,
    }
    for name, texts in asked.items():
        times = []
        for text in texts:
            began = time.process_time()
            memory.find(text)
            times.append((time.process_time() - began) * 1000)
        print(f"{name}: {sum(times) / len(times):.1f} ms, at most {max(times):.1f} ms")


if __name__ == "__main__":
    sys.exit(main())
