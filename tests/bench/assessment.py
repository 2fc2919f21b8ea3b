"""Measure a test for professionals: its pages, an answer that is kept, marking many attempts, and what travels.

    .venv/bin/python tests/bench/assessment.py [--attempts 1000]

Runs in this process on a database in a temporary folder; CPU time is the process's own.
"""

from __future__ import annotations

import argparse
import gzip
import os
import re
import statistics
import tempfile
import time
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from perille.app import create_app
from perille.assessment.grading import grade
from perille.assessment.models import Attempt
from perille.core.config import load_config
from perille.core.extensions import db
from perille.core.web.static_files import static_url
from perille.learning.questions import interaction_of
from perille.startup import prepare

TEST = "/en/modules/module-1/module-test"
FILES = ("app.css", "app.js", "test.js")


def cpu(work: Callable[[], object], runs: int) -> float:
    """Return the median CPU time of one run, in milliseconds."""
    times = []
    for _run in range(runs):
        begun = time.process_time()
        work()
        times.append((time.process_time() - begun) * 1000)
    return statistics.median(times)


def pages(client: FlaskClient) -> None:
    """Print what a question's page and a kept answer cost."""
    client.post("/en/modules/module-1/start")
    client.post(TEST, data={"do": "begin"})
    html = client.get(f"{TEST}?q=1").text
    found = re.search(r'name="item" value="([^"]+)"', html)
    assert found, "the first page of a test has a question"
    item = found[1]
    values = re.findall(rf'name="a-{item}" value="([^"]+)"', html)
    attempt = re.search(r'name="attempt" value="([^"]+)"', html)
    assert attempt, "a page of a test names its attempt"
    form = {"attempt": attempt[1], "do": "save", "number": "1", "item": item, f"a-{item}": values[0] if values else ""}
    print(f"a question's page  {cpu(lambda: client.get(f'{TEST}?q=1'), 40):.2f} ms CPU")
    print(f"an answer kept     {cpu(lambda: client.post(TEST, data=form), 40):.2f} ms CPU")
    begun = time.process_time()
    client.post(TEST, data={"attempt": attempt[1], "do": "hand-in"})
    print(f"handed in          {(time.process_time() - begun) * 1000:.1f} ms CPU, with all its statements")


def weight(app: Flask, client: FlaskClient) -> None:
    """Print what a first visit to a question brings, without pictures."""
    client.post(TEST, data={"do": "begin"})
    page = len(gzip.compress(client.get(f"{TEST}?q=1").data, 6))
    with app.test_request_context():
        addresses = [static_url(name) for name in FILES]
    files = sum(len(client.get(address, headers={"Accept-Encoding": "gzip"}).data) for address in addresses)
    print(
        f"first visit        {(page + files) / 1000:.1f} kB without headers and pictures, the page itself {page / 1000:.1f} kB"
    )


def marking(app: Flask, count: int) -> None:
    """Print how long it takes to mark many attempts."""
    with app.app_context():
        shelf = app.extensions["perille_shelf"]
        summary = shelf.summary("module_ct1")
        structure = shelf.find(summary.kind, summary.slug).structure
        unit = structure.unit("module-test")
        attempt = db.session.scalars(select(Attempt)).first()
        assert unit is not None
        assert attempt is not None
        begun = time.process_time()
        for _each in range(count):
            grade(structure, unit, attempt, interaction_of)
        spent = time.process_time() - begun
        print(f"marked             {count} attempts of {len(attempt.items)} questions in {spent:.2f} s CPU")


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attempts", type=int, default=1000)
    attempts = parser.parse_args().attempts
    with tempfile.TemporaryDirectory() as folder:
        environ = {"PERILLE_DATA_DIR": folder, "PERILLE_RATE_LIMITS": "no", "PATH": os.environ.get("PATH", "")}
        app = create_app(load_config(environ))
        prepare(app)
        client = app.test_client()
        pages(client)
        weight(app, client)
        marking(app, attempts)


if __name__ == "__main__":
    main()
