"""Who has started keeps the course as it was built then, in the newest words; nothing of theirs is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from support.records import acts, progress
from support.visitor import Visitor
from support.whole import Whole
from support.whole_packs import HELLO, SECOND, catalogue, write_way

COURSE = "/en/courses/way"
NEW_LESSONS = {"hello": HELLO, "second": SECOND, "third": "# The third lesson\n\nIt is new.\n"}


@pytest.fixture
def longer(whole: Whole, tmp_path: Path) -> Callable[[], None]:
    """Publish the course with a third lesson."""
    return lambda: _check(whole, write_way(tmp_path / "longer", lessons=NEW_LESSONS, version="2.0.0"))


@pytest.fixture
def reworded(whole: Whole, tmp_path: Path) -> Callable[[], None]:
    """Publish the course in other words."""
    words = HELLO.replace("Welcome to your course.", "Be welcome in your course.")
    return lambda: _check(whole, write_way(tmp_path / "reworded", lessons={"hello": words, "second": SECOND}))


def _check(whole: Whole, folder: Path) -> None:
    assert whole.publish(folder).published == ("course_way",)


def lessons(visitor: Visitor) -> list[str]:
    return [tag.words for tag in visitor.get(COURSE).all("span", class_="station-title")]


def test_who_has_started_keeps_the_old_way_and_a_newcomer_gets_the_new(
    whole: Whole, visitor: Visitor, longer: Callable[[], None]
) -> None:
    visitor.start()
    longer()
    assert lessons(visitor) == ["Hello there", "The second lesson", "Check"]
    assert visitor.get(f"{COURSE}/third").status == 404
    assert visitor.post(f"{COURSE}/second/next").location == f"{COURSE}/check"
    newcomer = whole.visitor()
    assert lessons(newcomer) == ["Hello there", "The second lesson", "The third lesson", "Check"]
    newcomer.start()
    assert newcomer.post(f"{COURSE}/second/next").location == f"{COURSE}/third"


def test_the_old_way_can_be_finished(whole: Whole, visitor: Visitor, longer: Callable[[], None]) -> None:
    visitor.start()
    longer()
    for unit in ("hello", "second"):
        visitor.post(f"{COURSE}/{unit}/next")
    for item in ("one", "two"):
        visitor.answer(f"{COURSE}/check", item, "a")
    assert acts(whole)[-2:] == ["completed", "satisfied"]


def test_corrected_words_reach_everybody(whole: Whole, visitor: Visitor, reworded: Callable[[], None]) -> None:
    visitor.start()
    before = visitor.get(f"{COURSE}/hello")
    reworded()
    for reader in (visitor, whole.visitor()):
        after = reader.get(f"{COURSE}/hello", If_None_Match=before.headers["ETag"])
        assert after.status == 200
        assert "Be welcome in your course." in after.text


def test_an_answer_to_the_same_questions_in_other_words_counts(
    whole: Whole, visitor: Visitor, reworded: Callable[[], None]
) -> None:
    visitor.start()
    form = visitor.get(f"{COURSE}/hello").fields("check-fire")
    reworded()
    assert visitor.post(f"{COURSE}/hello", {**form, "a-fire": "leave"}).status == 200
    assert acts(whole)[-1] == "answered hello:fire"


@pytest.mark.parametrize(("unit", "item", "choice"), [("hello", "fire", "leave"), ("check", "one", "a")])
def test_a_form_of_an_older_edition_is_asked_again_and_nothing_is_lost(
    whole: Whole, visitor: Visitor, longer: Callable[[], None], unit: str, item: str, choice: str
) -> None:
    # They read without having started, so the newest edition is theirs at any time.
    form = {**visitor.get(f"{COURSE}/{unit}?item={item}").fields(f"check-{item}"), f"a-{item}": choice}
    longer()
    before = whole.counts()
    page = visitor.submit(f"{COURSE}/{unit}", form)
    assert page.status == 200
    assert "checked" in page.one("input", type="radio", value=choice, name_=f"a-{item}").attributes, (
        "what was given stays"
    )
    assert not page.all("div", class_="result"), "and is not marked"
    assert "The course has changed since you opened this page. Please answer again." in page.text
    assert whole.counts() == before
    again = {**page.fields(f"check-{item}"), f"a-{item}": choice}
    assert visitor.post(f"{COURSE}/{unit}", again).status == 200


def test_a_form_from_before_a_start_on_another_edition_is_asked_again(
    whole: Whole, visitor: Visitor, longer: Callable[[], None]
) -> None:
    visitor.start()
    longer()
    form = whole.visitor().get(f"{COURSE}/check?item=one").fields("check-one")
    record = (acts(whole), progress(whole))
    assert visitor.post(f"{COURSE}/check", {**form, "a-one": "a"}).location == f"{COURSE}/check?item=one"
    assert (acts(whole), progress(whole)) == record


def test_a_bookmark_outlives_a_lesson_that_got_shorter(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    visitor.start()
    visitor.post(f"{COURSE}/resume", {"unit": "hello", "screen": "2"})
    shorter = {"hello": "# Hello there\n\nWelcome.\n\n::: check fire\n:::\n", "second": SECOND}
    _check(whole, write_way(tmp_path / "shorter", lessons=shorter, version="3.0.0", translations={}))
    place = visitor.get(f"{COURSE}/resume").location
    assert visitor.get(place).status == 200


def test_a_translation_that_came_later_is_there_for_who_has_started(
    whole: Whole, visitor: Visitor, tmp_path: Path
) -> None:
    visitor.start()
    words = catalogue({("lesson/hello", "Welcome to your course."): "Ласкаво просимо до курсу."})
    folder = write_way(tmp_path / "more", translations={"uk": words, "fi": catalogue({}), "ar": catalogue({})})
    assert whole.publish(folder).published == ("course_way",)
    assert "Ласкаво просимо до курсу." in visitor.get("/uk/courses/way/hello").text
