"""A restore is proved, brings nobody back who was erased, and changes nothing when anything is wrong."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from alembic import command
from sqlalchemy import create_engine, select

from perille.backup import postgresql
from perille.backup.archive import Secret, open_archive, write_archive
from perille.backup.errors import BackupError
from perille.backup.restoring import restore_backup
from perille.backup.services import make_backup
from perille.core.config import Config
from perille.core.database import prepare_engine, utcnow
from perille.core.errors import ConfigError
from perille.core.extensions import db
from perille.core.schema import alembic_config, migration_transaction, newest_revision
from perille.enrolment.models import Learner
from perille.enrolment.tombstones import record_tombstone
from perille.privacy.commands import finish_all
from perille.privacy.erasing import forget
from perille.privacy.models import RemovedLearner
from perille.startup import prepare
from support.backups import Site, rows_in
from support.commands import start_process
from support.filling import fill

SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
POSTGRESQL = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)


def actors(config: Config) -> set[str]:
    return {str(row["actor_name"]).replace("-", "") for row in rows_in(config)["learner"]}


def erase_one(site: Site) -> str:
    """Erase one of the two people; return the number of their actor."""

    def work() -> UUID:
        learner = db.session.scalars(select(Learner).order_by(Learner.id)).first()
        assert learner is not None
        forget(db.session, learner)
        return learner.actor_name

    return site.whole.do(work, write=True).hex


def test_who_was_erased_after_the_backup_is_erased_again(site: Site, tmp_path: Path) -> None:
    both = actors(site.config)
    site.backup(tmp_path / "b")
    gone = erase_one(site)
    report = site.restore(tmp_path / "b")
    assert report.erased == 1
    assert actors(site.config) == both - {gone}
    with site.whole.app.app_context():
        finish_all()
    assert gone not in repr(site.rows()).replace("-", "")
    assert site.restore(tmp_path / "b").erased == 1, "also when it is restored once more"


def test_who_was_kept_aside_by_retention_and_then_erased_is_not_kept_aside_again(site: Site, tmp_path: Path) -> None:
    gone, stays = uuid4(), uuid4()

    def keep(actor: UUID) -> None:
        row = RemovedLearner(learner_id=uuid4(), actor_name=actor, registrations=[], removed_at=utcnow(), body=b"x")
        db.session.add(row)

    site.whole.do(lambda: [keep(gone), keep(stays)], write=True)
    site.backup(tmp_path / "b")
    site.whole.do(lambda: record_tombstone(db.session, gone), write=True)
    assert site.restore(tmp_path / "b").erased == 1
    (left,) = site.rows()["removed_learner"]
    assert str(left["actor_name"]).replace("-", "") == stays.hex


def test_they_are_erased_again_where_only_the_file_beside_a_lost_database_tells(
    site: Site, elsewhere: Config, tmp_path: Path
) -> None:
    both = actors(site.config)
    site.backup(tmp_path / "b")
    gone = erase_one(site)
    (elsewhere.data_dir / "tombstones").write_bytes((site.config.data_dir / "tombstones").read_bytes())
    report = restore_backup(elsewhere, tmp_path / "b", Secret(), forget)
    assert (report.erased, actors(elsewhere)) == (1, both - {gone})


def test_what_is_there_is_replaced_only_when_that_is_said(site: Site, tmp_path: Path) -> None:
    site.backup(tmp_path / "b")
    site.whole.visitor().start()
    before = site.rows()
    with pytest.raises(BackupError, match="say --replace"):
        site.restore(tmp_path / "b", replace=False)
    assert site.rows() == before
    site.restore(tmp_path / "b")
    assert len(site.rows()["learner"]) == 2
    prepare(site.whole.app)
    assert site.whole.visitor().start().status == 303


#: Columns whose values a later version changes: names of people were taken out of the audit table, spellings of addresses are kept once.
CHANGED = {"audit_entry": {"details"}, "account": {"email"}}


@pytest.mark.parametrize("revision", ["0002_lrs", "0004"])
def test_a_backup_of_an_older_version_is_brought_up_to_date(
    empty_db_url: str, elsewhere: Config, tmp_path: Path, revision: str
) -> None:
    old = Config(data_dir=tmp_path / "old", database_url=empty_db_url, secret_keys=("k" * 40,))
    old.data_dir.mkdir()
    engine = create_engine(empty_db_url)
    prepare_engine(engine)
    with migration_transaction(engine) as connection:
        command.upgrade(alembic_config(connection), revision)
        fill(connection)
    engine.dispose()
    before = rows_in(old)
    make_backup(old, tmp_path / "b", Secret())
    restore_backup(elsewhere, tmp_path / "b", Secret(), forget)
    after = rows_in(elsewhere)
    for table, rows in before.items():
        shared = rows[0].keys() & after[table][0].keys()  # a later version may have put a column elsewhere
        shared -= CHANGED.get(table, set())
        assert [{name: row[name] for name in shared} for row in after[table]] == [
            {name: row[name] for name in shared} for row in rows
        ], table
    engine = create_engine(elsewhere.database_url)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == newest_revision()
    engine.dispose()


def rewritten(source: Path, folder: Path, *, sql: str = "", manifest: tuple[bytes, bytes] | None = None) -> Path:
    """Return a copy of an SQLite backup in which something is another."""
    folder.mkdir()
    members = open_archive(source, Secret(), folder)
    if sql:
        with closing(sqlite3.connect(members["database.sqlite3"])) as database, database:
            database.execute(sql)
    if manifest is not None:
        text = members["manifest.json"].read_bytes()
        assert manifest[0] in text
        members["manifest.json"].write_bytes(text.replace(*manifest, 1))
    write_archive(folder / "changed", members, Secret(), folder)
    return folder / "changed"


@SQLITE
@pytest.mark.parametrize(
    ("sql", "manifest", "told"),
    [
        ("UPDATE learner SET last_seen_on = '2020-01-01'", None, "table learner is not the one"),
        ("DELETE FROM lrs_statement WHERE seq = 1", None, "table lrs_statement is not the one"),
        ("CREATE TABLE more (id INTEGER)", None, "table more is not the one"),
        ("", (b'"format": 1', b'"format": 2'), "newer version of Perille"),
        ("", (f'"revision": "{newest_revision()}"'.encode(), b'"revision": "9999"'), "newer version of Perille"),
        ("", (b'"database": "sqlite"', b'"database": "postgresql"'), "is of a postgresql database"),
        ("", (b'"files/secret_key"', b'"files/other_key"'), "is not whole"),
        ("", (b'"program"', b'"progam"'), "manifest cannot be read"),
    ],
)
def test_a_backup_that_is_not_what_was_made_changes_nothing(
    site: Site, tmp_path: Path, sql: str, manifest: tuple[bytes, bytes] | None, told: str
) -> None:
    site.backup(tmp_path / "b")
    before = site.rows()
    with pytest.raises(BackupError, match=told):
        site.restore(rewritten(tmp_path / "b", tmp_path / "changing", sql=sql, manifest=manifest))
    assert site.rows() == before
    assert not list(site.config.data_dir.glob(".perille-working-*"))


@SQLITE
def test_a_backup_that_is_cut_short_or_none_at_all_is_told(site: Site, elsewhere: Config, tmp_path: Path) -> None:
    site.backup(tmp_path / "b")
    body = (tmp_path / "b").read_bytes()
    for text, told in [
        (body[: len(body) // 2], "damaged or not whole"),
        (body[:-7], "damaged or not whole"),
        (b"something else", "no backup of Perille"),
        (b"", "no backup of Perille"),
    ]:
        (tmp_path / "cut").write_bytes(text)
        with pytest.raises(BackupError, match=told):
            restore_backup(elsewhere, tmp_path / "cut", Secret(), forget)
    with pytest.raises(BackupError, match="no such file"):
        restore_backup(elsewhere, tmp_path / "nothing", Secret(), forget)
    assert list(elsewhere.data_dir.iterdir()) == []


@POSTGRESQL
def test_a_row_that_differs_after_loading_undoes_the_whole_restore(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = postgresql.load
    site.backup(tmp_path / "b")
    site.whole.visitor().start()
    before = site.rows()

    def load(connection: object, script: Path) -> None:
        real(connection, script)  # type: ignore[arg-type]
        connection.execute("UPDATE learner SET last_seen_on = '2020-01-01'")  # type: ignore[attr-defined]

    monkeypatch.setattr(postgresql, "load", load)
    with pytest.raises(BackupError, match="table learner is not the one"):
        site.restore(tmp_path / "b")
    assert site.rows() == before


@contextmanager
def opened(config: Config) -> Iterator[None]:
    """Let another process have the database open, as a running server has."""
    script = "import sys; from sqlalchemy import create_engine, text; c = create_engine(sys.argv[1]).connect();"
    script += (
        "c.execute(text('SELECT * FROM learner')).all(); c.rollback(); print('open', flush=True); sys.stdin.read()"
    )
    words = [sys.executable, "-c", script, config.database_url]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"open\n"
        yield
        process.communicate()


def test_a_database_that_is_in_use_is_left_alone(site: Site, tmp_path: Path) -> None:
    site.backup(tmp_path / "b")
    site.whole.visitor().start()
    site.close()
    before = site.rows()
    with opened(site.config), pytest.raises(BackupError, match=r"in use.*Stop `perille serve` first"):
        site.restore(tmp_path / "b")
    assert site.rows() == before
    assert site.restore(tmp_path / "b").rows


@SQLITE
def test_a_damaged_database_can_be_replaced(site: Site, tmp_path: Path) -> None:
    site.backup(tmp_path / "b")
    before = site.rows()
    site.close()
    path = Path(site.config.database_url.removeprefix("sqlite:///"))
    path.write_bytes(b"this is no database at all" * 500)
    with pytest.raises(BackupError, match="say --replace"):
        site.restore(tmp_path / "b", replace=False)
    site.restore(tmp_path / "b")
    assert site.rows() == before


_SCRIPT = """
import sys, time
from pathlib import Path
from perille.backup import restoring, sqlite
from perille.backup.archive import Secret
from perille.core.config import Config
from perille.privacy.commands import finish_all
from perille.privacy.erasing import forget
import perille.features

def stop(*_):
    print("half", flush=True)
    time.sleep(60)

setattr({"replace": sqlite, "_put_files": restoring}[sys.argv[4]], sys.argv[4], stop)
config = Config(data_dir=Path(sys.argv[1]), database_url=sys.argv[2], secret_keys=("k" * 40,))
restoring.restore_backup(config, Path(sys.argv[3]), Secret(), forget, replace=True)
"""


@SQLITE
@pytest.mark.parametrize("step", ["replace", "_put_files"])
def test_a_restore_that_is_killed_leaves_a_whole_database_and_is_finished_by_the_same_command(
    site: Site, tmp_path: Path, step: str
) -> None:
    restored = site.rows()
    site.backup(tmp_path / "b")
    site.whole.visitor().start()
    site.close()
    present = site.rows()
    words = [
        sys.executable,
        "-c",
        _SCRIPT,
        str(site.config.data_dir),
        site.config.database_url,
        str(tmp_path / "b"),
        step,
    ]
    with start_process(words, env=os.environ, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"half\n"
        process.send_signal(signal.SIGKILL)
    assert site.rows() == (present if step == "replace" else restored)
    with pytest.raises(ConfigError, match="A restore was broken off"):
        prepare(site.whole.app)
    site.restore(tmp_path / "b")
    assert site.rows() == restored
    prepare(site.whole.app)
    assert not list(site.config.data_dir.glob(".perille-working-*"))


@POSTGRESQL
def test_a_restore_that_is_killed_leaves_postgresql_as_it_was(site: Site, tmp_path: Path) -> None:
    site.backup(tmp_path / "b")
    site.whole.visitor().start()
    site.close()
    before = site.rows()
    words = [sys.executable, "-c", _SCRIPT, str(site.config.data_dir), site.config.database_url, str(tmp_path / "b")]
    with start_process([*words, "_put_files"], env=os.environ, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"half\n"
        process.send_signal(signal.SIGKILL)
    assert site.rows() == before
    wait_until_alone(site.config)
    site.restore(tmp_path / "b")
    assert len(site.rows()["learner"]) == 2


def wait_until_alone(config: Config) -> None:
    """Wait until the server has noticed that the killed client is gone."""
    with psycopg.connect(postgresql.conninfo(config.database_url)) as connection:
        while postgresql.others_connected(connection):
            connection.rollback()
