"""Measure the server's side of a learner's pages: CPU time, queries and memory, small and large.

    .venv/bin/python tests/bench/server.py [--courses 1000] [--learners 1000000] [--pages 1000]

Everything runs in this process on a database in a temporary folder; CPU time is the process's own, so that other work on the machine does
not count. "made" is a page that nobody asked for before, "kept" one that is in the memory of pages, "own" a page of one learner.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import resource
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, insert, select

from perille.app import create_app
from perille.core.config import load_config
from perille.core.database import run_in_transaction, uuid7
from perille.core.extensions import db
from perille.core.web.page_cache import PageCache
from perille.enrolment.models import Enrolment, Learner
from perille.packs.publishing.models import PackVersion
from perille.startup import prepare
from perille.tracking.models import CourseProgress, UnitProgress

COURSE = "/en/courses/finland"
LESSONS = ("home", "money", "health", "work", "equality", "journey")


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """Collect the queries made inside."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def cpu(work: Callable[[], object], runs: int) -> float:
    """Return the median CPU time of one run, in milliseconds."""
    times = []
    for _run in range(runs):
        begun = time.process_time()
        work()
        times.append((time.process_time() - begun) * 1000)
    return statistics.median(times)


def forget_pages(app: Flask) -> None:
    """Empty the memory of pages."""
    app.extensions["perille_pages"] = PageCache()


def visit(client: FlaskClient, path: str) -> None:
    """Open a page as a browser does."""
    answer = client.get(path, headers={"Accept-Encoding": "gzip"})
    if answer.status_code != 200:
        raise SystemExit(f"{path} answered {answer.status_code}")


def measure(app: Flask, label: str) -> None:
    """Print the figures of one size of site."""
    client, learner = app.test_client(), app.test_client()
    learner.post(f"{COURSE}/start")
    pages = [f"{COURSE}/{key}" for key in LESSONS]
    for path in pages:
        visit(client, path)

    def made() -> None:
        forget_pages(app)
        for path in pages:
            visit(learner, path)

    def kept() -> None:
        for path in pages:
            visit(learner, path)

    with counted(app) as queries:
        kept()
    per_page = len(queries) / len(pages)
    print(
        f"{label}: lesson made {cpu(made, 15) / len(pages):.2f} ms, kept {cpu(kept, 30) / len(pages):.2f} ms CPU, {per_page:.1f} queries"
    )
    with counted(app) as queries:
        visit(learner, COURSE)
    own = cpu(lambda: visit(learner, COURSE), 30)
    print(f"{' ' * len(label)}  course page, own {own:.2f} ms CPU, {len(queries)} queries")
    with counted(app) as queries:
        learner.post(f"{COURSE}/money/next")
    print(f"{' ' * len(label)}  POST next {len(queries)} queries; home {cpu(lambda: visit(client, '/en/'), 30):.2f} ms")


def seed_courses(app: Flask, count: int) -> None:
    """Publish copies of the Finland course under other names, with the same words."""
    with app.app_context():
        original = db.session.scalars(select(PackVersion).where(PackVersion.pack_id == "course_finland")).one()
        columns = [column.name for column in PackVersion.__table__.columns]
        base = {name: getattr(original, name) for name in columns}
        shelf = app.extensions["perille_shelf"]
        summary = shelf.summary("course_finland")
        rows = [_copy(base, summary, number) for number in range(count)]
        run_in_transaction(db.session, lambda: db.session.execute(insert(PackVersion), rows), write=True)
        shelf.reload(db.session)


def _copy(base: dict[str, object], summary: object, number: int) -> dict[str, object]:
    name = f"course_copy{number}"
    renamed = dataclasses.replace(summary, pack_id=name, slug=f"copy-{number}")  # type: ignore[type-var]
    return {**base, "id": uuid7(), "pack_id": name, "slug": f"copy-{number}", "summary": msgspec.json.encode(renamed)}


def seed_learners(app: Flask, count: int) -> None:
    """Write learners with an enrolment, the progress of it and of two lessons each."""
    step = 20_000
    with app.app_context():
        version = app.extensions["perille_shelf"].summary("course_finland").structure_hash
        for begin in range(0, count, step):
            run_in_transaction(db.session, lambda: _write_learners(min(step, count - begin), version), write=True)  # noqa: B023


def _write_learners(count: int, version: str) -> None:
    moment = datetime(2026, 11, 1, tzinfo=UTC)
    learners = [
        {"id": uuid7(), "actor_name": uuid.uuid4(), "created_at": moment, "last_seen_on": date(2026, 11, 1)}
        for _ in range(count)
    ]
    enrolments = [
        {
            "id": uuid7(),
            "learner_id": each["id"],
            "pack_id": "course_finland",
            "structure_hash": version,
            "registration": uuid.uuid4(),
            "enrolled_at": moment,
        }
        for each in learners
    ]
    progress = [
        {"registration": each["registration"], "pack_id": "course_finland", "started_at": moment} for each in enrolments
    ]
    units = [
        {
            "registration": each["registration"],
            "unit": unit,
            "initialized_at": moment,
            "completed_at": moment,
            "answered_count": 3,
        }
        for each in enrolments
        for unit in ("welcome", "journey")
    ]
    for model, rows in (
        (Learner, learners),
        (Enrolment, enrolments),
        (CourseProgress, progress),
        (UnitProgress, units),
    ):
        db.session.execute(insert(model), rows)


def memory(app: Flask, pages: int) -> None:
    """Print the resident memory after many pages in all languages."""
    client = app.test_client()
    paths = [
        f"/{lang}/courses/finland/{key}?screen={screen}"
        for lang in ("en", "fi", "ar", "uk")
        for key in LESSONS
        for screen in range(1, 8)
    ]
    for number in range(pages):
        client.get(paths[number % len(paths)], headers={"Accept-Encoding": "gzip"})
    kilobytes = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() // 1024
    print(f"memory after {pages} pages: {kilobytes / 1024:.0f} MB")


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--courses", type=int, default=1000)
    parser.add_argument("--learners", type=int, default=1_000_000)
    parser.add_argument("--pages", type=int, default=1000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environ = {"PERILLE_DATA_DIR": folder, "PERILLE_RATE_LIMITS": "no", "PATH": os.environ.get("PATH", "")}
        app = create_app(load_config(environ))
        prepare(app)
        measure(app, "1 course, 1 learner")
        memory(app, options.pages)
        seed_courses(app, options.courses)
        seed_learners(app, options.learners)
        measure(app, f"{options.courses} courses, {options.learners} learners")


if __name__ == "__main__":
    main()
