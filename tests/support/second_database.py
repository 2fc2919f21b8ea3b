"""What tests have asked of PostgreSQL, told from what they ask of SQLite: statements, and the kinds of their values."""

from __future__ import annotations

import re
import threading
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from perille.lrs.storage.connection import RawConnection
from support.shared_marks import SharedMarks

#: What differs between two statements that ask the same: how many values a list has, and numbers in names.
_LIST = re.compile(r"\(\?(?:, ?\?)*\)(?:, ?\(\?(?:, ?\?)*\))*")
_NUMBER = re.compile(r"\d+")
#: Lengths of text at which a column may end.
_LENGTHS = (32, 64, 128, 255)
#: A statement that folds letters: SQLite does so with those of ASCII alone.
_FOLDS = re.compile(r"\b(?:lower|upper)\(|\bI?LIKE\b")
_POSTGRESQL = postgresql.dialect()  # type: ignore[no-untyped-call]


def kinds_of(value: object, statement: str = "") -> Iterator[Hashable]:
    """Yield that of a value of which a database may have its own opinion: its type, how large it is, and unusual letters.

    A column that takes a long text or a large number takes a shorter one too: what is larger counts as all that is smaller. Letters
    beyond ASCII differ where a *statement* compares them without their case.
    """
    if isinstance(value, str):
        yield from (("text", size) for size in range(1 + sum(len(value) > each for each in _LENGTHS)))
        if "\0" in value:
            yield "text", "NUL"
        if not value.isascii() and _FOLDS.search(statement):
            yield "text", "letters"
    elif isinstance(value, int) and not isinstance(value, bool):
        yield from (("number", size) for size in range(1 + value.bit_length() // 32))
    else:
        yield type(value).__name__


@dataclass(slots=True)
class Asked:
    """What one test asked of SQLite."""

    marks: set[Hashable] = field(default_factory=set)
    #: Whether the same statements could end in another way on PostgreSQL.
    is_special: bool = False

    def note(self, statement: str, other: str, rows: Iterable[Sequence[object]], *, many: bool = False) -> None:
        """Note a statement: what SQLite is sent, what PostgreSQL would be sent, its values, and whether it is sent for many rows."""
        shape = _NUMBER.sub("0", _LIST.sub("(?)", statement)), _NUMBER.sub("0", other), many
        self.marks.add(shape)
        for row in rows:
            # In a list of values, or of rows, none has a place of its own.
            listed = " IN (" in statement or "), (" in statement
            for place, value in enumerate(row):
                self.marks.update((shape, 0 if listed else place, kind) for kind in kinds_of(value, other))
        if threading.current_thread() is not threading.main_thread():
            self.is_special = True


@dataclass(slots=True)
class SecondDatabase:
    """Notes what tests ask of SQLite, and tells which of them would ask nothing new of PostgreSQL.

    With *shared*, what other processes of the run have asked is not new either.
    """

    shared: SharedMarks | None = None
    _known: set[Hashable] = field(default_factory=set)
    _first_runs: dict[str, Asked] = field(default_factory=dict)
    _now: Asked | None = None
    #: Compiled statement -> what PostgreSQL would be sent.
    _others: dict[Any, str] = field(default_factory=dict)

    def watch(self, test: str) -> None:
        """Note from now on what a test asks of SQLite."""
        self._now = self._first_runs[test] = Asked()

    def rest(self) -> None:
        """Note nothing until the next test."""
        self._now = None

    def must_repeat(self, *_error: object) -> None:
        """Note that the order of things mattered in the test of the moment: it failed, or the database refused something."""
        if self._now is not None:
            self._now.is_special = True

    def is_told(self, test: str) -> bool:
        """Tell whether PostgreSQL has been asked all that a test asked of SQLite. From then on it counts as asked."""
        asked = self._first_runs.pop(test, None)
        if asked is None or not asked.marks:
            return False
        new = asked.marks - self._known
        told = not new or (self.shared is not None and self.shared.add(new))
        self._known |= new
        return told and not asked.is_special

    def listen(self, engines: Engine | type[Engine]) -> None:
        """Hear of every statement that SQLAlchemy sends through an engine, or through any."""
        event.listen(engines, "before_cursor_execute", self._note)
        event.listen(engines, "handle_error", self.must_repeat)

    def listen_to_record_store(self) -> None:
        """Hear of the statements that the record store sends without SQLAlchemy."""
        send, bring = RawConnection._do, RawConnection.rows

        def noted(raw: RawConnection, sql: str, values: Any, *, many: bool = False) -> Any:
            if self._now is not None:
                self._now.note(sql, sql, values if many else [values], many=many)
            try:
                return send(raw, sql, values, many=many)
            except DBAPIError:
                self.must_repeat()
                raise

        def brought(raw: RawConnection, sql: str, *values: object) -> list[Any]:
            rows = bring(raw, sql, *values)
            if self._now is not None and len(rows) > 1:
                # In which order several come is a question of its own.
                self._now.marks.add((_NUMBER.sub("0", _LIST.sub("(?)", sql)), "several rows"))
            return rows

        RawConnection._do = noted  # type: ignore[assignment,method-assign]  # takes itself for bound
        RawConnection.rows = brought  # type: ignore[assignment,method-assign]  # the same

    def _note(
        self, _connection: object, _cursor: object, statement: str, values: Any, context: Any, many: bool
    ) -> None:
        if self._now is not None:
            other = self._on_postgresql(getattr(context, "compiled", None), statement)
            # SQLAlchemy sends many rows as such, or as one statement with all their values.
            in_rows = many and all(isinstance(row, tuple) for row in values)
            self._now.note(statement, other, values if in_rows else [values])

    def _on_postgresql(self, compiled: Any, statement: str) -> str:
        """Return what PostgreSQL would be sent: it may lock rows, or compare letters, where SQLite is sent nothing of it."""
        if compiled is None:
            return statement
        if compiled not in self._others:
            try:
                self._others[compiled] = str(compiled.statement.compile(dialect=_POSTGRESQL))
            except SQLAlchemyError:  # there is no such statement on PostgreSQL
                self._others[compiled] = statement
        return self._others[compiled]
