"""Making a backup, and restoring one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import psycopg
import sqlalchemy.exc
from sqlalchemy import create_engine

from perille import __version__
from perille.backup import postgresql, sqlite
from perille.backup.archive import FILES, MANIFEST, Secret, check_recipients, write_archive
from perille.backup.digests import TableDigest
from perille.backup.errors import BackupError
from perille.backup.manifest import Manifest, digest_file
from perille.backup.temporary_files import is_working, new_file, working_folder
from perille.core.config import Config, sqlite_file
from perille.core.database import utcnow
from perille.core.schema import revision_of

#: Members of the archive that hold the database.
SQLITE_MEMBER, POSTGRESQL_MEMBER = "database.sqlite3", "database.sql"
_DATABASE_SUFFIXES = ("", "-wal", "-shm", "-journal", "-writing")


def database_path(config: Config) -> Path | None:
    """Return the file of an SQLite database, None for PostgreSQL."""
    return sqlite_file(config) if config.sqlite else None


def make_backup(config: Config, target: Path, secret: Secret) -> Manifest:
    """Write a backup of the whole installation to a new file *target*; return what is in it.

    The site may run meanwhile: the backup is the database as it was at one moment. Raise BackupError, and leave no file, if the target
    is there already, the database is damaged, or the disk is full.
    """
    check_recipients(secret.recipients)
    if target.exists():
        raise BackupError(f"{target}: there is such a file already; a backup overwrites nothing")
    with plain_errors(target), working_folder(config.data_dir) as folder, new_file(target) as part:
        member, tables = _copy_database(config, folder)
        files = {f"{FILES}/{name}": _copied(path, folder / FILES / name) for name, path in data_files(config).items()}
        manifest = Manifest(
            program=__version__,
            made_at=utcnow(),
            database="sqlite" if config.sqlite else "postgresql",
            revision=_revision(config, folder / member),
            tables=tables,
            files={name: digest_file(path) for name, path in files.items()},
        )
        (folder / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1))
        members = {MANIFEST: folder / MANIFEST, member: folder / member, **files}
        write_archive(part, members, secret, folder)
    return manifest


def _copied(source: Path, target: Path) -> Path:
    """Copy a file that may be appended to meanwhile."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Path(shutil.copyfile(source, target))


def _copy_database(config: Config, folder: Path) -> tuple[str, dict[str, TableDigest]]:
    path = database_path(config)
    if path is not None:
        return SQLITE_MEMBER, sqlite.snapshot(path, folder / SQLITE_MEMBER)
    return POSTGRESQL_MEMBER, postgresql.dump(config.database_url, folder / POSTGRESQL_MEMBER)


def _revision(config: Config, copy: Path) -> str:
    """Return the schema's revision of what was copied; raise BackupError for a database in which Perille never was."""
    engine = create_engine(f"sqlite:///{copy}" if config.sqlite else config.database_url)
    try:
        with engine.connect() as connection:
            revision = revision_of(connection)
    finally:
        engine.dispose()
    if revision is None:
        raise BackupError("the database is empty. Is this the folder of the installation (PERILLE_DATA_DIR)?")
    return revision


def data_files(config: Config) -> dict[str, Path]:
    """Return the files of the data folder that a backup holds: all but the database and what is only on the way."""
    path = database_path(config)
    own = {Path(f"{path}{suffix}") for suffix in _DATABASE_SUFFIXES} if path is not None else set()
    found = {}
    for folder, names, files in os.walk(config.data_dir):
        names[:] = sorted(name for name in names if not is_working(name))
        for name in sorted(files):
            file = Path(folder, name)
            if file not in own and _is_kept(file):
                found[file.relative_to(config.data_dir).as_posix()] = file
    return found


def _is_kept(file: Path) -> bool:
    # A link could lead out of the folder: what it leads to is no data of the site.
    return not is_working(file.name) and file.is_file() and not file.is_symlink()


@contextmanager
def plain_errors(target: Path) -> Iterator[None]:
    """Turn what the system or the database says into one line: raise BackupError with it."""
    try:
        yield
    except OSError as error:
        raise BackupError(f"{error.filename or target}: {error.strerror}") from error
    except sqlalchemy.exc.DBAPIError as error:
        raise BackupError(f"the database cannot be used: {str(error.orig).strip().splitlines()[0]}") from error
    except psycopg.Error as error:
        raise BackupError(f"the database cannot be used: {str(error).strip().splitlines()[0]}") from error
