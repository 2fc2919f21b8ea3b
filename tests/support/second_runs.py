"""Leaves out runs on PostgreSQL that would ask it nothing that it has not been asked in this run.

A test with a database runs on SQLite first. Its second run is made if that asked anything new, so that PostgreSQL is sent every statement
of a test run, with every kind of values. It is always made where more than statements may differ: after an error of the database, with a
second thread, in a test that failed or that starts programs, and for `ALWAYS`. What the record store sends without SQLAlchemy is noted too:
where it writes something for one database it does so inside a statement, whose other form is new whenever this one is.
"""

from __future__ import annotations

import os
import re
from typing import Any

import pytest
from _pytest.runner import CallInfo
from sqlalchemy import Engine

from support.second_database import SecondDatabase
from support.shared_marks import SharedMarks

#: Tests of code that asks which database it has, and of what the record store holds on both: plans, sessions, writers beside each other.
ALWAYS = re.compile(
    r"tests/(?:test_\w+\.py|(?:backup|doctor|privacy)/|lrs/test_(?:both_databases|consistent|plans|store_session)\.py)"
)
#: Set to "all", it makes all second runs.
VARIABLE = "TESTS_ON_POSTGRESQL"
_COUNT = "second_runs_left_out"
#: Where the processes of a run tell each other what was asked.
_ASKED = "asked-of-postgresql"


class SecondRuns:
    """The plugin."""

    def __init__(self) -> None:
        self.database = SecondDatabase()
        self.left_out = 0
        self._is_on = False

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Listen, where there are second runs at all."""
        self._is_on = os.environ.get(VARIABLE) != "all" and any(
            kind_of_run(item) == "postgresql" for item in session.items
        )
        if self._is_on:
            self.database.shared = SharedMarks(_ASKED)
            self.database.listen(Engine)
            self.database.listen_to_record_store()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        """Run nothing of a second run that is left out, but take down what the test before it left for it."""
        self.database.rest()
        if not self._is_on or not self.is_left_out(item):
            return None
        self.left_out += 1
        call = CallInfo.from_call(lambda: item.session._setupstate.teardown_exact(nextitem), when="teardown")
        if call.excinfo is not None:
            item.ihook.pytest_runtest_logreport(report=pytest.TestReport.from_item_and_call(item, call))
        return True

    def is_left_out(self, item: pytest.Item) -> bool:
        """Tell whether a test is a second run that tells nothing new; note what a first one asks."""
        kind = kind_of_run(item)
        if kind == "sqlite":
            self.database.watch(item.nodeid)
        if kind != "postgresql":
            return False
        told = self.database.is_told(item.nodeid.replace("postgresql", "sqlite"))
        return told and not ALWAYS.match(item.nodeid) and item.get_closest_marker("program") is None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Run on both what failed on the first."""
        if report.failed:
            self.database.must_repeat()

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Tell the process above this one how many were left out."""
        output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[_COUNT] = self.left_out

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Count what a process left out; one that died has said nothing."""
        self.left_out += getattr(node, "workeroutput", {}).get(_COUNT, 0)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say how many were left out."""
        if self.left_out:
            terminalreporter.write_line(
                f"{self.left_out} runs on PostgreSQL would have asked it nothing new ({VARIABLE}=all makes them)"
            )


def kind_of_run(item: pytest.Item) -> str | None:
    """Return on which database a test runs, None where it has none."""
    spec = getattr(item, "callspec", None)
    kind: str | None = spec.params.get("database_kind") if spec is not None else None
    return kind
