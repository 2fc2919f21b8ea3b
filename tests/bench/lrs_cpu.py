"""Compare the record store with the yardstick by the CPU time of the servers: `python tests/bench/lrs_cpu.py [--rounds 20] [--threads 4]`.

Both serve on this machine, each in a process of its own, sockets included; they are sent the same statements in turns, so that other
work on the machine hits both. What counts is the processor time of each server's process, not the clock. The record store is a whole
platform, made for this in a temporary folder, with its listeners.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from perille.app import create_app
from perille.core.config import load_config
from perille.core.database import run_in_transaction
from perille.core.extensions import db
from perille.lrs import services
from perille.lrs.clients import Scope, peppers_of
from perille.startup import prepare

BARE = Path(__file__).with_name("lrs_bare.py")
SITE = "https://campus.example.edu"
ROLES = {"parent": "course/{0}", "grouping": "", "category": "kind/exercise"}


@dataclass(slots=True)
class Server:
    """A server at work: its process, connections to it, and what to send with each request."""

    process: subprocess.Popen[bytes]
    connections: list[http.client.HTTPConnection]
    headers: dict[str, str]

    def cpu(self) -> float:
        """Return the processor time of the process and all its threads, in seconds."""
        return time.clock_gettime((~self.process.pid << 3) | 2)

    def send(self, bodies: list[bytes]) -> float:
        """POST bodies, on all connections at once; returns the processor time that the server took, in seconds."""
        before, step = self.cpu(), len(self.connections)
        with ThreadPoolExecutor(step) as threads:
            parts = [bodies[start::step] for start in range(step)]
            list(threads.map(self._send_part, self.connections, parts))
        return self.cpu() - before

    def _send_part(self, connection: http.client.HTTPConnection, bodies: list[bytes]) -> None:
        for body in bodies:
            connection.request("POST", "/xapi/statements", body, self.headers)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200, answer.status


def statement(noise: random.Random) -> dict[str, Any]:
    """Make a statement of about 1.1 kB: one of 1,000 people about one of 200 exercises."""
    person, exercise, points = noise.randrange(1000), noise.randrange(200), noise.randrange(101)
    ids = {role: f"{SITE}/{form.format(exercise % 20)}" for role, form in ROLES.items()}
    context = {role: [{"objectType": "Activity", "id": activity}] for role, activity in ids.items()}
    names = {"name": {"en-GB": f"Exercise {exercise}"}, "description": {"en-GB": f"Exercise {exercise} of a course"}}
    return {
        "id": str(uuid.UUID(int=noise.getrandbits(128), version=4)),
        "actor": {"name": f"Person {person}", "account": {"homePage": SITE, "name": f"person-{person}"}},
        "verb": {"id": f"http://adlnet.gov/expapi/verbs/{noise.choice(('answered', 'passed', 'failed'))}"},
        "object": {"id": f"{SITE}/exercise/{exercise}", "definition": {**names, "type": f"{SITE}/types/exercise"}},
        "result": {"score": {"raw": points, "min": 0, "max": 100}, "success": points > 49, "duration": "PT2M10S"},
        "context": {
            "registration": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{person}/{exercise % 20}")),
            "platform": "campus",
            "language": "en-GB",
            "contextActivities": context,
            "extensions": {f"{SITE}/extensions/session": str(uuid.UUID(int=noise.getrandbits(128), version=4))},
        },
        "timestamp": datetime.now(UTC).isoformat(),
    }


def bodies(noise: random.Random, count: int, batch: int) -> list[bytes]:
    """Make the bodies of some requests."""
    made = [[statement(noise) for _ in range(batch)] for _ in range(count)]
    return [json.dumps(each if batch > 1 else each[0]).encode() for each in made]


def make_site() -> dict[str, str]:
    """Make the database and a client of it; returns what the client sends with each request."""
    app = create_app(load_config())
    prepare(app)
    peppers = peppers_of(app.config["PERILLE"].secret_keys)

    def client() -> tuple[str, str]:
        session = db.session()
        store = services.default_store(session)
        return services.make_client(session, "Load", [Scope.ALL], peppers=peppers, store_id=store)

    with app.app_context():
        credentials = ":".join(run_in_transaction(db.session(), client, write=True))
    token = base64.b64encode(credentials.encode()).decode()
    return {"Authorization": f"Basic {token}", "X-Experience-API-Version": "1.0.3"}


@contextmanager
def serving(port: int, threads: int, headers: dict[str, str], *command: str) -> Iterator[Server]:
    """Run a server until the end of the block."""
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        connections = [http.client.HTTPConnection("127.0.0.1", port, timeout=60) for _ in range(threads)]
        yield Server(process, connections, {**headers, "Content-Type": "application/json"})
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def compare(bare: Server, ours: Server, batch: int, rounds: int) -> None:
    """Send the same to both in turns, and print what a statement costs each."""
    noise, took = random.Random(batch), {"bare": list[float](), "ours": list[float]()}
    count = max(400 // batch, 40)
    for number in range(rounds + 2):
        sent = bodies(noise, count, batch)
        for name, server in (("bare", bare), ("ours", ours)):
            microseconds = server.send(sent) * 1e6 / count / batch
            if number > 1:
                took[name].append(microseconds)
    middle = {name: statistics.median(times) for name, times in took.items()}
    for name, times in took.items():
        low, *_, high = statistics.quantiles(times, n=10)
        print(f"batch {batch:3} {name}: {middle[name]:6.1f} us a statement (8 of 10 rounds: {low:.1f} to {high:.1f})")
    print(f"batch {batch:3} of the bare store's speed: {middle['bare'] / middle['ours']:.2f}")


def main() -> None:
    """Run both servers, then single statements, then batches."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batch", type=int, default=50)
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=20)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PERILLE_DATA_DIR"] = folder
        headers, ports = make_site(), (free_port(), free_port())
        perille = (str(Path(sys.executable).with_name("perille")), "serve", "--port", str(ports[1]))
        with (
            serving(ports[0], asked.threads, {}, str(BARE), str(ports[0]), f"{folder}/bare.db") as bare,
            serving(ports[1], asked.threads, headers, *perille) as ours,
        ):
            for batch in (1, asked.batch):
                compare(bare, ours, batch, asked.rounds)


if __name__ == "__main__":
    main()
