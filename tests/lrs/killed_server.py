"""A process that stores batches until it is killed, and says each one that it has answered: used by `test_killed`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from lrs.application import make_application
from lrs.samples import agent, statement
from perille.core.database import run_in_transaction
from perille.core.extensions import db
from perille.lrs import services


def main(url: str, folder: str) -> None:
    """Store batches of twenty, each naming the same activity in all its statements."""
    app = make_application(url, Path(folder))
    with app.app_context():
        store_id = run_in_transaction(db.session(), lambda: services.default_store(db.session()), write=True)
        for number in range(1000):
            place: dict[str, Any] = {"id": f"https://batch.example/{number}"}
            bodies = [json.dumps(statement(object=place, actor=agent(f"p{one}"))).encode() for one in range(20)]
            store(bodies, store_id)
            sys.stdout.write(f"{number}\n")
            sys.stdout.flush()


def store(bodies: list[bytes], store_id: Any) -> None:
    """Store one batch in a transaction of its own."""
    run_in_transaction(
        db.session(),
        lambda: services.store_statements(db.session(), bodies, store_id=store_id, authority=agent("voucher")),
        write=True,
    )
    db.session.remove()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
