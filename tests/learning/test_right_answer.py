"""What is said after an answer, of every question type: the word first, in the box that gets the focus; and what was missed or right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from perille.domain.item import is_scored
from perille.interactions import plugin
from support.packs import write_pack
from support.question_types import fields, write_types
from support.visitor import Page, Visitor
from support.whole import Whole
from support.whole_packs import catalogue

COURSE = "/en/courses/types"
RULES = '[unit.final.rules]\nfeedback = "end"\n'
#: What is said here is the same on both databases.
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@dataclass(frozen=True)
class Said:
    """An answer that is not right, what the box says of it, and what it says of none once the test is over."""

    form: Mapping[str, Any]
    word: str
    right: str
    #: Whether what was missed is named before the test is over.
    named: str = field(default="")


#: A new question type that is scored adds a line here, or its test fails.
SAID = {
    "choice": Said({"": "b"}, "Not correct", "The right answer: This"),
    "multiple-choice": Said({"": ["a"]}, "Partly correct", "The right answer: This That", named="Also right: That"),
    "true-false": Said({"": "false"}, "Not correct", "The right answer: True"),
    "picture-choice": Said({"": "b"}, "Not correct", "The right answer: This"),
    "sequencing": Said({".a": "2", ".b": "1"}, "Not correct", "The right answer: This That"),
    "matching": Said({".a": "a", ".b": "a"}, "Partly correct", "The right answer: From a – To a From b – To b"),
    "fill-in": Said({"": "Migri"}, "Not correct", "The right answer: kela"),
    "numeric": Said({"": "911"}, "Not correct", "The right answer: 112"),
    "hotspot": Said({"": "b"}, "Not correct", "The right answer: This"),
    "gap-fill": Said({".a": "b"}, "Not correct", "The right answer: Gap 1 – This"),
    "grouping": Said({".m": "a", ".n": "a"}, "Partly correct", "The right answer: One – This Two – That"),
}
every_scored_type = pytest.mark.parametrize("interaction", SAID)


def box(page: Page) -> str:
    """Return the words of the box that the address leads to, in one line."""
    found = page.one("div", id="a-asked-result")
    assert found["tabindex"] == "-1", "it can take the focus"
    return found.words


def sent(visitor: Visitor, unit: str, form: Mapping[str, Any]) -> Page:
    """Answer on the page of a lesson or check, as its form says; the form leads to the box."""
    page = visitor.get(f"{COURSE}/{unit}")
    assert page.one("form", id="check-asked")["action"].endswith("#a-asked-result")
    return visitor.post(f"{COURSE}/{unit}", {**page.fields("check-asked"), **form})


def wrong(interaction: str) -> dict[str, Any]:
    """Return the form of the answer that is not right."""
    return {f"a-asked{end}": value for end, value in SAID[interaction].form.items()}


@every_scored_type
@pytest.mark.parametrize("unit", ["hello", "final"])
def test_the_word_comes_first_in_a_lesson_and_in_a_check(
    whole: Whole, visitor: Visitor, tmp_path: Path, interaction: str, unit: str
) -> None:
    whole.publish(write_types(tmp_path, interaction))
    visitor.start(COURSE)
    said = box(sent(visitor, unit, wrong(interaction)))
    assert said.startswith(SAID[interaction].word)
    assert said.endswith(SAID[interaction].named)
    assert "The right answer" not in said, "it stays to be found"
    assert box(sent(visitor, unit, fields(interaction))).startswith("Correct")


def test_every_scored_type_is_asked_here(database_kind: str) -> None:
    assert set(SAID) == {each.name for each in plugin.interactions if is_scored(each)}


def begin(visitor: Visitor) -> dict[str, str]:
    """Begin the test with rules and return what its forms name."""
    visitor.client.set_cookie("lang", "en")
    visitor.post(f"{COURSE}/final", {"do": "begin"})
    hidden = visitor.get(f"{COURSE}/final?q=1").all("input", type="hidden")
    return {each["name"]: each["value"] for each in hidden if each["name"] in ("attempt", "number", "item")}


@every_scored_type
def test_a_finished_test_says_what_is_right(whole: Whole, visitor: Visitor, tmp_path: Path, interaction: str) -> None:
    whole.publish(write_types(tmp_path, interaction, test=RULES))
    form = begin(visitor)
    visitor.post(f"{COURSE}/final", {**form, "do": "hand-in"})
    assert box(visitor.get(f"{COURSE}/final?q=result")) == f"You gave no answer. {SAID[interaction].right}"
    other = whole.visitor()
    form = begin(other)
    other.post(f"{COURSE}/final", {**form, **wrong(interaction), "do": "next"})
    other.post(f"{COURSE}/final", {"attempt": form["attempt"], "do": "hand-in"})
    expected = SAID[interaction].named or SAID[interaction].right
    assert box(other.get(f"{COURSE}/final?q=result")) == f"{SAID[interaction].word} {expected}"


@pytest.mark.parametrize("interaction", ["choice", "matching"])
def test_a_test_that_says_it_at_once_leads_to_the_box(
    whole: Whole, visitor: Visitor, tmp_path: Path, interaction: str
) -> None:
    whole.publish(write_types(tmp_path, interaction, test=RULES.replace('"end"', '"now"')))
    form = begin(visitor)
    reply = visitor.post(f"{COURSE}/final", {**form, **wrong(interaction), "do": "next"})
    assert reply.location == f"{COURSE}/final?q=1#a-asked-result"
    said = box(visitor.get(reply.location))
    assert said.startswith(SAID[interaction].word)
    assert "right" not in said, "other questions of the bank may be asked in the next try"


def test_a_test_that_never_says_it_names_nothing(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    whole.publish(write_types(tmp_path, "choice", test=RULES.replace('"end"', '"never"')))
    visitor.post(f"{COURSE}/final", {**begin(visitor), "do": "hand-in"})
    page = visitor.get(f"{COURSE}/final?q=result")
    assert "The right answer" not in page.text
    assert not page.all("div", id="a-asked-result")


@pytest.mark.parametrize(("interaction", "word"), [("likert", "Thank you."), ("free-text", "How one could answer")])
def test_what_is_not_marked_is_told_what_becomes_of_it(
    whole: Whole, visitor: Visitor, tmp_path: Path, interaction: str, word: str
) -> None:
    whole.publish(write_types(tmp_path, interaction, in_test=False))
    visitor.start(COURSE)
    assert box(sent(visitor, "hello", fields(interaction))).startswith(word)


GAPS = """
[[item]]
key = "asked"
interaction = "gap-fill"
objective = "K: it"
prompt = "Which words are missing?"
text = "Call ((a)) or ((b)) or ((c))."

[[item.gap]]
key = "a"

[[item.gap]]
key = "b"

[[item.gap]]
key = "c"

[[item.word]]
key = "one"
text = "one"
gap = "a"

[[item.word]]
key = "two"
text = "two"
gap = "b"

[[item.word]]
key = "three"
text = "three"
gap = "c"
"""
TURNED = catalogue({("item/asked/text", "Call ((a)) or ((b)) or ((c))."): "Soita ((c)) tai ((b)) tai ((a))."})


def write_gaps(root: Path, test: str = "") -> Path:
    return write_pack(
        root,
        "course_types",
        lessons={"hello": "# Hello\n\n::: check asked\n:::\n"},
        items={"bank": GAPS},
        assessments={"final": "bank"},
        translations={"fi": TURNED},
        extra=test,
    )


def test_a_text_that_is_partly_right_says_which_of_its_gaps_are(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    """Without a word by the author, it said "Partly correct" alone; the marks in the text are not heard with it."""
    whole.publish(write_gaps(tmp_path))
    visitor.start(COURSE)
    said = box(sent(visitor, "hello", {"a-asked.a": "one", "a-asked.b": "three", "a-asked.c": ""}))
    assert said == "Partly correct Gap 1: Correct Gap 2: Not correct Gap 3: There is no answer yet."
    right = {"a-asked.a": "one", "a-asked.b": "two", "a-asked.c": "three"}
    assert box(sent(visitor, "hello", right)) == "Correct"
    wrong_all = {"a-asked.a": "two", "a-asked.b": "three", "a-asked.c": ""}
    assert box(sent(visitor, "hello", wrong_all)) == "Not correct"


def test_gaps_are_numbered_as_they_stand_in_the_language_of_the_page(
    whole: Whole, visitor: Visitor, tmp_path: Path
) -> None:
    whole.publish(write_gaps(tmp_path, RULES))
    visitor.start(COURSE.replace("/en/", "/fi/"))
    page = visitor.get(f"{COURSE.replace('/en/', '/fi/')}/hello")
    form = {**page.fields("check-asked"), "a-asked.a": "one", "a-asked.b": "three", "a-asked.c": ""}
    page = visitor.post(f"{COURSE.replace('/en/', '/fi/')}/hello", form)
    assert [each["name"] for each in page.all("select")] == ["a-asked.c", "a-asked.b", "a-asked.a"]
    labels = [each.words for each in page.all("label") if each["for"].startswith("a-asked-gap-")]
    assert labels == ["Aukko 1", "Aukko 2", "Aukko 3"]
    assert box(page).split("Aukko")[3] == " 3: Oikein", "the one that is right stands last here"


def test_right_gaps_of_a_finished_test_stand_in_the_order_of_the_page(
    whole: Whole, visitor: Visitor, tmp_path: Path
) -> None:
    whole.publish(write_gaps(tmp_path, RULES))
    visitor.post(f"{COURSE}/final", {**begin(visitor), "do": "hand-in"})
    said = box(visitor.get(f"{COURSE.replace('/en/', '/fi/')}/final?q=result"))
    assert said.endswith("Aukko 1 – three Aukko 2 – two Aukko 3 – one")
