"""Measure a class that signs in at once: 200 people with user names and PINs, or links, on one server.

    .venv/bin/python tests/bench/sign_in.py [--people 200] [--pictures] [--links 100]

A real `perille serve` on SQLite in a folder of its own. Each person is a browser of their own: they give their user name, follow to the
page of the PIN, and send it; those with a link open its page. All PINs and presses of links are sent at the same moment. Times are
those of the clock: say with the figures how busy the machine was.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
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
from perille.people.models import LinkKind
from perille.people.services import make_account
from perille.people.sign_in.hashing import current_hasher
from perille.people.sign_in.links import REQUEST_LIFE, make_link
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


def make_links(site: Site, count: int) -> list[str]:
    """Make accounts of staff, each with a link that was asked for; return the addresses of the links' pages."""
    app = create_app(load_config(clean_environment(PERILLE_DATA_DIR=str(site.data_dir))))

    def work() -> list[str]:
        people = [make_account(db.session, f"person{number}@example.org") for number in range(count)]
        return [f"/en/sign-in/{make_link(db.session, each.id, LinkKind.ASKED, REQUEST_LIFE)}" for each in people]

    with app.app_context():
        return run_in_transaction(db.session, work, write=True)


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


@dataclass(frozen=True, slots=True)
class Press:
    """The form with which somebody signs in."""

    page: str
    fields: dict[str, str]


def press_of(site: Site, person: NewLearner) -> Press:
    """Give a user name, and return the form of the PIN."""
    *first, last = person.pin.split()
    fields = {"pressed": " ".join(first), "picture": last} if first else {"pin": person.pin}
    return Press(post(site, "/en/sign-in/name", {"username": person.username})[1], fields)


def press_of_link(site: Site, page: str) -> Press:
    """Open the page of a link, and return its form."""
    assert site.get(page)[0] == 200
    return Press(page, {})


def sign_in(site: Site, press: Press, start: threading.Barrier) -> Answer:
    """Wait for all others, then sign in."""
    start.wait()
    began = time.perf_counter()
    status, address = post(site, press.page, press.fields)
    # Who is not let in is sent back to the page they came from.
    return Answer(403 if address == press.page else status, time.perf_counter() - began)


def storm(site: Site, presses: Sequence[Press]) -> list[Answer]:
    """Let everybody sign in at the same moment."""
    start = threading.Barrier(len(presses))
    with ThreadPoolExecutor(len(presses)) as threads:
        return list(threads.map(lambda press: sign_in(site, press, start), presses))


def main() -> None:
    """Print how long the class waited."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--pictures", action="store_true")
    parser.add_argument("--links", type=int, default=0, help="how many of the people come by a link")
    given = parser.parse_args()
    kind = PinKind.PICTURES if given.pictures else PinKind.DIGITS
    with tempfile.TemporaryDirectory() as folder, run_site(Path(folder), command=[PERILLE]) as site:
        people = make_people(site, given.people - given.links, kind)
        pages = make_links(site, given.links)
        began = time.perf_counter()
        presses = [press_of(site, each) for each in people] + [press_of_link(site, each) for each in pages]
        random.Random(0).shuffle(presses)
        answers = storm(site, presses)
        whole = time.perf_counter() - began
    waited = sorted(each.seconds for each in answers)
    print(f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"answers {dict(Counter(each.status for each in answers))}")
    print(
        f"median {statistics.median(waited):.1f} s, the last after {waited[-1]:.1f} s, with the pages before {whole:.1f} s"
    )


if __name__ == "__main__":
    main()
