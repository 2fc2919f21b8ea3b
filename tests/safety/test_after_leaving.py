"""Back after leaving without script: the browser asks again, and the server tells that from a fresh press."""

from __future__ import annotations

import pytest

from support.visitor import Page, Visitor

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
COURSE = "/en/courses/way"
#: What Chromium 156 sends for a link that is pressed, for Back to such a page, for a typed address and Back to it, as seen.
PRESSED = {"Sec_Fetch_Mode": "navigate", "Sec_Fetch_Site": "same-origin", "Sec_Fetch_User": "?1"}
BACK = {"Sec_Fetch_Mode": "navigate", "Sec_Fetch_Site": "same-origin"}
TYPED = {"Sec_Fetch_Mode": "navigate", "Sec_Fetch_Site": "none", "Sec_Fetch_User": "?1"}
LESSON = f"{COURSE}/hello"


def covered(page: Page) -> bool:
    return (page.status, page.location, page.headers["Cache-Control"]) == (303, "/today", "no-store")


@pytest.fixture
def left(visitor: Visitor) -> Visitor:
    """Somebody who opened a lesson and pressed the exit of a page without script."""
    visitor.start()
    visitor.get(LESSON, **PRESSED)
    assert visitor.post("/leave").headers["Clear-Site-Data"] == '"cache"'
    return visitor


@pytest.mark.parametrize("path", [LESSON, COURSE, f"{COURSE}/check?item=one", "/en/", "/en/help", "/en/keep"])
def test_back_leads_to_the_calendar(left: Visitor, path: str) -> None:
    assert covered(left.get(path, **BACK))


@pytest.mark.parametrize("path", [LESSON, COURSE, f"{COURSE}/certificate", f"{COURSE}/errands", f"{COURSE}/word-list"])
def test_a_course_that_was_typed_in_is_not_shown_either(left: Visitor, path: str) -> None:
    assert covered(left.get(path, **TYPED))


@pytest.mark.parametrize("path", ["/en/", "/en/help", "/en/resume", "/verify", "/today"])
def test_whoever_comes_next_finds_the_first_page_and_help(left: Visitor, path: str) -> None:
    assert left.get(path, **TYPED).status == 200


def test_a_fresh_press_opens_a_course_as_a_stranger_sees_it(left: Visitor) -> None:
    page = left.get(COURSE, **PRESSED)
    assert page.status == 200
    assert page.one("button", class_="main").words == "Start the course"


def test_after_ten_minutes_and_after_coming_back_all_is_as_always(left: Visitor) -> None:
    left.post("/en/resume/here")
    assert left.get(LESSON, **BACK).status == 200
    left.post("/leave")
    cookie = left.client.get_cookie("perille_just_left")
    assert cookie is not None
    assert (cookie.max_age, cookie.http_only) == (600, True)
    left.client.delete_cookie("perille_just_left")
    assert left.get(LESSON, **BACK).status == 200


def test_nobody_else_notices_it(visitor: Visitor) -> None:
    assert visitor.get(LESSON, **BACK).status == 200
    visitor.post("/leave", {"quiet": "1"})
    assert visitor.get(LESSON, **BACK).status == 200, "with script the page covers itself"


@pytest.mark.parametrize("path", [LESSON, f"{COURSE}/check?item=one", f"{COURSE}/errands"])
def test_where_a_browser_does_not_say_how_it_came_no_page_of_a_course_is_shown(left: Visitor, path: str) -> None:
    # Chromium before 76, and any browser on a site without https: this may be Back.
    assert covered(left.get(path))
    assert left.get(COURSE).location == "/today"
    for open_path in ("/en/", "/en/courses", "/en/help", "/en/resume"):
        assert left.get(open_path).status == 200
        assert left.get(open_path).all("a", rel="next") == []
    # Whoever starts or comes back is here on purpose.
    left.start()
    assert left.get(path).status == 200


def test_such_a_browser_that_nobody_left_sees_every_course(visitor: Visitor) -> None:
    visitor.start()
    assert visitor.get(LESSON).status == 200
