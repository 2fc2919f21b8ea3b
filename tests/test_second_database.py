"""A second run, on PostgreSQL, is left out only where it would ask PostgreSQL nothing new."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, create_engine, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import StaticPool

import perille
from perille.lrs.storage.connection import RawConnection
from support.places import ROOT
from support.second_database import SecondDatabase, kinds_of
from support.second_runs import ALWAYS, SecondRuns
from support.shared_marks import SharedMarks

PEOPLE = Table("people", MetaData(), Column("id", Integer, primary_key=True), Column("name", String, unique=True))
#: How the program asks which database it has.
_ASKS_WHICH = re.compile(r"\.dialect\.name\b|\.postgresql\b")
Work = Callable[[Connection], object]


class Sqlite:
    """A database of its own, and the runs that were made on it."""

    def __init__(self) -> None:
        self.engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
        PEOPLE.create(self.engine)
        self.runs = SecondDatabase()
        self.runs.listen(self.engine)

    def tells(self, work: Work) -> bool:
        """Run a test on SQLite, and say whether its second run would tell anything."""
        self.runs.watch("test")
        with self.engine.connect() as connection:
            work(connection)
            connection.rollback()
        self.runs.rest()
        return not self.runs.is_told("test")


@pytest.fixture
def sqlite() -> Iterator[Sqlite]:
    """A database that was asked for somebody by name."""
    made = Sqlite()
    assert made.tells(lambda connection: connection.execute(select(PEOPLE).where(PEOPLE.c.name == "Anna")))
    yield made
    made.engine.dispose()


def test_the_same_question_about_somebody_else_tells_nothing(sqlite: Sqlite) -> None:
    assert not sqlite.tells(lambda connection: connection.execute(select(PEOPLE).where(PEOPLE.c.name == "Olga")))


def test_a_list_of_another_length_tells_nothing(sqlite: Sqlite) -> None:
    for numbers, tells in (([1, 2], True), ([1, 2, 3], False), ([1, 2**40], True)):
        asked = select(PEOPLE).where(PEOPLE.c.id.in_(numbers))
        assert sqlite.tells(lambda connection, asked=asked: connection.execute(asked)) is tells, numbers


def test_many_rows_are_one_more_way_to_ask(sqlite: Sqlite) -> None:
    for names, tells in ((["Ivo", "Ada"], True), (["Jan", "Zoe", "Max"], False), (["A" * 40, "Bo"], True)):
        rows = [{"name": name} for name in names]
        asked = insert(PEOPLE).returning(PEOPLE.c.id)
        assert sqlite.tells(lambda connection, asked=asked, rows=rows: connection.execute(asked, rows)) is tells, names


@pytest.mark.parametrize("name", ["A" * 300, "A\0", None])
def test_another_kind_of_value_is_tried(sqlite: Sqlite, name: str | None) -> None:
    asked = select(PEOPLE).where(PEOPLE.c.name == name)
    assert sqlite.tells(lambda connection: connection.execute(asked))
    assert not sqlite.tells(lambda connection: connection.execute(asked))


def test_what_sqlite_is_not_sent_is_seen(sqlite: Sqlite) -> None:
    """A lock of a row is a word of PostgreSQL's, of which the compiler for SQLite writes nothing."""
    locking = select(PEOPLE).where(PEOPLE.c.name == "Anna").with_for_update()
    assert sqlite.tells(lambda connection: connection.execute(locking))
    assert not sqlite.tells(lambda connection: connection.execute(locking))


def test_an_error_of_the_database_is_tried_on_both_every_time(sqlite: Sqlite) -> None:
    def add(connection: Connection) -> None:
        for _ in range(2):
            connection.execute(insert(PEOPLE), [{"name": "Anna"}])

    def add_twice(connection: Connection) -> None:
        with pytest.raises(IntegrityError):
            add(connection)

    assert sqlite.tells(add_twice)
    assert sqlite.tells(add_twice)


@pytest.fixture
def store(sqlite: Sqlite, monkeypatch: pytest.MonkeyPatch) -> Callable[[Connection], RawConnection]:
    """Send statements as the record store does, of which SQLAlchemy hears nothing."""
    for name in ("_do", "rows"):
        monkeypatch.setattr(RawConnection, name, getattr(RawConnection, name))
    sqlite.runs.listen_to_record_store()
    return lambda connection: RawConnection(sqlite.engine, connection.connection.dbapi_connection, {})


_ADD = "INSERT INTO people (name) VALUES (?)"


def test_what_the_record_store_is_refused_is_tried_on_both_every_time(
    sqlite: Sqlite, store: Callable[[Connection], RawConnection]
) -> None:
    """After a refusal a transaction goes on in SQLite, and is over in PostgreSQL."""

    def add_twice(connection: Connection) -> None:
        store(connection).run(_ADD, "Ivo")
        with pytest.raises(IntegrityError):
            store(connection).run(_ADD, "Ivo")

    for tells in (True, False):
        assert sqlite.tells(lambda connection: store(connection).run(_ADD, "Ivo")) is tells
    assert sqlite.tells(add_twice)
    assert sqlite.tells(add_twice)


def test_several_rows_are_one_more_answer_to_the_record_store(
    sqlite: Sqlite, store: Callable[[Connection], RawConnection]
) -> None:
    """Only several have an order, which PostgreSQL may choose otherwise."""

    def ask(connection: Connection, names: tuple[str, ...]) -> None:
        for name in names:
            store(connection).run(_ADD, name)
        store(connection).rows("SELECT name FROM people")

    for names, tells in ((("Ivo",), True), (("Ada",), False), (("Ivo", "Ada"), True), (("Ada", "Jan", "Zoe"), False)):
        assert sqlite.tells(lambda connection, names=names: ask(connection, names)) is tells, names


def test_what_a_second_thread_does_is_tried_on_both_every_time(sqlite: Sqlite) -> None:
    def ask(connection: Connection) -> None:
        work = threading.Thread(target=connection.execute, args=[select(PEOPLE)])
        work.start()
        work.join()

    assert sqlite.tells(ask)
    assert sqlite.tells(ask)


def test_what_asked_nothing_that_was_heard_is_tried(sqlite: Sqlite) -> None:
    assert sqlite.tells(lambda _connection: None)
    assert not sqlite.runs.is_told("a test without a first run")


def test_what_another_process_of_the_run_has_asked_is_not_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TESTS_SHARED_FOLDER", str(tmp_path))
    processes = [Sqlite(), Sqlite()]
    for each in processes:
        each.runs.shared = SharedMarks("asked")
    for number, by_name in enumerate((True, False, True, False)):
        asked = select(PEOPLE.c.id).where(PEOPLE.c.name == "Anna") if by_name else select(PEOPLE.c.name)
        first, second = processes if number < 2 else reversed(processes)
        assert first.tells(lambda connection, asked=asked: connection.execute(asked)) is (number < 2)
        assert not second.tells(lambda connection, asked=asked: connection.execute(asked))
    for each in processes:
        each.engine.dispose()


def test_marks_of_another_process_are_read_where_it_put_them_down_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TESTS_SHARED_FOLDER", str(tmp_path))
    one, other = SharedMarks("asked"), SharedMarks("asked")
    assert not one.add(["a", ("b", 1)])
    assert not other.add([("b", 1), "c"])  # one of them is new
    assert one.add(["c", "a"])
    assert other.add(["a", "c"])
    assert not one.add([("b", "1")])


@pytest.mark.parametrize(("one", "other"), [(1, True), (1, 2**31 * 2), ("a", b"a"), ("a", 1)])
def test_kinds_of_values(one: object, other: object) -> None:
    assert set(kinds_of(one)) != set(kinds_of(other))


def test_what_is_larger_counts_as_all_that_is_smaller(sqlite: Sqlite) -> None:
    for name, tells in (("A" * 200, True), ("A" * 100, False), ("", False), ("A" * 256, True)):
        asked = select(PEOPLE).where(PEOPLE.c.name == name)
        assert sqlite.tells(lambda connection, asked=asked: connection.execute(asked)) is tells, name


def test_letters_beyond_ascii_are_tried_where_their_case_is_folded(sqlite: Sqlite) -> None:
    for column, tells in ((PEOPLE.c.name, False), (func.lower(PEOPLE.c.name), True)):
        for name in ("Anna", "Анна"):
            asked = select(PEOPLE).where(column == name)
            told = sqlite.tells(lambda connection, asked=asked: connection.execute(asked))
        assert told is tells


def item(nodeid: str, *marks: str) -> pytest.Item:
    """Stand for a test that runs on the database that its name says."""
    kind = "postgresql" if "postgresql" in nodeid else "sqlite"
    return cast(
        "pytest.Item",
        SimpleNamespace(
            nodeid=nodeid,
            callspec=SimpleNamespace(params={"database_kind": kind}),
            get_closest_marker=lambda name: name if name in marks else None,
        ),
    )


def left_out(name: str, *marks: str, failed: bool = False) -> bool:
    """Tell whether a second run that asks nothing new is left out."""
    runs = SecondRuns()
    engine = create_engine("sqlite://")
    runs.database.listen(engine)
    for _ in range(2):
        assert not runs.is_left_out(item(f"{name}[sqlite]"))
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
        if failed:
            runs.pytest_runtest_logreport(cast("Any", SimpleNamespace(failed=True)))
        found = runs.is_left_out(item(f"{name}[postgresql]", *marks))
    engine.dispose()
    return found


def test_which_second_runs_are_left_out() -> None:
    assert left_out("tests/learning/test_way.py::test_it")
    assert not left_out("tests/learning/test_way.py::test_it", failed=True)
    assert not left_out("tests/learning/test_way.py::test_it", "program")
    assert left_out("tests/lrs/test_documents.py::test_it")
    assert not left_out("tests/lrs/test_both_databases.py::test_it")
    assert not left_out("tests/test_database.py::test_it")


def test_files_of_the_record_store_that_always_run_on_both_are_there() -> None:
    """One that is renamed would run on both only where it asks anything new."""
    always = {
        path.name for path in (ROOT / "tests" / "lrs").glob("test_*.py") if ALWAYS.match(f"tests/lrs/{path.name}")
    }
    assert always == {f"test_{name}.py" for name in ("both_databases", "consistent", "plans", "store_session")}


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_test_that_names_postgresql_itself_is_marked_so_that_make_quick_leaves_it_out(
    request: pytest.FixtureRequest, database_kind: str
) -> None:
    assert request.node.get_closest_marker(database_kind) is not None


def test_code_that_asks_which_database_it_has_is_always_tried_on_both() -> None:
    platform = Path(perille.__file__).parent
    found = {
        path.relative_to(platform).parts[0]
        for path in platform.rglob("*.py")
        if _ASKS_WHICH.search(path.read_text("utf-8"))
    }
    # The tests of `core` and of the start are those beside this one.
    assert found >= {"core", "lrs"}
    # Of the record store each statement is noted, whichever of two forms it has.
    assert [
        name for name in found - {"core", "lrs", "startup.py"} if not ALWAYS.match(f"tests/{name}/test_it.py")
    ] == []
    assert ALWAYS.match("tests/test_startup.py")
