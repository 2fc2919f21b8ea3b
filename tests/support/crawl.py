"""Following the links of a site, as a reader without script would."""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Callable, Hashable, Set
from functools import cache
from typing import Protocol
from urllib.parse import parse_qsl, urldefrag, urljoin

from support.html import VOID, read_html

#: The country whose pages are followed to their end, and the second language in which a big screen is looked at.
_COUNTRY = "fi"
_SECOND = "ar"
_HOME = ("in", _COUNTRY)
#: The pack that a page belongs to, and the last words of addresses by which a pack's pages are told apart.
_PACK = re.compile(r"/[^/]+/(?:courses|modules)/[^/?]+")
_KINDS = frozenset({"print", "room", "module-test", "safety-check", "word-list", "errands"})
#: A tag that begins an element. Our pages write ">" in a value as a reference, so that the first one ends the tag.
_TAG = re.compile(r"<[a-zA-Z][^>]*>")
#: The same, and a tag that ends one.
_ANY_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^>]*>")
Kind = tuple[str, str, tuple[str, ...]]
#: A kind of element, after that of the one it stands in.
Nested = tuple[Kind | None, Kind]


class Answering(Protocol):
    """A site that can be asked: one that runs, or an application in this process."""

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""

    def get(self, path: str) -> tuple[int, str]:
        """Ask for a page; return status and body."""


@cache
def _kind(tag: str) -> Kind:
    """Return the kind of an element: name, classes, and which attributes are set. Many pages have the same tags."""
    (read,) = read_html(tag)
    return read.name, read.attributes.get("class", ""), tuple(sorted(read.attributes))


@cache
def _address(tag: str) -> str | None:
    """Return where a tag leads to, if it is a link; one that is for saving a file leads to no page."""
    if not tag.startswith(("<a ", "<A ")):
        return None
    (read,) = read_html(tag)
    return None if read.has("download") else read.attributes.get("href")


def distinct(pages: dict[str, str], read: Callable[[str], Set[Hashable]] | None = None) -> list[str]:
    """Return few pages, in their order, that together show all that is *read* in them: every kind of element in every other.

    Those that show most come first into the choice, so that half as many are enough as if each that shows something new were taken.
    """
    shown = {path: (read or nested)(html) for path, html in pages.items()}
    left: set[Hashable] = set().union(*shown.values())
    chosen = set()
    while left:
        best = max(shown, key=lambda path: len(shown[path] & left))  # of equals the first
        chosen.add(best)
        left -= shown[best]
        shown = {path: kinds for path, kinds in shown.items() if kinds & left}
    return [path for path in pages if path in chosen]


def told_apart(pages: dict[str, str], seen: set[Nested], turn: int, turns: int) -> dict[str, str]:
    """Return the pages of a language that are to be read when those of others have been read, and add what they show to *seen*.

    These are the ones with a kind of element in another that is not in *seen*, where a translation has mark-up of its own, and
    of the others each that has its *turn*: the first of *turns* languages has the first page, the second language the second.
    `TESTS_EVERY_PAGE=1` returns all.
    """
    chosen = {}
    for number, (path, html) in enumerate(pages.items()):
        shown = nested(html)
        if "TESTS_EVERY_PAGE" in os.environ or number % turns == turn or not shown <= seen:
            chosen[path] = html
            seen |= shown
    return chosen


def nested(html: str) -> set[Nested]:
    """Return the kinds of a page's elements, each with the kind of the element that it stands in."""
    found: set[Nested] = set()
    above: list[Kind | None] = [None]
    for tag in _ANY_TAG.finditer(html):
        if tag[1]:
            if len(above) > 1:
                above.pop()
            continue
        kind = _kind(tag[0])
        found.add((above[-1], kind))
        if tag[2].lower() not in VOID and not tag[0].endswith("/>"):
            above.append(kind)
    return found


def kinds(html: str) -> set[Kind]:
    """Return the kinds of a page's elements, whatever they stand in."""
    return {kind for _above, kind in nested(html)}


def links(html: str, base: str) -> list[str]:
    """Return the addresses that a page leads to, without the part after #."""
    origin = urljoin(base, "/")
    addresses = (_address(tag) for tag in _TAG.findall(html))
    return [_join(origin if each.startswith("/") else base, each) for each in addresses if each]


@cache
def _join(base: str, address: str) -> str:
    return urldefrag(urljoin(base, address)).url


def crawl(site: Answering, start: str, *, within: str = "/", most: int = 5000) -> dict[str, str]:
    """Return path -> HTML of every page whose path begins with *within* and that links lead to from *start*.

    Links that lead nowhere fail all together, each with a page on which it stands.
    """
    pages: dict[str, str] = {}
    dead: list[str] = []
    sample = Sample()
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
            for each in links(body, site.url + path):
                near = each.removeprefix(site.url)
                if each.startswith(site.url + within) and near not in found_on and sample.takes(near):
                    found_on[near] = path
                    waiting.append(near)
    assert dead == [], "\n".join(dead)
    return pages


class Sample:
    """Which pages differ from others in more than words, so that a crawl of each test run follows a link to them.

    Every page is looked at as it stands, and once with a second language beside it and once for another country, where it has them.
    Each pack's pages of a kind (lesson, print, big screen, test) are looked at with each second language and for each country once: a
    further one of the same has other words on the same page. These two are not looked at together, nor past the first screen of a lesson.
    `TESTS_EVERY_PAGE=1` takes all second languages and countries. A big screen has the words of the page for print: one country and one
    second language show how it stands.
    """

    def __init__(self, *, every: bool | None = None) -> None:
        self._every = "TESTS_EVERY_PAGE" in os.environ if every is None else every
        self._seen: set[tuple[str, ...]] = set()

    def takes(self, path: str) -> bool:
        """Whether to look at a page, by path and query."""
        page, _, query = path.partition("?")
        chosen = dict(parse_qsl(query))
        room = page.endswith("/room")
        if room and (chosen.get("in", _COUNTRY), chosen.get("with", _SECOND)) != (_COUNTRY, _SECOND):
            return False
        varied = {name: chosen[name] for name in ("with", "in") if name in chosen and (name, chosen[name]) != _HOME}
        if (varied or room) and "screen" in chosen or {"with", "in"} <= chosen.keys():
            return False
        return self._every or all(self._is_new(page, *each) for each in varied.items())

    def _is_new(self, page: str, name: str, value: str) -> bool:
        """Whether a variant says something that no page before it has, and keep it in mind."""
        found = _PACK.match(page)
        pack = found[0] if found else ""
        last = page.rpartition("/")[2]
        kind = last if page == pack or last in _KINDS else "lesson"
        says = {(name, pack, kind, value), (name, page)}
        new = not says <= self._seen
        self._seen |= says
        return new
