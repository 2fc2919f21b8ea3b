"""Following the links of a site, as a reader without script would."""

from __future__ import annotations

import re
from collections import deque
from functools import cache
from typing import Protocol
from urllib.parse import parse_qsl, urldefrag, urljoin

from support.html import VOID, read_html

#: The country whose pages are followed to their end, and the second language in which a big screen is looked at.
_COUNTRY = "fi"
_SECOND = "ar"
#: A tag that begins an element. Our pages write ">" in a value as a reference, so that the first one ends the tag.
_TAG = re.compile(r"<[a-zA-Z][^>]*>")
#: The same, and a tag that ends one.
_ANY_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^>]*>")
Kind = tuple[str, str, tuple[str, ...]]


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


def distinct(pages: dict[str, str]) -> list[str]:
    """Return pages that together show all there is: each shows a kind of element, or one in another, that none before it shows."""
    seen: set[tuple[Kind | None, Kind]] = set()
    chosen = []
    for path, html in pages.items():
        found = nested(html)
        if found - seen:
            chosen.append(path)
            seen |= found
    return chosen


def nested(html: str) -> set[tuple[Kind | None, Kind]]:
    """Return the kinds of a page's elements, each with the kind of the element that it stands in."""
    found: set[tuple[Kind | None, Kind]] = set()
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
                if each.startswith(site.url + within) and near not in found_on and _worth_a_look(near):
                    found_on[near] = path
                    waiting.append(near)
    assert dead == [], "\n".join(dead)
    return pages


def _worth_a_look(path: str) -> bool:
    """Whether a page, by path and query, differs from others in more than words.

    A second language beside the first, a country after the first one, and the big screen of a room are followed to the
    first screen of a lesson. A big screen has the words of the page for print: one country and one second language show how it stands.
    """
    page, _, query = path.partition("?")
    chosen = dict(parse_qsl(query))
    if page.endswith("/room") and (chosen.get("in", _COUNTRY), chosen.get("with", _SECOND)) != (_COUNTRY, _SECOND):
        return False
    varied = "with" in chosen or chosen.get("in", _COUNTRY) != _COUNTRY or page.endswith("/room")
    return not (varied and "screen" in chosen) and not ("with" in chosen and "in" in chosen)
