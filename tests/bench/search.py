"""Times searches over all packs that ship: `.venv/bin/python tests/bench/search.py`."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from perille.app import create_app
from perille.core.config import Config
from perille.packs.published.library import current_library
from perille.search.index import SearchIndex
from perille.search.services import refresh, search
from perille.startup import prepare

WORDS = (
    "tax card",
    "violence",
    "doctor",
    "112",
    "verokortin",
    "school",
    "rent deposit",
    "police",
    "kotikunta",
    "child work night",
)


def main() -> None:
    """Print how long it takes to make the index, and to find something in it."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(
            Config(data_dir=Path(folder), database_url=f"sqlite:///{folder}/site.db", secret_keys=("bench",))
        )
        prepare(app)
        with app.test_request_context():
            index, library = SearchIndex(Path(folder)), current_library()
            start = time.process_time()
            made = refresh(index, library)
            print(f"index of {made} parts made in {time.process_time() - start:.2f} s of the processor")
            print(f"its file: {(Path(folder) / 'search-index.sqlite3').stat().st_size / 1e6:.1f} MB")
            times = sorted(
                _time(index, words, language)
                for words in WORDS
                for language in ("en", "ar", "fi")
                for _try in range(10)
            )
        print(
            f"a search: median {statistics.median(times):.1f} ms, p95 {times[int(len(times) * 0.95)]:.1f} ms, most {times[-1]:.1f} ms"
        )


def _time(index: SearchIndex, words: str, language: str) -> float:
    start = time.process_time()
    search(index, current_library(), words, language=language)
    return (time.process_time() - start) * 1000


if __name__ == "__main__":
    main()
