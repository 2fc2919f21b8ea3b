"""What was done on a phone that somebody had left is never theirs, but of whoever comes to learn there after it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import time_machine

from enrolment.test_codes import code_of
from offline.test_queue import NOW, SQLITE, act, progress, send, sign_in_and_keep
from support.visitor import Visitor
from support.whole import Whole


def _left_two_hours_ago(visitor: Visitor) -> None:
    """Begin on a phone, and leave it."""
    with time_machine.travel(NOW - timedelta(hours=2), tick=False):
        visitor.start()
        visitor.post("/leave")


@SQLITE
def test_what_was_done_after_somebody_left_is_never_theirs_but_of_who_begins_there(
    whole: Whole, visitor: Visitor
) -> None:
    acts = [act(5, "next", unit="hello", who="-")]
    _left_two_hours_ago(visitor)
    with time_machine.travel(NOW, tick=False):
        visitor.post("/en/resume/here")
        visitor.post("/leave")
        assert list(send(visitor, acts)["acts"].values()) == ["other"], "it waits for who begins"
        visitor.start()
        assert list(send(visitor, acts)["acts"].values()) == ["stored"]
    assert [each[:2] for each in progress(whole)[0] if each[1]] == [("hello", True)]


@SQLITE
def test_what_was_done_until_the_owner_came_back_is_not_given_to_who_is_added_to_the_phone_then(
    whole: Whole, visitor: Visitor
) -> None:
    acts = [act(5, "next", unit="hello", who="-")]
    _left_two_hours_ago(visitor)
    with time_machine.travel(NOW, tick=False):
        visitor.post("/en/resume/here")
        assert list(send(visitor, acts)["acts"].values()) == ["left"], "the phone sends it no more"
    assert [each for each in progress(whole)[0] if each[1]] == []


@SQLITE
def test_what_a_newcomer_did_just_before_they_began_is_theirs_though_the_clock_of_the_phone_is_ahead(
    whole: Whole, visitor: Visitor
) -> None:
    def seconds_ago(count: int, seconds: int) -> dict[str, Any]:
        return act(count, "next", unit="hello", who="-", at=(NOW.timestamp() - seconds) * 1000)

    with time_machine.travel(NOW - timedelta(seconds=20), tick=False):
        visitor.start()
    with time_machine.travel(NOW, tick=False):
        assert list(send(visitor, [seconds_ago(5, 30)], clock=100)["acts"].values()) == ["stored"]
        assert list(send(visitor, [seconds_ago(6, 10)], clock=100)["acts"].values()) == ["left"], (
            "done since they began"
        )


def _code_of_another_phone(whole: Whole) -> str:
    """Return the code of progress that somebody made on another phone, long ago."""
    with time_machine.travel(NOW - timedelta(days=30), tick=False):
        elsewhere = whole.visitor()
        elsewhere.start()
        return code_of(elsewhere)


@SQLITE
def test_what_was_done_after_somebody_left_is_theirs_who_then_opens_older_progress_by_its_code(
    whole: Whole, visitor: Visitor
) -> None:
    code = _code_of_another_phone(whole)
    _left_two_hours_ago(visitor)
    with time_machine.travel(NOW, tick=False):
        visitor.post("/en/resume", {"code": code})
        assert list(send(visitor, [act(5, "next", unit="hello", who="-")])["acts"].values()) == ["stored"]
        since = act(6, "next", unit="hello", who="-", at=(NOW + timedelta(seconds=1)).timestamp() * 1000)
        assert list(send(visitor, [since])["acts"].values()) == ["left"]


@SQLITE
def test_what_was_done_after_somebody_left_is_not_theirs_who_comes_back_by_code_or_signs_in(whole: Whole) -> None:
    acts = [act(5, "next", unit="hello", who="-")]
    by_code, signed_in = whole.visitor(), whole.visitor()
    with time_machine.travel(NOW - timedelta(hours=2), tick=False):
        by_code.start()
        code = code_of(by_code)
        by_code.post("/leave")
        signed_in.start()
        sign_in_and_keep(whole, signed_in)
        signed_in.post("/leave")
    with time_machine.travel(NOW, tick=False):
        by_code.post("/en/resume", {"code": code})
        sign_in_and_keep(whole, signed_in)
        for each in (by_code, signed_in):
            assert list(send(each, acts)["acts"].values()) == ["left"]
    assert [each for each in progress(whole)[0] if each[1]] == []


@SQLITE
def test_what_was_done_after_somebody_left_is_not_given_to_who_is_added_once_they_are_back(
    whole: Whole, visitor: Visitor
) -> None:
    """Before any page of the course asked the server about it."""
    acts = [act(5, "next", unit="hello", who="-")]
    _left_two_hours_ago(visitor)
    with time_machine.travel(NOW, tick=False):
        visitor.post("/en/resume/here")
        visitor.post("/en/whose/add")
        assert list(send(visitor, acts)["acts"].values()) == ["left"]
