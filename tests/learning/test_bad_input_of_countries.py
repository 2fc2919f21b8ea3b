"""What packs of countries lack or get wrong: the reader is told, and everything else of the page stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from packs.published import SVG
from support.errand_packs import DEADLINES, HELLO, SECOND, errand, write_errands
from support.visitor import Visitor
from support.whole import Whole
from support.whole_packs import FACTS, write_facts

NEXT_YEAR = DEADLINES.replace('value = "2099-03-31"', 'value = "2099-03-31"\nvalid_from = 2099-01-01')


def test_a_fact_that_is_valid_from_next_year_is_not_known_yet(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    _facts, way = write_errands(tmp_path)
    assert "course_way" in whole.publish(write_facts(tmp_path, FACTS + NEXT_YEAR), way).published
    lesson = visitor.get("/en/courses/way/second").text
    assert "By when" in lesson
    assert "(not known at the moment)" in lesson
    listed = visitor.get("/en/courses/way/errands")
    assert "31 March 2099" not in listed.text
    # It still stands in the list, after those that are due.
    ids = [tag.attributes.get("id", "") for tag in listed.all("section")]
    assert ids.index("errand-tax") > ids.index("errand-school")


def test_an_office_without_a_phone_is_shown_by_its_address(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    site = (
        '[office.site]\nkind = "url"\nlabel = "The office"\nvalue = "https://office.example"\nsource = "https://office.example"\n'
        'confidence = "A"\nchecked_on = 2026-11-20\nreview_due = 2099-05-22\n'
    )
    lesson = "# Hello there\n\n" + errand("card", "Fetch it", more="- **Ask:** the office, {fact: office.site}\n")
    _facts, way = write_errands(tmp_path, lessons={"hello": lesson, "second": SECOND}, translations={})
    whole.publish(write_facts(tmp_path, FACTS + DEADLINES + site), way)
    for address in ("/en/courses/way/hello", "/en/courses/way/errands"):
        links = [
            tag["href"] for tag in visitor.get(address).all("a") if "office.example" in tag.attributes.get("href", "")
        ]
        assert links == ["https://office.example"]


def test_an_errand_that_names_nobody_to_reach_is_warned_of(whole: Whole, tmp_path: Path) -> None:
    lesson = "# Hello there\n\n" + errand("card", "Fetch it", more="- **Ask:** the office\n")
    report = whole.publish(*write_errands(tmp_path, lessons={"hello": lesson, "second": SECOND}, translations={}))
    told = [each for each in report.problems if "says whom to ask, but not how" in each.message]
    assert [(each.path, each.line) for each in told] == [("course_way/lessons/hello.md", 6)]


def test_a_language_with_half_a_catalogue_shows_the_rest_as_what_it_is(
    whole: Whole, visitor: Visitor, tmp_path: Path
) -> None:
    whole.publish(*write_errands(tmp_path))
    page = visitor.get("/ar/courses/way/errands")
    titles = {tag.words: tag.attributes.get("lang", "") for tag in page.all("h2")}
    assert titles["بلّغوا عن عنوانكم"] == ""
    assert titles["Choose a school"] == "en"
    assert page.all("p", class_="draft")


def test_a_picture_without_a_mirrored_one_is_shown_as_it_is(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    lesson = HELLO + "\n::: picture house\nA house.\n:::\n"
    media = {"house.svg": SVG, "credits.toml": 'house = "CC0"\n'}
    whole.publish(*write_errands(tmp_path, lessons={"hello": lesson, "second": SECOND}, media=media))
    shown = {
        code: [tag["src"] for tag in visitor.get(f"/{code}/courses/way/hello?screen=2").all("img")]
        for code in ("en", "ar")
    }
    assert shown["en"]
    assert shown["ar"] == shown["en"]


@pytest.mark.parametrize("word", ["ရေ", "ᏣᎳᎩ", "𞤀𞤣𞤤𞤢𞤥"])
def test_a_word_in_a_script_without_a_font_keeps_its_sound_and_meaning(
    whole: Whole, visitor: Visitor, tmp_path: Path, word: str
) -> None:
    lesson = f"# Hello there\n\n::: words\n- {word} · ra-ay · water\n:::\n"
    whole.publish(*write_errands(tmp_path, lessons={"hello": lesson, "second": SECOND}, translations={}))
    page = visitor.get("/en/courses/way/word-list")
    assert page.status == 200
    assert all(part in page.text for part in (word, "ra-ay", "water"))
