"""Comments on the page of a translation: a translator reads, writes and answers them beside the words that they are about."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from perille.people.models import Role
from studio.author import Author
from support.visitor import Page

MakeAuthor = Callable[..., Author]
LESSON = "lessons/harbour"
TEXT = (
    "# Harbour\n\nWelcome to the harbour.\n\n::: dialogue\n- **Anna:** When does it leave?\n- **Ben:** At *seven*.\n:::\n\n"
    "::: note\nBring your papers.\n:::\n"
)


@pytest.fixture
def two(author: Author, make_author: MakeAuthor) -> tuple[Author, Author]:
    """An author with a course of three blocks that is to be in Finnish, and its translator."""
    author.begin("Harbour")
    author.send(f"{LESSON}/source", {"source": TEXT, "revision": "1", "screen": "1"})
    author.send("translations", {"language": "fi"})
    translator = make_author("tua@example.org", Role.TRANSLATOR)
    translator.draft = author.draft
    return author, translator


def words_at(page: Page, words: str) -> str:
    """Return what stands in the card of some words."""
    return next(tag.words for tag in page.all("section") if words in tag.words)


def comment_form(page: Page, words: str) -> dict[str, str]:
    """Return what the form for a comment beside some words holds."""
    card = next(tag for tag in page.all("section") if words in tag.words)
    form = next(
        tag
        for tag in page.all("form")
        if card in tag.parents and tag.attributes.get("action", "").endswith("/harbour/comment")
    )
    fields = [tag for tag in page.all("input") if form in tag.parents]
    return {tag["name"]: tag["value"] for tag in fields}


def test_a_translator_asks_beside_the_words_and_the_author_sees_it_at_the_block(two: tuple[Author, Author]) -> None:
    author, translator = two
    page = translator.get("translations/fi?show=missing")
    page = translator.send(
        f"{LESSON}/comment", comment_form(page, "Bring your papers.") | {"words": "Which <b>papers</b>?"}
    )
    # One is where one was, at one's comment.
    assert "show=missing" in page.response.request.full_path
    assert "Which <b>papers</b>?" in words_at(page, "Bring your papers.")
    assert "<b>papers" not in page.html
    assert "Which" not in words_at(page, "Welcome to the harbour.")
    lesson = author.get(LESSON)
    assert "Which <b>papers</b>?" in next(
        tag.words for tag in lesson.all("section") if tag.attributes.get("id") == "block-2"
    )
    number = lesson.one("li", class_="comment")["id"].removeprefix("comment-")
    author.send(f"comments/{number}/answer", {"words": "Passport."})
    page = translator.get("translations/fi")
    assert "Passport." in words_at(page, "Bring your papers.")
    back = next(tag["value"] for tag in page.all("input", _name="back"))
    page = translator.send(f"comments/{number}/state", {"state": "done", "back": back})
    assert "/translations/fi" in page.response.request.path
    assert "0 comments open" in words_at(page, "Bring your papers.")


def test_of_several_words_of_one_block_the_comments_stand_at_the_first(two: tuple[Author, Author]) -> None:
    _author, translator = two
    page = translator.get("translations/fi")
    page = translator.send(f"{LESSON}/comment", comment_form(page, "At *seven*.") | {"words": "In the morning?"})
    assert page.html.count("In the morning?") == 1
    assert "In the morning?" in words_at(page, "Anna:")


def test_titles_and_questions_have_no_comments(two: tuple[Author, Author]) -> None:
    _author, translator = two
    page = translator.get("translations/fi")
    for card in page.all("section"):
        if "pack/title" in card.words:
            assert "Write the comment" not in card.words


@pytest.mark.parametrize(
    "back", ["translation:xx:missing:0", "translation:fi:../../x:0", "https://elsewhere.example", ""]
)
def test_a_form_leads_to_no_page_but_those_of_the_draft(two: tuple[Author, Author], back: str) -> None:
    _author, translator = two
    form = comment_form(translator.get("translations/fi"), "Bring your papers.") | {"words": "Hm.", "back": back}
    page = translator.send(f"{LESSON}/comment", form)
    assert page.response.request.path.endswith(f"/{LESSON}")


def test_a_comment_whose_block_went_meanwhile_is_kept_and_shown_in_the_lesson(two: tuple[Author, Author]) -> None:
    author, translator = two
    form = comment_form(translator.get("translations/fi"), "Bring your papers.") | {"words": "Which?"}
    author.send(
        f"{LESSON}/source", {"source": TEXT.partition("::: note")[0], "revision": form["revision"], "screen": "1"}
    )
    page = translator.send(f"{LESSON}/comment", form)
    assert "Your comment is kept below" in page.text
    assert "Which?" in page.text
