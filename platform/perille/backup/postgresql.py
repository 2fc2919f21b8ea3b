"""Backing up and restoring a PostgreSQL database: a dump of one snapshot, and a restore in one transaction."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from perille.backup.digests import TableDigest, digest_postgresql, postgresql_tables
from perille.backup.errors import BackupError

_COPY = re.compile(rb"COPY .* FROM stdin;\n")
#: Comments, orders to psql (`\restrict`), and a setting that older servers do not know.
_IGNORED = (b"--", b"\\", b"SET transaction_timeout")
_END_OF_COPY = b"\\.\n"


def conninfo(url: str) -> str:
    """Return SQLAlchemy's address of a database as libpq understands it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def dump(url: str, target: Path) -> dict[str, TableDigest]:
    """Write the current schema as SQL with pg_dump; return the digests of the tables in the same snapshot.

    Others may write meanwhile: dump and digests see the database as it was at one moment.
    """
    with psycopg.connect(conninfo(url)) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        program = find_pg_dump(connection.info.server_version // 10000)
        row = connection.execute("SELECT pg_export_snapshot(), current_schema()").fetchone()
        assert row is not None
        _run_pg_dump(program, url, target, snapshot=row[0], schema=row[1])
        return digest_postgresql(connection)


def find_pg_dump(server: int) -> str:
    """Return a pg_dump that is not older than the server (its major version); raise BackupError where there is none."""
    candidates = [shutil.which("pg_dump"), *_installed()]
    for program in filter(None, candidates):
        if _version_of(program) >= server:
            return program
    raise BackupError(
        f"a backup of PostgreSQL {server} needs its program pg_dump {server} or newer, and there is none on this machine."
        f" Install the client programs of PostgreSQL (Debian: postgresql-client-{server})"
    )


def _installed() -> list[str]:
    """Return the pg_dump programs that Debian and its like keep beside each other, the newest first."""
    found = Path("/usr/lib/postgresql").glob("*/bin/pg_dump")
    return [str(path) for path in sorted(found, key=lambda path: int(path.parts[-3]), reverse=True)]


def _version_of(program: str) -> int:
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - found above
    match = re.search(r"(\d+)(?:\.\d+)*", done.stdout)
    return int(match[1]) if match else 0


def _run_pg_dump(program: str, url: str, target: Path, *, snapshot: str, schema: str) -> None:
    address = make_url(url).set(drivername="postgresql")
    # A password on the command line can be read by every user of the machine.
    environment = os.environ | ({"PGPASSWORD": str(address.password)} if address.password else {})
    command = [
        program, "--format=plain", "--encoding=UTF8", "--no-owner", "--no-privileges", "--no-password",
        f"--snapshot={snapshot}", f'--table="{schema}".*', f"--file={target}",
        f"--dbname={address.set(password=None).render_as_string()}",
    ]  # fmt: skip
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise BackupError(f"pg_dump failed: {' '.join(done.stderr.split())[:300]}")


def others_connected(connection: psycopg.Connection) -> int:
    """Return how many other connections use the database."""
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND backend_type = 'client backend'"
    )
    row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def drop_tables(connection: psycopg.Connection) -> None:
    """Drop every table of the current schema."""
    for name in postgresql_tables(connection):
        connection.execute(sql.SQL("DROP TABLE {} CASCADE").format(sql.Identifier(name)))


def load(connection: psycopg.Connection, script: Path) -> None:
    """Run a dump on a connection, in its transaction; raise BackupError where the server refuses it."""
    try:
        with script.open("rb") as file:
            for text in _statements(file):
                if _COPY.fullmatch(text):
                    with connection.cursor().copy(text) as copy:
                        for line in _until_end_of_copy(file):
                            copy.write(line)
                else:
                    connection.execute(text)
        connection.execute("SELECT set_config('search_path', %s, false)", (_default_path(connection),))
    except psycopg.Error as error:
        raise BackupError(f"the backup cannot be loaded: {str(error).strip().splitlines()[0]}") from error


def _default_path(connection: psycopg.Connection) -> str:
    """Return the search path that a new connection has: a dump sets its own."""
    row = connection.execute("SELECT reset_val FROM pg_settings WHERE name = 'search_path'").fetchone()
    assert row is not None
    return str(row[0])


def _statements(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the dump's statements, many at once; a COPY comes alone, and its rows are the file's next lines."""
    pending: list[bytes] = []
    for line in file:
        if line.startswith(_IGNORED) or not line.strip():
            continue
        if _COPY.fullmatch(line):
            if pending:
                yield b"".join(pending)
                pending = []
            yield line
        else:
            pending.append(line)
    if pending:
        yield b"".join(pending)


def _until_end_of_copy(file: IO[bytes]) -> Iterator[bytes]:
    for line in file:
        if line == _END_OF_COPY:
            return
        yield line
    raise BackupError("the backup's SQL ends in the middle of a table")
