"""No page of the Studio offers somebody a way or a press that the server refuses to them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from urllib.parse import urljoin, urlsplit

import pytest

from perille.people.models import Role
from studio.author import Author, photograph
from studio.harbour_course import CHOICE, GAPS, LESSON, PLAY, TEXT
from support.html import Tag
from support.visitor import Page

MakeAuthor = Callable[..., Author]
#: A press: the address it goes to, its fields, and the page it stands on.
Press = tuple[str, tuple[tuple[str, str], ...], str]


@pytest.fixture
def course(author: Author) -> Author:
    """A draft that has some of everything: all presses stand somewhere."""
    author.begin("Harbour")
    for question in (CHOICE, PLAY, GAPS):
        author.send("questions/new", question)
    author.send(f"{LESSON}/source", {"source": TEXT, "revision": "4", "screen": "1"})
    author.send("translations", {"language": "fi"})
    author.send("pictures", {"description": "Ships"}, picture=(io.BytesIO(photograph()), "photo.jpg"))
    form = author.form_of(author.get(LESSON), 0)
    author.send(f"{LESSON}/comment", {**form, "words": "Which harbour?"})
    author.send("review")
    return author


def ways(page: Page, address: str) -> Iterator[str]:
    """Yield the pages of the Studio to which a page leads."""
    for tag in page.all("a"):
        path = urlsplit(urljoin(address, tag.attributes.get("href", "")))
        if path.path.startswith("/en/studio"):
            yield path.path + (f"?{path.query}" if path.query else "")


def presses(page: Page, address: str) -> Iterator[Press]:
    """Yield each press of a page once, with what its form holds."""
    for form in page.all("form"):
        if form.attributes.get("method") != "post" or not form.attributes.get("action", "").startswith("/en/studio"):
            continue
        fields = tuple(sorted(_fields(page, form)))
        inside = [tag for tag in page.all("button") if form in tag.parents and tag.attributes.get("type") != "button"]
        for button in inside:
            own = ((button["name"], button.attributes.get("value", "")),) if button.has("name") else ()
            yield button.attributes.get("formaction") or form["action"], (*fields, *own), address


def _fields(page: Page, form: Tag) -> Iterator[tuple[str, str]]:
    for tag in page.tags:
        if form in tag.parents and tag.has("name") and tag.attributes.get("type") not in ("file", "checkbox", "radio"):
            if tag.name == "input":
                yield tag["name"], tag.attributes.get("value", "")
            elif tag.name == "textarea":
                yield tag["name"], tag.words
            elif tag.name == "select":
                yield tag["name"], _chosen(page, tag)


def _chosen(page: Page, select: Tag) -> str:
    options = [tag for tag in page.all("option") if select in tag.parents]
    found = [tag for tag in options if tag.has("selected")] or options[:1]
    return found[0].attributes.get("value", "") if found else ""


def walk(who: Author, start: str) -> dict[str, Page]:
    """Open every page of the Studio to which a way leads from *start*, each address once."""
    opened: dict[str, Page] = {}
    waiting = [start]
    while waiting:
        address = waiting.pop()
        if address not in opened:
            opened[address] = who.visitor.get(address)
            waiting += ways(opened[address], address)
    return opened


@pytest.mark.parametrize(
    ("role", "place", "pages"),
    [(Role.REVIEWER, "Harbour office", 30), (Role.TRANSLATOR, "Harbour office", 30), (Role.TRAINER, "Night school", 2)],
)
def test_every_way_and_press_that_a_page_offers_is_open_to_who_reads_it(
    course: Author, make_author: MakeAuthor, role: Role, place: str, pages: int
) -> None:
    who = make_author("ben@example.org", role, place)
    opened = walk(who, "/en/studio")
    assert len(opened) >= pages, "who finds no way in meets no closed door"
    closed = {address: page.status for address, page in opened.items() if page.status >= 400}
    each = {_kind_of(press): press for address, page in opened.items() for press in presses(page, address)}
    assert each, "somebody who may do nothing is no test"
    for action, fields, address in each.values():
        status = who.visitor.client.post(action, data=dict(fields)).status_code
        if status in (403, 404, 405):
            closed[f"{address}: {action}"] = status
    assert not closed


def _kind_of(press: Press) -> tuple[str, tuple[str, ...], tuple[str, str] | None]:
    """Tell presses apart by where they go, what they send and what is pressed: blocks of one list are the same to the server."""
    action, fields, _address = press
    return action, tuple(name for name, _value in fields), fields[-1] if fields else None
