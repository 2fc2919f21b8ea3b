"""Every page that a link leads to, in every offered language: valid, accessible, quiet and in its place."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from perille.i18n import LANGUAGES, OFFERED
from support.crawl import crawl
from support.markup import accessibility_faults, html_faults
from support.site import Site
from support.watching import OpenPage


def own_pages(site: Site, language: str) -> dict[str, str]:
    """Return the pages of one language; links to the others are followed by their own run."""
    return crawl(site, f"/{language}/", within=f"/{language}/")


@pytest.mark.parametrize("language", OFFERED)
def test_pages_are_valid_and_say_which_language_they_are_in(site: Site, language: str) -> None:
    pages = own_pages(site, language)
    assert len(pages) >= 5
    assert html_faults(pages) == []
    for path, html in pages.items():
        opening = re.search(r"<html[^>]*>", html)
        assert opening, path
        assert f'lang="{language}"' in opening[0], path
        assert f'dir="{LANGUAGES[language].direction}"' in opening[0], path
        assert len(re.findall(r"<main\b", html)) == 1, path
        assert len(re.findall(r"<h1\b", html)) == 1, path
        assert 'id="quick-exit"' in html, path
        assert 'id="help"' in html, path


@pytest.mark.parametrize("screen", ["phone", "wide"])
@pytest.mark.parametrize("language", OFFERED)
def test_pages_break_no_rule_of_accessibility(site: Site, open_page: OpenPage, language: str, screen: str) -> None:
    page = open_page(f"/{language}/", language=language, screen=screen)
    faults = []
    for path in own_pages(site, language):
        page.goto(path)
        faults += accessibility_faults(page)
        faults += [] if fits(page) else [f"{path} is wider than the screen"]
    assert faults == []


@pytest.mark.parametrize("language", OFFERED)
def test_pages_fit_the_narrowest_phone(site: Site, open_page: OpenPage, language: str) -> None:
    page = open_page(f"/{language}/", language=language)
    page.set_viewport_size({"width": 320, "height": 640})
    wide = []
    for path in own_pages(site, language):
        page.goto(path)
        wide += [] if fits(page) else [path]
    assert wide == []


def fits(page: Page) -> bool:
    """Whether nobody has to move the page sideways."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wide <= 0
