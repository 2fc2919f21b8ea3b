"""Measure a group whose people all join within a minute, over one line, by the link of the group.

    .venv/bin/python tests/bench/joining.py [--people 300] [--seconds 60] [--guesses 200]

A real `perille serve` on SQLite in a folder of its own. Each person is a phone of their own, with a connection and cookies of its own, that
opens the link at a moment drawn from --seconds, presses "Join", and opens the page it is led to. Beside them somebody on the same line
tries short codes. Times are those of the clock: say with the figures how busy the machine was.
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
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from sqlalchemy import func, select

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from perille.app import create_app
from perille.core.config import load_config
from perille.core.database import run_in_transaction
from perille.core.extensions import db
from perille.groups.models import GroupMember
from perille.groups.names import GroupWish
from perille.groups.services import make_group
from perille.people.organisations import find_or_make_organisation
from perille.people.services import make_account
from support.commands import PERILLE
from support.site import Site, clean_environment, run_site

#: Seconds after which a phone gives up.
PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Joined:
    """What one phone was answered, page by page, and how many seconds all of it took."""

    statuses: tuple[int, ...]
    seconds: float


class Phone:
    """A browser without script: one connection, cookies of its own."""

    def __init__(self, site: Site) -> None:
        address = urlsplit(site.url)
        self.origin = site.url
        self.line = http.client.HTTPConnection(address.hostname or "", address.port, timeout=PATIENCE)
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        """Send one request; return status and where it leads."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        form = {"Content-Type": "application/x-www-form-urlencoded"} if fields is not None else {}
        headers = {"Origin": self.origin, **form, **({"Cookie": cookies} if cookies else {})}
        self.line.request(method, path, urlencode(fields) if fields is not None else None, headers)
        answer = self.line.getresponse()
        answer.read()
        for text in answer.headers.get_all("Set-Cookie") or []:
            self.cookies.update({name: each.value for name, each in SimpleCookie(text).items()})
        return answer.status, answer.getheader("Location") or ""

    def send(self, path: str, fields: dict[str, str]) -> tuple[int, str]:
        """Send a form; once more where the site looks first whether cookies are kept, as browsers do."""
        status, leads = self.ask("POST", path, fields)
        return self.ask("POST", leads, fields) if status == 307 else (status, leads)


def make_open_group(site: Site) -> tuple[UUID, str]:
    """Make a group with a course; return its number and the path of its link."""
    app = create_app(load_config(clean_environment(PERILLE_DATA_DIR=str(site.data_dir))))

    def work() -> tuple[UUID, str]:
        office = find_or_make_organisation(db.session, "The office")
        trainer = make_account(db.session, "trainer@example.org")
        wish = GroupWish(name="Monday", language="en")
        group = make_group(db.session, office.id, trainer.id, wish, ["course_finland"])
        return group.id, f"/en/group/{group.join_key}"

    with app.app_context():
        return run_in_transaction(db.session, work, write=True)


def count_members(site: Site, group: UUID) -> int:
    """Return how many are on the group's list."""
    app = create_app(load_config(clean_environment(PERILLE_DATA_DIR=str(site.data_dir))))
    with app.app_context():
        query = select(func.count()).where(GroupMember.group_id == group, GroupMember.left_at.is_(None))
        return run_in_transaction(db.session, lambda: db.session.scalar(query) or 0, write=False)


def join(site: Site, link: str, number: int, wait: float) -> Joined:
    """Wait for one's moment, open the link, join, and open the page of the group."""
    time.sleep(wait)
    began = time.perf_counter()
    phone = Phone(site)
    try:
        opened, _ = phone.ask("GET", link)
        sent, leads = phone.send(link, {"name": f"Person {number}"})
        seen, _ = phone.ask("GET", leads or link)
        return Joined((opened, sent, seen), time.perf_counter() - began)
    except OSError:
        return Joined((0,), time.perf_counter() - began)
    finally:
        phone.line.close()


def guess(site: Site, count: int, over: threading.Event) -> Counter[int]:
    """Try short codes one after the other, on the line of the others, until they have joined."""
    answers: Counter[int] = Counter()
    phone = Phone(site)
    for number in range(count):
        if over.is_set():
            break
        answers[phone.ask("POST", "/en/group", {"code": f"{number:06}"})[0]] += 1
    phone.line.close()
    return answers


def storm(site: Site, link: str, people: int, seconds: float, guesses: int) -> tuple[list[Joined], Counter[int]]:
    """Let everybody join, each at a moment of their own, beside somebody who guesses."""
    drawn = random.Random(0)
    moments = [drawn.uniform(0, seconds) for _person in range(people)]
    over = threading.Event()
    with ThreadPoolExecutor(people + 1) as threads:
        guessing = threads.submit(guess, site, guesses, over)
        joined = list(threads.map(lambda pair: join(site, link, *pair), enumerate(moments)))
        over.set()
        return joined, guessing.result()


def main() -> None:
    """Print who was let in, and how long they waited."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--guesses", type=int, default=200)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, run_site(Path(folder), command=[PERILLE]) as site:
        group, link = make_open_group(site)
        began = time.perf_counter()
        joined, guessed = storm(site, link, given.people, given.seconds, given.guesses)
        whole = time.perf_counter() - began
        members = count_members(site, group)
    waited = sorted(each.seconds for each in joined)
    print(f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"answers {dict(Counter(each.statuses for each in joined))}, on the list {members}, after {whole:.0f} s")
    print(f"link opened, joined and group seen: median {statistics.median(waited):.2f} s, longest {waited[-1]:.2f} s")
    print(f"guesses {dict(guessed)}")


if __name__ == "__main__":
    main()
