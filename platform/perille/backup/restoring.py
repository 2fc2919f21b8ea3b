"""Restoring a backup: prove it, bring it up to date, erase again who was erased meanwhile, and only then put it in its place.

Nothing that is there is touched before all of that is done. An SQLite database is swapped by one rename; a PostgreSQL database is replaced
in one transaction. A file marks the moments in which the database is new and the other files may still be old: while it is there,
Perille does not start, and the same command finishes the work.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from alembic import command
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from perille.backup import postgresql, sqlite
from perille.backup.archive import FILES, MANIFEST, Secret, open_archive
from perille.backup.digests import digest_postgresql
from perille.backup.errors import BackupError
from perille.backup.manifest import Manifest, check_tables, digest_file, read_manifest
from perille.backup.services import POSTGRESQL_MEMBER, SQLITE_MEMBER, database_path, plain_errors
from perille.backup.temporary_files import RESTORING, sync_to_disk, working_folder
from perille.core.config import Config
from perille.core.database import Session as AnySession
from perille.core.database import prepare_engine, run_in_transaction
from perille.core.schema import alembic_config, known_revisions, migration_transaction, revision_of, upgrade
from perille.enrolment.models import Learner
from perille.enrolment.tombstones import (
    FILE_NAME,
    add_tombstones,
    all_tombstones,
    append_tombstones,
    read_tombstone_file,
    replay_tombstones,
)
from perille.privacy.archive import replay_tombstones_aside

Tombstones = dict[bytes, datetime]
Members = Mapping[str, Path]
#: Erases a learner in the transaction of the session.
Erase = Callable[[AnySession, Learner], object]


class RestoreReport(msgspec.Struct, frozen=True):
    """What was restored."""

    manifest: Manifest
    #: How many rows were compared.
    rows: int
    #: How many people were in the backup who were erased since.
    erased: int


def restore_backup(
    config: Config, source: Path, secret: Secret, erase: Erase, *, replace: bool = False
) -> RestoreReport:
    """Restore a backup into the installation of these settings; return what was done.

    *replace*: whether a database that is there may be replaced. Raise BackupError, and change nothing, if the backup is damaged, of another
    kind of database or of a newer version, if a row differs after restoring, or if the database is in use.
    """
    with plain_errors(source), working_folder(config.data_dir) as folder:
        members = open_archive(source, secret, folder)
        manifest = _checked_manifest(config, members)
        tombstones = _tombstones(config, members, replace=replace)
        restore = _restore_sqlite if config.sqlite else _restore_postgresql
        erased = restore(config, members, manifest, tombstones, erase)
        return RestoreReport(manifest, sum(table.rows for table in manifest.tables.values()), erased)


def _checked_manifest(config: Config, members: Members) -> Manifest:
    if MANIFEST not in members:
        raise BackupError("the backup has no manifest: this is no backup of Perille")
    manifest = read_manifest(members[MANIFEST])
    kind, member = ("sqlite", SQLITE_MEMBER) if config.sqlite else ("postgresql", POSTGRESQL_MEMBER)
    if manifest.database != kind:
        raise BackupError(f"the backup is of a {manifest.database} database, and PERILLE_DATABASE_URL names {kind}")
    if manifest.revision not in known_revisions():
        raise BackupError(f"the backup is of a newer version of Perille ({manifest.program}). Install that version")
    found = {name: digest_file(path) for name, path in members.items() if name.startswith(f"{FILES}/")}
    if found != manifest.files or member not in members:
        raise BackupError("the backup is not whole: its files are not those that it names")
    return manifest


def _tombstones(config: Config, members: Members, *, replace: bool) -> Tombstones:
    """Return every tombstone that is known: of the database that is to be replaced, of the file beside it, and of the backup's file."""
    found = read_tombstone_file(config.data_dir / FILE_NAME)
    if (kept := members.get(f"{FILES}/{FILE_NAME}")) is not None:
        found |= read_tombstone_file(kept)
    path = database_path(config)
    if path is not None and not path.exists():
        return found
    with _present_database(config) as connection:
        if connection is not None:
            if not replace:
                raise BackupError("there is a database already. Make a backup of it, then say --replace to replace it")
            found |= _tombstones_of(connection)
    return found


@contextmanager
def _present_database(config: Config) -> Iterator[Connection | None]:
    """Give a connection to the database that is there; None if it is empty. One that cannot be read counts as there."""
    engine = create_engine(config.database_url)
    try:
        with engine.connect() as connection:
            yield connection if _has_tables(connection, sqlite=config.sqlite) else None
    finally:
        engine.dispose()


def _has_tables(connection: Connection, *, sqlite: bool) -> bool:
    try:
        return revision_of(connection) is not None
    except DBAPIError:
        if not sqlite:
            raise
        # Damaged, and that is why a backup is restored.
        return True


def _tombstones_of(connection: Connection) -> Tombstones:
    # A damaged database, or one from before there were tombstones, has none to tell.
    with contextlib.suppress(DBAPIError):
        return all_tombstones(Session(bind=connection))
    connection.rollback()
    return {}


def _replay(session: Session, tombstones: Tombstones, erase: Erase) -> int:
    add_tombstones(session, tombstones)
    return replay_tombstones(session, erase) + replay_tombstones_aside(session)


def _restore_sqlite(config: Config, members: Members, manifest: Manifest, tombstones: Tombstones, erase: Erase) -> int:
    target, restored = database_path(config), members[SQLITE_MEMBER]
    assert target is not None
    restored.chmod(0o600)
    check_tables(manifest.tables, sqlite.read_digests(restored))
    engine = create_engine(f"sqlite:///{restored}")
    prepare_engine(engine)
    try:
        upgrade(engine)
        with Session(engine) as session:
            erased = run_in_transaction(session, lambda: _replay(session, tombstones, erase), write=True)
    finally:
        engine.dispose()
    with closing(sqlite3.connect(restored, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    sqlite.empty_log(target)
    with sqlite.exclusive(target):
        mark = _mark(config)
        sqlite.replace(target, restored)
        _put_files(config, members, tombstones)
        mark.unlink()
    return erased


def _restore_postgresql(
    config: Config, members: Members, manifest: Manifest, tombstones: Tombstones, erase: Erase
) -> int:
    engine = create_engine(config.database_url)
    prepare_engine(engine)
    try:
        with migration_transaction(engine) as connection:
            raw: Any = connection.connection.driver_connection
            if others := postgresql.others_connected(raw):
                raise BackupError(f"the database is in use by {others} other connections. Stop `perille serve` first")
            postgresql.drop_tables(raw)
            postgresql.load(raw, members[POSTGRESQL_MEMBER])
            check_tables(manifest.tables, digest_postgresql(raw))
            command.upgrade(alembic_config(connection), "head")
            with Session(bind=connection, join_transaction_mode="create_savepoint") as session, session.begin():
                erased = _replay(session, tombstones, erase)
            mark = _mark(config)
            _put_files(config, members, tombstones)
        mark.unlink()
        return erased
    finally:
        engine.dispose()


def _mark(config: Config) -> Path:
    """Mark the installation as half restored, until the mark is removed: its parts may be of two times."""
    mark = config.data_dir / RESTORING
    mark.touch(mode=0o600)
    sync_to_disk(config.data_dir)
    return mark


def _put_files(config: Config, members: Members, tombstones: Tombstones) -> None:
    """Put the data folder's files back, each by one rename."""
    for name, path in members.items():
        if name.startswith(f"{FILES}/") and name != f"{FILES}/{FILE_NAME}":
            target = config.data_dir / name.removeprefix(f"{FILES}/")
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.chmod(0o600)
            path.replace(target)
    file = config.data_dir / FILE_NAME
    known = read_tombstone_file(file)
    if missing := {digest: at for digest, at in tombstones.items() if digest not in known}:
        append_tombstones(file, missing.items())
    sync_to_disk(config.data_dir)
