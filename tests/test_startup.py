"""The first start makes everything, the second finds it; a database from the future is left alone."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from perille import startup
from perille.app import Perille
from perille.backup.postgresql import conninfo
from perille.core import memory
from perille.core.errors import ConfigError
from perille.core.extensions import db
from perille.core.schema import newest_revision, revision_of
from perille.packs.source.diagnostics import NO_LINE, Diagnostic, Level
from perille.startup import migrate, prepare
from support.queries import count_queries
from support.records import actor_home
from support.whole import Whole, dispose, make_site


@pytest.fixture
def empty(empty_db_url: str, tmp_path: Path, whole_packs: Path) -> Iterator[Perille]:
    """A site whose database has no table yet."""
    app = make_site(empty_db_url, tmp_path, whole_packs, actor_home="https://learn.example.org")
    yield app
    dispose(app)


def test_the_first_start_migrates_publishes_and_names_the_installation(empty: Perille, whole_packs: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    report = prepare(empty, lambda *step: steps.append(step))
    assert set(report.published) == {"course_facts", "course_way", "course_quiet", "module_staff"}
    assert [done for _pack, done, _all in steps] == [1, 2, 3, 4]
    site = Whole(empty, whole_packs)
    assert site.do(lambda: revision_of(db.session.connection())) == newest_revision()
    assert actor_home(site) == "https://learn.example.org"


def test_a_start_that_published_gives_memory_back_and_the_next_one_has_nothing_to_give(
    empty: Perille, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[str] = []

    def give_back() -> None:
        given.append("given")
        memory.give_back_memory()

    monkeypatch.setattr(startup, "give_back_memory", give_back)
    prepare(empty)
    prepare(empty)
    assert given == ["given"]


def test_a_process_of_its_own_publishes_so_that_the_server_compiles_nothing(empty: Perille) -> None:
    startup.prepare_apart(empty)
    report = prepare(empty)
    assert report.published == ()
    assert len(report.unchanged) == 4


def test_what_nobody_here_can_mend_in_installed_packs_is_counted_and_all_else_is_printed() -> None:
    problems = [
        Diagnostic("course_ours/pack.toml", 1, "No second reader", Level.WARNING),
        Diagnostic("course_ours/lessons/a.md", 3, "The picture is never shown", Level.WARNING),
        Diagnostic("course_mine/pack.toml", 1, "No second reader", Level.WARNING),
        Diagnostic("course_ours/lessons/b.md", 2, "There is no item"),
        Diagnostic("forum 1.0", NO_LINE, "cannot be loaded"),
    ]
    assert list(startup.problem_lines(problems, {"course_ours"})) == [
        "pack problem: course_mine/pack.toml:1: warning: No second reader",
        "pack problem: course_ours/lessons/b.md:2: There is no item",
        "pack problem: forum 1.0: cannot be loaded",
        "Installed packs with something to look at, which work: 1 (the administrators' page names them)",
    ]
    assert list(startup.problem_lines([], {"course_ours"})) == []


def test_no_process_is_made_where_there_is_nothing_to_publish_and_one_is_where_a_pack_has_changed(
    empty_db_url: str, tmp_path: Path, whole_packs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packs = shutil.copytree(whole_packs, tmp_path / "packs")
    app = make_site(empty_db_url, tmp_path, packs)
    prepare(app)
    made: list[bool] = []
    fork = os.fork
    monkeypatch.setattr(os, "fork", lambda: made.append(True) or fork())  # type: ignore[func-returns-value]
    startup.prepare_apart(app)
    assert not made
    manifest = packs / "course_way" / "pack.toml"
    manifest.write_text(manifest.read_text("utf-8") + "\n# another line\n", "utf-8")
    startup.prepare_apart(app)
    assert made
    assert prepare(app).published == ()
    dispose(app)


def test_a_fault_of_that_process_is_met_and_told_by_the_server(empty: Perille) -> None:
    prepare(empty)
    with empty.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    startup.prepare_apart(empty)
    with pytest.raises(ConfigError):
        prepare(empty)


def test_that_process_ends_with_the_server(empty: Perille, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # It holds the server's port: the next one could not start.
    said = tmp_path / "child"

    def long(*_given: object, **_named: object) -> None:
        said.write_text(str(os.getpid()))
        time.sleep(60)

    monkeypatch.setattr(startup, "prepare", long)
    server = os.fork()
    if not server:
        startup.prepare_apart(empty)
        os._exit(0)
    wait_until(said.exists)
    os.kill(server, signal.SIGTERM)
    os.waitpid(server, 0)
    child = int(said.read_text())
    wait_until(lambda: not _runs(child))


def _runs(process: int) -> bool:
    stat = Path(f"/proc/{process}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def wait_until(found: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_the_second_start_compiles_nothing(empty: Perille) -> None:
    prepare(empty)
    report = prepare(empty)
    assert report.published == ()
    assert len(report.unchanged) == 4


def test_a_second_start_asks_little(whole: Whole) -> None:
    with count_queries(whole.engine) as sent:
        prepare(whole.app)
    assert len(sent) <= 40, len(sent)


def test_a_database_from_a_newer_version_is_refused_and_unchanged(whole: Whole) -> None:
    def mark(revision: str) -> None:
        whole.do(lambda: db.session.execute(text(f"UPDATE alembic_version SET version_num = '{revision}'")), write=True)

    mark("9999")
    before = whole.counts()
    with pytest.raises(ConfigError, match="newer version of Perille"):
        prepare(whole.app)
    assert whole.counts() == before
    mark(newest_revision())
    prepare(whole.app)


def test_migrating_twice_is_migrating_once(empty: Perille) -> None:
    with empty.app_context():
        migrate()
        migrate()
        assert revision_of(db.session.connection()) == newest_revision()


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_database_that_does_not_keep_unicode_is_refused_in_one_line(
    empty_db_url: str, tmp_path: Path, whole_packs: Path
) -> None:
    url = make_url(empty_db_url)
    server = conninfo(url.set(database="postgres").render_as_string())
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE ascii ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
    app = make_site(url.set(database="ascii").render_as_string(), tmp_path, whole_packs)
    with pytest.raises(ConfigError, match=r"keeps text as SQL_ASCII.*createdb --encoding=UTF8") as refused:
        prepare(app)
    assert "\n" not in refused.value.message
    dispose(app)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP DATABASE ascii WITH (FORCE)")
