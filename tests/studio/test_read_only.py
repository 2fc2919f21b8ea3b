"""Who may read a draft and not change it reads words, not forms that the server would refuse."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from perille.people.models import Role
from studio.author import Author
from studio.harbour_course import CHOICE, GAPS, LESSON, PLAY, TEXT


@pytest.fixture
def course(author: Author) -> Author:
    author.begin("Harbour")
    author.send("questions/new", CHOICE)
    author.send("questions/new", PLAY)
    author.send("questions/new", GAPS)
    author.send(f"{LESSON}/source", {"source": TEXT, "revision": "4", "screen": "1"})
    return author


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.TRANSLATOR])
def test_who_may_not_change_a_draft_reads_its_words_and_what_to_do(
    course: Author, make_author: Callable[..., Author], role: Role
) -> None:
    other = make_author(f"{role.value}@example.org", role)
    other.draft = course.draft
    shown = {
        LESSON: ("Welcome.",),
        f"{LESSON}?screen=2": ("Who helps", "Look up.", "A ship is late", "Desk", "Monday", "Who meets you?"),
        "questions/a-ship-is-late": ("A ship is late", "Ask at the desk", "Yes. They know.", "Then you miss it."),
        "questions/what-would-you-do": ("What would you do?",),
        "questions/fill-it": ("Call ((gap-1)) now.", "112", "Name of the gap: write ((name)) in the text gap-1"),
    }
    for path, words in shown.items():
        page = other.get(path)
        assert "Only the authors of this course change this." in page.text
        for each in words:
            assert each in page.text, (path, each)
        actions = {tag["action"] for tag in page.all("form") if course.draft in tag["action"]}
        assert actions <= {f"{course.draft}/{LESSON}/comment"}, path
        assert "Only the authors of this course" not in course.get(path).text
    answers = [tag.words for tag in other.get("questions/a-ship-is-late").all("dd")]
    assert "Yes" in answers, "a sign alone says nothing to who hears the page"
    # The cards of authors are others than those of readers, though both are kept.
    assert course.form_of(course.get(LESSON), 0)["f-words"] == "Welcome."
