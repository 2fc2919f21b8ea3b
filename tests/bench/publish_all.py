"""How long all packs that are installed take from nothing, in one process and in two, and where none has changed (bars: 3 s and 0.3 s).

    python tests/bench/publish_all.py

Prints wall time, and processor time of this process. Nothing here is asserted: machines are noisy.
"""

from __future__ import annotations

import sys
import time

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

import perille.features  # noqa: F401  (every table)
from perille.core.database import Base
from perille.packs.services import synchronise
from perille.packs.source.discovery import discover
from perille.packs.source.markdown import has_words, inline
from perille.packs.source.registry import InteractionRegistry

RUNS = 3


def main() -> None:
    """Publish all packs into an empty database, and once more."""
    found = discover()
    registry = InteractionRegistry(found.plugins)
    for processes in (1, 2):
        for _run in range(RUNS):
            inline.cache_clear()
            has_words.cache_clear()
            engine = create_engine("sqlite://")
            Base.metadata.create_all(engine)
            with Session(engine) as session:
                for what in ("from nothing", "unchanged"):
                    wall, own = time.perf_counter(), time.process_time()
                    report = synchronise(
                        session,
                        found.sources,
                        registry,
                        production=True,
                        progress=lambda *_told: None,
                        processes=processes,
                    )
                    session.commit()
                    wall, own = time.perf_counter() - wall, time.process_time() - own
                    sys.stdout.write(
                        f"{what:13} in {processes}: {wall:6.2f} s, {own:6.2f} of the processor here,"
                        f" {len(report.published)} packs published\n"
                    )
            engine.dispose()


if __name__ == "__main__":
    main()
