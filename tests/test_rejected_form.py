"""A form that could not be used: kept until the page that shows it again, for the same person in the same browser, and nowhere else."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from perille.core.database import utcnow
from perille.core.web.leaving import COOKIES
from support.visitor import Page, Visitor
from support.whole import Whole

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
HERE = "/en/resume"
COOKIE = "perille_shown"
TYPED = {"code": "1234 5678"}


def typed(page: Page) -> str:
    """Return what stands in the field."""
    return page.one("input", id="code")["value"]


def test_what_was_typed_and_what_is_wrong_are_shown_once(visitor: Visitor) -> None:
    sent = visitor.post(HERE, TYPED)
    assert (sent.status, sent.location, sent.headers["Cache-Control"]) == (303, f"{HERE}#errors", "no-store")
    page = visitor.get(HERE)
    assert (page.status, typed(page)) == (200, "1234 5678")
    assert "You typed 8." in page.one("span", id="code-error").words
    assert page.headers["Cache-Control"] == "no-store"
    again = visitor.get(HERE)
    assert (typed(again), again.all("span", id="code-error")) == ("", [])
    assert visitor.waiting() is None


def test_the_cookie_says_nothing_and_cannot_be_read_by_scripts(visitor: Visitor) -> None:
    reply = visitor.client.post(HERE, data=TYPED)
    (set_cookie,) = [each for each in reply.headers.getlist("Set-Cookie") if each.startswith(COOKIE)]
    assert "HttpOnly" in set_cookie
    assert "SameSite=Lax" in set_cookie
    assert "Max-Age=600" in set_cookie
    assert "1234" not in set_cookie


def test_another_page_does_not_show_it(visitor: Visitor) -> None:
    visitor.post(HERE, TYPED)
    assert typed(visitor.get("/fi/resume")) == ""
    assert visitor.get("/verify").one("input", id="code")["value"] == ""
    assert typed(visitor.get(HERE)) == "1234 5678", "it waits for its page"


def test_it_ends_after_ten_minutes(visitor: Visitor) -> None:
    visitor.post(HERE, TYPED)
    cookie = visitor.waiting()
    assert cookie
    with time_machine.travel(utcnow() + timedelta(minutes=11), tick=True):
        visitor.client.set_cookie(*cookie)
        assert typed(visitor.get(HERE)) == ""


def test_the_next_person_on_the_phone_does_not_see_it(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    visitor.post(HERE, TYPED)
    waiting = visitor.waiting()
    assert waiting
    other = whole.visitor()
    other.start()
    other.client.set_cookie(*waiting)
    assert typed(other.get(HERE)) == ""
    visitor.client.set_cookie("perille_left", "1")
    assert typed(visitor.get(HERE)) == "", "the page was left"


def test_leaving_and_coming_back_drop_it(visitor: Visitor) -> None:
    visitor.post(HERE, TYPED)
    visitor.post("/leave")
    assert visitor.waiting() is None
    visitor.client.set_cookie(COOKIE, "x")
    visitor.post("/en/resume/here")
    assert visitor.waiting() is None


@pytest.mark.parametrize("broken", ["", "x", "gAAAAA" * 50])
def test_a_broken_cookie_shows_an_empty_form(visitor: Visitor, broken: str) -> None:
    visitor.client.set_cookie(COOKIE, broken)
    assert (visitor.get(HERE).status, typed(visitor.get(HERE))) == (200, "")


@pytest.mark.parametrize("name", COOKIES)
@pytest.mark.parametrize("value", ["\xff\xfe", "caf\xc3\xa9", '"\\377"', ".", "a.b.c", "\x80" * 3000])
def test_bytes_that_no_cookie_of_ours_has_shut_nobody_out(whole: Whole, name: str, value: str) -> None:
    client = whole.app.test_client(use_cookies=False)
    for path in (HERE, "/en/", "/en/keep"):
        assert client.get(path, headers={"Cookie": f"{name}={value}"}).status_code == 200


@pytest.mark.parametrize("form", [{"code": "ب" * 20_000}, {f"f{n}": str(hash(n)) * 9 for n in range(900)}])
def test_what_no_page_sends_does_not_outgrow_a_cookie(visitor: Visitor, form: dict[str, str]) -> None:
    reply = visitor.client.post(HERE, data=form)
    assert reply.status_code == 303
    assert max(len(each) for each in reply.headers.getlist("Set-Cookie")) < 4096
    assert "Type the digits of your code." in visitor.get(HERE).text


def test_a_form_is_never_asked_of_a_browser_that_sent_none(visitor: Visitor) -> None:
    assert "Set-Cookie" not in visitor.get(HERE).headers
