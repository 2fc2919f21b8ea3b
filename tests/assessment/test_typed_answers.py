"""A typed answer that cannot be read is shown again with a word of help: never wiped, never called no answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from perille.assessment.models import AttemptAnswer
from support.exam import attempt_on
from support.packs import write_pack
from support.visitor import Page, Visitor
from support.whole import Whole

BANK = """
[[item]]
key = "number"
interaction = "numeric"
prompt = "Which number?"
answer = 112
feedback_right = "So it is."
feedback_wrong = "No."

[[item]]
key = "word"
interaction = "fill-in"
prompt = "Which office?"
accepted = ["kela"]
feedback_right = "So it is."
feedback_wrong = "No."
"""
COURSE = "/en/courses/typed"
HELP = "We could not read one number in this."


def site(whole: Whole, root: Path, extra: str = "") -> Visitor:
    folder = write_pack(
        root, "course_typed", slug="typed", items={"bank": BANK}, assessments={"check": "bank"}, extra=extra
    )
    assert [str(each) for each in whole.publish(folder).problems] == []
    visitor = whole.visitor()
    visitor.start(COURSE)
    visitor.post(f"{COURSE}/hello/next")
    return visitor


def field(page: Page, item: str) -> str:
    return page.one("input", id=f"a-{item}-answer")["value"]


def answers(whole: Whole) -> list[tuple[str, bool]]:
    return [(answer.item, answer.right) for answer in whole.scalars(select(AttemptAnswer))]


@pytest.mark.parametrize("typed", ["112!", "numero 112", "1.1.2", "١١٢،", "112 (hätä)"])
def test_a_number_among_words_is_read(whole: Whole, tmp_path: Path, typed: str) -> None:
    page = site(whole, tmp_path).answer(f"{COURSE}/check", "number", typed)
    assert "So it is." in page.text
    assert "We read this as 112." in page.text
    assert field(page, "number") == typed
    assert answers(whole) == [("number", True)]


@pytest.mark.parametrize(
    ("language", "typed", "read"),
    [("fi", "4,5", None), ("fi", "4.5", None), ("fi", "noin 4,50", "4,5"), ("en", "4,5", "4.5"), ("en", "4.5", None)],
)
def test_a_number_is_told_with_the_decimal_sign_of_the_page(
    whole: Whole, tmp_path: Path, language: str, typed: str, read: str | None
) -> None:
    folder = write_pack(
        tmp_path,
        "course_typed",
        slug="typed",
        items={"bank": BANK.replace("112", "4.5")},
        assessments={"check": "bank"},
    )
    assert [str(each) for each in whole.publish(folder).problems] == []
    visitor, course = whole.visitor(), COURSE.replace("/en/", f"/{language}/")
    visitor.start(course)
    visitor.post(f"{course}/hello/next")
    page = visitor.answer(f"{course}/check", "number", typed)
    assert "So it is." in page.text
    words = {"fi": "Luimme vastauksesi näin: ", "en": "We read this as "}[language]
    assert (f"{words}{read}." in page.text) if read else (words not in page.text)


def test_what_is_no_number_stays_in_the_field_with_a_word_of_help(whole: Whole, tmp_path: Path) -> None:
    page = site(whole, tmp_path).answer(f"{COURSE}/check", "number", "hätänumero")
    assert field(page, "number") == "hätänumero"
    assert HELP in page.text
    assert "There is no answer yet." not in page.text
    assert answers(whole) == []


def test_what_is_no_word_stays_in_the_field_with_a_word_of_help(whole: Whole, tmp_path: Path) -> None:
    page = site(whole, tmp_path).answer(f"{COURSE}/check", "word", "?!")
    assert field(page, "word") == "?!"
    assert "We could not read a word in this." in page.text


def test_a_test_with_rules_does_not_go_on_from_what_it_could_not_read(whole: Whole, tmp_path: Path) -> None:
    visitor = site(whole, tmp_path, '\n[unit.check.rules]\nfeedback = "end"\n')
    visitor.post(f"{COURSE}/check", {"do": "begin"})
    form = {**attempt_on(visitor, f"{COURSE}/check"), "do": "next", "number": "1", "item": "number"}
    page = visitor.submit(f"{COURSE}/check", {**form, "a-number": "hätänumero"})
    assert page.status == 200
    assert field(page, "number") == "hätänumero"
    assert HELP in page.text
    assert page.one("button", value="next")
    again = visitor.post(f"{COURSE}/check", {**form, "a-number": "112!"})
    assert (again.status, answers(whole)) == (303, [("number", True)])


def test_all_that_could_not_be_read_on_one_page_stays_in_its_fields(whole: Whole, tmp_path: Path) -> None:
    visitor = site(whole, tmp_path, '\n[unit.check.rules]\nfeedback = "end"\nlayout = "all"\n')
    here = f"{COURSE}/check"
    visitor.post(here, {"do": "begin"})
    form = {**attempt_on(visitor, here), "do": "next", "number": "1", "item": ["number", "word"]}
    reply = visitor.post(here, {**form, "a-number": "hätänumero", "a-word": "?!"})
    assert (reply.status, reply.location) == (303, f"{here}?q=1#a-number-result"), "no words of a person in an address"
    page = visitor.get(reply.location)
    assert (field(page, "number"), field(page, "word")) == ("hätänumero", "?!")
    assert page.one("div", id="a-number-result")["tabindex"] == "-1"
    again = visitor.get(reply.location)
    assert again.status == 200, "Back and reload send nothing"
    assert answers(whole) == []
