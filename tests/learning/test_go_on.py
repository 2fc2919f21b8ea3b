"""One truth about progress: "Go on" leads to one place, and no page shows as done what is not."""

from __future__ import annotations

import pytest

from support.visitor import Page, Visitor

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
COURSE = "/en/courses/way"


def stations(page: Page) -> list[str]:
    """Return the states of the small way in the head of a lesson."""
    spans = [tag for tag in page.all("span") if tag.parents and tag.parents[-1].attributes.get("class") == "stations"]
    return [tag["class"] for tag in spans]


def test_a_lesson_opened_by_its_address_shows_no_station_before_it_as_done(visitor: Visitor) -> None:
    assert stations(visitor.get(f"{COURSE}/second")) == ["ahead", "here", "ahead"]
    assert stations(visitor.get(f"{COURSE}/check")) == ["ahead", "ahead", "here"]


def test_the_list_at_the_side_says_what_the_small_way_says(visitor: Visitor) -> None:
    page = visitor.get(f"{COURSE}/second")
    side = [tag["class"] for tag in page.all("li") if tag.parents[-1].attributes.get("class") == "way small-way"]
    assert side == stations(page)


@pytest.mark.parametrize(
    ("unit", "screen", "place"),
    [
        ("hello", "2", f"{COURSE}/hello?screen=2"),
        ("second", "1", f"{COURSE}/second"),
        ("check", "1", f"{COURSE}/check"),
    ],
)
def test_go_on_leads_from_home_and_from_the_course_to_the_same_place(
    visitor: Visitor, unit: str, screen: str, place: str
) -> None:
    visitor.start()
    visitor.post(f"{COURSE}/resume", {"unit": unit, "screen": screen})
    assert visitor.get(visitor.get("/en/").one("a", rel="next")["href"]).location == place
    assert visitor.get(COURSE).one("a", rel="next")["href"] == place


def test_pages_with_progress_are_kept_by_no_browser(visitor: Visitor) -> None:
    visitor.start()
    before = visitor.get(COURSE)
    assert before.headers["Cache-Control"] == visitor.get("/en/").headers["Cache-Control"] == "no-store"
    visitor.post(f"{COURSE}/hello/next")
    assert visitor.get(COURSE).one("h1")["data-progress"] != before.one("h1")["data-progress"]


def test_at_the_end_every_page_leads_to_the_certificate(visitor: Visitor) -> None:
    visitor.start()
    for lesson in ("hello", "second"):
        visitor.post(f"{COURSE}/{lesson}/next")
    for item in ("one", "two"):
        visitor.answer(f"{COURSE}/check", item, "a")
    certificate = f"{COURSE}/certificate"
    course = visitor.get(COURSE).one("a", class_="main", rel="next")
    assert (course["href"], course.words) == (certificate, "Get your certificate")
    home = visitor.get("/en/").one("a", class_="main", rel="next")
    assert home.words.startswith("Get your certificate:")
    assert visitor.get(home["href"]).location == certificate


def test_who_passed_the_test_first_goes_on_with_the_lessons(visitor: Visitor) -> None:
    visitor.start()
    for item in ("one", "two"):
        visitor.answer(f"{COURSE}/check", item, "a")
    assert visitor.get(COURSE).one("a", rel="next")["href"] == f"{COURSE}/hello"
    visitor.post(f"{COURSE}/second/next")
    visitor.post(f"{COURSE}/resume", {"unit": "check", "screen": "1"})
    assert visitor.get(f"{COURSE}/resume").location == f"{COURSE}/hello"
