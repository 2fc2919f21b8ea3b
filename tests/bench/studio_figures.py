"""What it costs to open the page of a bank whose test many have taken: `python tests/bench/studio_figures.py [attempts]`.

The figures of its questions, the first time and at later openings; nothing is asserted, machines are noisy.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable

from sqlalchemy import insert

from perille.app import create_app
from perille.assessment.models import Attempt, AttemptAnswer
from perille.assessment.reports import statistics_of
from perille.core.config import load_config
from perille.core.database import Session, run_in_transaction, utcnow, uuid7
from perille.core.extensions import db
from perille.enrolment.models import Enrolment, Learner
from perille.startup import prepare
from perille.studio.figures_cache import kept_statistics

PACK, UNIT, ASKED = "bench_course", "test", 12


def hand_in(session: Session, count: int) -> None:
    """Let so many new people hand in a test."""
    chance, now = random.Random(7), utcnow()
    learners = [{"id": uuid7(), "last_seen_on": now.date()} for _ in range(count)]
    session.execute(insert(Learner), learners)
    enrolments = [
        {"id": uuid7(), "learner_id": each["id"], "pack_id": PACK, "structure_hash": "0" * 64} for each in learners
    ]
    session.execute(insert(Enrolment), enrolments)
    keys = [f"item-{number}" for number in range(ASKED)]
    of = {"unit": UNIT, "number": 1, "structure_hash": "0" * 64, "language": "en", "items": keys, "finished_at": now}
    attempts = [{"id": uuid7(), "enrolment_id": each["id"], **of} for each in enrolments]
    session.execute(insert(Attempt), attempts)
    for each in attempts:
        rows = [(key, chance.random() < 0.7) for key in keys]
        session.execute(
            insert(AttemptAnswer),
            [
                {"attempt_id": each["id"], "item": key, "response": ["a"], "right": right, "scaled": float(right)}
                for key, right in rows
            ],
        )


def main() -> None:
    """Measure."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(load_config({"PERILLE_DATA_DIR": folder, "PERILLE_RATE_LIMITS": "false"}))
        prepare(app)
        with app.app_context():
            for _part in range(max(1, count // 5_000)):
                run_in_transaction(db.session, lambda: hand_in(db.session, min(count, 5_000)), write=True)
            measure(count, "counted at each opening", lambda: statistics_of(db.session, PACK, UNIT))
            measure(count, "kept", lambda: kept_statistics(db.session, PACK, UNIT))


def measure(count: int, name: str, figures: Callable[[], object]) -> None:
    """Print what three openings cost."""
    for opening in ("first", "second", "third"):
        began = time.process_time()
        run_in_transaction(db.session, figures, write=False)
        spent = (time.process_time() - began) * 1000
        sys.stdout.write(f"{count:,} attempts, {name}, {opening} opening: {spent:,.0f} ms of the processor\n")


if __name__ == "__main__":
    main()
