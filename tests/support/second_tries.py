"""Tries a test of a foreign program a second time, with everything that it uses made anew, and says so at the end of the run.

A browser, a mail server or Node may end or stall on a busy machine, and then one test among thousands would say that the program is broken.
What passes at the second try is listed as unreliable, because most such tests do not wait for what they look at. What fails twice fails.
A test that talks to no foreign program is tried again only where midnight came while it ran, because it may have prepared for a day and
looked on the next. Else a failure there is a fault.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from _pytest.runner import CallInfo, runtestprotocol

#: Names that a test file imports which talks to another program: of ours, Java, Node, a mail server, an identity provider.
_PROGRAMS = frozenset(
    {"run_process", "run_site", "start_process", "subprocess"}
    | {"html_faults", "find_node", "running_mail_server", "real_provider"}
)
#: Fixtures that stand for such a program.
_FIXTURES = frozenset({"browser", "mail"})
#: Outcome of a report that is of a first try.
_FIRST = "first try"


def may_be_tried_again(item: pytest.Item, failed: Sequence[pytest.TestReport]) -> bool:
    """Tell whether what failed may be the fault of a foreign program: the test talks to one, or its PostgreSQL did not start."""
    if not isinstance(item, pytest.Function):
        return False
    if item.get_closest_marker("browser") or _PROGRAMS & vars(item.module).keys() or _FIXTURES & set(item.fixturenames):
        return True
    in_setup = all(report.when == "setup" for report in failed)
    return in_setup and item.get_closest_marker("postgresql") is not None


def today() -> str:
    """Return the day as the program counts it, "2026-03-01"."""
    return datetime.now(UTC).date().isoformat()


class SecondTries:
    """The plugin."""

    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        """Run a test, and once more where that may help."""
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        day = today()
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
        failed = [report for report in reports if report.failed]
        if failed and (today() != day or may_be_tried_again(item, failed)):
            reports = [*_as_first_try(failed), *_make_anew(item), *runtestprotocol(item, log=False, nextitem=nextitem)]
        for report in reports:
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Show a first try that failed as "R", not as a failure."""
        return (_FIRST, "R", "FIRST TRY FAILED") if report.outcome == _FIRST else None

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Name each test that was tried twice, what came of it, and how the first try ended."""
        tried: list[pytest.TestReport] = terminalreporter.stats.get(_FIRST, [])
        lost = {report.nodeid for name in ("failed", "error") for report in terminalreporter.stats.get(name, [])}
        if not tried:
            return
        terminalreporter.section("tried a second time")
        for report in tried:
            came = "failed twice" if report.nodeid in lost else "unreliable: passed at the second try"
            terminalreporter.write_line(f"{came}: {report.nodeid} ({report.when})")
            terminalreporter.write_line(report.longreprtext)


def _as_first_try(failed: Sequence[pytest.TestReport]) -> Sequence[pytest.TestReport]:
    for report in failed:
        report.outcome = _FIRST  # type: ignore[assignment]  # pytest's own are passed, failed and skipped
    return failed


def _make_anew(item: pytest.Item) -> list[pytest.TestReport]:
    """Take down all that tests share here, the browser and the sites too: what ended is started again by whoever asks for it next.

    What a fixture asserts at its end about the tests before it is a failure as ever; that a program is gone already is none.
    """
    call = CallInfo.from_call(lambda: item.session._setupstate.teardown_exact(None), when="teardown")
    if call.excinfo is None:
        return []
    report = pytest.TestReport.from_item_and_call(item, call)
    return [report] if _asserts(call.excinfo.value) else list(_as_first_try([report]))


def _asserts(error: BaseException) -> bool:
    if isinstance(error, BaseExceptionGroup):
        return any(map(_asserts, error.exceptions))
    return isinstance(error, AssertionError)
