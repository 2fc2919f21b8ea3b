"""What a screen may hold on a phone: told while one writes, with the way to part it."""

from __future__ import annotations

import pytest

from perille.studio.lesson_page import LONG_SCREEN, TOO_LONG_SCREEN
from studio.author import Author


@pytest.mark.parametrize(
    ("words", "mark", "said"),
    [
        (LONG_SCREEN, "", ""),
        (LONG_SCREEN + 1, "overdue", "long for a phone"),
        (TOO_LONG_SCREEN + 1, "stop", "too long for a phone: split it"),
    ],
)
def test_a_screen_says_how_long_it_is_and_when_that_is_too_long(
    author: Author, words: int, mark: str, said: str
) -> None:
    author.begin("First steps")
    author.add("first-steps", "text")
    page = author.write("first-steps", 0, "word " * words)
    size = page.one("p", id="size")
    assert f"{words} words on this screen" in size.words.replace(",", "")
    assert "kB" in size.words
    assert "the lesson takes" in size.words
    assert size["class"].split()[1:] == ([mark] if mark else [])
    assert size.words.endswith(said or ("minutes" if "minutes" in size.words else "minute"))


def test_a_long_screen_is_split_where_its_author_says(author: Author) -> None:
    author.begin("First steps")
    for number, words in enumerate(("One.", "Two.")):
        author.add("first-steps", "text" if number == 0 else "note")
        author.write("first-steps", number, words)
    page = author.get("lessons/first-steps")
    form = next(each for each in page.all("form") if each.attributes.get("action", "").endswith("/split"))
    hidden = {each["name"]: each["value"] for each in page.all("input", type="hidden") if form in each.parents}
    author.send("lessons/first-steps/split", {**hidden, "heading": "The second screen"})
    for number, words in ((1, "One."), (2, "Two.")):
        page = author.get(f"lessons/first-steps?screen={number}")
        assert [each.words for each in page.all("textarea", _name="f-words")] == [words]
    assert page.one("input", id="heading")["value"] == "The second screen"


LONG = "Ask the nurse who works at the centre near the harbour about all that you want to know today."


@pytest.mark.parametrize(
    ("words", "mark", "said"),
    [
        ("Ask the nurse. She knows.", "", ""),
        (
            f"{LONG} Go in. {LONG.replace('nurse', 'doctor')} Sit down. Wait there. Ask.",
            "overdue",
            "sentences are long",
        ),
        (f"{LONG} {LONG}", "stop", "too hard to read: make two of each long sentence"),
    ],
)
def test_a_lesson_says_how_easily_it_is_read_and_where_its_longest_sentence_stands(
    author: Author, words: str, mark: str, said: str
) -> None:
    author.begin("First steps")
    author.add("first-steps", "text")
    author.add("first-steps", "note")
    author.write("first-steps", 0, "Come in.")
    page = author.write("first-steps", 1, words)
    line = page.one("p", id="readability")
    assert line["class"].split()[1:] == ([mark] if mark else [])
    assert "words a sentence in this lesson" in line.words
    assert "longer than 14 words" in line.words
    assert [
        each
        for each in ("sentences are long", "too hard to read: make two of each long sentence")
        if each in line.words
    ] == ([said] if said else [])
    link = next(each for each in page.all("a") if line in each.parents)
    assert link["href"].endswith("screen=1#block-1")
    assert link["lang"] == "en"
    assert words.startswith(link.words.removesuffix(" …"))
