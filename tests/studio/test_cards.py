"""Cards that are kept: a page made of them is the page that would be made anew."""

from __future__ import annotations

import pytest

from perille.core.lru_cache import LruCache
from perille.studio import cards
from studio.author import Author
from support.visitor import Page
from support.whole import Whole

LESSON = "lessons/harbour"
TEXT = "# Harbour\n\nWelcome.\n\n::: note\nLook up.\n:::\n\n::: picture picture\nShips\n:::\n\n::: talk\nWho meets you?\n:::\n"


@pytest.fixture
def course(author: Author) -> Author:
    author.begin("Harbour")
    author.send(f"{LESSON}/source", {"source": TEXT, "revision": "1", "screen": "1"})
    return author


def made_anew(whole: Whole, course: Author, path: str = LESSON) -> Page:
    cards._cards.set(whole.app, LruCache(2_000))
    return course.get(path)


def revisions(page: Page) -> set[str]:
    return {tag["value"] for tag in page.all("input", _name="revision")}


def test_a_page_of_kept_cards_is_the_page_made_anew_after_each_kind_of_change(whole: Whole, course: Author) -> None:
    course.get(LESSON)
    changes = [
        lambda: course.write("harbour", 1, "Look down."),
        lambda: course.send(f"{LESSON}/move", course.form_of(course.get(LESSON), 1) | {"to": "up"}),
        lambda: course.send(f"{LESSON}/delete", course.form_of(course.get(LESSON), 0)),
        lambda: course.upload("harbour"),
        lambda: course.send(f"{LESSON}/comment", course.form_of(course.get(LESSON), 0) | {"words": "Is it so?"}),
        lambda: course.send("undo", {}),
    ]
    for change in changes:
        change()
        kept = course.get(LESSON)
        assert kept.html == made_anew(whole, course).html
        assert len(revisions(kept)) == 1, "a form that knows an older revision would be taken for somebody else's"
        assert cards.REVISION_MARK not in kept.html


def test_kept_cards_are_of_their_own_language_and_draft(whole: Whole, course: Author) -> None:
    english = course.get(LESSON)
    course.draft = course.draft.replace("/en/", "/fi/")
    finnish = course.get(LESSON)
    assert finnish.html != english.html
    assert finnish.html == made_anew(whole, course).html
    course.draft = course.draft.replace("/fi/", "/en/")
    first = course.draft
    course.begin("Harbour again")
    course.send("lessons/harbour-again/source", {"source": TEXT, "revision": "1", "screen": "1"})
    page = course.get("lessons/harbour-again")
    assert first not in page.html
    assert page.html == made_anew(whole, course, "lessons/harbour-again").html
