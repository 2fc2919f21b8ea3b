"""Addresses for machines: alive, ready, and what is for no index."""

from __future__ import annotations

import urllib.robotparser
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from perille.app import Perille
from perille.core.extensions import db
from perille.core.job_queue import current_queue
from support.visitor import Visitor
from support.whole import Whole, dispose, make_site


@pytest.fixture
def empty(empty_db_url: str, tmp_path: Path, whole_packs: Path) -> Iterator[Perille]:
    """A site whose database has no table yet."""
    app = make_site(empty_db_url, tmp_path, whole_packs)
    yield app
    dispose(app)


def test_it_is_ready_and_says_that_nobody_runs_the_jobs(whole: Whole, visitor: Visitor) -> None:
    ready = visitor.get("/readyz").response.json
    assert ready is not None
    assert ready["status"] == "ready"
    assert ["perille jobs" in warning for warning in ready["warnings"]] == [True]


def test_it_is_alive_and_ready(whole: Whole, visitor: Visitor) -> None:
    whole.do(lambda: current_queue().say_alive())
    assert visitor.get("/healthz").response.json == {"status": "alive"}
    ready = visitor.get("/readyz")
    assert (ready.status, ready.response.json) == (
        200,
        {"status": "ready", "checks": {"database": True, "migrations": True, "packs": True}},
    )


def test_before_its_migrations_it_is_alive_and_not_ready(empty: Perille) -> None:
    visitor = Visitor(empty)
    assert visitor.get("/healthz").status == 200
    for _time in range(2):
        ready = visitor.get("/readyz")
        assert ready.status == 503
        assert ready.response.json is not None
        assert ready.response.json["checks"] == {"database": True, "migrations": False, "packs": False}


def test_with_the_database_of_another_version_it_is_not_ready(whole: Whole, visitor: Visitor) -> None:
    whole.do(lambda: db.session.execute(text("UPDATE alembic_version SET version_num = 'older'")), write=True)
    ready = visitor.get("/readyz")
    assert ready.status == 503
    assert ready.response.json is not None
    assert ready.response.json["checks"]["migrations"] is False


def test_being_asked_changes_nothing(whole: Whole, visitor: Visitor) -> None:
    before = whole.counts()
    for path in ("/healthz", "/readyz"):
        assert "Set-Cookie" not in visitor.get(path).headers
        assert visitor.client.head(path).status_code == 200
    assert whole.counts() == before


def test_what_is_a_persons_own_is_for_no_index(visitor: Visitor) -> None:
    page = visitor.get("/robots.txt")
    assert (page.status, page.response.mimetype) == (200, "text/plain")
    rules = urllib.robotparser.RobotFileParser()
    lines = page.response.get_data(as_text=True).splitlines()
    # The parser of the standard library knows no wildcards: one language stands for all.
    rules.parse([line.replace("/*/", "/en/") for line in lines])
    own = [
        "/xapi/statements",
        "/verify/ABCD",
        "/en/my-data",
        "/en/keep",
        "/en/resume",
        "/en/sign-in/x",
        "/en/manage/clients",
    ]
    assert [path for path in own if rules.can_fetch("*", path)] == []
    assert all(rules.can_fetch("*", path) for path in ["/en/", "/en/help", "/en/courses/finland", "/verify"])
