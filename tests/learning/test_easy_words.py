"""Easy words: one switch, kept in the browser, with and without script; the same progress; beside a second language, on paper, offline."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from perille.core.web.display_preferences import COOKIE
from support.visitor import Visitor
from support.whole import Whole
from support.whole_packs import FINNISH, HELLO, catalogue, write_way

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
EASY = "# Hello there\n\nThese words are easy.\n\n::: check fire\n:::\n\n## Danger\n\nCall help.\n\n## The end\n\nWell done.\n"
EASY_FINNISH = {
    ("lesson/hello.easy", "Hello there"): "Hei sinä",
    ("lesson/hello.easy", "These words are easy."): "Nämä sanat ovat helppoja.",
    ("lesson/hello.easy", "Danger"): "Vaara",
    ("lesson/hello.easy", "Call help."): "Soita apua.",
    ("lesson/hello.easy", "The end"): "Loppu",
    ("lesson/hello.easy", "Well done."): "Hyvin tehty.",
}
LESSON, SECOND = "/en/courses/way/hello", "/en/courses/way/second"


@pytest.fixture
def learner(whole: Whole, visitor: Visitor, tmp_path: Path) -> Visitor:
    """Somebody in a course whose first lesson has an easy version, in English and Finnish."""
    folder = write_way(
        tmp_path / "easy",
        translations={"fi": catalogue({**FINNISH, **EASY_FINNISH}), "ar": catalogue({})},
    )
    (folder / "lessons/hello.easy.md").write_text(EASY, "utf-8")
    whole.publish(folder)
    visitor.start()
    return visitor


def test_one_press_shows_easy_words_and_keeps_the_choice(learner: Visitor) -> None:
    assert "Welcome to your course." in learner.get(LESSON).text
    answer = learner.post(f"{LESSON}/words", {"easy": "1"})
    assert (answer.status, answer.location) == (303, f"{LESSON}?easy=1")
    assert learner.cookie(COOKIE) == "easy"
    page = learner.get(LESSON)
    assert "These words are easy." in page.text
    assert "Screen 1 of 3" in page.text
    assert page.one("a", rel="next").attributes["href"] == f"{LESSON}?screen=2&easy=1"


def test_another_press_brings_the_ordinary_words_back_and_leaves_the_rest_of_the_choice(learner: Visitor) -> None:
    learner.post("/en/look", {"size": "large", "words": "easy"})
    assert "These words are easy." in learner.get(LESSON).text
    assert learner.post(f"{LESSON}/words", {}).location == LESSON
    assert learner.cookie(COOKIE) == "large"
    assert "Welcome to your course." in learner.get(LESSON).text


def test_an_address_of_easy_words_needs_no_choice(learner: Visitor) -> None:
    assert "Call help." in learner.get(f"{LESSON}?screen=2&easy=1").text
    assert "Welcome to your course." in learner.get(LESSON).text


def test_a_lesson_without_easy_words_has_no_switch_and_shows_what_it_has(learner: Visitor) -> None:
    learner.post(f"{LESSON}/words", {"easy": "1"})
    page = learner.get(f"{SECOND}?easy=1")
    assert "One screen is enough." in page.text
    assert "asy words" not in page.html
    assert learner.post(f"{SECOND}/words", {"easy": "1"}).status == 404
    assert learner.post("/en/courses/way/check/words", {"easy": "1"}).status == 404


def test_a_language_without_easy_words_shows_its_ordinary_ones(learner: Visitor) -> None:
    learner.post(f"{LESSON}/words", {"easy": "1"})
    assert "These words are easy." not in learner.get("/ar/courses/way/hello").text
    assert "Nämä sanat ovat helppoja." in learner.get("/fi/courses/way/hello").text
    assert "Welcome to your course." in learner.get(f"{LESSON}?with=ar").text, "both sides have the same screens"


def test_two_languages_stand_side_by_side(learner: Visitor) -> None:
    page = learner.get(f"{LESSON}?with=fi&easy=1")
    assert "These words are easy." in page.text
    assert "Nämä sanat ovat helppoja." in page.text
    assert page.one("a", rel="next").attributes["href"] == f"{LESSON}?screen=2&with=fi&easy=1"


def test_it_can_be_printed(learner: Visitor) -> None:
    page = learner.get(f"{LESSON}/print?easy=1")
    assert "Well done." in page.text
    assert "Welcome to your course." not in page.text
    assert f'href="{LESSON}/print?easy=1"' in learner.get(f"{LESSON}?easy=1").html


def test_an_answer_comes_back_to_the_easy_words_and_the_lesson_is_done_as_any_other(learner: Visitor) -> None:
    page = learner.get(f"{LESSON}?easy=1")
    form = page.one("form", **{"class": "check"})
    fields = {
        each["name"]: each["value"] for each in page.all("input", type="hidden") if each["name"] in ("item", "edition")
    }
    answer = learner.post(form.attributes["action"].partition("#")[0], {**fields, "a-fire": "leave"})
    assert "These words are easy." in answer.text
    assert "Yes. First be safe." in answer.text
    learner.post(f"{LESSON}/next")
    assert "done" in learner.get("/en/courses/way").text


def test_a_phone_that_takes_the_course_along_has_both(learner: Visitor) -> None:
    taken = learner.client.get("/en/courses/way/take?as=pieces&with=fi").get_data(as_text=True)
    paths = {entry[0] for line in taken.splitlines() for entry in json.loads(line).get("entries", ())}
    wanted = (
        "",
        "?screen=2",
        "?easy=1",
        "?screen=2&easy=1",
        "?screen=3&easy=1",
        "?with=fi&easy=1",
        "?screen=3&with=fi&easy=1",
    )
    assert {f"{LESSON}{each}" for each in wanted} <= paths
    assert f"{LESSON}?screen=3" not in paths
    assert HELLO.count("## ") == 1, "the ordinary lesson has two screens"
