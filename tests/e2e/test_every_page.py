"""Pages that show every kind of element: accessible, and no wider than the screen."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from playwright.sync_api import Page

from perille.core.i18n import OFFERED
from support.every_page import kinds_of_pages, printed_pages
from support.markup import accessibility_faults
from support.watching import OpenPage, Screen

#: One language of each direction, as the others change no more than words, and each screen once.
SCREENS_OF_DIRECTIONS = pytest.mark.parametrize(("language", "screen"), [("ar", "phone"), ("en", "wide")])
#: On how many pages of each language the longest words are looked at.
_LONGEST = 12
_WORD = re.compile(r"\w+")


@SCREENS_OF_DIRECTIONS
def test_every_kind_of_element_breaks_no_rule_of_accessibility(
    open_page: OpenPage, language: str, screen: Screen
) -> None:
    page = open_page(f"/{language}/", language=language, screen=screen)
    faults = []
    for path in kinds_of_pages(language):
        page.goto(path)
        faults += accessibility_faults(page) + too_wide(page)
    assert faults == [], "\n".join(faults)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_kind_of_element_fits_the_narrowest_phone(open_page: OpenPage, language: str) -> None:
    assert wide_pages(open_page, language, kinds_of_pages(language)) == []


@pytest.mark.parametrize("language", OFFERED)
def test_the_longest_words_fit_the_narrowest_phone(open_page: OpenPage, language: str) -> None:
    page = open_page(f"/{language}/", language=language)
    assert wide_pages(open_page, language, with_longest_words(page, printed_pages(language))) == []


def with_longest_words(page: Page, paths: Sequence[str]) -> list[str]:
    """Return the pages with the longest words."""
    longest = {path: max(map(len, _WORD.findall(_text(page, path)))) for path in paths}
    return sorted(longest, key=lambda path: (-longest[path], path))[:_LONGEST]


def _text(page: Page, path: str) -> str:
    return re.sub(r"<[^>]*>", " ", page.request.get(path).text())


def wide_pages(open_page: OpenPage, language: str, paths: Sequence[str]) -> list[str]:
    """Say which pages are wider than a window of 320 pixels."""
    page = open_page(f"/{language}/", language=language)
    page.set_viewport_size({"width": 320, "height": 640})
    wide = []
    for path in paths:
        page.goto(path, wait_until="domcontentloaded")
        wide += too_wide(page)
    return wide


def too_wide(page: Page) -> list[str]:
    """Say where somebody has to move the page sideways, and what sticks out."""
    out: list[str] = page.evaluate(
        """() => {
            const edge = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= edge) return [];
            return [...document.querySelectorAll("body *")]
                .filter((each) => each.getBoundingClientRect().right > edge || each.getBoundingClientRect().left < 0)
                .slice(0, 3).map((each) => `${each.tagName}.${each.className}`);
        }"""
    )
    return [f"{page.url} is wider than the screen: {', '.join(out)}"] if out else []
