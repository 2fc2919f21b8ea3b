"""How much a page asks of the computer, counted and not timed: functions of Python that are called for it.

The bounds are a tenth above what was counted when they were written (docs/performance.md). Who passes one by a new feature may raise it
and say so there; a page asks for nothing sixty times that it could ask for once.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from types import FrameType

import pytest
from sqlalchemy import event

from perille.core.extensions import db
from perille.core.memory import leave_out_of_search
from perille.core.web.page_cache import PageCache
from perille.core.web.shared_parts import shared_part
from support import second_database
from support.visitor import Visitor
from support.whole import Whole

one_database = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
COURSE = "/en/courses/way"
MOST = {"a lesson, made": 5_470, "a lesson, kept": 2_210, "the course": 4_800, "the first page": 1_450}


def calls_of(work: Callable[[], object]) -> int:
    """Count the functions of Python that are called; those of C, and those with which the run notes statements, do not count."""
    count = 0
    noting: FrameType | None = None

    def note(frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count, noting
        if noting is None and frame.f_code.co_filename == second_database.__file__:
            # Compiling a statement for the other database takes more calls the first time, and none in a run of one file.
            noting = frame
        elif noting is None:
            count += event == "call"
        elif frame is noting and event == "return":
            noting = None

    work()
    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


@one_database
def test_pages_ask_for_no_more_than_they_did(whole: Whole, visitor: Visitor) -> None:
    visitor.post(f"{COURSE}/start")

    def made() -> None:
        whole.app.extensions["perille_pages"] = PageCache()
        assert visitor.get(f"{COURSE}/hello").status == 200

    counted = {
        "a lesson, made": calls_of(made),
        "a lesson, kept": calls_of(lambda: visitor.get(f"{COURSE}/hello")),
        "the course": calls_of(lambda: visitor.get(COURSE)),
        "the first page": calls_of(lambda: Visitor(whole.app).get("/en/")),
    }
    assert {page: calls for page, calls in counted.items() if calls > MOST[page]} == {}


@one_database
def test_what_the_run_notes_of_statements_is_not_counted(whole: Whole, visitor: Visitor) -> None:
    visitor.post(f"{COURSE}/start")
    visitor.get(f"{COURSE}/hello")
    noted = second_database.SecondDatabase()
    noted.watch("this")
    alone = calls_of(lambda: visitor.get(f"{COURSE}/hello"))
    with whole.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", noted._note)
    try:
        watched = calls_of(lambda: visitor.get(f"{COURSE}/hello"))
    finally:
        event.remove(engine, "before_cursor_execute", noted._note)
    # For each statement SQLAlchemy itself calls two or three functions.
    assert noted._first_runs["this"].marks
    assert watched - alone < 12


@one_database
def test_a_part_that_many_pages_share_is_made_once_in_each_language(whole: Whole) -> None:
    with whole.app.test_request_context("/en/"):
        english = shared_part("learning/listening.html", remembers=True)
        assert shared_part("learning/listening.html", remembers=True) is english
        assert shared_part("learning/listening.html", remembers=False) != english
    with whole.app.test_request_context("/fi/"):
        whole.app.preprocess_request()
        assert shared_part("learning/listening.html", remembers=True) != english
    with whole.app.test_request_context("/en/", environ_overrides={"SCRIPT_NAME": "/learn"}):
        assert "/learn/static/" in shared_part("learning/voice.html", listening=True)


@one_database
def test_a_view_that_is_a_coroutine_is_not_taken_for_a_page(whole: Whole) -> None:
    async def later() -> str:
        return "page"

    # Flask runs it with a library that is not ours, and says so.
    with pytest.raises(RuntimeError, match="async"):
        whole.app.ensure_sync(later)


def test_what_is_there_at_the_start_is_left_out_of_later_searches() -> None:
    try:
        before = gc.get_freeze_count()
        leave_out_of_search()
        assert gc.get_freeze_count() > before + 10_000
    finally:
        gc.unfreeze()
