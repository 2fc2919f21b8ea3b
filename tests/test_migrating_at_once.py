"""A process that starts while another one migrates."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError

import pytest
from sqlalchemy import create_engine, event, text

from perille.core.database import prepare_engine
from perille.core.schema import newest_revision, revision_of, upgrade


def test_a_process_waits_for_anothers_migration_longer_than_for_a_row(empty_db_url: str) -> None:
    other, ours = create_engine(empty_db_url), create_engine(empty_db_url)
    prepare_engine(ours)
    on_sqlite = ours.dialect.name == "sqlite"
    hasty = "PRAGMA busy_timeout=20" if on_sqlite else "SET lock_timeout = 20"
    event.listen(ours, "connect", lambda raw, _record: (raw.execute(hasty), raw.commit()))
    ours.connect().close()
    with ThreadPoolExecutor(1) as pool:
        with other.connect() as connection:
            if on_sqlite:
                connection.connection.cursor().execute("BEGIN IMMEDIATE")
            else:
                connection.execute(text("SELECT pg_advisory_xact_lock(7237119502)"))
            waiting = pool.submit(upgrade, ours)
            with pytest.raises(FutureTimeoutError):
                waiting.result(timeout=1)
        waiting.result()
    with ours.connect() as connection:
        assert revision_of(connection) == newest_revision()
    other.dispose()
    ours.dispose()
