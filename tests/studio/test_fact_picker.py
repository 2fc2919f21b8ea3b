"""Facts are found by words, country and topic, and put into a sentence without knowing how a sentence names them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from perille.core import database
from perille.people.models import Role
from perille.studio.builds import DraftBuild, build
from studio.author import Author
from support.visitor import Page

LESSON = "lessons/harbour"


@pytest.fixture
def course(author: Author) -> Author:
    """An author of a course about Sweden with a note."""
    author.begin("Harbour", country="SE")
    author.add("harbour", "note")
    author.write("harbour", 0, "In danger you call")
    return author


def picker(course: Author, **query: str) -> Page:
    """Follow the link below the words of the first block, and search."""
    link = course.get(LESSON).one("p", class_="fact-link")
    page = course.get(LESSON)
    address = next(tag["href"] for tag in page.all("a") if any(up.attributes == link.attributes for up in tag.parents))
    return course.get(f"{address}&{urlencode(query)}" if query else address)


def slots(page: Page) -> list[str]:
    return [tag["value"] for tag in page.all("button", _name="fact")]


def test_a_fact_is_found_and_put_into_the_text_without_script(course: Author) -> None:
    page = picker(course)
    assert "{fact: emergency.number}" in slots(page), "it begins with those of the course's country"
    assert not any("FI/" in slot for slot in slots(page))
    row = next(tag.words for tag in page.all("li") if "112" in tag.words and "Sweden" in tag.words)
    for told in ("grade ", "review"):
        assert told in row
    page = course.send(f"{LESSON}/fact", _form(page) | {"fact": "{fact: emergency.number}"})
    assert "Saved." in page.text
    assert "In danger you call {fact: emergency.number}" in page.one("textarea", _name="f-words").words
    assert page.one("section", id="block-0").words.startswith("Good to know"), "it stands inside the block"


def _form(page: Page) -> dict[str, str]:
    names = ("screen", "place", "digest", "revision")
    return {name: next(tag["value"] for tag in page.all("input", _name=name)) for name in names}


def test_facts_are_found_by_words_of_any_case_by_country_and_by_topic(course: Author) -> None:
    found = slots(picker(course, words="EMERGENCY finland", country=""))
    assert found
    assert all("fact: FI/" in slot for slot in found), "those of another country say so"
    every = slots(picker(course, words="", country=""))
    topic = slots(picker(course, words="", country="", topic="emergency"))
    assert topic
    assert set(topic) <= set(every)
    assert slots(picker(course, words="", country="", topic="no-such-topic")) == []
    assert "There is no such fact here." in picker(course, words="no fact has these words", country="").text


def test_a_fact_that_nobody_is_shown_or_a_block_that_is_gone_is_refused_by_name(course: Author) -> None:
    form = _form(picker(course))
    page = course.send(f"{LESSON}/fact", form | {"fact": "{fact: no.such}"})
    assert "This fact was not put in" in page.text
    page = course.send(f"{LESSON}/fact", form | {"fact": "{fact: emergency.number}", "digest": "0" * 16})
    assert "This fact was not put in" in page.text
    assert "{fact:" not in page.one("textarea", _name="f-words").words


def test_what_somebody_else_saved_meanwhile_stays(course: Author, make_author: Callable[..., Author]) -> None:
    form = _form(picker(course))
    other = make_author("ben@example.org", Role.AUTHOR)
    other.draft = course.draft
    other.write("harbour", 0, "In danger you call\n\nDay and night.")
    page = course.send(f"{LESSON}/fact", form | {"fact": "{fact: emergency.number}"})
    words = page.one("textarea", _name="f-words").words
    assert "{fact: emergency.number}" in words
    assert "Day and night." in words


def test_the_picker_is_in_the_authors_language_and_for_authors_alone(
    course: Author, make_author: Callable[..., Author]
) -> None:
    page = course.get(f"{course.draft.replace('/en/', '/ar/')}/facts?words=112")
    assert page.one("h1").words == "إدراج معلومة"
    translator = make_author("tia@example.org", Role.TRANSLATOR)
    assert translator.visitor.get(f"{course.draft}/facts").status == 403


def test_a_draft_is_not_compiled_while_nobody_else_can_write(course: Author, monkeypatch: pytest.MonkeyPatch) -> None:
    form = _form(picker(course))
    writing: list[bool] = []

    def watched(*args: Any, **more: Any) -> DraftBuild:
        writing.append(database._writing.get())
        return build(*args, **more)

    monkeypatch.setattr("perille.studio.fact_views.build", watched)
    course.send(f"{LESSON}/fact", form | {"fact": "{fact: emergency.number}"})
    assert writing == [False]
