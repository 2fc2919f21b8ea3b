"""The command line: what is wrong is one line that says what to do, and exit status 2."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from perille import cli
from perille.core.extensions import db
from support.commands import PERILLE
from support.site import run_site


@dataclass
class Done:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


Perille = Callable[..., Done]


@pytest.fixture
def perille(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Perille:
    """Run the program with its data in the test's folder; settings are variables of the environment."""
    for name in [name for name in os.environ if name.startswith("PERILLE_") or name == "PORT"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PERILLE_DATA_DIR", str(tmp_path / "data"))

    def run(*words: str, **settings: str) -> Done:
        with monkeypatch.context() as inner:
            for name, value in settings.items():
                inner.setenv(name, value)
            try:
                cli.main(partial(cli.perille.main, args=list(words), prog_name="perille"))
                code = 0
            except SystemExit as stop:
                code = int(stop.code or 0)
        _forget()
        out, err = capsys.readouterr()
        return Done(code, out, err)

    return run


def _forget() -> None:
    """Close the application of the last command."""
    if cli.make_app.cache_info().currsize:
        app = cli.make_app()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
    cli.make_app.cache_clear()


def refusal(done: Done) -> str:
    """Return the one line with which the program refused."""
    assert done.returncode == 2, (done.returncode, done.stderr)
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("perille: ")
    return line


@pytest.mark.parametrize(
    ("setting", "value", "named"),
    [
        ("PERILLE_THREADS", "many", "PERILLE_THREADS: must be a whole number"),
        ("PERILLE_SECRET_KEY", "short", "PERILLE_SECRET_KEY: needs 32 characters"),
        ("PERILLE_DATABASE_URL", "mysql://x/y", "PERILLE_DATABASE_URL: must begin with sqlite: or postgresql:"),
        ("PERILLE_SITE_URL", "learn.example.org", "PERILLE_SITE_URL: must be an address"),
        ("PERILLE_TREADS", "4", "PERILLE_TREADS: there is no such setting"),
        ("PORT", "eighty", "'PORT'"),
        ("PORT", "70000", "'PORT'"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(perille: Perille, setting: str, value: str, named: str) -> None:
    assert named in refusal(perille("serve", **{"PORT": "0", setting: value}))


def test_a_data_folder_that_cannot_be_is_refused(tmp_path: Path, perille: Perille) -> None:
    (tmp_path / "data").write_text("a file is in the way")
    assert "PERILLE_DATA_DIR" in refusal(perille("serve", PORT="0"))


def test_a_database_that_is_none_is_refused(tmp_path: Path, perille: Perille) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "perille.sqlite3").write_bytes(b"this is no database at all" * 200)
    assert "file is not a database" in refusal(perille("serve", PORT="0"))


def test_a_database_that_nobody_answers_for_is_refused(perille: Perille) -> None:
    url = "postgresql://nobody@127.0.0.1:1/nothing?connect_timeout=2"
    assert "PERILLE_DATABASE_URL" in refusal(perille("serve", PORT="0", PERILLE_DATABASE_URL=url))


def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(tmp_path: Path, perille: Perille) -> None:
    assert perille("accounts", "invite", "a@b.example", "--role", "administrator", "--create").returncode == 0
    with closing(sqlite3.connect(tmp_path / "data" / "perille.sqlite3")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    for words in (
        ("serve",),
        ("tracking", "rebuild"),
        ("accounts", "invite", "c@d.example", "--role", "administrator"),
    ):
        assert "from a newer version of Perille (revision 9999)" in refusal(perille(*words, PORT="0"))
    with closing(sqlite3.connect(tmp_path / "data" / "perille.sqlite3")) as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]
        assert database.execute("SELECT count(*) FROM account").fetchone() == (1,)


def test_a_port_that_is_taken_is_refused_and_a_second_start_finds_everything(tmp_path: Path, perille: Perille) -> None:
    """One test, as a start costs seconds. A start from an empty folder is tried by `test_packaging.py`."""
    with run_site(tmp_path, command=[PERILLE]) as site:
        port = site.url.rsplit(":", 1)[1]
        line = refusal(perille("serve", PORT=port))
        assert f"PORT: 127.0.0.1:{port} cannot be used" in line
        assert "Stop the other program, or set PORT" in line
        first_link = site.administrator_link
        assert site.get(first_link.removeprefix(site.url))[0] == 200
    with run_site(tmp_path) as again:
        assert again.get("/readyz")[0] == 200
        assert again.get("/en/courses/finland")[0] == 200
        # Nobody has signed in yet: a new link is printed, and the old one ends.
        assert again.administrator_link != first_link
        assert again.get(f"/en/sign-in/{first_link.rsplit('/', 1)[1]}")[0] == 410


def test_an_invitation_prints_a_link_and_needs_an_address_and_a_role(perille: Perille) -> None:
    done = perille("accounts", "invite", " Eva@Example.org ", "--role", "administrator", "--create")
    assert done.returncode == 0
    (line,) = done.stdout.splitlines()
    assert line.startswith("http://127.0.0.1:8000/en/sign-in/")
    assert "is no e-mail address" in refusal(perille("accounts", "invite", "eva", "--role", "administrator"))
    assert "'--role'" in refusal(perille("accounts", "invite", "eva@example.org", "--role", "king"))


@pytest.mark.parametrize(
    "words",
    [
        ("packs", "list"),
        ("accounts", "invite", "eva@example.org", "--role", "administrator"),
        ("tracking", "rebuild"),
        ("privacy", "erase", "018f0000-0000-7000-8000-000000000000"),
        ("privacy", "expire"),
        ("lrs", "client", "add", "--name", "x"),
        ("backup", "b"),
    ],
)
def test_a_command_in_the_wrong_folder_makes_nothing_and_says_so(
    tmp_path: Path, perille: Perille, words: tuple[str, ...]
) -> None:
    line = refusal(perille(*words))
    assert f"There is no installation in {tmp_path / 'data'}" in line
    assert "PERILLE_DATA_DIR" in line
    assert not (tmp_path / "data").exists()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "secret_key").write_text("k" * 40)
    assert "here is no " in refusal(perille(*words))
    assert [each.name for each in (tmp_path / "data").iterdir()] == ["secret_key"]


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_command_on_an_empty_postgresql_makes_no_table(tmp_path: Path, perille: Perille, empty_db_url: str) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "secret_key").write_text("k" * 40)
    words = ("accounts", "invite", "eva@example.org", "--role", "administrator")
    assert "There is no installation in postgresql" in refusal(perille(*words, PERILLE_DATABASE_URL=empty_db_url))
    engine = create_engine(empty_db_url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()
    assert perille(*words, "--create", PERILLE_DATABASE_URL=empty_db_url).returncode == 0


def test_a_backup_and_a_restore_by_command(tmp_path: Path, perille: Perille) -> None:
    assert perille("accounts", "invite", "eva@example.org", "--role", "administrator", "--create").returncode == 0
    file, words = tmp_path / "b", tmp_path / "words"
    words.write_text("correct horse\n")
    done = perille("backup", str(file), "--passphrase-file", str(words))
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(rf"{re.escape(str(file))}: \d+ tables, \d+ rows, \d+ files\n", done.stdout)
    open_one = perille("backup", str(tmp_path / "open"))
    assert "The backup is not encrypted" in open_one.stdout
    assert "say --replace" in refusal(perille("restore", str(file), "--passphrase-file", str(words)))
    again = perille("restore", str(file), "--passphrase-file", str(words), PERILLE_DATA_DIR=str(tmp_path / "new"))
    assert again.returncode == 0, again.stderr
    assert "rows compared, all the same" in again.stdout
    with closing(sqlite3.connect(tmp_path / "new" / "perille.sqlite3")) as database:
        assert database.execute("SELECT email FROM account").fetchall() == [("eva@example.org",)]
    kept = [(tmp_path / name / "secret_key").read_text() for name in ("data", "new")]
    assert kept[0] == kept[1]


def test_help_and_version_need_no_setting(tmp_path: Path, perille: Perille) -> None:
    assert "takes people all the way there" in perille("--help").stdout
    assert perille("--version", PERILLE_THREADS="many").stdout.startswith("perille, version ")
    assert not (tmp_path / "data").exists()


def test_a_word_that_is_no_command_is_told_so(perille: Perille) -> None:
    done = perille("swerve")
    assert done.returncode == 2
    assert "No such command 'swerve'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_check_that_finds_faults_ends_with_status_1(tmp_path: Path, perille: Perille) -> None:
    folder = tmp_path / "course_broken"
    folder.mkdir()
    (folder / "pack.toml").write_text('id = "course_broken"\n')
    assert perille("packs", "check", str(folder)).returncode == 1


def test_imports_are_not_looked_through_for_garbage_and_what_comes_later_is() -> None:
    look = (
        "import gc; before = gc.get_stats()[2]['collections']; import perille.program;"
        " print(gc.get_stats()[2]['collections'] - before, gc.isenabled(), gc.get_freeze_count() > 100_000)"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout == "0 True True\n"
