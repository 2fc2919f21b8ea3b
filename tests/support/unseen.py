"""What a test needs before it begins, done by the person in the browser without showing a page: others look at how it is done."""

from __future__ import annotations

from playwright.sync_api import Page

from support.browser_visitor import BrowserVisitor
from support.html import Tag
from support.visitor import Page as Sent


class Unseen:
    """Presses what the pages offer, as `page` would: it has the cookies, and what it is given is the browser's."""

    def __init__(self, page: Page) -> None:
        self._visitor = BrowserVisitor(page)
        #: Where it is, and what stands there.
        self.at = ""
        self.sent: Sent = self._visitor.get("/robots.txt")

    def open(self, address: str) -> Unseen:
        """Open a page of the site, and go where it leads."""
        self.sent = self._visitor.get(address)
        while self.sent.location:
            address = self.sent.location
            self.sent = self._visitor.get(address.partition("#")[0])
        assert self.sent.status == 200, (address, self.sent.status)
        self.at = address
        return self

    def press(self, **button: str) -> Unseen:
        """Press the first button of the page's main part that has these attributes; what stands in its form goes along."""
        return self.send({}, **button)

    def send(self, fields: dict[str, str], **button: str) -> Unseen:
        """The same with *fields* filled in."""
        pressed = next(tag for tag in self.sent.all("button", **button) if any(up.name == "main" for up in tag.parents))
        form = next(up for up in reversed(pressed.parents) if up.name == "form")
        values = _standing(self.sent, form) | fields
        if pressed.has("name"):
            values[pressed["name"]] = pressed["value"]
        answer = self._visitor.post(form.attributes.get("action", self.at).partition("#")[0], values)
        assert answer.location, (self.at, answer.status, answer.text[:300])
        return self.open(answer.location)

    def follow(self, within: str) -> Unseen:
        """Follow the first link that stands in something of this class."""
        links = (
            tag for tag in self.sent.all("a") if any(within in up.attributes.get("class", "") for up in tag.parents)
        )
        return self.open(next(links)["href"])


def _standing(page: Sent, form: Tag) -> dict[str, str]:
    """Return what stands in a form: its fields of one line, what is ticked, and what its lists are at."""
    found: dict[str, str] = {}
    for tag in page.tags:
        if form not in tag.parents:
            continue
        of_choice = tag.attributes.get("type") in ("radio", "checkbox", "file")
        if tag.name == "input" and tag.has("name") and (tag.has("checked") or not of_choice):
            found[tag["name"]] = tag.attributes.get("value", "")
        if tag.name == "option":
            chosen = next(up["name"] for up in reversed(tag.parents) if up.name == "select")
            if tag.has("selected") or chosen not in found:
                found[chosen] = tag.attributes.get("value", "")
    return found


def sign_in(page: Page, link: str) -> None:
    """Sign the person in by a link to do so."""
    Unseen(page).open("/" + link.strip().split("/", 3)[3]).press()


def begin_course(page: Page, title: str) -> None:
    """Begin a course in the Studio, and open its lesson with one empty text."""
    unseen = Unseen(page).open("/en/studio").send({"title": title}, class_="main")
    page.goto(unseen.follow("unit-title").press(value="text").at)
