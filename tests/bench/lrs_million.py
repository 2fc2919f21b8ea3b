"""Fill a record store and time every filter and pair of filters: `python tests/bench/lrs_million.py URL COUNT [GETS]`.

Statements are of about 1 kB, by 1,000 actors about 200 activities; one more actor has a tenth of all. The database must be empty.
Requests go through the WSGI door in this process, so that what is timed is the store and not a network.
"""

from __future__ import annotations

import base64
import itertools
import json
import random
import resource
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import create_engine, text
from werkzeug.test import EnvironBuilder

sys.path.insert(0, str(Path(__file__).parents[1]))

from lrs.application import make_application
from perille.core.database import Base, prepare_engine, run_in_transaction
from perille.core.extensions import db
from perille.lrs import services
from perille.lrs.clients import Scope, peppers_of

BATCH = 500
VERBS = [
    f"http://adlnet.gov/expapi/verbs/{name}"
    for name in ("attended", "shared", "scored", "asked", "mastered", "suspended")
]
NEVER = "http://adlnet.gov/expapi/verbs/preferred"
SITE = "https://school.example.edu"
BUSY = 1000


class Maker:
    """Makes statements, always the same ones."""

    def __init__(self) -> None:
        self.random = random.Random(5)
        self.time = datetime(2026, 1, 5, tzinfo=UTC)

    def agent(self, number: int) -> dict[str, Any]:
        return {"account": {"homePage": SITE, "name": f"pupil-{number}"}}

    def activity(self, number: int) -> str:
        return f"{SITE}/subject/{number % 20}/exercise/{number}"

    def registration(self, agent: int, activity: int) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{agent}/{activity % 20}"))

    def statement(self) -> dict[str, Any]:
        r = self.random
        agent = BUSY if r.random() < 0.1 else r.randrange(BUSY)
        activity, verb, points = r.randrange(200), r.choice(VERBS), r.randrange(51)
        self.time += timedelta(milliseconds=r.randrange(60_000))
        subject = f"{SITE}/subject/{activity % 20}"
        registration = self.registration(agent, activity)
        return {
            "id": str(uuid.UUID(int=r.getrandbits(128), version=4)),
            "actor": {"objectType": "Agent", "name": f"Pupil {agent}", **self.agent(agent)},
            "verb": {"id": verb, "display": {"en-US": verb.rsplit("/", 1)[1]}},
            "object": {
                "objectType": "Activity",
                "id": self.activity(activity),
                "definition": {
                    "type": "http://adlnet.gov/expapi/activities/simulation",
                    "name": {"en-US": f"Exercise {activity}"},
                    "description": {"en-US": f"Exercise {activity} of subject {activity % 20}"},
                },
            },
            "result": {
                "score": {"scaled": points / 50, "raw": points, "min": 0, "max": 50},
                "success": points > 25,
                "completion": True,
                "duration": f"PT{points}M12S",
            },
            "context": {
                "registration": registration,
                "platform": "measuring",
                "language": "en-US",
                "contextActivities": {
                    "parent": [{"objectType": "Activity", "id": subject}],
                    "grouping": [{"objectType": "Activity", "id": f"{SITE}/"}],
                    "category": [{"objectType": "Activity", "id": f"{SITE}/kind/exercise"}],
                },
                "extensions": {f"{SITE}/extension/session": str(uuid.uuid5(uuid.NAMESPACE_OID, registration))},
            },
            "timestamp": self.time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }


def fill(app: Flask, count: int) -> None:
    """Store the statements in batches, and say how fast."""
    maker, began = Maker(), time.perf_counter()
    voucher = {"objectType": "Agent", "account": {"homePage": SITE, "name": "measuring"}}
    with app.app_context():
        store = run_in_transaction(db.session(), lambda: services.default_store(db.session()), write=True)
        for _ in range(count // BATCH):
            bodies = [json.dumps(maker.statement()).encode() for _ in range(BATCH)]
            store_batch(bodies, store, voucher)
            db.session.remove()
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    say(f"stored {count} in {seconds:.0f} s: {count / seconds:.0f} a second with making them; peak memory {peak} MB")


def store_batch(bodies: list[bytes], store: uuid.UUID, voucher: dict[str, Any]) -> None:
    """Store one batch in a transaction of its own."""
    run_in_transaction(
        db.session(),
        lambda: services.store_statements(db.session(), bodies, store_id=store, authority=voucher),
        write=True,
    )


def filters(maker: Maker, source: random.Random) -> dict[str, Callable[[], dict[str, str]]]:
    """Return what makes each filter's parameters."""
    pupil = lambda: json.dumps(maker.agent(source.randrange(BUSY)))  # noqa: E731
    activity = lambda: maker.activity(source.randrange(200))  # noqa: E731
    return {
        "agent": lambda: {"agent": pupil()},
        "busy agent": lambda: {"agent": json.dumps(maker.agent(BUSY))},
        "verb": lambda: {"verb": source.choice(VERBS)},
        "verb never used": lambda: {"verb": NEVER},
        "activity": lambda: {"activity": activity()},
        "registration": lambda: {"registration": maker.registration(source.randrange(BUSY), source.randrange(20))},
        "related activity": lambda: {
            "activity": f"{SITE}/subject/{source.randrange(20)}",
            "related_activities": "true",
        },
        "related agent": lambda: {"agent": pupil(), "related_agents": "true"},
        "since": lambda: {"since": datetime.now(UTC).isoformat()},
        "until": lambda: {"until": datetime.now(UTC).isoformat()},
        "ascending": lambda: {"ascending": "true"},
    }


def pairs(maker: Maker) -> Iterator[tuple[str, Callable[[], dict[str, str]]]]:
    """Yield every filter and every pair of filters that may stand together."""
    found = filters(maker, random.Random(9))
    yield "none", dict
    yield from found.items()
    for (name, one), (other_name, other) in itertools.combinations(found.items(), 2):
        if not set(one()) & set(other()):
            yield f"{name} + {other_name}", lambda one=one, other=other: {**one(), **other()}  # type: ignore[misc]


def time_gets(app: Flask, headers: dict[str, str], count: int) -> None:
    """Time every filter and pair: median and 95th percentile in milliseconds."""
    worst = 0.0
    for name, make in pairs(Maker()):
        spent = []
        for _ in range(count):
            took, body = one_get(app, headers, urlencode({**make(), "limit": "50"}))
            spent.append(took)
        spent.sort()
        p95 = spent[int(0.95 * count)]
        worst = max(worst, p95)
        found = len(json.loads(body)["statements"])
        say(f"{name:36} {spent[count // 2]:7.2f} {p95:7.2f}   {found} found")
    say(f"worst 95th percentile: {worst:.2f} ms")


def one_get(app: Flask, headers: dict[str, str], query: str) -> tuple[float, bytes]:
    """Send one GET to the statements; return milliseconds and the body."""
    environ = EnvironBuilder(path="/xapi/statements", query_string=query, headers=headers).get_environ()
    status: list[str] = []
    began = time.perf_counter()
    body = b"".join(app.wsgi_app(environ, lambda code, _headers: status.append(code)))  # type: ignore[arg-type,func-returns-value]
    took = 1000 * (time.perf_counter() - began)
    assert status == ["200 OK"], body
    return took, body


def make_client(app: Flask) -> dict[str, str]:
    """Make a client that may read everything; return its headers."""
    peppers = peppers_of(app.config["PERILLE"].secret_keys)

    def make() -> tuple[str, str]:
        session = db.session()
        return services.make_client(
            session, "bench", [Scope.ALL], peppers=peppers, store_id=services.default_store(session)
        )

    with app.app_context():
        key, secret = run_in_transaction(db.session(), make, write=True)
    token = base64.b64encode(f"{key}:{secret}".encode()).decode()
    return {"Authorization": f"Basic {token}", "X-Experience-API-Version": "2.0.0"}


def size(url: str) -> int:
    """Return the bytes of the database on disk."""
    engine = create_engine(url)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
            sql = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        else:
            sql = "SELECT pg_database_size(current_database())"
        return int(connection.scalar(text(sql)) or 0)


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(url: str, count: int, gets: int = 60) -> None:
    """Make the tables, fill them, measure."""
    engine = create_engine(url)
    prepare_engine(engine)
    tables = [table for name, table in Base.metadata.tables.items() if name.startswith("lrs_")]
    Base.metadata.create_all(engine, tables=tables)
    engine.dispose()
    app = make_application(url, Path(tempfile.mkdtemp()))
    before = size(url)
    if count:
        fill(app, count)
        say(f"{(size(url) - before) / count:.0f} bytes a statement on disk")
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    time_gets(app, make_client(app), gets)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *(int(word) for word in sys.argv[3:]))
