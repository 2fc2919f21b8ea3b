"""Measure a class that signs in at once: 200 people with user names and PINs on one server.

    .venv/bin/python tests/bench/sign_in.py [--people 200] [--pictures]

A real `perille serve` on SQLite in a folder of its own. Each person is a browser of their own: they give their user name, follow to the
page of the PIN, and send it; all PINs are sent at the same moment. Times are those of the clock: say with the figures how busy the
machine was.
"""

from __future__ import annotations

import argparse
import http.client
import os
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from perille.app import create_app
from perille.core.config import load_config
from perille.core.database import run_in_transaction
from perille.core.extensions import db
from perille.people.sign_in.hashing import current_hasher
from perille.people.sign_in.models import PinKind
from perille.people.sign_in.pins import NewLearner, add_learners, draw_pins
from support.commands import PERILLE
from support.site import Site, clean_environment, run_site

#: Seconds after which a browser gives up.
PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """What one browser got for its PIN, and after how many seconds."""

    status: int
    seconds: float


def make_people(site: Site, count: int, kind: PinKind) -> list[NewLearner]:
    """Make user names with PINs in the database of a running site, as a trainer's page does."""
    app = create_app(load_config(clean_environment(PERILLE_DATA_DIR=str(site.data_dir))))
    with app.app_context():
        drawn = draw_pins(current_hasher(), kind, count)
        names = [f"Person {number}" for number in range(count)]
        return run_in_transaction(db.session, lambda: add_learners(db.session, names, drawn, by=None), write=True)


def post(site: Site, path: str, fields: dict[str, str]) -> tuple[int, str]:
    """Send a form as a browser of this site does; return status and where it leads."""
    address = urlsplit(site.url)
    line = http.client.HTTPConnection(address.hostname or "", address.port, timeout=PATIENCE)
    try:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": site.url}
        line.request("POST", path, urlencode(fields), headers)
        answer = line.getresponse()
        answer.read()
        return answer.status, answer.getheader("Location") or ""
    finally:
        line.close()


def sign_in(site: Site, person: NewLearner, page: str, start: threading.Barrier) -> Answer:
    """Wait for all others, then send a PIN."""
    *first, last = person.pin.split()
    fields = {"pressed": " ".join(first), "picture": last} if first else {"pin": person.pin}
    start.wait()
    began = time.perf_counter()
    status, _address = post(site, page, fields)
    return Answer(status, time.perf_counter() - began)


def storm(site: Site, people: Sequence[NewLearner]) -> list[Answer]:
    """Let everybody sign in at the same moment."""
    pages = [post(site, "/en/sign-in/name", {"username": each.username})[1] for each in people]
    start = threading.Barrier(len(people))
    with ThreadPoolExecutor(len(people)) as threads:
        return list(threads.map(lambda pair: sign_in(site, *pair, start), zip(people, pages, strict=True)))


def main() -> None:
    """Print how long the class waited."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--pictures", action="store_true")
    given = parser.parse_args()
    kind = PinKind.PICTURES if given.pictures else PinKind.DIGITS
    with tempfile.TemporaryDirectory() as folder, run_site(Path(folder), command=[PERILLE]) as site:
        people = make_people(site, given.people, kind)
        began = time.perf_counter()
        answers = storm(site, people)
        whole = time.perf_counter() - began
    waited = sorted(each.seconds for each in answers)
    print(f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"answers {dict(Counter(each.status for each in answers))}")
    print(
        f"median {statistics.median(waited):.1f} s, the last after {waited[-1]:.1f} s, with the user names {whole:.1f} s"
    )


if __name__ == "__main__":
    main()
