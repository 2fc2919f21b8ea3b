"""Every page that a link leads to is there, valid and in its place. These need no browser."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import urlsplit

import pytest

from perille.core.i18n import LANGUAGES, OFFERED, SOURCE_LANGUAGE
from support.crawl import links, nested, told_apart
from support.every_page import LOOKED_AT, NearSite, english_of, english_pages, pages_of
from support.markup import html_faults
from support.places import EVERYTHING
from support.release_tier import sampled

_ID = re.compile(r'\sid="([^"]*)"')
_OTHERS = tuple(each for each in OFFERED if each != SOURCE_LANGUAGE)


def misplaced(path: str, html: str, language: str) -> list[str]:
    """Say what a page lacks that every page has, or has twice."""
    opening = re.search(r"<html[^>]*>", html)
    direction = LANGUAGES[language].direction
    right = {
        "its language": opening is not None and f'lang="{language}"' in opening[0],
        "its direction": opening is not None and f'dir="{direction}"' in opening[0],
        "one main part": len(re.findall(r"<main\b", html)) == 1,
        "one heading": len(re.findall(r"<h1\b", html)) == 1,
        "the way out": 'id="quick-exit"' in html,
        "help": 'id="help"' in html,
        "names of its own for its parts": max(Counter(_ID.findall(html)).values(), default=1) == 1,
    }
    return [f"{path}: {what}" for what, there in right.items() if not there]


def test_every_link_leads_somewhere_and_every_page_is_in_its_place() -> None:
    pages = english_pages()
    assert len(pages) > 1000
    assert [fault for path, html in pages.items() for fault in misplaced(path, html, SOURCE_LANGUAGE)] == []


def test_what_is_missing_from_a_page_is_said() -> None:
    whole = '<html lang="ar" dir="rtl"><main><h1>A</h1><p id="help"></p><p id="quick-exit"></p></main></html>'
    assert misplaced("/ar/", whole, "ar") == []
    assert misplaced("/ar/", whole, "fi") == ["/ar/: its language", "/ar/: its direction"]
    assert misplaced("/ar/", whole.replace("quick-exit", "help"), "ar") == [
        "/ar/: the way out",
        "/ar/: names of its own for its parts",
    ]


@pytest.mark.parametrize("language", sampled(_OTHERS, LOOKED_AT, "the same pages with other words"))
def test_pages_of_other_languages_are_in_their_place_and_lead_where_the_english_ones_do(
    language: str,
) -> None:
    known = {path.partition("?")[0] for path in english_pages()}
    faults = []
    for path, html in pages_of(language).items():
        faults += misplaced(path, html, language)
        for link in links(html, NearSite.url + path):
            target = urlsplit(link).path
            if link.startswith(f"{NearSite.url}/{language}/") and english_of(target) not in known:
                faults.append(f"{path} leads to {target}")
    assert faults == [], "\n".join(faults[:20])


def test_elements_and_words_of_every_language_are_valid() -> None:
    """One run of the validator for all languages: it starts slowly. English whole, of the others what tells them apart."""
    others = _OTHERS if EVERYTHING else LOOKED_AT
    chosen = dict(pages_of(SOURCE_LANGUAGE))
    seen = set().union(*map(nested, chosen.values()))
    for turn, language in enumerate(others):
        chosen |= told_apart(pages_of(language), seen, turn, len(others))
    assert {path.split("/")[1] for path in chosen} == {SOURCE_LANGUAGE, *others}
    faults = html_faults(chosen)
    assert faults == [], "\n".join(faults[:20])
