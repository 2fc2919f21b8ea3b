"""A learner without script on the way through a course of the Studio while its author publishes a change, rolls back and withdraws it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from studio.author import Author
from studio.test_first_steps import QUESTION
from support.html import Tag
from support.visitor import Page, Visitor
from support.whole import Whole

LESSON = "lesson-1"


class Learner:
    """Presses the main button of each page, with what is chosen on it."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.at = ""
        self.page = visitor.get("/en")

    def open(self, address: str) -> None:
        self.at, self.page = address, self.visitor.get(address)
        while self.page.location:
            self.at = self.page.location
            self.page = self.visitor.get(self.at.partition("#")[0])

    def press(self, fields: Mapping[str, str] | None = None) -> None:
        """Press what leads on: the last main button or link of the page."""
        mains = [tag for tag in self.page.tags if "main" in tag.attributes.get("class", "").split()]
        pressed = [tag for tag in mains if tag.name in ("a", "button")][-1]
        if pressed.name == "a":
            self.open(pressed["href"])
            return
        form = next(up for up in reversed(pressed.parents) if up.name == "form")
        sent = _hidden(self.page, form) | dict(fields or {})
        if pressed.has("name"):
            sent[pressed["name"]] = pressed["value"]
        answer = Page(self.visitor.client.post(form.attributes.get("action", self.at).partition("#")[0], data=sent))
        assert answer.status == 303, (self.at, answer.status, answer.text[:300])
        self.open(answer.location)


def _hidden(page: Page, form: Tag) -> dict[str, str]:
    found = [tag for tag in page.all("input", type="hidden") if form in tag.parents and tag.has("name")]
    return {tag["name"]: tag.attributes.get("value") or "" for tag in found}


@pytest.fixture
def course(author: Author) -> Author:
    """A published course of the template with a test, whose test asks one question."""
    author.begin("Harbour", starter="module")
    author.add(LESSON, "text")
    author.write(LESSON, 0, "The harbour is safe.")
    asked = {key: words for key, words in QUESTION.items() if key not in ("lesson", "screen")}
    author.send("questions/new", asked | {"bank": "final-check"})
    page = author.publish()
    assert "Published as version 1." in page.text
    return author


def test_who_has_begun_comes_to_the_certificate_whatever_is_published_and_withdrawn_meanwhile(
    whole: Whole, course: Author
) -> None:
    learner = Learner(whole.visitor())
    learner.open("/en/modules/harbour")
    learner.press()
    assert "The harbour is safe." in learner.page.text
    course.write(LESSON, 0, "The harbour is safe at night.")
    assert "Published as version 2." in course.publish().text
    learner.open(learner.at)
    assert "The harbour is safe at night." in learner.page.text
    learner.press()
    assert "A ship is late. What do you do?" in learner.page.text
    revision = course.get("publish").all("input", _name="revision")[0]["value"]
    assert "Version 1 is back" in course.send("versions/1/again", {"revision": revision}).text
    course.send("withdraw")
    assert "Harbour" not in whole.visitor().get("/en/modules").text
    (choice,) = {tag["name"] for tag in learner.page.all("input", type="radio")}
    learner.press({choice: "ask-at-the-desk"})
    learner.press()
    assert learner.at.partition("?")[0].endswith("/certificate")
    learner.press({"name": "Amina Berg"})
    assert "Amina Berg" in learner.page.text
    assert [tag for tag in learner.page.all("a") if tag["href"].endswith(".pdf")]
