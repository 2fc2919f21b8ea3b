"""Lists of a course on paper: what is shown at a counter, and the words of the country."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from support.release_tier import sampled
from support.watching import OpenPage

#: A language of the learner's, and that of the country.
COURSES = {"finland": ("so", "fi"), "sweden": ("ar", "sv"), "slovakia": ("uk", "sk")}
#: More words than this stand on a page of paper, the half-empty last one counted too.
_WORDS_A_PAGE = 20


@pytest.mark.parametrize("course", sampled(COURSES, ("sweden",), "another course on the same page"))
def test_a_word_list_wastes_no_paper(open_page: OpenPage, course: str) -> None:
    page = open_page(f"/{COURSES[course][0]}/courses/{course}/word-list", screen="wide")
    words = page.locator(".word-list dt").count()
    pages = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    assert words > 80
    assert len(pages) <= words / _WORDS_A_PAGE
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("second", ["", "?with=fi"])
def test_a_list_of_errands_leaves_no_page_half_empty(open_page: OpenPage, second: str) -> None:
    """No card is cut: tall ones would stand alone on their pages, as they did."""
    page = open_page(f"/ar/courses/finland/errands{second}", language="ar", screen="wide")
    cards = page.locator(".errands .errand").count()
    pages = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    assert cards > 15
    assert len(pages) <= cards / 2


@pytest.mark.parametrize("course", sampled(COURSES, ("sweden",), "another course on the same page"))
def test_a_list_of_errands_on_paper_is_in_both_languages_and_says_nothing_of_the_phone(
    open_page: OpenPage, course: str
) -> None:
    language, host = COURSES[course]
    page = open_page(f"/{language}/courses/{course}/errands?with={host}", screen="wide")
    titles = page.locator(".errand > .pair h2")
    page.emulate_media(media="print")
    assert titles.evaluate_all("all => all.filter(each => !each.checkVisibility()).length") == 0
    assert titles.count() == 2 * page.locator(".errand").count()
    assert page.locator("main > p.small").evaluate_all("all => all.filter(each => each.checkVisibility()).length") == 0
