"""Making a deletion final: what is deleted in the tables must not stay in the database's files."""

from __future__ import annotations

import time

from sqlalchemy import Engine

from perille.core.database import Base

#: Set in SQLite's header once the file was rewritten since deletions overwrite what they delete.
_REWRITTEN = 1
_TRIES, _PAUSE = 40, 0.25


def clean(engine: Engine) -> bool:
    """Rewrite what deletions leave behind; tell whether it was possible: a reader that does not end keeps the write-ahead log.

    SQLite: the write-ahead log is copied into the database and cut to nothing; a file from before `secure_delete` is rewritten once.
    PostgreSQL: dead rows are vacuumed; its own log and its backups are the operator's.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "postgresql":
            names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
            connection.exec_driver_sql(f"VACUUM {names}")
            return True
        cursor = connection.connection.cursor()
        if cursor.execute("PRAGMA user_version").fetchone()[0] < _REWRITTEN:
            cursor.execute("VACUUM")
            cursor.execute(f"PRAGMA user_version = {_REWRITTEN}")
        return _truncate_log(cursor)


def _truncate_log(cursor: object) -> bool:
    cursor.execute("PRAGMA busy_timeout = 500")  # type: ignore[attr-defined]
    try:
        for _try in range(_TRIES):
            busy, *_rest = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()  # type: ignore[attr-defined]
            if not busy:
                return True
            time.sleep(_PAUSE)
        return False
    finally:
        cursor.execute("PRAGMA busy_timeout = 10000")  # type: ignore[attr-defined]
