"""A phone row that got another number: the browser that was not told finds it, and opens nothing by that."""

from __future__ import annotations

from sqlalchemy import select

from perille.enrolment.models import Phone
from profiles.test_locks import MINE, is_open, number, press, put_lock
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
