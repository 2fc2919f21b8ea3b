"""A phone row that got another number: the browser that was not told finds it, and opens nothing by that."""

from __future__ import annotations

from sqlalchemy import select

from perille.enrolment.models import Phone
from profiles.test_locks import MINE, is_open, mark, number, press, put_lock
from support.concurrency import at_once
from support.visitor import Visitor
from support.whole import Whole


def test_a_line_that_breaks_while_the_lock_is_set_takes_no_progress_along(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    before = visitor.cookie() or ""
    put_lock(visitor)
    # The answer never came: the browser knows the earlier number alone, and the person presses again.
    lost = whole.visitor()
    lost.client.set_cookie("perille_learner", before, domain="localhost")
    assert lost.post("/en/whose/lock", {"pressed": MINE, "sure": "yes"}).location == "/en/whose"
    assert not is_open(lost)
    assert press(lost, number(lost), MINE).location == "/en/"
    assert is_open(lost)
    assert len(whole.scalars(select(Phone))) == 1


def test_a_lock_that_is_set_by_two_presses_at_the_same_moment_is_one(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    visitor.post("/en/keep", mark(visitor))
    cookie = visitor.cookie() or ""
    browsers = [whole.visitor() for _press in range(2)]
    for each in browsers:
        each.client.set_cookie("perille_learner", cookie, domain="localhost")
    form = {"pressed": MINE, "sure": "yes"}
    pages = at_once([lambda each=each: each.post("/en/whose/lock", form) for each in browsers])
    assert {page.status for page in pages} == {303}
    assert len(whole.scalars(select(Phone))) == 1
    for each in browsers:
        if not is_open(each):
            press(each, number(each), MINE)
        assert is_open(each), "whichever answer the browser takes"
