"""Who asked for a review learns of its answer on the first page, until the course is published, and by e-mail."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from perille.core.extensions import db
from perille.notices.models import Notice
from perille.people.models import Role
from perille.studio.review_notices import ANSWERED
from studio.author import Author
from support.whole import Whole


def _asked(author: Author) -> None:
    author.begin()
    author.add("first-steps", "text")
    author.write("first-steps", 0, "Welcome.")
    author.send("review")


def _mails(whole: Whole) -> int:
    return whole.do(lambda: len(db.session.scalars(select(Notice).where(Notice.kind == ANSWERED.name)).all()))


def test_an_approval_stands_on_the_first_page_until_it_is_published(
    whole: Whole, author: Author, make_author: Callable[..., Author]
) -> None:
    _asked(author)
    reviewer = make_author("rita@example.org", Role.REVIEWER)
    reviewer.draft = author.draft
    assert "Nothing waits for you now." in author.get("/en/account/drafts").text
    reviewer.send("review/answer", {"answer": "approve", "name": "Rita"})
    for address in ("/en/account/drafts", "/en/studio"):
        assert "Your review is answered: approved" in author.get(address).text, address
        assert "Your review is answered" not in reviewer.get(address).text, address
    assert "Nothing waits" not in author.get("/en/account/drafts").text
    assert _mails(whole) == 1
    author.publish()
    assert "Nothing waits for you now." in author.get("/en/account/drafts").text


def test_changes_that_are_asked_for_stand_there_until_a_new_review_is_asked(
    whole: Whole, author: Author, make_author: Callable[..., Author]
) -> None:
    _asked(author)
    reviewer = make_author("rita@example.org", Role.REVIEWER)
    reviewer.draft = author.draft
    reviewer.send("review/answer", {"answer": "change", "note": "Say who we are."})
    assert "Your review is answered: asked for changes" in author.get("/en/account/drafts").text
    author.write("first-steps", 0, "Welcome to the harbour.")
    author.send("review")
    assert "Nothing waits for you now." in author.get("/en/account/drafts").text
    assert ANSWERED.switchable
