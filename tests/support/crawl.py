"""Following the links of a site, as a reader without script would."""

from __future__ import annotations

from collections import deque
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

from support.site import Site

#: The country whose pages are followed to their end.
_COUNTRY = "fi"


class _Kinds(HTMLParser):
    """Collects which kinds of elements a page has: name, classes, and which attributes are set."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[tuple[str, str, tuple[str, ...]]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the kind of one element."""
        values = dict(attrs)
        self.found.add((tag, values.get("class") or "", tuple(sorted(values))))


def distinct(pages: dict[str, str]) -> list[str]:
    """Return the pages that show a kind of element which none before them shows: together they show all kinds."""
    seen: set[tuple[str, str, tuple[str, ...]]] = set()
    chosen = []
    for path, html in pages.items():
        reader = _Kinds()
        reader.feed(html)
        if reader.found - seen:
            chosen.append(path)
            seen |= reader.found
    return chosen


class _Links(HTMLParser):
    """Collects where the links of a page lead."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the address of a link; one that is for saving a file is no page."""
        values = dict(attrs)
        if tag == "a" and values.get("href") and "download" not in values:
            self.found.append(values["href"] or "")


def links(html: str, base: str) -> list[str]:
    """Return the addresses that a page leads to, without the part after #."""
    reader = _Links()
    reader.feed(html)
    return [urldefrag(urljoin(base, each)).url for each in reader.found]


def crawl(site: Site, start: str, *, within: str = "/", most: int = 5000) -> dict[str, str]:
    """Return path -> HTML of every page whose path begins with *within* and that links lead to from *start*.

    Links that lead nowhere fail all together, each with a page on which it stands.
    """
    pages: dict[str, str] = {}
    dead: list[str] = []
    waiting = deque([start])
    found_on = {start: ""}
    while waiting:
        assert len(found_on) < most, "the site has no end"
        path = waiting.popleft()
        status, body = site.get(path)
        if status != 200:
            dead.append(f"{path} answers {status}; linked from {found_on[path]}")
        elif body.lstrip().lower().startswith("<!doctype html"):
            pages[path] = body
            for each in _nearby(links(body, site.url + path), site.url + within):
                if each not in found_on:
                    found_on[each] = path
                    waiting.append(each)
    assert dead == [], "\n".join(dead)
    return pages


def _nearby(addresses: list[str], within: str) -> list[str]:
    """Return path and query of the addresses that begin with *within* and are worth a look."""
    parts = [urlsplit(each) for each in addresses if each.startswith(within)]
    return [f"{each.path}?{each.query}" if each.query else each.path for each in parts if _worth_a_look(each.query)]


def _worth_a_look(query: str) -> bool:
    """Whether a page differs from others in more than words.

    A second language beside the first, and a country after the first one, are followed to the first screen of a lesson.
    """
    chosen = dict(parse_qsl(query))
    varied = "with" in chosen or chosen.get("in", _COUNTRY) != _COUNTRY
    return not (varied and "screen" in chosen) and not ("with" in chosen and "in" in chosen)
