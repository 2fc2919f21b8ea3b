"""Every example of `docs/xapi.md` runs against a server as an installation starts it, and prints what the page says it prints."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import create_engine, select

from perille.enrolment.models import Enrolment
from support.commands import PERILLE, folder_of_program, run_process
from support.places import ROOT
from support.site import Site, clean_environment, run_site

PAGE = ROOT / "docs" / "xapi.md"
ORIGIN = "https://content.example.org"
_BLOCK = re.compile(r"^```(bash|python)\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?", re.M | re.S)


@dataclass(frozen=True)
class Example:
    """A block of the page, and the lines that it says it prints; … stands for anything."""

    line: int
    language: str
    code: str
    printed: tuple[str, ...]


def examples() -> list[Example]:
    """Return the blocks of the page in their order."""
    page = PAGE.read_text("utf-8")
    return [
        Example(page.count("\n", 0, found.start()) + 1, found[1], found[2], tuple((found[3] or "").splitlines()))
        for found in _BLOCK.finditer(page)
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the examples are at work."""
    return tmp_path_factory.mktemp("examples")


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[Site]:
    """A running installation that a page of another origin may call."""
    with run_site(folder, settings={"PERILLE_CORS_ORIGINS": ORIGIN}) as running:
        yield running


@pytest.fixture(scope="module")
def surroundings(site: Site) -> Mapping[str, str]:
    """The variables that the page speaks of."""
    plain = clean_environment(PERILLE_DATA_DIR=str(site.data_dir), no_proxy="127.0.0.1")
    plain["PATH"] = f"{folder_of_program()}:{Path(sys.executable).parent}:{plain['PATH']}"
    key, secret = make_client(plain, "all")
    reader_key, reader_secret = make_client(plain, "statements/read")
    return {
        **plain,
        "ENDPOINT": f"{site.url}/xapi",
        "KEY": key,
        "SECRET": secret,
        "READER_KEY": reader_key,
        "READER_SECRET": reader_secret,
        "REGISTRATION": enrol(site),
        "UNIT": "welcome",
    }


def make_client(environment: Mapping[str, str], scope: str) -> tuple[str, str]:
    """Make a client as an operator makes one; return its key and secret."""
    words = [PERILLE, "lrs", "client", "add", "--name", "Example", "--scope", scope, "--json"]
    made = json.loads(run_process(words, env=environment, check=True).stdout)
    return made["key"], made["secret"]


def enrol(site: Site) -> str:
    """Let a learner start a course; return the registration."""
    keeps_cookies = urllib.request.HTTPCookieProcessor(CookieJar())
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), keeps_cookies)
    request = urllib.request.Request(f"{site.url}/en/courses/finland/start", b"", {"Origin": site.url})
    with opener.open(request, timeout=30) as answer:
        assert answer.status == 200
    engine = create_engine(f"sqlite:///{quote(str(site.data_dir))}/perille.sqlite3")
    with engine.connect() as connection:
        found = str(connection.scalar(select(Enrolment.registration)))
    engine.dispose()
    return found


def test_the_page_speaks_of_every_topic() -> None:
    page = PAGE.read_text("utf-8")
    assert len(examples()) >= 15
    assert shutil.which("curl"), "curl is set up with the tests (tests/support/prepare.py)"
    for topic in (
        "Scopes",
        "browser",
        "Launching",
        "How much at once",
        "Errors",
        "Attachments",
        "forwarding",
        "States",
    ):
        assert re.search(rf"^## .*{topic}", page, re.M), topic


@pytest.mark.parametrize("example", examples(), ids=lambda example: f"line-{example.line}")
def test_each_example_runs_and_prints_what_the_page_says(
    example: Example, surroundings: Mapping[str, str], folder: Path
) -> None:
    words = ["bash", "-euo", "pipefail", "-c"] if example.language == "bash" else [sys.executable, "-c"]
    done = subprocess.run(
        [*words, example.code],
        env=dict(surroundings),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    printed = (done.stdout + done.stderr).splitlines()
    for line in example.printed:
        pattern = ".*".join(map(re.escape, line.split("…")))
        assert any(re.fullmatch(pattern, each) for each in printed), (line, printed)
