"""A test of a foreign program is tried a second time and says so; any other is not, and what fails twice fails."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.places import ROOT

#: Stands where the file's own conftest would: the plugin, and a program that all tests of a run share.
_PLUGIN = """
import pytest
from support.second_tries import SecondTries

started = []


def pytest_configure(config):
    config.pluginmanager.register(SecondTries(), "second tries")


@pytest.fixture(scope="session")
def browser():
    started.append(len(started) + 1)
    yield started[-1]
    if started == [1] and ENDS:
        raise OSError("the browser is gone already")


@pytest.fixture(scope="module")
def looked_at():
    pages = []
    yield pages
    assert "faulty" not in pages
"""


def _run(folder: Path, tests: str, *words: str, ends: bool = False) -> tuple[int, str]:
    """Run planted tests; return pytest's status and what it printed."""
    (folder / "conftest.py").write_text(f"ENDS = {ends}\n{_PLUGIN}")
    (folder / "test_planted.py").write_text(tests)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-c",
        os.devnull,
        "--rootdir",
        str(folder),
    ]
    done = subprocess.run(
        [*command, *words, str(folder / "test_planted.py")],
        env={**os.environ, "PYTHONPATH": str(ROOT / "tests"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("words", "ends"), [((), True), (("-p", "xdist", "-n", "1"), False)], ids=["one-process-ended", "xdist-lives"]
)
def test_what_fails_once_passes_with_a_new_browser_and_is_named(
    tmp_path: Path, words: tuple[str, ...], ends: bool
) -> None:
    tests = "def test_first(browser):\n    assert browser == 2\n\n\ndef test_next(browser):\n    assert browser == 2\n"
    status, said = _run(tmp_path, tests, *words, ends=ends)
    assert status == 0, said
    assert "unreliable: passed at the second try: test_planted.py::test_first (call)" in said
    # How it ended the first time is told, too.
    assert "assert 1 == 2" in said
    assert said.count("unreliable: passed at the second try: test_planted.py::test_first (call)") == 1
    assert "::test_next" not in said
    assert ("the browser is gone already" in said) is ends


def test_what_fails_always_fails(tmp_path: Path) -> None:
    status, said = _run(tmp_path, "def test_never(browser):\n    assert browser == 3\n")
    assert status == 1, said
    assert "failed twice: test_planted.py::test_never (call)" in said
    assert "unreliable" not in said
    assert "1 failed" in said


def test_a_test_of_python_alone_is_not_tried_again(tmp_path: Path) -> None:
    tests = "tries = []\n\n\ndef test_once():\n    tries.append(1)\n    assert len(tries) == 2\n"
    status, said = _run(tmp_path, tests)
    assert status == 1, said
    assert "tried a second time" not in said


def test_a_test_of_python_alone_is_tried_again_where_midnight_came_while_it_ran(tmp_path: Path) -> None:
    tests = (
        "from support import second_tries\n\ndays = ['2026-03-01']\nsecond_tries.today = lambda: days[-1]\n\n\n"
        "def test_before():\n    assert len(days) == 1\n\n\n"
        "def test_over_midnight():\n    days.append('2026-03-02')\n    assert len(days) == 3\n\n\n"
        "def test_after():\n    assert False\n"
    )
    status, said = _run(tmp_path, tests)
    assert status == 1, said
    assert "unreliable: passed at the second try: test_planted.py::test_over_midnight" in said
    assert "1 failed, 2 passed" in said


def test_a_file_that_starts_programs_is_tried_again(tmp_path: Path) -> None:
    tests = "import subprocess\n\ntries = []\n\n\ndef test_once():\n    tries.append(1)\n    assert len(tries) == 2\n"
    status, said = _run(tmp_path, tests)
    assert status == 0, said
    assert "unreliable: passed at the second try: test_planted.py::test_once" in said


@pytest.mark.parametrize(("where", "status"), [("setup", 0), ("call", 1)])
def test_of_postgresql_only_its_start_is_tried_again(tmp_path: Path, where: str, status: int) -> None:
    tests = (
        "import pytest\n\ntries = []\n\n\ndef work():\n    tries.append(1)\n    assert len(tries) == 2\n\n\n"
        f"@pytest.fixture\ndef server():\n    if {where!r} == 'setup':\n        work()\n\n\n"
        f"@pytest.mark.postgresql\ndef test_once(server):\n    if {where!r} == 'call':\n        work()\n"
    )
    found, said = _run(tmp_path, tests, "-o", "markers=postgresql")
    assert found == status, said


def test_what_a_fixture_finds_at_its_end_is_not_lost_with_the_second_try(tmp_path: Path) -> None:
    tests = (
        "def test_page(looked_at):\n    looked_at.append('faulty')\n\n\n"
        "def test_first(browser, looked_at):\n    assert browser == 2\n\n\n"
        "def test_last(looked_at):\n    pass\n"
    )
    status, said = _run(tmp_path, tests)
    assert status == 1, said
    assert "assert 'faulty' not in" in said
