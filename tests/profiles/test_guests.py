"""A guest on a phone of others: nothing of the visit is kept, what others learn there is asleep meanwhile, and is there afterwards."""

from __future__ import annotations

import pytest

from perille.core.web.guest import COOKIE
from support.visitor import Page, Visitor
from support.whole import Whole

COURSE = "/en/courses/way"
BEGIN = "/en/guest?to=courses/way"


@pytest.fixture
def guest(whole: Whole, visitor: Visitor) -> Visitor:
    """Somebody has done a lesson on this phone; now a guest has it."""
    visitor.start()
    visitor.post(f"{COURSE}/hello/next")
    assert visitor.post(BEGIN).location == f"{COURSE}/hello"
    return visitor


def test_the_page_of_a_course_and_that_of_a_shared_phone_offer_a_visit(visitor: Visitor) -> None:
    assert visitor.get(COURSE).one("form", action="/en/guest?to=courses/way").words.startswith("Learn as a guest")
    visitor.start()
    page = visitor.get("/en/whose")
    assert page.one("form", action="/en/guest").words.startswith("Learn as a guest")
    assert visitor.post("/en/guest").location == "/en/"


def test_before_a_visit_stands_what_the_site_cannot_keep_from_being_kept(visitor: Visitor) -> None:
    said = "The list of pages that your browser keeps"
    assert said in visitor.get(COURSE).one("form", action="/en/guest?to=courses/way").words
    visitor.start()
    assert said in visitor.get("/en/whose").one("form", action="/en/guest").words


def test_what_a_guest_does_is_kept_nowhere(whole: Whole, guest: Visitor) -> None:
    before, learner = whole.counts(), guest.cookie()
    page = guest.get(COURSE)
    assert page.one("h1")["data-progress"] == "none", "what the owner did is shown to nobody else"
    assert page.all("details", class_="menu inline take") == []
    assert guest.post(f"{COURSE}/start").location == f"{COURSE}/hello"
    guest.post(f"{COURSE}/hello/next")
    guest.post(f"{COURSE}/resume", {"unit": "hello", "screen": "2"})
    guest.post("/queue", {})
    assert whole.counts() == before
    assert guest.cookie() == learner


def test_no_page_tells_a_guest_that_others_have_no_progress_here(guest: Visitor) -> None:
    assert "There is no progress on this phone" not in guest.get("/en/whose").text
    assert "There is nothing to keep yet" not in guest.get("/en/keep").text
    guest.post("/en/guest/end")
    assert guest.get("/en/whose").all("button", class_="who who-open")


@pytest.mark.parametrize("path", ["", "/courses/way", "/courses/way/hello", "/whose", "/privacy"])
def test_no_page_of_a_guest_stays_in_the_browser_and_each_has_the_way_out_of_the_visit(
    guest: Visitor, path: str
) -> None:
    page = guest.get(f"/en{path or '/'}")
    assert (page.status, page.headers["Cache-Control"], page.headers["Perille"]) == (200, "no-store", "own")
    root = page.one("html")
    assert "data-guest" in root.attributes
    assert "data-keep" not in root.attributes
    assert page.one("form", action="/en/guest/end").words.endswith("End the visit")


def test_the_end_of_a_visit_brings_back_the_owner_and_how_pages_looked(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    visitor.post(f"{COURSE}/hello/next")
    visitor.client.set_cookie("perille_look", "large")
    visitor.post(BEGIN)
    visitor.client.set_cookie("perille_look", "strong")
    assert visitor.get(COURSE).one("html")["data-look"] == "strong"
    ended = visitor.post("/en/guest/end")
    assert ended.headers["Clear-Site-Data"] == '"cache"'
    assert visitor.cookie(COOKIE) is None
    assert visitor.cookie("perille_look") == "large"
    page = visitor.get(COURSE)
    assert page.one("h1")["data-progress"].startswith("1 ")
    assert "data-guest" not in page.one("html").attributes


def test_the_cookie_of_a_visit_goes_with_the_window_and_a_second_press_changes_nothing(visitor: Visitor) -> None:
    def given(page: Page) -> list[str]:
        return [each for each in page.headers.getlist("Set-Cookie") if each.startswith(COOKIE)]

    (cookie,) = given(visitor.post(BEGIN))
    assert "max-age" not in cookie.lower()
    assert "expires" not in cookie.lower()
    assert given(visitor.post(BEGIN)) == []
    assert visitor.post("/en/guest?to=courses/none").status == 404
    assert visitor.post("/en/guest?to=https://elsewhere.example/").location == "/en/"
    assert visitor.post("/en/guest/end").status == 303
    assert visitor.post("/en/guest/end").status == 303, "a visit that is over ends once more without a fault"


def test_whoever_opens_their_progress_ends_the_visit(whole: Whole, guest: Visitor) -> None:
    guest.post("/en/resume/here")
    assert guest.cookie(COOKIE) is None
    assert guest.get(COURSE).one("h1")["data-progress"].startswith("1 ")


def test_a_profile_with_three_pictures_asks_for_them_after_a_visit(visitor: Visitor) -> None:
    visitor.start()
    visitor.client.set_cookie("perille_unlocked", "pressed")
    visitor.post(BEGIN)
    assert visitor.cookie("perille_unlocked") is None


@pytest.mark.parametrize("pressed", [{}, {"quiet": "1"}], ids=["without script", "with script"])
def test_a_guest_who_leaves_quickly_leaves_no_word_of_the_visit_and_the_owner_finds_everything(
    guest: Visitor, pressed: dict[str, str]
) -> None:
    guest.post("/leave", pressed)
    assert guest.cookie(COOKIE) is None
    assert guest.cookie("perille_left") == "1"
    guest.client.delete_cookie("perille_just_left")
    page = guest.get(COURSE)
    assert "data-guest" not in page.one("html").attributes
    assert page.one("h1")["data-progress"] == "none"
    guest.post("/en/resume/here")
    assert guest.get(COURSE).one("h1")["data-progress"].startswith("1 ")


def test_a_guest_reads_that_learners_get_the_certificate_and_not_that_there_is_none(visitor: Visitor) -> None:
    visitor.post(BEGIN)
    page = visitor.get(f"{COURSE}/certificate")
    assert page.status == 200
    assert "Learners get it at the end of the course. Nothing of what you do here is kept" in page.text
    assert visitor.get(f"{COURSE}/certificate.pdf").status == 404
