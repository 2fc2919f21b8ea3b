"""Where one is after a block was moved or became the first of a screen, and which lines of a source are wrong."""

from __future__ import annotations

import pytest

from studio.author import Author
from support.visitor import Page

LESSON = "lessons/harbour"
TEXT = "# Harbour\n\n::: note\nOne.\n:::\n\n## The quay\n\nTwo.\n\n::: talk\nThree.\n:::\n\nFour.\n"
#: What is said here is the same on both databases.
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def course(author: Author) -> Author:
    author.begin("Harbour")
    author.send(f"{LESSON}/source", {"source": TEXT, "revision": "1", "screen": "1"})
    return author


def here(page: Page) -> str:
    """Return the heading of the screen that the page shows."""
    return next((tag["value"] for tag in page.all("input", _name="heading") if tag["value"]), "")


def with_focus(page: Page) -> str:
    """Return which button has the focus, and the words of its block."""
    button = next(tag for tag in page.all("button") if tag.has("autofocus"))
    card = next(parent for parent in reversed(button.parents) if parent.name == "section")
    area = next(tag for tag in page.all("textarea", _name="f-words") if card in tag.parents)
    return f"{button['title']} {area.words}"


def test_a_block_that_is_moved_keeps_the_focus_at_the_button_that_was_pressed(course: Author) -> None:
    page = course.get(LESSON)
    seen = []
    for place, to in ((0, "down"), (0, "down"), (1, "down"), (1, "down"), (2, "up"), (1, "up"), (2, "down")):
        page = course.send(f"{LESSON}/move", course.form_of(page, place) | {"to": to})
        seen.append((here(page), with_focus(page)))
    # Over the edge of its screen the page goes along; at last "One." goes from between two texts, which are one block then.
    assert seen == [
        ("The quay", "Down One."),
        ("The quay", "Down One."),
        ("The quay", "Down One."),
        ("The quay", "Down Three."),
        ("The quay", "Up Three."),
        ("The quay", "Up Three."),
        ("The quay", "Down One."),
    ]


def test_a_screen_that_was_begun_is_the_one_that_is_shown(course: Author) -> None:
    page = course.get(f"{LESSON}?screen=2")
    page = course.send(f"{LESSON}/split", course.form_of(page, 2) | {"heading": "The ship"})
    assert here(page) == "The ship"


def test_a_source_with_a_fault_says_in_which_line(course: Author) -> None:
    page = course.get(LESSON)
    revision = next(tag["value"] for tag in page.all("input", _name="revision"))
    source = f"{TEXT}\n::: picture no-such\nShips\n:::\n"
    page = course.send(f"{LESSON}/source", {"source": source, "revision": revision, "screen": "1"})
    assert "open" in next(tag for tag in page.all("details") if "Markdown" in tag.words).attributes
    (fault,) = next(tag for tag in page.all("ul") if tag.attributes.get("id") == "source-faults").words.split("Line ")[
        1:
    ]
    assert fault.startswith("17: This picture is not in the course.")
