"""The way in: a page in the reader's language, and the way to every other one."""

from __future__ import annotations

from pathlib import Path

import pytest

from perille.core.i18n import LANGUAGES, OFFERED
from support.packs import write_pack
from support.visitor import Visitor
from support.whole import Whole


@pytest.mark.parametrize(
    ("wish", "language"),
    [
        ("", "en"),
        ("fi", "fi"),
        ("uk-UA,ru;q=0.8,en;q=0.5", "uk"),
        ("ru-RU,uk;q=0.8,en;q=0.5", "ru"),
        ("be,en;q=0.5", "ru"),
        ("ar-SY", "ar"),
        ("de,ar;q=0.5,en;q=0.4", "ar"),
        ("prs,fi;q=0.3", "prs"),
        ("fa-AF,en;q=0.3", "prs"),
        ("fa-IR,en;q=0.3", "prs"),
        ("ti,fi;q=0.3", "fi"),
        ("xx,;;q=,*", "en"),
        ("ar;q=0,fi;q=0.1", "fi"),
    ],
)
def test_the_first_page_speaks_the_readers_language(visitor: Visitor, wish: str, language: str) -> None:
    page = visitor.get("/", Accept_Language=wish)
    assert (page.status, page.language) == (200, language)
    assert page.headers["Content-Language"] == language
    assert "Accept-Language" in page.headers["Vary"]


def test_right_to_left_is_said_of_the_page(visitor: Visitor) -> None:
    assert visitor.get("/ar/").one("html")["dir"] == "rtl"
    assert visitor.get("/fi/").one("html")["dir"] == "ltr"


def test_languages_are_the_first_thing_of_the_first_page_each_in_its_own_name(visitor: Visitor) -> None:
    page = visitor.get("/ar/")
    picker = [tag for tag in page.all("a") if any(up.attributes.get("class") == "picker" for up in tag.parents)]
    assert page.all("nav")[0].attributes["class"] == "picker"
    assert [tag["hreflang"] for tag in picker] == [tag["lang"] for tag in picker] == list(OFFERED)
    assert [tag.words for tag in picker] == [LANGUAGES[code].name for code in OFFERED]


def test_a_course_is_called_by_its_translated_title(visitor: Visitor) -> None:
    assert "Tie-kurssi" in visitor.get("/fi/").text
    # Without a translation the source stands there, and says which language it is.
    title = next(tag for tag in visitor.get("/uk/").all("span") if tag.words == "The way course")
    assert (title["lang"], title["dir"]) == ("en", "ltr")


@pytest.mark.parametrize(("language", "countries"), [("en", ["Finland"]), ("uk", ["Словаччина", "Швеція"])])
def test_courses_stand_in_the_alphabet_of_their_countries_each_named_once(
    whole: Whole, visitor: Visitor, tmp_path: Path, language: str, countries: list[str]
) -> None:
    whole.publish(
        write_pack(tmp_path, "course_sweden", countries=["SE"], title="Sweden: your first months"),
        write_pack(tmp_path, "course_slovakia", countries=["SK"], title="Slovakia: your first months"),
    )
    for address in (f"/{language}/", f"/{language}/courses"):
        page = visitor.get(address)
        titles = [tag.words.partition(":")[0] for tag in page.all("span", _class="course-title")]
        assert [title for title in titles if title in ("Sweden", "Slovakia")] == ["Slovakia", "Sweden"]
        named = [tag.words for tag in page.all("span", _class="country")]
        assert [name for name in named if name in (*countries, "Sweden", "Slovakia")][-len(countries) :] == countries


def test_what_can_be_read_in_the_pages_language_comes_first(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    # Islanti stands before Suomi, but only in English.
    whole.publish(write_pack(tmp_path, "course_iceland", countries=["IS"], title="Iceland: your first months"))
    titles = [tag.words for tag in visitor.get("/fi/").all("span", _class="course-title")]
    assert titles.index("Tie-kurssi") < titles.index("Iceland: your first months")


def test_the_first_page_shows_courses_and_the_list_of_modules_shows_modules(visitor: Visitor) -> None:
    assert "The staff course" not in visitor.get("/en/").text
    assert "The staff course" in visitor.get("/en/modules").text
    assert "The way course" not in visitor.get("/en/modules").text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True),
        ("country=FI", True),
        ("country=SE", False),
        ("audience=quota-refugee&language=ar", True),
        ("language=uk", False),
        ("country=<script>alert(1)</script>", False),
        ("country=" + "F" * 5000, False),
    ],
)
def test_a_list_is_narrowed_by_what_is_chosen(visitor: Visitor, query: str, found: bool) -> None:
    page = visitor.get(f"/en/courses?{query}")
    assert page.status == 200
    assert ("The way course" in page.text) is found
    assert "<script>alert" not in page.html


def test_home_offers_to_go_on_where_a_learner_was(visitor: Visitor) -> None:
    visitor.start()
    link = visitor.get("/fi/").one("a", rel="next")
    assert link["href"] == "/fi/courses/way/resume"
    assert "Tie-kurssi" in link.words
    assert visitor.get(link["href"]).status == 303


def test_going_on_is_offered_to_nobody_else(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    visitor.get("/en/")
    assert whole.visitor().get("/en/").all("a", rel="next") == []
