"""The safety check: as many tries as anybody wants, hints, all right at the end; counted once."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from perille.assessment.models import Attempt, AttemptAnswer
from support.records import acts, progress, statements
from support.visitor import Page, Visitor
from support.whole import Whole

CHECK = "/en/courses/way/check"
PASSED = ["completed check", "passed check"]
COMPLETED = ["completed", "satisfied"]


@pytest.fixture
def learner(visitor: Visitor) -> Visitor:
    """Somebody who has done all the lessons."""
    visitor.start()
    for unit in ("hello", "second"):
        visitor.post(f"/en/courses/way/{unit}/next")
    return visitor


def attempts(whole: Whole) -> list[Any]:
    return whole.scalars(select(Attempt))


def test_a_question_stands_alone_and_says_where_one_is(learner: Visitor) -> None:
    page = learner.get(CHECK)
    assert "Question 1 of 2" in page.text
    assert "Question two?" not in page.text
    assert "Lesson 3 of 3" in page.html


def test_a_hint_is_there_for_who_wants_it(learner: Visitor) -> None:
    assert "Think of the first lesson." in learner.get(CHECK).text


def test_a_wrong_answer_is_explained_and_asked_again_without_end(whole: Whole, learner: Visitor) -> None:
    assert "Change your answer" not in learner.get(CHECK).text
    for _try in range(7):
        page = learner.answer(CHECK, "one", "b")
        assert "Change your answer above. Then press the button." in page.text, "the same answer is wrong again"
        assert "Look again at the first lesson." in page.text
        assert page.all("a", rel="next") == []
    page = learner.answer(CHECK, "one", "a")
    assert "Well done." in page.text
    assert page.one("a", rel="next")["href"] == f"{CHECK}?item=two"
    assert len(attempts(whole)) == 1
    assert acts(whole).count("answered check:one") == 8


def test_all_right_passes_the_test_and_completes_the_course_once(whole: Whole, learner: Visitor) -> None:
    learner.answer(CHECK, "one", "a")
    page = learner.answer(CHECK, "two", "a")
    assert acts(whole)[-4:] == PASSED + COMPLETED
    assert page.one("a", rel="next")["href"] == "/en/courses/way/certificate"
    assert "You are all the way there." in learner.get("/en/courses/way").text
    score = statements(whole)[-3]["result"]
    assert (score["success"], score["score"]["scaled"]) == (True, 1.0)


def test_answering_after_the_end_changes_nothing(whole: Whole, learner: Visitor) -> None:
    for item in ("one", "two"):
        learner.answer(CHECK, item, "a")
    before = (acts(whole), progress(whole))
    for choice in ("a", "b"):
        assert learner.answer(CHECK, "one", choice).status == 200
    assert (acts(whole), progress(whole)) == before
    assert "All is right" in learner.get(CHECK).text


def test_the_order_of_answers_does_not_matter(whole: Whole, learner: Visitor) -> None:
    page = learner.answer(CHECK, "two", "a")
    assert page.one("a", rel="next")["href"] == f"{CHECK}?item=one"
    learner.answer(CHECK, "one", "a")
    assert acts(whole)[-4:] == PASSED + COMPLETED


def test_the_test_before_the_lessons_completes_the_course_with_the_last_lesson(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    for item in ("one", "two"):
        visitor.answer(CHECK, item, "a")
    assert acts(whole)[-2:] == PASSED
    visitor.post("/en/courses/way/second/next")
    assert acts(whole)[-1] == "completed second"
    visitor.post("/en/courses/way/hello/next")
    assert acts(whole)[-2:] == COMPLETED
    visitor.post("/en/courses/way/hello/next")
    assert acts(whole).count("satisfied") == 1


def sent(learner: Visitor, item: str, choice: str) -> tuple[dict[str, str], Page]:
    """Answer as the page's form says, and return what was sent too."""
    form = {**learner.get(f"{CHECK}?item={item}").fields(f"check-{item}"), f"a-{item}": choice}
    return form, learner.post(CHECK, form)


@pytest.mark.parametrize("choice", ["a", "b"])
def test_an_answer_sent_twice_is_counted_once(whole: Whole, learner: Visitor, choice: str) -> None:
    form, first = sent(learner, "one", choice)
    again = learner.post(CHECK, form)
    assert acts(whole).count("answered check:one") == 1
    assert [answer.tries for answer in whole.scalars(select(AttemptAnswer))] == [1]
    assert again.status == first.status == 200


def test_a_better_answer_from_the_page_before_counts(whole: Whole, learner: Visitor) -> None:
    form, _page = sent(learner, "one", "b")
    # The browser's way back shows the page that knew of no answer.
    learner.post(CHECK, {**form, "a-one": "a"})
    assert [answer.right for answer in whole.scalars(select(AttemptAnswer))] == [True]


def test_a_right_answer_stays_right(whole: Whole, learner: Visitor) -> None:
    form, _page = sent(learner, "one", "a")
    learner.post(CHECK, {**form, "a-one": "b"})
    assert [answer.right for answer in whole.scalars(select(AttemptAnswer))] == [True]


def test_who_comes_straight_to_the_test_is_enrolled_by_the_first_answer(whole: Whole, visitor: Visitor) -> None:
    assert visitor.get(CHECK).status == 200
    assert visitor.cookie() is None
    page = visitor.answer(CHECK, "one", "a")
    assert visitor.cookie()
    assert page.one("a", rel="next")["href"] == f"{CHECK}?item=two"
    assert acts(whole) == ["initialized check", "answered check:one"]


def test_the_test_goes_on_in_another_language(whole: Whole, learner: Visitor) -> None:
    learner.answer(CHECK, "one", "a")
    page = learner.answer("/ar/courses/way/check", "two", "a")
    assert page.language == "ar"
    assert acts(whole)[-4:] == PASSED + COMPLETED


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({}, 400),
        ({"item": "nothing"}, 400),
        ({"item": "fire", "edition": "x"}, 400),
        ({"item": "one"}, 303),
        ({"item": "one", "edition": "0" * 12, "a-one": "a"}, 303),
        ({"item": ["one", "two"], "edition": "x", "a-one": "a"}, 303),
    ],
)
def test_a_form_that_was_tampered_with_changes_nothing(
    whole: Whole, learner: Visitor, form: dict[str, Any], status: int
) -> None:
    before = whole.counts()
    page = learner.post(CHECK, form)
    assert page.status == status
    assert page.heading if status == 400 else page.location.startswith(CHECK)
    assert whole.counts() == before


@pytest.mark.parametrize("answer", ["c", "", "\x00", "a" * 100_000, "<script>"])
def test_an_answer_that_is_none_of_the_choices_is_no_answer(whole: Whole, learner: Visitor, answer: str) -> None:
    before = whole.counts()
    page = learner.answer(CHECK, "one", answer)
    assert page.status == 200
    assert "<script>" not in page.html
    assert whole.counts() == before


@pytest.mark.parametrize("number", ["-1", "x", "99999999999999999999", "١", ""])
def test_a_number_of_tries_that_was_tampered_with_does_no_harm(whole: Whole, learner: Visitor, number: str) -> None:
    learner.answer(CHECK, "one", "b", **{"try": number})
    assert learner.answer(CHECK, "one", "a", **{"try": number}).status == 200
    assert [(answer.right, answer.tries) for answer in whole.scalars(select(AttemptAnswer))] == [(True, 2)]


def test_where_nothing_is_kept_the_test_still_has_an_end(whole: Whole, visitor: Visitor) -> None:
    check = "/en/courses/quiet/check"
    before = whole.counts()
    page = visitor.answer(check, "one", "a")
    assert page.one("a", rel="next")["href"] == f"{check}?item=two"
    page = visitor.answer(check, "two", "a")
    assert "All is right" in page.text
    assert page.one("a", rel="next")["href"] == "/en/courses/quiet"
    assert whole.counts() == before
    assert visitor.cookie() is None
