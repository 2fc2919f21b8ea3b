"""A real server that is killed, or whose disk is full: what it answered is there, what it did not is whole or absent."""

from __future__ import annotations

import base64
import http.client
import json
import re
import sqlite3
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import urlencode

from lrs.samples import statement
from support.site import Site, run_site

BATCH = 20
#: Runs a program that cannot write a file larger than so many bytes, as on a disk without more room.
_LIMITED = (
    "import os, resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2);"
    " os.execv(sys.argv[2], sys.argv[2:])"
)


class Client:
    """Sends to the record store of a site over one connection."""

    def __init__(self, site: Site, credentials: str) -> None:
        self.connection = http.client.HTTPConnection(site.url.removeprefix("http://"), timeout=30)
        self.headers = {
            "Authorization": f"Basic {base64.b64encode(credentials.encode()).decode()}",
            "X-Experience-API-Version": "2.0.0",
            "Content-Type": "application/json",
        }

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def post(self, statements: Sequence[dict[str, Any]]) -> tuple[int, Any]:
        """Send a batch; return status and answer."""
        self.connection.request("POST", "/xapi/statements", json.dumps(statements).encode(), self.headers)
        return self._answer()

    def count(self, number: int) -> int:
        """Return how many statements of a batch are there."""
        query = urlencode({"activity": activity(number), "limit": str(2 * BATCH), "format": "ids"})
        self.connection.request("GET", f"/xapi/statements?{query}", headers=self.headers)
        status, found = self._answer()
        assert status == 200, found
        return len(found["statements"])

    def _answer(self) -> tuple[int, Any]:
        answer = self.connection.getresponse()
        return answer.status, json.loads(answer.read())


def activity(number: int) -> str:
    """Return what the statements of a batch are about."""
    return f"https://batch.example/{number}"


def batch(number: int) -> list[dict[str, Any]]:
    """Make a batch of about 20 kB."""
    text = {"https://batch.example/text": f"{number} " * 200}
    return [statement(object={"id": activity(number)}, result={"extensions": text}) for _ in range(BATCH)]


def credentials(site: Site) -> str:
    """Make a client; return its key and secret."""
    made = json.loads(site.command("lrs", "client", "add", "--name", "Test", "--json"))
    return f"{made['key']}:{made['secret']}"


def check_database(site: Site) -> None:
    """The file is sound, as SQLite tells."""
    file = site.data_dir / "perille.sqlite3"
    with sqlite3.connect(file) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    database.close()


def test_a_server_killed_among_a_thousand_batches_has_what_it_answered(tmp_path: Path) -> None:
    answered: list[int] = []
    enough = Event()

    def send(site: Site, own: str, numbers: Sequence[int]) -> None:
        with Client(site, own) as client, suppress(OSError, http.client.HTTPException):
            for number in numbers:
                status, answer = client.post(batch(number))
                assert status == 200, answer
                answered.append(number)
                if len(answered) >= 150:
                    enough.set()

    with run_site(tmp_path) as site, ThreadPoolExecutor(4) as pool:
        own = credentials(site)
        work = [pool.submit(send, site, own, range(first, 1000, 4)) for first in range(4)]
        assert enough.wait(120)
        site.process.kill()
        for each in work:
            each.result()
    assert 150 <= len(answered) < 1000
    with run_site(tmp_path) as site, Client(site, own) as client:
        assert {client.count(number) for number in answered} == {BATCH}
        pending = {max(number for number in answered if number % 4 == first) + 4 for first in range(4)}
        assert {client.count(number) for number in pending} <= {0, BATCH}
        assert client.post(batch(5000))[0] == 200
        check_database(site)


def test_a_full_disk_is_said_and_spoils_nothing(tmp_path: Path) -> None:
    with run_site(tmp_path) as site:
        own = credentials(site)
    room = str((site.data_dir / "perille.sqlite3").stat().st_size + 2_000_000)
    program = [sys.executable, "-c", _LIMITED, room, str(Path(sys.executable).with_name("perille"))]
    with run_site(tmp_path, command=program) as site, Client(site, own) as client:
        answers: list[tuple[int, Any]] = []
        # How much fits depends on the room that is free inside the database when it begins.
        while len(answers) < 2000 and sum(status != 200 for status, _ in answers) < 20:
            answers.append(client.post(batch(len(answers))))
        kept = [number for number, (status, _) in enumerate(answers) if status == 200]
        refused = [number for number, (status, _) in enumerate(answers) if status != 200]
        assert kept
        assert refused
        for number in refused:
            status, answer = answers[number]
            assert status in (503, 507)
            assert re.search("othing of this request was stored", answer["error"]), answer
        assert client.count(kept[0]) == BATCH
        assert site.get("/healthz")[0] == 200
    with run_site(tmp_path) as site, Client(site, own) as client:
        check_database(site)
        assert {client.count(number) for number in kept} == {BATCH}
        assert {client.count(number) for number in refused} == {0}
        assert client.post(batch(refused[0]))[0] == 200
