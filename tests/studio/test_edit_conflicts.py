"""Two people with one question, one scene or one translation open: what both wrote is kept, and nothing is written over without a word."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from perille.people.models import Role
from perille.studio.edit_conflicts import merge_tables
from studio.author import Author, _areas, _inputs
from support.html import Tag
from support.visitor import Page

QUESTION = {
    "interaction": "choice",
    "bank": "checks",
    "f-prompt": "A ship is late. What do you do?",
    "choice-0-text": "You ask",
    "choice-0-feedback": "Yes.",
    "choice-0-right": "true",
    "choice-1-text": "You go home",
    "choice-1-feedback": "No.",
}
PLACE = "questions/a-ship-is-late"
TOLD = "Somebody else has changed the same words."
TOGETHER = "both changes are in it"


@pytest.fixture
def two(make_author: Callable[..., Author]) -> tuple[Author, Author]:
    """Two authors of one office with one course."""
    anna, ben = make_author(), make_author("ben@example.org", Role.TRAINER)
    anna.begin()
    ben.draft = anna.draft
    return anna, ben


def form(page: Page, field: str) -> dict[str, str]:
    """Return what the form holds in which a field stands."""
    inside = next(tag for tag in (*page.all("textarea"), *page.all("input")) if tag.attributes.get("name") == field)
    found: Tag = next(up for up in inside.parents if up.name == "form")
    boxes = [tag["name"] for tag in page.all("input", _type="checkbox") if found in tag.parents]
    ticked = [tag["name"] for tag in page.all("input", _type="checkbox") if "checked" in tag.attributes]
    held = {**_inputs(page, found), **_areas(page, found)}
    return {name: value for name, value in held.items() if name not in boxes or name in ticked}


def refused(who: Author, path: str, sent: Mapping[str, str]) -> Page:
    """Send a form of which one must decide."""
    page = Page(who.visitor.client.post(f"{who.draft}/{path}", data=sent))
    assert page.status == 409
    assert TOLD in page.text
    return page


def test_two_authors_of_one_question_lose_nothing(two: tuple[Author, Author]) -> None:
    anna, ben = two
    anna.send("questions/new", QUESTION)
    seen = form(ben.get(PLACE), "f-prompt")
    anna.send(PLACE, form(anna.get(PLACE), "f-prompt") | {"f-prompt": "A ship is very late.", "choice-1-text": "Sleep"})
    page = ben.send(PLACE, seen | {"choice-0-text": "You ask at the desk", "f-hint": "Who knows?"})
    assert TOGETHER in page.text
    now = form(ben.get(PLACE), "f-prompt")
    wanted = {"f-prompt": "A ship is very late.", "choice-0-text": "You ask at the desk", "choice-1-text": "Sleep"}
    assert now | wanted | {"f-hint": "Who knows?"} == now
    # The same words: theirs stay saved, and mine stay in the form until they are sent again.
    page = refused(ben, PLACE, seen | {"f-prompt": "The ship does not come."})
    assert form(ben.get(PLACE), "f-prompt")["f-prompt"] == "A ship is very late."
    assert "A ship is very late." in [tag.words.strip() for tag in page.all("pre")]
    again = form(page, "f-prompt")
    assert (again["f-prompt"], again["choice-1-text"]) == ("The ship does not come.", "Sleep")
    ben.send(PLACE, again)
    assert form(anna.get(PLACE), "f-prompt")["f-prompt"] == "The ship does not come."


def test_two_authors_of_one_scene_lose_nothing(two: tuple[Author, Author]) -> None:
    anna, ben = two
    anna.send("questions/new", {"interaction": "role-play", "bank": "checks", "f-prompt": "What now?"})
    scenes, scene = "questions/what-now/scenes", "questions/what-now/scene/a-room"
    anna.send(scenes, {"f-title": "A room", "f-about": "You visit."})
    anna.send(f"{scenes}/new", {"f-text": "A room.", "f-end": "good"})
    seen, about = form(ben.get(scene), "f-text"), form(ben.get(scenes), "f-about")
    anna.send(scene, form(anna.get(scene), "f-text") | {"f-text": "A dark room."})
    anna.send(scenes, form(anna.get(scenes), "f-about") | {"f-about": "You are a guest."})
    assert TOGETHER in ben.send(scene, seen | {"f-signs": "It is cold"}).text
    assert "A dark room." in ben.get(scene).html
    page = refused(ben, scene, seen | {"f-text": "A bright room."})
    again = form(page, "f-text")
    assert again["f-text"] == "A bright room."
    assert again["f-signs"] == "It is cold", "pressed again, it takes nothing away that was saved and not touched"
    assert TOGETHER in ben.send(scenes, about | {"f-title": "A door"}).text
    page = refused(ben, scenes, about | {"f-about": "You are alone."})
    again = form(page, "f-about")
    assert (again["f-about"], again["f-title"]) == ("You are alone.", "A door")
    assert form(ben.get(scenes), "f-about")["f-about"] == "You are a guest."


def test_two_translators_of_one_block_lose_nothing(two: tuple[Author, Author]) -> None:
    anna, ben = two
    anna.add("first-steps", "text")
    anna.write("first-steps", 0, "Go to the harbour.")
    anna.send("translations", {"language": "fi"})
    about = {"context": "lesson/first-steps", "source": "Go to the harbour.", "show": "missing", "had": ""}
    anna.send("translations/fi", about | {"words": "Mene satamaan."})
    page = refused(ben, "translations/fi", about | {"words": "Menkää satamaan."})
    assert [tag.words.strip() for tag in page.all("pre")] == ["Mene satamaan."]
    again = form(page, "words")
    assert (again["had"].strip(), again["words"].strip()) == ("Mene satamaan.", "Menkää satamaan.")
    assert "Mene satamaan." in anna.get("translations/fi").html
    page = refused(ben, "translations/fi", again | {"words": "Lähde satamaan.", "do": "review"})
    assert form(page, "words")["words"].strip() == "Lähde satamaan.", "what was typed and not saved is not lost"
    assert "Saved." in ben.send("translations/fi", again).text
    assert "Menkää satamaan." in anna.get("translations/fi").html
    # What it translates is another sentence by now.
    anna.write("first-steps", 0, "Go to the old harbour.")
    not_saved(ben, "translations/fi", again | {"words": "Mene satamaan nyt."}, 409, "Mene satamaan nyt.")


def not_saved(who: Author, path: str, sent: Mapping[str, str], status: int, *typed: str) -> None:
    """Send a form that cannot be saved: what was typed stands on the page that says so, and nothing that was not."""
    page = Page(who.visitor.client.post(f"{who.draft}/{path}", data=sent))
    assert page.status == status
    assert "What you typed is not saved." in page.text
    assert sorted(tag.words.strip() for tag in page.all("textarea")) == sorted(typed)


def test_two_who_change_what_a_course_is_lose_nothing(two: tuple[Author, Author]) -> None:
    anna, ben = two
    seen = form(ben.get(), "summary")
    anna.send("settings", form(anna.get(), "summary") | {"title": "Steps", "sensitive": "on"})
    assert TOGETHER in ben.send("settings", seen | {"summary": "What comes first."}).text
    now = form(anna.get(), "summary")
    assert (now["title"], now["summary"], "sensitive" in now) == ("Steps", "What comes first.", True)
    page = refused(ben, "settings", seen | {"title": "The first steps"})
    assert [tag.words.strip() for tag in page.all("pre")] == ["Steps"]
    again = form(page, "summary")
    wanted = ("The first steps", "What comes first.", True)
    assert (again["title"], again["summary"], "sensitive" in again) == wanted
    assert form(anna.get(), "summary")["title"] == "Steps"
    ben.send("settings", again)
    now = form(anna.get(), "summary")
    assert (now["title"], now["summary"], "sensitive" in now) == wanted


def test_an_address_that_cannot_be_takes_nothing_else_away_that_was_typed(author: Author) -> None:
    author.begin()
    before = form(author.get(), "summary")
    page = author.send("settings", before | {"slug": "Not an address", "summary": "What comes first.", "law": "on"})
    assert "An address has small letters" in page.text
    now = form(author.get(), "summary")
    assert (now["slug"], now["summary"], "law" in now) == (before["slug"], "What comes first.", True)
    page = author.send("settings", now | {"slug": "Not an address"})
    assert "What you typed is not saved" not in page.text, "all but the address is what it was"


def test_two_who_change_the_source_of_a_lesson_lose_nothing(two: tuple[Author, Author]) -> None:
    anna, ben = two
    anna.add("first-steps", "text")
    anna.write("first-steps", 0, "Go to the harbour.")
    lesson, source = "lessons/first-steps", "lessons/first-steps/source"
    seen = form(ben.get(lesson), "source")
    anna.write("first-steps", 0, "Go to the old harbour.")
    mine = seen["source"].replace("the harbour", "the new harbour")
    page = refused(ben, source, seen | {"source": mine})
    assert "Go to the old harbour." in next(tag.words for tag in page.all("pre"))
    again = form(page, "source")
    assert again["source"].strip() == mine.strip()
    assert "Go to the old harbour." in form(ben.get(lesson), "source")["source"]
    ben.send(source, again)
    assert "Go to the new harbour." in form(ben.get(lesson), "source")["source"]


def test_nobody_takes_back_what_somebody_else_saved_without_having_seen_it(two: tuple[Author, Author]) -> None:
    anna, ben = two
    anna.add("first-steps", "text")
    said = ben.write("first-steps", 0, "Go to the harbour.")
    take_back = form(said, "lesson")
    history = ben.get("history")
    bring_back = [tag["value"] for tag in history.all("input", _name="seen")][0]
    anna.write("first-steps", 0, "Go to the old harbour.")
    told = "Somebody has saved since you opened this page."
    assert told in ben.send("undo", take_back).text
    assert told in ben.send("restore", {"revision": "1", "seen": bring_back}).text
    assert "Go to the old harbour." in anna.get("lessons/first-steps").html
    # One's own saves, and a page of now, take back as ever.
    said = ben.write("first-steps", 0, "Go to the new harbour.")
    assert "Taken back." in ben.send("undo", form(said, "lesson")).text
    assert "Go to the old harbour." in anna.get("lessons/first-steps").html


def test_what_is_typed_for_something_that_is_gone_is_not_lost(two: tuple[Author, Author]) -> None:
    anna, ben = two
    anna.send("questions/new", QUESTION)
    anna.send("lessons", {"title": "More steps", "part": "0", "kind": "lesson"})
    anna.add("more-steps", "text")
    anna.write("more-steps", 0, "Go to the harbour.")
    question, page = form(ben.get(PLACE), "f-prompt"), ben.get("lessons/more-steps")
    anna.send(f"{PLACE}/remove")
    anna.send("units/more-steps/remove")
    sent = {"f-prompt": "A ship is very late.", "choice-0-text": "Ask <i>them</i>", "choice-0-key": "you-ask"}
    sent |= {name: "" for name in question if name.startswith("f-") and name != "f-prompt"}
    sent |= {name: "" for name in question if name.startswith("choice-") and name != "choice-0-text"}
    not_saved(ben, PLACE, question | sent, 404, "A ship is very late.", "Ask <i>them</i>")
    block = ben.form_of(page, 0) | {"f-words": "Go to the old harbour."}
    not_saved(ben, "lessons/more-steps/block", block, 404, "Go to the old harbour.")
    ben.visitor.post("/en/sign-out")
    not_saved(ben, "lessons/first-steps/block", block, 403, "Go to the old harbour.")


def test_rows_that_came_and_went_on_both_sides_are_for_a_person() -> None:
    rows = [{"key": "a", "text": "A"}, {"key": "b", "text": "B"}]
    base = {"choice": rows}
    sent = merge_tables(base, {"choice": rows[:1]}, {"choice": [*rows, {"key": "c", "text": "C"}]})
    assert sent.both == ("choice",)
    assert merge_tables(base, {}, base).table == {}
