"""A pre-test is offered, counts for nothing, is nobody's success or failure, and is held beside the test of the module."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from perille.assessment.models import Attempt, AttemptAnswer
from support.exam import asked_on, attempt_on, begin, item, take
from support.pre_tests import write_with_pre_test
from support.records import acts
from support.visitor import Page, Visitor
from support.whole import Whole

COURSE = "/en/modules/exam"
BEFORE = f"{COURSE}/before"


def begin_before(visitor: Visitor) -> list[str]:
    visitor.client.set_cookie("lang", "en")
    assert visitor.post(BEFORE, {"do": "begin", "attempts": "0"}).location == f"{BEFORE}?q=1"
    return [key for number in range(1, 5) for key in asked_on(visitor.get(f"{BEFORE}?q={number}"))]


def take_before(visitor: Visitor, *, right: int) -> tuple[list[str], Page]:
    """Take the pre-test, the first *right* questions rightly; return what it asked and the page of its result."""
    asked = begin_before(visitor)
    of = attempt_on(visitor, BEFORE)
    for place, key in enumerate(asked):
        choice = "a" if place < right else "b"
        visitor.post(BEFORE, {**of, "do": "next", "number": str(place + 1), "item": key, f"a-{key}": choice})
    visitor.post(BEFORE, {**of, "do": "hand-in"})
    return asked, visitor.get(f"{BEFORE}?q=result")


def shares(page: Page) -> list[list[str]]:
    """Return the rows of the table by objective."""
    (card,) = page.all("section", class_="card known")
    rows = [tag for tag in page.all("tr") if card in tag.parents]
    return [[cell.words for cell in page.all("th") + page.all("td") if row in cell.parents] for row in rows[1:]]


@pytest.mark.parametrize("right", [0, 4])
def test_its_result_is_neither_passed_nor_failed(whole: Whole, visitor: Visitor, tmp_path: Path, right: int) -> None:
    whole.publish(write_with_pre_test(tmp_path))
    _asked, page = take_before(visitor, right=right)
    assert f"{25 * right} % right." in page.text
    for word in ("fail", "passed", "Not passed", "Critical", "To pass"):
        assert word.lower() not in page.text.lower(), word
    assert shares(page) == [["one", f"{right // 2} of 2"], ["two", f"{right // 2} of 2"]]
    told = [act for act in acts(whole) if "before" in act and not act.startswith(("initialized", "answered"))]
    assert [act.split()[0] for act in told] == ["completed"]
    assert whole.scalars(select(Attempt.passed)) == [None]


def test_the_way_begins_with_the_lesson_and_offers_it_beside(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    whole.publish(write_with_pre_test(tmp_path))
    page = visitor.get(COURSE)
    assert [each["href"] for each in page.all("a", class_="quiet") if "What you know" in each.words] == [BEFORE]
    assert visitor.start(COURSE).location == f"{COURSE}/hello"
    offer = visitor.get(BEFORE)
    assert [each["href"] for each in offer.all("a", class_="quiet", rel="next")] == [f"{COURSE}/hello"]


def test_it_is_no_part_of_the_certificate(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    whole.publish(write_with_pre_test(tmp_path))
    visitor.start(COURSE)
    visitor.post(f"{COURSE}/hello/next")
    take(visitor)
    assert "What you know" not in visitor.get(f"{COURSE}/certificate").text
    assert visitor.post(f"{COURSE}/certificate", {"name": "Aino Aalto"}).status == 303
    assert "Your certificate is ready" in visitor.get(f"{COURSE}/certificate").text


def test_after_it_the_page_of_the_module_goes_on_with_the_lesson(
    whole: Whole, visitor: Visitor, tmp_path: Path
) -> None:
    whole.publish(write_with_pre_test(tmp_path))
    take_before(visitor, right=1)
    (link,) = [each for each in visitor.get(COURSE).all("a", rel="next") if "main" in each["class"]]
    assert link["href"].partition("?")[0] == f"{COURSE}/hello"


def test_it_is_taken_once(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    whole.publish(write_with_pre_test(tmp_path))
    take_before(visitor, right=1)
    page = visitor.get(BEFORE)
    assert not page.all("form", id="begin")
    assert visitor.post(BEFORE, {"do": "begin", "attempts": "1"}).location == BEFORE
    assert len(whole.scalars(select(Attempt.id))) == 1


def test_after_a_lesson_it_would_not_show_what_was_known_before(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    whole.publish(write_with_pre_test(tmp_path))
    visitor.start(COURSE)
    visitor.post(f"{COURSE}/hello/next")
    assert "for the time before the first lesson" in visitor.get(BEFORE).text
    assert visitor.post(BEFORE, {"do": "begin", "attempts": "0"}).location == BEFORE
    assert not [each for each in visitor.get(COURSE).all("a", class_="quiet") if "What you know" in each.words]


def test_left_open_it_ends_with_the_first_lesson(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    whole.publish(write_with_pre_test(tmp_path))
    asked = begin_before(visitor)
    of = attempt_on(visitor, BEFORE)
    visitor.post(f"{COURSE}/hello/next")
    assert "for the time before the first lesson" in visitor.get(f"{BEFORE}?q=1").text
    assert visitor.post(BEFORE, {**of, "do": "save", "item": asked[0], f"a-{asked[0]}": "a"}).status == 409
    for do in ("next", "hand-in"):
        visitor.post(BEFORE, {**of, "do": do, "number": "1", "item": asked[0], f"a-{asked[0]}": "a"})
    assert visitor.post(BEFORE, {"do": "begin"}).location == BEFORE
    assert (whole.scalars(select(Attempt.score)), whole.scalars(select(AttemptAnswer.item))) == ([None], [])
    assert "Before the module" not in take(visitor).text, "there is nothing to hold beside it"


def test_the_test_asks_other_questions_while_there_are_some(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    # So many that each draw has enough left, whichever of them are critical.
    bank = "".join(item(number) for number in range(1, 31))
    whole.publish(write_with_pre_test(tmp_path, bank=bank))
    before, _page = take_before(visitor, right=2)
    assert set(before) & set(begin(visitor)) == set()


def test_the_gain_is_told_by_objective(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    whole.publish(write_with_pre_test(tmp_path))
    asked, _page = take_before(visitor, right=1)
    page = take(visitor)
    assert "Before the module: 25 %. Now: 100 %." in page.text
    known = "one" if int(asked[0][1:]) % 2 else "two"
    before = {name: f"{int(name == known)} of 2" for name in ("one", "two")}
    assert shares(page) == [[name, before[name], "2 of 2"] for name in ("one", "two")]


def test_without_it_there_is_nothing_to_hold_beside(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    whole.publish(write_with_pre_test(tmp_path))
    assert not take(visitor).all("section", class_="card known")


def test_it_is_no_second_test_among_what_the_module_has(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    whole.publish(write_with_pre_test(tmp_path))
    for path, tag in ((COURSE, "p"), ("/en/modules", "span")):
        said = [each.words for each in visitor.get(path).all(tag, class_="course-meta")]
        assert any(words.startswith("1 lesson · 1 test · ") for words in said), (path, said)


def test_who_did_not_take_it_has_done_all_parts(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    whole.publish(write_with_pre_test(tmp_path))
    visitor.start(COURSE)
    visitor.post(f"{COURSE}/hello/next")
    take(visitor)
    assert "2 of 2 parts done" in visitor.get("/en/whose").text
