"""A site that another server starts says by name what it lacks, and serves as soon as it has it."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from perille.app import Perille
from perille.core.job_queue import current_queue
from perille.core.readiness import announce
from perille.startup import migrate, prepare
from support.places import ROOT
from support.release_tier import sampled
from support.site import clean_environment, free_port
from support.visitor import Visitor
from support.whole import dispose, make_site

COMMAND = "perille prepare"


@pytest.fixture
def empty(empty_db_url: str, tmp_path: Path, whole_packs: Path) -> Iterator[Perille]:
    """A site whose database has no table yet."""
    app = make_site(empty_db_url, tmp_path, whole_packs)
    yield app
    dispose(app)


def test_before_it_is_prepared_each_page_says_which_command_is_missing(
    empty: Perille, caplog: pytest.LogCaptureFixture
) -> None:
    visitor = Visitor(empty)
    for path, language in (("/en/", "en"), ("/fi/courses/way", "fi"), ("/uk/help", "uk"), ("/ar/", "ar")):
        page = visitor.get(path)
        assert (page.status, page.language) == (503, language)
        assert COMMAND in page.text
        assert "very busy" not in page.text
    assert visitor.post("/en/courses/way/start").status == 503
    assert all("\n" not in record.getMessage() for record in caplog.records)
    assert COMMAND in caplog.text
    ready = visitor.get("/readyz")
    assert ready.response.json is not None
    assert (ready.status, ready.response.json["checks"]["migrations"]) == (503, False)
    assert COMMAND in ready.response.json["missing"]


def test_it_serves_as_soon_as_another_process_has_prepared_it(
    empty: Perille, empty_db_url: str, tmp_path: Path, whole_packs: Path
) -> None:
    visitor, other = Visitor(empty), make_site(empty_db_url, tmp_path, whole_packs)
    assert visitor.get("/en/courses/way").status == 503
    with other.app_context():
        migrate()
    ready = visitor.get("/readyz").response.json
    assert ready is not None
    assert "No pack is published" in ready["missing"]
    prepare(other)
    dispose(other)
    assert visitor.get("/en/courses/way").status == 200
    assert visitor.get("/readyz").status == 200


def test_what_it_lacks_and_that_no_jobs_run_is_said_at_the_start(
    empty: Perille, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    announce(empty)
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]
    assert COMMAND in caplog.messages[0]
    assert "perille jobs" in caplog.messages[1]
    prepare(empty)
    caplog.clear()
    with empty.app_context():
        current_queue().say_alive()
    with caplog.at_level(logging.WARNING):
        announce(empty)
    assert caplog.messages == []


@pytest.mark.parametrize("workers", sampled((1, 2), (1,), "two say the same, each once"))
def test_gunicorn_on_an_empty_folder_says_what_is_missing(tmp_path: Path, workers: int) -> None:
    port, log = free_port(), tmp_path / "log"
    words = [sys.executable, "-m", "gunicorn", "-b", f"127.0.0.1:{port}", "-w", str(workers), "wsgi:app"]
    environ = clean_environment(PERILLE_DATA_DIR=str(tmp_path / "data"))
    with log.open("wb") as output, subprocess.Popen(words, cwd=ROOT, env=environ, stderr=output) as process:
        try:
            status, page = _page(f"http://127.0.0.1:{port}/en/")
        finally:
            process.terminate()
    assert status == 503
    assert COMMAND in page
    lines = log.read_text().splitlines()
    assert sum("not ready" in line for line in lines) in (workers, workers + 1)
    assert sum("perille jobs" in line for line in lines) == workers
    assert not [line for line in lines if "Traceback" in line]


def _page(address: str) -> tuple[int, str]:
    """Ask until somebody answers."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with opener.open(address, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except OSError:
            time.sleep(0.1)
    raise AssertionError("gunicorn did not answer")
