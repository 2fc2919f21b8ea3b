"""What the page that publishes tells: what is new for learners, and where what hinders is mended."""

from __future__ import annotations

import pytest
from flask import Flask

from perille.studio.changes import describe, in_words
from studio.author import Author


@pytest.fixture
def course(author: Author) -> Author:
    """An author whose draft has a lesson with words."""
    author.begin("First steps")
    author.add("first-steps", "text")
    author.write("first-steps", 0, "The harbour is safe at night.")
    return author


def test_a_new_lesson_is_told_by_its_name_and_not_as_another_order_too(course: Author) -> None:
    course.publish()
    course.send("lessons", {"part": "0", "title": "Paying", "kind": "lesson"})
    course.add("paying", "text")
    course.write("paying", 0, "You get a bill.")
    page = course.get("publish")
    assert "New lesson: “Paying”" in page.text
    assert "stand in another order" not in page.text
    course.send("units/paying/move", {"to": "up"})
    assert "stand in another order" not in course.get("publish").text, "the others still follow each other"
    course.publish()
    course.send("units/paying/move", {"to": "down"})
    assert "stand in another order" in course.get("publish").text


def test_what_must_be_mended_leads_to_its_block_on_its_screen(course: Author) -> None:
    course.send("lessons/first-steps/screen", {"screen": "1", "do": "add", "heading": "At the desk", "revision": "9"})
    course.add("first-steps", "text", 2)
    course.write("first-steps", 1, "See [it](unit:nothing).", 2)
    link = next(a["href"] for a in course.get("publish").all("a") if "#block-" in a["href"])
    assert link == f"{course.draft}/lessons/first-steps?screen=2#block-1"
    assert "A link begins with https://" in course.get(link).one("section", id="block-1").words


def test_a_heading_that_must_be_mended_leads_to_its_screen(course: Author) -> None:
    words = "# First steps\n\nThe harbour is safe.\n\n## [Desk](unit:nothing)\n\nAsk there.\n"
    course.send("lessons/first-steps/source", {"source": words, "revision": "3", "screen": "1"})
    links = course.get("publish").all("a")
    faults = [a["href"] for a in links if any(each.attributes.get("class") == "finding-error" for each in a.parents)]
    assert faults == [f"{course.draft}/lessons/first-steps?screen=2"]


def test_a_version_after_a_withdrawal_says_what_is_new_since_the_last_one(course: Author) -> None:
    course.publish()
    course.send("withdraw")
    course.write("first-steps", 0, "The harbour is safe by day.")
    told = "1 block is new or changed: The harbour is safe by day."
    assert told in course.get("publish").text
    assert told in course.publish().one("section", **{"aria-labelledby": "versions"}).words


def test_a_block_that_asks_a_question_is_told_by_its_prompt() -> None:
    bank = b'[[item]]\nkey = "bus"\ninteraction = "true-false"\nprompt = "You buy it first."\n'
    before = {"lessons/a.md": b"# Bus\n\nBuy it.\n"}
    after = {"lessons/a.md": b"# Bus\n\nBuy it.\n\n::: check bus\n:::\n", "items/checks.toml": bank}
    assert describe(before, after) == [
        ["lesson-changed", "Bus", "1", "You buy it first."],
        ["question-added", "You buy it first."],
    ]
    assert describe(before, {"lessons/a.md": after["lessons/a.md"]}) == [["lesson-changed", "Bus", "1", "…"]]


def test_pictures_are_told_by_name_once_and_no_file_of_the_pack_is(course: Author) -> None:
    course.publish()
    course.upload(description="A red house")
    course.upload(description="A boat")
    told = course.get("publish").text
    assert "New picture: a-red-house " in told
    assert "credits" not in told
    assert ".webp" not in told


def test_who_made_a_picture_and_its_mirrored_one_are_changes_of_the_picture() -> None:
    files = {"media/a.webp": b"1", "media/a.rtl.webp": b"2", "media/credits.toml": b'[a]\nauthor = "Anna"\n'}
    credited = {**files, "media/credits.toml": b'[a]\nauthor = "Ben"\n'}
    mirrored = {**files, "media/a.rtl.webp": b"3"}
    alone = {path: body for path, body in files.items() if ".rtl." not in path}
    for after in (credited, mirrored, alone, {**credited, **mirrored, "media/a.webp": b"4"}):
        assert describe(files, after) == [["picture-changed", "a"]]
    assert describe(files, {}) == [["picture-gone", "a"]]
    assert describe({}, files) == [["picture-added", "a"]]


def test_a_photograph_in_the_place_of_a_drawing_is_a_change_of_the_picture() -> None:
    drawing, photograph = {"media/a.svg": b"1"}, {"media/a.webp": b"2"}
    assert describe(drawing, photograph) == describe(photograph, drawing) == [["picture-changed", "a"]]


def test_a_scene_of_a_role_play_that_changes_is_a_change_of_its_question() -> None:
    bank = b'[[item]]\nkey = "door"\nprompt = "What now?"\nplay = "door"\n\n[[item]]\nkey = "b"\nobjective = "door"\nprompt = "Why?"\n'
    before = {"items/bank.toml": bank, "plays/door.toml": b'title = "A door"\n'}
    assert describe(before, {**before, "plays/door.toml": b'title = "Doors"\n'}) == [["question-changed", "What now?"]]
    assert describe(before, before) == []


def manifest(**changes: str) -> dict[str, bytes]:
    """Return the files of a course with other values in its pack.toml."""
    values = {"title": '"Way"', "summary": '"Steps."', "slug": '"way"', "countries": "[]", "audiences": "[]"} | changes
    after = values.pop("after", "")
    top = "".join(f"{key} = {value}\n" for key, value in values.items())
    units = '[[block]]\nkey = "a"\ntitle = "A"\nunits = ["one"]\n\n[unit.one]\n'
    return {"pack.toml": f"{top}\n{units}{after}".encode()}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"summary": '"What comes first."'}, "What it is about: “What comes first.”"),
        ({"slug": '"path"'}, "New address: path"),
        ({"countries": '["FI", "SE"]'}, "Country: Finland, Sweden"),
        ({"audiences": '["worker", "own-group"]'}, "Who it is for: People who come to work, own group"),
        ({"sensitive": "true"}, "It is sensitive now: its titles stay neutral"),
        ({"law": "true"}, "It says what the law is"),
        ({"trace": '"none"'}, "Nothing is kept of its learners any more"),
        ({"after": '[credential]\nkind = "badge"\nrule = "all-core"\n'}, "It gives a badge at its end"),
        ({"after": "core = false\n"}, "“one” is an extra now"),
        ({"after": 'title = "One"\nmove_on = "NotApplicable"\n'}, "“One” is done by another rule"),
    ],
)
def test_what_the_outline_says_of_a_course_is_told(app: Flask, changes: dict[str, str], told: str) -> None:
    with app.test_request_context("/en/"):
        assert in_words(describe(manifest(), manifest(**changes))) == [told]


def test_a_rule_that_says_what_holds_without_it_is_no_change() -> None:
    assert describe(manifest(), manifest(trace='"progress"', after='kind = "lesson"\nmove_on = "Completed"\n')) == []


def test_a_new_summary_and_country_are_told_on_the_page_that_publishes(course: Author) -> None:
    course.publish()
    form = {"title": "First steps", "summary": "What comes first.", "slug": "first-steps", "country": "FI"}
    course.send("settings", form | {"sensitive": "on"})
    page = course.get("publish").text
    for words in ("What it is about: “What comes first.”", "Country: Finland", "It is sensitive now"):
        assert words in page, words
