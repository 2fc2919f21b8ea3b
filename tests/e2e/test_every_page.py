"""Every page that a link leads to, in every offered language: valid, accessible, quiet and in its place."""

from __future__ import annotations

import re
from functools import cache

import pytest
from playwright.sync_api import Page

from perille.core.i18n import LANGUAGES, OFFERED
from support.crawl import crawl, distinct
from support.markup import accessibility_faults, html_faults
from support.site import Site
from support.watching import OpenPage, Screen

#: The tests of a language run in one process (support/scheduling.py): links are followed there once.
LANGUAGE = pytest.mark.parametrize("language", OFFERED)


@cache
def own_pages(site: Site, language: str) -> dict[str, str]:
    """Return the pages of one language; links to the others are followed by their own run."""
    return crawl(site, f"/{language}/", within=f"/{language}/")


@cache
def kinds_of_pages(site: Site, language: str) -> list[str]:
    """Return pages of one language that show every kind of element there is."""
    return distinct(own_pages(site, language))


@LANGUAGE
def test_pages_are_valid_and_say_which_language_they_are_in(site: Site, language: str) -> None:
    pages = own_pages(site, language)
    assert len(pages) >= 5
    faults = html_faults(pages)
    assert faults == [], "\n".join(faults)
    for path, html in pages.items():
        opening = re.search(r"<html[^>]*>", html)
        assert opening, path
        assert f'lang="{language}"' in opening[0], path
        assert f'dir="{LANGUAGES[language].direction}"' in opening[0], path
        assert len(re.findall(r"<main\b", html)) == 1, path
        assert len(re.findall(r"<h1\b", html)) == 1, path
        assert 'id="quick-exit"' in html, path
        assert 'id="help"' in html, path


#: Every language on a phone; on a wide screen one in each direction: there a language changes no more than words.
SCREENS_OF_LANGUAGES = pytest.mark.parametrize(
    ("language", "screen"),
    [*((code, "phone") for code in OFFERED), ("en", "wide"), ("ar", "wide")],
)


@SCREENS_OF_LANGUAGES
def test_every_kind_of_element_breaks_no_rule_of_accessibility(
    site: Site, open_page: OpenPage, language: str, screen: Screen
) -> None:
    page = open_page(f"/{language}/", language=language, screen=screen)
    faults = []
    for path in kinds_of_pages(site, language):
        page.goto(path)
        faults += accessibility_faults(page) + too_wide(page)
    assert faults == [], "\n".join(faults)


@LANGUAGE
def test_pages_fit_the_narrowest_phone(site: Site, open_page: OpenPage, language: str) -> None:
    page = open_page(f"/{language}/", language=language)
    page.set_viewport_size({"width": 320, "height": 640})
    wide = []
    # A lesson's page for print has the words of all its screens.
    printed = [path for path in own_pages(site, language) if path.endswith("/print")]
    for path in {*kinds_of_pages(site, language), *printed}:
        page.goto(path, wait_until="domcontentloaded")
        wide += too_wide(page)
    assert wide == [], "\n".join(wide[:10])


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
