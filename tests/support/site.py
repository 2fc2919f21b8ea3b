"""A real server in a process of its own."""

from __future__ import annotations

import os
import re
import shutil
import socket
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from perille.core.database import prepare_engine, run_in_transaction
from perille.people.models import Role
from perille.people.organisations import find_or_make_organisation
from perille.people.services import invite
from support.commands import PERILLE, Process, run_process, start_process
from support.prepared import published_file

_START_SECONDS = 120.0
_DATABASE = "perille.sqlite3"
#: Requests to this machine need no proxy, whatever the environment says.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True, slots=True)
class Site:
    """A running server."""

    #: Its address, without a slash at the end.
    url: str
    data_dir: Path
    log: Path
    process: Process

    @property
    def output(self) -> str:
        """What it has printed so far."""
        return self.log.read_text(errors="replace")

    @property
    def administrator_link(self) -> str:
        """The one-time link that the first start prints for the administrator."""
        found = re.search(r"https?://\S+/sign-in/\S+", self.output)
        assert found, self.output
        return found[0]

    def command(self, *words: str) -> str:
        """Run a command of Perille on its data; return what it printed."""
        environment = clean_environment(PERILLE_DATA_DIR=str(self.data_dir))
        return run_process([PERILLE, *words], env=environment, check=True).stdout

    def invite(self, email: str, role: str = "author", organisation: str = "The office") -> str:
        """Return a sign-in link, as `perille accounts invite` does, without the third of a second that a process costs. SQLite only."""
        engine = create_engine(f"sqlite:///{self.data_dir / _DATABASE}")
        prepare_engine(engine)
        with Session(engine) as session:

            def work() -> str:
                return invite(session, email, Role(role), find_or_make_organisation(session, organisation).id)

            token = run_in_transaction(session, work, write=True)
        engine.dispose()
        return f"{self.url}/en/sign-in/{token}"

    def verify_sessions(self) -> None:
        """Note in all sessions that a second factor was shown, as the page that asks for it does at its end. SQLite only."""
        with closing(sqlite3.connect(self.data_dir / _DATABASE, timeout=30)) as database, database:
            moment = datetime.now(UTC).replace(tzinfo=None).isoformat(" ")
            database.execute("UPDATE account_session SET verified_by = 'totp', user_verified_at = ?", [moment])

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Ask for a page; return status and body."""
        request = urllib.request.Request(self.url + path, headers=headers)
        try:
            with _opener.open(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()


def free_port() -> int:
    """Return a port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def clean_environment(**more: str) -> dict[str, str]:
    """Return this process's environment without settings of Perille, and with *more*."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PERILLE_") and name != "PORT"}
    return {**kept, **more}


@contextmanager
def run_site(
    folder: Path,
    *,
    command: Sequence[str] = (),
    arguments: Sequence[str] = (),
    settings: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    empty: bool = False,
    port: int = 0,
) -> Iterator[Site]:
    """Start `perille serve` with its data under *folder*, wait until it answers, and stop it at the end.

    *command* is the program, started as a person would start it; by default the one of this environment, forked (`support.commands`).
    *arguments* are those of `serve`; *settings* are further variables. The
    installed packs are published already, so that only those that *settings* name are left, unless *empty*: then the program publishes all
    itself, which takes 6 s of the processor. *port*: where, else a free one.
    """
    port = port or free_port()
    data_dir = folder / "data"
    own = {"PORT": str(port), "PERILLE_DATA_DIR": str(data_dir), **(settings or {})}
    if not empty:
        prepare_data(data_dir)
    words = [*(command or [PERILLE]), "serve", *arguments]
    environ, cwd = clean_environment(**own), cwd or folder
    log = folder / "serve.log"
    with log.open("wb") as output:
        process: Process = (
            subprocess.Popen(words, env=environ, cwd=cwd, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
            if command
            else start_process(words, env=environ, cwd=cwd, stdout=output, stderr=output)
        )
        try:
            site = Site(f"http://127.0.0.1:{port}", data_dir, log, process)
            _wait(site)
            yield site
        finally:
            _stop(process)


def prepare_data(data_dir: Path) -> None:
    """Put a database with the installed packs into a data folder that has none."""
    database = data_dir / _DATABASE
    if not database.exists():
        data_dir.mkdir(mode=0o700, exist_ok=True)
        shutil.copyfile(published_file(), database)
        database.chmod(0o600)


def _wait(site: Site) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and site.process.poll() is None:
        try:
            if site.get("/healthz")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The server did not answer:\n{site.output}")


def _stop(process: Process) -> None:
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
