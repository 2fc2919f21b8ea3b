"""A course is handed on with its title and summary; a sensitive one tells nothing of itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support.visitor import Page, Visitor
from support.whole import Whole

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def told(page: Page) -> dict[str, str]:
    """Return what a messenger reads of a page (Open Graph), by name."""
    return {each["property"][3:]: each["content"] for each in page.all("meta") if "property" in each.attributes}


def shared(page: Page) -> list[str]:
    """Return the addresses that buttons of a page hand on."""
    return [each["data-share"] for each in page.all("button") if "data-share" in each.attributes]


def test_a_messenger_shows_title_and_summary_in_the_language_of_the_address(visitor: Visitor) -> None:
    page = visitor.get("/ar/courses/way")
    found = told(page)
    assert found["title"] == page.heading
    assert found["description"] == page.all("p", class_="lead")[-1].words
    assert found["locale"] == "ar"
    # Which host a request names gets into no page that is kept for everybody.
    assert "url" not in found
    assert visitor.get("/ar/courses/way", Host="127.0.0.1").html == page.html


def test_with_an_address_of_its_own_the_site_names_it(make_whole: Callable[..., Whole]) -> None:
    found = told(make_whole(site_url="https://example.org/learn").visitor().get("/en/courses/way"))
    assert found["url"] == "https://example.org/learn/en/courses/way"
    assert found["image"].startswith("https://example.org/learn/static/")


def test_the_address_that_is_handed_on_has_nothing_of_who_does(visitor: Visitor) -> None:
    before = shared(visitor.get("/en/courses/way"))
    visitor.start()
    visitor.post("/en/courses/way/hello/next")
    assert shared(visitor.get("/en/courses/way")) == before == ["/en/courses/way"]


def test_a_sensitive_course_is_not_handed_on_and_described_to_nobody(visitor: Visitor) -> None:
    page = visitor.get("/en/courses/quiet")
    assert told(page) == {}
    assert shared(page) == []
    assert "share.js" not in page.html
