"""After an answer the browser stands on a page that it can ask for again: Back and reload send no form."""

from __future__ import annotations

import pytest

from support.records import acts
from support.visitor import Page, Visitor
from support.whole import Whole

COURSE = "/en/courses/way"


def _press(visitor: Visitor, unit: str, item: str, choice: str) -> Page:
    """Answer a question and return what the server says to the form itself."""
    form = visitor.get(f"{COURSE}/{unit}?item={item}").fields(f"check-{item}")
    return Page(visitor.client.post(f"{COURSE}/{unit}", data={**form, f"a-{item}": choice}))


@pytest.mark.parametrize(("unit", "item", "right"), [("hello", "fire", "leave"), ("check", "one", "a")])
def test_an_answer_leads_to_a_page_that_can_be_asked_for_again(
    whole: Whole, visitor: Visitor, unit: str, item: str, right: str
) -> None:
    visitor.start()
    reply = _press(visitor, unit, item, right)
    assert reply.status == 303
    before = acts(whole)
    pages = [visitor.get(reply.location) for _time in range(2)]
    assert [page.status for page in pages] == [200, 200]
    assert "Correct" in pages[0].text
    assert pages[0].html == pages[1].html
    assert acts(whole) == before, "looking again records nothing"


def test_an_address_with_an_answer_that_is_none_of_the_question_says_that_there_is_none(visitor: Visitor) -> None:
    page = visitor.get(f"{COURSE}/hello?said=fire&a-fire=gone")
    assert page.status == 200
    assert "There is no answer yet." in page.text


def test_an_unknown_question_in_an_address_is_left_out(visitor: Visitor) -> None:
    assert visitor.get(f"{COURSE}/hello?said=gone").html == visitor.get(f"{COURSE}/hello").html
