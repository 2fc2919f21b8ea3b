"""Pages that show every kind of element: accessible, and no wider than the screen."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from playwright.sync_api import Page, ViewportSize

from perille.core.i18n import OFFERED
from support.crawl import distinct, kinds
from support.every_page import LOOKED_AT, kinds_of_pages, pages_of, printed_pages
from support.markup import accessibility_faults, bring_rules
from support.places import EVERYTHING
from support.release_tier import sampled
from support.watching import SCREENS_OF_DIRECTIONS, OpenPage, Screen

#: A screen 320 pixels wide, which is also a wide one at 400 per cent (WCAG 2.2, 1.4.10).
NARROWEST: ViewportSize = {"width": 320, "height": 640}
WIDE: ViewportSize = {"width": 1280, "height": 800}
#: How many pages each run looks at on a wide screen, too: what style sheets say for it alone is seen on the richest ones.
_ALSO_WIDE = 4
#: On how many pages of each language the longest words are looked at: a sixth page has shorter ones than five of its kind.
_LONGEST = 12 if EVERYTHING else 5
_WORD = re.compile(r"\w+")


@SCREENS_OF_DIRECTIONS
def test_every_kind_of_element_breaks_no_rule_of_accessibility_and_fits_the_narrowest_phone(
    open_page: OpenPage, language: str, screen: Screen
) -> None:
    # What a worker keeps is served by it as it came: how a page looks is not its doing.
    page = open_page(f"/{language}/", language=language, screen=screen, workers=False)
    bring_rules(page)
    whole = page.viewport_size
    assert whole is not None
    faults = []
    paths = kinds_of_pages(language)
    # Each run lets the rules look at each kind of element, but not again in every other.
    ruled = paths if EVERYTHING else distinct({each: pages_of(language)[each] for each in paths}, kinds)
    also_wide = sorted(ruled, key=lambda path: -len(kinds(pages_of(language)[path])))[:_ALSO_WIDE]
    for path in paths:
        page.set_viewport_size(whole)
        page.goto(path)
        faults += too_wide(page) + (accessibility_faults(page) if path in ruled else [])
        page.set_viewport_size(NARROWEST)
        faults += too_wide(page)
        if path in also_wide:
            page.set_viewport_size(WIDE)
            faults += too_wide(page) + accessibility_faults(page)
    assert faults == [], "\n".join(faults)


@pytest.mark.parametrize("language", sampled(OFFERED, LOOKED_AT, "the same pages with other words"))
def test_the_longest_words_fit_the_narrowest_phone(open_page: OpenPage, language: str) -> None:
    assert wide_pages(open_page, language, with_longest_words(language)) == []


def with_longest_words(language: str) -> list[str]:
    """Return the pages for print with the longest words."""
    pages, printed = pages_of(language), printed_pages(language)
    longest = {path: max(map(len, _WORD.findall(re.sub(r"<[^>]*>", " ", pages[path])))) for path in printed}
    return sorted(longest, key=lambda path: (-longest[path], path))[:_LONGEST]


def wide_pages(open_page: OpenPage, language: str, paths: Sequence[str]) -> list[str]:
    """Say which pages are wider than a window of 320 pixels."""
    page = open_page(f"/{language}/", language=language, workers=False)
    page.set_viewport_size(NARROWEST)
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
