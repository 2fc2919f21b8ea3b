"""The doctor names what is wrong with an installation, with what to do, and never a secret."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text
from sqlalchemy.engine import make_url

from perille import cli
from perille.core.config import Config, load_config
from perille.core.extensions import db
from perille.core.job_queue import current_queue
from perille.core.job_runs import JobRun
from perille.doctor.commands import examine
from perille.doctor.findings import Finding, Level
from perille.doctor.settings import NO_ROOM, ROOM, check_disk, check_keys, check_settings
from support.whole import Whole, dispose, make_site

SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
GOOD = {
    "site_url": "https://learn.example.org", "proxy_hops": 1, "production": True, "rate_limits": True,
    "record_store_keys": ("r" * 32,), "code_keys": ("c" * 32,),
}  # fmt: skip


def bad(findings: list[Finding]) -> list[str]:
    return [str(each) for each in findings if each.level is not Level.OK]


def config(folder: Path, **settings: object) -> Config:
    plain = Config(data_dir=folder, database_url="sqlite:///x", secret_keys=("k" * 32,))
    return replace(plain, **GOOD | settings)  # type: ignore[arg-type]


def test_of_a_site_that_is_well_nothing_is_said_but_that(make_whole: Callable[..., Whole], tmp_path: Path) -> None:
    site = make_whole(**GOOD)
    tmp_path.chmod(0o700)
    site.do(lambda: current_queue().say_alive())
    found = list(examine(site.app))
    assert bad(found) == []
    assert {each.part for each in found} == {"settings", "keys", "disk", "database", "clock", "packs", "jobs", "mail"}


@pytest.mark.parametrize(
    ("settings", "level", "said"),
    [
        ({"site_url": ""}, Level.WARNING, "PERILLE_SITE_URL is not set"),
        ({"site_url": "http://learn.example.org"}, Level.FAULT, "not https"),
        ({"site_url": "http://learn.example.org", "production": False}, Level.WARNING, "not https"),
        ({"proxy_hops": 0}, Level.WARNING, "PERILLE_PROXY_HOPS"),
        ({"production": False}, Level.WARNING, "PERILLE_PRODUCTION"),
        ({"rate_limits": False}, Level.FAULT, "codes can be guessed"),
        ({"cors_origins": ("*",)}, Level.WARNING, "PERILLE_CORS_ORIGINS"),
    ],
)
def test_settings_that_endanger_people_are_named(
    tmp_path: Path, settings: dict[str, object], level: Level, said: str
) -> None:
    found = [each for each in check_settings(config(tmp_path, **settings)) if said in each.what]
    assert [each.level for each in found] == [level]
    assert all(each.do for each in found)


def test_keys_that_others_can_read_are_named_with_the_command_that_mends_it(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    key = tmp_path / "secret_key"
    key.write_text("k" * 40)
    key.chmod(0o644)
    found = bad(list(check_keys(config(tmp_path))))
    assert len(found) == 2
    assert f"chmod 600 {key}" in found[0]
    assert f"chmod 700 {tmp_path}" in found[1]
    key.chmod(0o600)
    tmp_path.chmod(0o700)
    assert bad(list(check_keys(config(tmp_path)))) == []
    assert "PERILLE_CODE_KEY" in bad(list(check_keys(config(tmp_path, code_keys=()))))[0]


@pytest.mark.parametrize(("free", "level"), [(NO_ROOM - 1, Level.FAULT), (NO_ROOM, Level.WARNING), (ROOM, Level.OK)])
def test_the_room_on_the_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, level: Level) -> None:
    full = os.statvfs_result((4096, 1, 0, 0, free, 0, 0, 0, 0, 255))
    monkeypatch.setattr(os, "statvfs", lambda _path: full)
    assert [each.level for each in check_disk(config(tmp_path))] == [level]


def test_an_empty_database_and_an_older_one_lead_to_the_command_that_mends_them(
    empty_db_url: str, tmp_path: Path, whole_packs: Path
) -> None:
    app = make_site(empty_db_url, tmp_path, whole_packs, **GOOD)
    assert any("no tables" in line and "perille prepare" in line for line in bad(list(examine(app))))
    with app.app_context():
        db.session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        db.session.execute(text("INSERT INTO alembic_version VALUES ('0003')"))
        db.session.commit()
    assert any("older version (revision 0003)" in line for line in bad(list(examine(app))))
    with app.app_context():
        db.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        db.session.commit()
    assert any("newer version of Perille" in line for line in bad(list(examine(app))))
    dispose(app)


def test_a_database_that_is_away_is_one_fault_without_its_password(tmp_path: Path, whole_packs: Path) -> None:
    url = "postgresql+psycopg://perille:hidden-word@127.0.0.1:1/none"
    app = make_site(url, tmp_path, whole_packs, **GOOD)
    (line,) = [line for line in bad(list(examine(app))) if "database" in line]
    assert "cannot be used" in line
    assert "hidden-word" not in line
    dispose(app)


@SQLITE
def test_a_damaged_file_is_a_fault(make_whole: Callable[..., Whole]) -> None:
    site = make_whole(**GOOD)
    path = make_url(str(site.engine.url)).database or ""
    with site.app.app_context():
        db.session.remove()
        db.engine.dispose()
    sqlite3.connect(path).execute("PRAGMA wal_checkpoint(TRUNCATE)").connection.close()
    with Path(path).open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096 * 4)
    assert any("damaged" in line and "perille restore" in line for line in bad(list(examine(site.app))))


def test_a_clock_that_is_behind_the_newest_record_is_a_fault(make_whole: Callable[..., Whole]) -> None:
    site = make_whole(**GOOD)
    ahead = int((datetime.now(UTC) + timedelta(days=3)).timestamp() * 1_000_000)
    site.do(lambda: db.session.execute(text("UPDATE lrs_store SET last_stored = :at"), {"at": ahead}), write=True)
    assert any(line.startswith("FAULT  clock") for line in bad(list(examine(site.app))))


def test_jobs_that_fail_or_do_not_run_are_named(make_whole: Callable[..., Whole]) -> None:
    site = make_whole(**GOOD)
    failed = JobRun(
        job="forwarding",
        started_at=datetime.now(UTC),
        milliseconds=1,
        attempt=1,
        outcome="failed",
        error="OSError x.py:1",
    )
    site.do(lambda: db.session.add(failed), write=True)
    found = bad(list(examine(site.app)))
    assert any("no process runs them" in line and "perille jobs" in line for line in found)
    assert any("forwarding: failed (OSError x.py:1)" in line for line in found)


def test_a_pack_that_could_not_be_published_is_named(
    whole: Whole, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "new" / "course_broken"
    folder.mkdir(parents=True)
    (folder / "pack.toml").write_text("nonsense")
    whole.publish(folder)
    assert any("course_broken/pack.toml" in line for line in bad(list(examine(whole.app))))


@pytest.fixture
def doctor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Result]]:
    """Run the command on the data folder of the test."""
    monkeypatch.setenv("PERILLE_DATA_DIR", str(tmp_path / "data"))
    cli.make_app.cache_clear()

    def run(*words: str) -> Result:
        return CliRunner().invoke(cli.perille, ["doctor", *words])

    yield run
    if cli.make_app.cache_info().currsize:
        dispose(cli.make_app())
    cli.make_app.cache_clear()


def test_a_folder_without_an_installation_is_a_fault_and_stays_empty(
    doctor: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = doctor()
    assert run.exit_code == 1
    assert run.output.startswith("FAULT  settings  There is no installation in")
    assert not (tmp_path / "data").exists()


def test_the_command_looks_at_an_installation_and_changes_nothing(
    doctor: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_config(dict(os.environ))
    run = doctor("--faults")
    assert run.exit_code == 1
    assert "there is no file" in run.output
    assert not [line for line in run.output.splitlines() if line.startswith("ok")]
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret_key"]
    monkeypatch.setenv("PERILLE_THREADS", "many")
    run = doctor()
    assert (run.exit_code, "PERILLE_THREADS" in run.output) == (1, True)
