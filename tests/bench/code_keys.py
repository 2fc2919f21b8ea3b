"""Measure what a code on paper that nobody has costs an office to which many laptops have carried: it is tried with the key of each.

    .venv/bin/python tests/bench/code_keys.py [--keys 1000] [--tries 40]

In one process, on SQLite in a folder of its own; CPU time of this process, the median of --tries, without the page around it.
A network may try 40 codes at once and 10 a minute after that (`perille.enrolment.views.redeem_resume_code`).
"""

from __future__ import annotations

import argparse
import secrets
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from perille.core.config import Config
from perille.core.current import current_config
from perille.core.database import Base
from perille.core.extensions import db
from perille.enrolment.room_codes import MOST_KEYS, keep_keys, keys_of_rooms
from perille.enrolment.services import learner_of_code
from support.applications import make_app


def cost_of_a_try() -> float:
    """Return milliseconds of CPU for a code that nobody has."""
    code = "".join(secrets.choice("0123456789") for _ in range(20))
    before = time.process_time()
    assert learner_of_code(db.session, code, current_config().resume_keys, keys_of_rooms) is None
    return 1000 * (time.process_time() - before)


def measure(keys: int, tries: int) -> float:
    """Return the median with so many keys of laptops."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/perille.db"
        app = make_app(Config(data_dir=Path(folder), database_url=url, secret_keys=("bench" * 8,), testing=True))
        with app.app_context():
            Base.metadata.create_all(db.engine)
            keep_keys(db.session, [secrets.token_bytes(32) for _ in range(keys)])
            db.session.commit()
            cost_of_a_try()
            return statistics.median(cost_of_a_try() for _ in range(tries))


def main() -> None:
    """Run it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--keys", type=int, default=MOST_KEYS)
    options.add_argument("--tries", type=int, default=40)
    given = options.parse_args()
    for keys in (0, 1, given.keys):
        print(f"{keys:>6} keys: {measure(keys, given.tries):6.2f} ms of CPU a try")


if __name__ == "__main__":
    main()
