"""A backup holds everything as it was at one moment, and is there whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pyrage
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from perille.backup import postgresql
from perille.backup.archive import Secret, open_archive
from perille.backup.errors import BackupError
from perille.backup.restoring import restore_backup
from perille.backup.services import make_backup
from perille.core.config import Config
from perille.core.database import prepare_engine, run_in_transaction
from perille.privacy.erasing import forget
from support.backups import Site, rows_in
from support.commands import start_process

SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
POSTGRESQL = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)


def test_a_backup_restored_on_an_empty_machine_has_every_row_and_file(
    site: Site, elsewhere: Config, tmp_path: Path
) -> None:
    (site.config.data_dir / "media").mkdir()
    (site.config.data_dir / "media" / "a.webp").write_bytes(b"picture")
    site.backup(tmp_path / "b")
    report = restore_backup(elsewhere, tmp_path / "b", Secret(), forget)
    before = site.rows()
    assert rows_in(elsewhere) == before
    assert report.rows == sum(map(len, before.values())) + 1, "and that of alembic_version"
    assert (elsewhere.data_dir / "media" / "a.webp").read_bytes() == b"picture"
    assert (elsewhere.data_dir / "secret_key").read_text() == "k" * 40
    assert (elsewhere.data_dir / "secret_key").stat().st_mode & 0o077 == 0
    assert sorted(each.name for each in elsewhere.data_dir.iterdir() if each.name != "perille.sqlite3") == [
        "media",
        "secret_key",
    ]


def test_a_backup_is_readable_by_its_owner_alone_and_overwrites_nothing(site: Site, tmp_path: Path) -> None:
    site.backup(tmp_path / "b")
    assert (tmp_path / "b").stat().st_mode & 0o777 == 0o600
    before = (tmp_path / "b").read_bytes()
    with pytest.raises(BackupError, match="overwrites nothing"):
        site.backup(tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == before


@contextmanager
def writing(config: Config) -> Iterator[None]:
    """Move an amount to and fro between two rows, all the time: their sum is the same after every transaction."""
    engine = create_engine(config.database_url)
    prepare_engine(engine)
    with Session(engine) as session:
        make = "CREATE TABLE purse (id INTEGER PRIMARY KEY, amount INTEGER)"
        fill = "INSERT INTO purse VALUES (1, 500), (2, 500)"
        run_in_transaction(session, lambda: (session.execute(text(make)), session.execute(text(fill))), write=True)
    stop, moved = threading.Event(), threading.Event()

    def move(session: Session, amount: int) -> None:
        session.execute(text("UPDATE purse SET amount = amount - :n WHERE id = 1"), {"n": amount})
        session.execute(text("UPDATE purse SET amount = amount + :n WHERE id = 2"), {"n": amount})

    def run() -> None:
        amount = 0
        with Session(engine) as session:
            while not stop.is_set():
                amount += 1
                run_in_transaction(session, partial(move, session, amount), write=True)
                moved.set()

    thread = threading.Thread(target=run)
    thread.start()
    assert moved.wait(10)
    try:
        yield
    finally:
        stop.set()
        thread.join()
        engine.dispose()


def test_a_backup_while_others_write_is_of_one_moment(site: Site, elsewhere: Config, tmp_path: Path) -> None:
    with writing(site.config):
        site.backup(tmp_path / "b")
    restore_backup(elsewhere, tmp_path / "b", Secret(), forget)
    (first, second) = rows_in(elsewhere)["purse"]
    assert first["amount"] + second["amount"] == 1000
    assert first["amount"] < 500, "it was taken after writing had begun"


@SQLITE
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_backup_that_is_broken_off_leaves_no_file(site: Site, tmp_path: Path, number: signal.Signals) -> None:
    target = tmp_path / "b"
    break_off(site.config, target, number)
    assert not target.exists()
    if number != signal.SIGKILL:
        assert not list(tmp_path.glob(".b.*"))
        assert not list(site.config.data_dir.glob(".perille-working-*"))
    site.backup(target)
    assert not list(tmp_path.glob(".b.*")), "what the kill left is cleared away by the next backup"
    assert not list(site.config.data_dir.glob(".perille-working-*"))


_SCRIPT = """
import signal, sys, time
from pathlib import Path
from perille.backup import archive, services
from perille.core.config import Config

# A shell starts what runs in its background with the signal ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
real = archive._write_tar

def half(stream, members):
    real(stream, dict(list(members.items())[:1]))
    print("half", flush=True)
    time.sleep(60)

archive._write_tar = half
config = Config(data_dir=Path(sys.argv[1]), database_url=sys.argv[2], secret_keys=("k" * 40,))
services.make_backup(config, Path(sys.argv[3]), archive.Secret())
"""


def break_off(config: Config, target: Path, number: signal.Signals) -> None:
    """Begin a backup in another process, and end that process in the middle of the file."""
    words = [sys.executable, "-c", _SCRIPT, str(config.data_dir), config.database_url, str(target)]
    with start_process(words, env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"half\n"
        process.send_signal(number)
        assert process.wait(30) != 0


@SQLITE
def test_a_full_disk_is_one_line_and_leaves_no_file(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("perille.backup.archive.os.fsync", full)
    with pytest.raises(BackupError, match="No space left on device"):
        site.backup(tmp_path / "b")
    monkeypatch.undo()
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith((".b", "b"))] == []


@SQLITE
def test_a_damaged_database_is_told_and_not_copied(site: Site, tmp_path: Path) -> None:
    site.close()
    path = Path(site.config.database_url.removeprefix("sqlite:///"))
    with path.open("r+b") as file:
        file.seek(4096 * 8)
        file.write(os.urandom(4096 * 20))
    with pytest.raises(BackupError, match="damaged|malformed"):
        site.backup(tmp_path / "b")
    assert not (tmp_path / "b").exists()


@SQLITE
def test_a_folder_without_a_database_has_no_backup(elsewhere: Config, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="there is no database here"):
        make_backup(elsewhere, tmp_path / "b", Secret())
    assert list(elsewhere.data_dir.iterdir()) == []


@POSTGRESQL
def test_without_pg_dump_one_line_says_what_to_install(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "_version_of", lambda program: 9)
    with pytest.raises(BackupError, match=r"needs its program pg_dump \d\d or newer.*Install"):
        site.backup(tmp_path / "b")
    assert not (tmp_path / "b").exists()


@SQLITE
def test_an_encrypted_backup_opens_with_its_key_alone(site: Site, elsewhere: Config, tmp_path: Path) -> None:
    key, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    site.backup(tmp_path / "b", Secret(recipients=(str(key.to_public()),)))
    assert (tmp_path / "b").read_bytes().startswith(b"age-encryption.org/v1")
    for wrong, told in [
        (Secret(), "say --identity"),
        (Secret(identities=(str(other),)), "another one"),
        (Secret(identities=("AGE",)), "no age key"),
    ]:
        with pytest.raises(BackupError, match=told):
            restore_backup(elsewhere, tmp_path / "b", wrong, forget)
    restore_backup(elsewhere, tmp_path / "b", Secret(identities=(str(key),)), forget)
    assert rows_in(elsewhere) == site.rows()


@SQLITE
def test_a_backup_with_a_passphrase_opens_with_it_alone(site: Site, elsewhere: Config, tmp_path: Path) -> None:
    site.backup(tmp_path / "b", Secret(passphrase="صلاح horse battery"))
    assert b"SQLite format" not in (tmp_path / "b").read_bytes()
    for wrong, told in [(Secret(), "say --passphrase"), (Secret(passphrase="x"), "passphrase is another one")]:
        with pytest.raises(BackupError, match=told):
            restore_backup(elsewhere, tmp_path / "b", wrong, forget)
    restore_backup(elsewhere, tmp_path / "b", Secret(passphrase="صلاح horse battery"), forget)
    assert rows_in(elsewhere) == site.rows()


@SQLITE
def test_age_itself_can_open_both_kinds(site: Site, tmp_path: Path) -> None:
    """Without Perille: `age -d -i key b`, or `tar x` and then age."""
    key = pyrage.x25519.Identity.generate()
    site.backup(tmp_path / "b", Secret(recipients=(str(key.to_public()),)))
    packed = pyrage.decrypt((tmp_path / "b").read_bytes(), [key])
    (tmp_path / "plain").write_bytes(packed)
    (tmp_path / "members").mkdir()
    assert "manifest.json" in open_archive(tmp_path / "plain", Secret(), tmp_path / "members")


@SQLITE
def test_a_recipient_that_is_none_is_told_before_anything_is_done(site: Site, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="'age1nobody' is no age recipient"):
        site.backup(tmp_path / "b", Secret(recipients=("age1nobody",)))
    assert not (tmp_path / "b").exists()
