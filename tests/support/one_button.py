"""Somebody who presses the one main button of each page and nothing else, until they have a certificate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Protocol, cast

from perille.domain.item import Item
from support.html import Tag
from support.visitor import Page

#: What is typed where a field must be filled in.
NAME = "Aino Virtanen"
#: More presses than the longest way takes.
_MOST = 400
#: How often a page may be come to by the same button before the way is a circle.
_OFTEN = 3


class Asking(Protocol):
    """Somebody who can ask for pages and send forms: an application's visitor, or the person in a browser."""

    def get(self, path: str, /) -> Page:
        """Open a page."""

    def post(self, path: str, form: Mapping[str, str | list[str]], /) -> Page:
        """Send a form."""


class OneButton:
    """A walk through a course: every question that is in the way is answered rightly, and nothing is looked for."""

    def __init__(self, visitor: Asking, items: Mapping[str, Item], start: str) -> None:
        self.visitor = visitor
        self.items = items
        #: What is answered; rightly, unless the test says otherwise.
        self.answers: Callable[[Item], dict[str, str | list[str]]] = right_answer
        self.at = ""
        self.page = visitor.get("/robots.txt")
        #: The pages that were pressed on, in their order.
        self.pressed: list[str] = []
        self.open(start)

    def open(self, address: str) -> None:
        """Open an address, and go where it leads."""
        self.page = self.visitor.get(address)
        while self.page.location:
            address = self.page.location
            self.page = self.visitor.get(address)
        assert self.page.status == 200, (address, self.page.status, self.pressed[-5:])
        self.at = address.partition("#")[0]

    def press_until(self, there: Callable[[OneButton], bool]) -> None:
        """Press on until a page is reached; a way that ends before, goes round in circles or offers two buttons fails."""
        came: Counter[str] = Counter()
        for _press in range(_MOST):
            if there(self):
                return
            came[self.at + self.page.text] += 1
            assert max(came.values()) <= _OFTEN, f"a circle: {self.pressed[-6:]}"
            self.press()
        raise AssertionError(f"no end after {_MOST} presses: {self.pressed[-6:]}")

    def press(self) -> None:
        """Press the main button of the page."""
        self.pressed.append(self.at)
        # Where a country is asked for, each is a door of its own and none is the main one: the first is taken.
        doors = [tag for tag in self.page.all("a") if any("doors" in _classes(up) for up in tag.parents)]
        buttons = [tag for tag in self.page.tags if _is_main(tag)] or doors[:1]
        assert len(buttons) == 1, f"{len(buttons)} main buttons: {self.at} after {self.pressed[-4:]}"
        (button,) = buttons
        if button.name == "a":
            self.open(button["href"])
            return
        form = next(parent for parent in reversed(button.parents) if parent.name == "form")
        assert form["method"] == "post", self.at
        fields = self._fields(form)
        if button.has("name"):
            fields[button["name"]] = button["value"]
        answer = self.visitor.post(form.attributes.get("action", self.at).partition("#")[0], fields)
        if answer.location:
            self.open(answer.location)
        else:
            self.page = answer

    def _fields(self, form: Tag) -> dict[str, str | list[str]]:
        """Return what a browser sends: what stands in the form, the right answers, and a name where one is asked for."""
        found: dict[str, str | list[str]] = {}
        for tag in self.page.tags:
            if form not in tag.parents or not tag.has("name") or tag.has("disabled"):
                continue
            if tag.name == "input" and tag.attributes.get("type") == "hidden":
                found[tag["name"]] = tag["value"]
            elif tag.name == "input" and tag.has("required"):
                found[tag["name"]] = NAME
            elif tag.name == "option" and tag.has("selected"):
                found[next(up["name"] for up in reversed(tag.parents) if up.name == "select")] = tag["value"]
        key = found.get("item")
        return {**found, **self.answers(self.items[str(key)])} if key else found


def _is_main(tag: Tag) -> bool:
    return "main" in _classes(tag) and any(up.name == "main" for up in tag.parents)


def _classes(tag: Tag) -> list[str]:
    return tag.attributes.get("class", "").split()


def right_answer(item: Item) -> dict[str, str | list[str]]:
    """Return the fields with which a browser sends the right answer to an item.

    >>> right_answer(Item(key="q", interaction="true-false", accepted=("false",)))
    {'a-q': 'false'}
    """
    name = f"a-{item.key}"
    keys = [option.key for option in item.options]
    if item.interaction in ("choice", "picture-choice", "multiple-choice", "hotspot"):
        return {name: [option.key for option in item.options if option.right]}
    if item.interaction == "matching":
        return {f"{name}.{key}": key for key in keys}
    if item.interaction == "sequencing":
        return {f"{name}.{key}": str(place) for place, key in enumerate(keys, start=1)}
    if item.interaction == "grouping":
        homes = cast(Mapping[str, str], item.extra["group_of"])
        return {f"{name}.{member}": home for member, home in homes.items()}
    if item.interaction == "gap-fill":
        fits = cast(Mapping[str, str], item.extra["fits"])
        return {f"{name}.{gap}": word for word, gap in fits.items() if gap}
    return {name: item.accepted[0]}


def wrong_answer(item: Item) -> dict[str, str | list[str]]:
    """Return the fields with which a browser sends an answer that is wrong in all its parts.

    >>> wrong_answer(Item(key="q", interaction="true-false", accepted=("false",)))
    {'a-q': 'true'}
    """
    name = f"a-{item.key}"
    keys = [option.key for option in item.options]
    if item.interaction in ("choice", "picture-choice", "hotspot"):
        return {name: next(option.key for option in item.options if not option.right)}
    if item.interaction == "multiple-choice":
        # Where each choice is right, one alone is wrong: nothing ticked would be no answer.
        return {name: [option.key for option in item.options if not option.right] or keys[:1]}
    if item.interaction == "true-false":
        return {name: "false" if item.accepted[0] == "true" else "true"}
    if item.interaction == "grouping":
        groups = cast(list[str], item.extra["groups"])
        homes = cast(Mapping[str, str], item.extra["group_of"])
        return {f"{name}.{each}": next(other for other in groups if other != home) for each, home in homes.items()}
    rightly = right_answer(item)
    if len(rightly) == 1:
        return {name: "7007"}
    values = list(rightly.values())
    return dict(zip(rightly, [*values[1:], values[0]], strict=True))
