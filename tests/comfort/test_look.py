"""How pages look, as somebody chose it: kept in the browser, on every page, with and without script, never paler or smaller."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from perille.core.web.display_preferences import CHOICES, COOKIE
from perille.core.web.leaving import COOKIES
from support.style_sheets import declarations, rules, style_sheets
from support.visitor import Visitor
from support.whole import Whole

SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
LOOK = "/en/look"
EVERYTHING = {
    "size": "largest",
    "space": "airy",
    "contrast": "strong",
    "letters": "calm",
    "words": "easy",
    "way": "pictures",
}
PAGES = [
    "/en/",
    "/ar/courses/way",
    "/en/courses/way/hello",
    "/en/offline",
    "/en/help?country=FI",
    "/en/nothing/here",
    "/today",
]


def look_on(visitor: Visitor, path: str) -> str:
    """Return how a page says that it is to look."""
    return visitor.get(path).one("html").attributes.get("data-look") or ""


@SQLITE
def test_who_chose_nothing_has_pages_without_a_word_of_it(visitor: Visitor) -> None:
    assert "data-look" not in visitor.get("/en/").html
    assert visitor.get("/en/").one("a", href=LOOK).words == "How it looks"


@SQLITE
def test_what_was_chosen_without_script_is_on_every_page_and_ticked_in_the_form(visitor: Visitor) -> None:
    answer = visitor.post(LOOK, EVERYTHING)
    assert (answer.status, answer.location) == (303, f"{LOOK}#look-form")
    assert [look_on(visitor, path) for path in PAGES] == ["largest airy strong calm easy pictures"] * len(PAGES)
    form = visitor.get("/ar/look")
    ticked = {each["name"]: each["value"] for each in form.all("input", type="radio") if "checked" in each.attributes}
    assert ticked == EVERYTHING


@SQLITE
def test_back_to_ordinary_leaves_nothing_in_the_browser(visitor: Visitor) -> None:
    visitor.post(LOOK, EVERYTHING)
    visitor.post(LOOK, dict.fromkeys(CHOICES, ""))
    assert visitor.client.get_cookie(COOKIE) is None
    assert "data-look" not in visitor.get("/en/").html


@SQLITE
def test_one_persons_look_gets_onto_no_other_ones_page(whole: Whole, visitor: Visitor) -> None:
    lesson = "/en/courses/way/hello"
    other = whole.visitor()
    before = other.get(lesson)
    visitor.post(LOOK, EVERYTHING)
    mine = visitor.get(lesson, If_None_Match=before.headers["ETag"])
    assert mine.status == 200, "the browser's own copy is of before"
    assert "Cookie" in mine.headers["Vary"]
    assert "data-look" not in other.get(lesson).html
    assert other.get(lesson, If_None_Match=before.headers["ETag"]).status == 304


@SQLITE
def test_a_page_that_the_worker_asked_for_is_shown_to_nobody_of_another_look(visitor: Visitor) -> None:
    lesson = "/en/courses/way/hello"
    asked = visitor.get(lesson, Perille_Look="pictures")
    assert "data-look" in asked.html
    # The request came without a cookie, as those of somebody do who has none: the browser tells the two apart by the header alone.
    named = [each.strip().lower() for each in asked.headers["Vary"].split(",")]
    assert "perille-look" in named
    assert "data-look" not in visitor.get(lesson).html


@SQLITE
@pytest.mark.parametrize("value", ["", "huge", "large.large.largest", "strong' onload='x", "a" * 3000])
def test_of_a_cookie_only_our_own_words_count(visitor: Visitor, value: str) -> None:
    visitor.client.set_cookie(COOKIE, value)
    assert look_on(visitor, "/en/") in ("", "large")


@SQLITE
def test_leaving_keeps_the_look_and_forgetting_deletes_it(visitor: Visitor) -> None:
    visitor.post(LOOK, EVERYTHING)
    visitor.post("/leave")
    assert look_on(visitor, "/today") == "largest airy strong calm easy pictures"
    assert COOKIE in COOKIES
    visitor.post("/forget")
    assert visitor.client.get_cookie(COOKIE) is None


def variables(selector: str, *, dark: bool) -> Mapping[str, str]:
    """Return the colours that a rule of the style sheet sets, by name."""
    sheet = style_sheets()["app.css"]
    found = [rule for rule in rules(sheet) if rule.selector == selector and "--paper" in rule.body]
    light_one, dark_one = found
    body = (dark_one if dark else light_one).body
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", body))


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2, 1.4.3)."""
    digits = colour[1:] if len(colour) > 4 else "".join(2 * each for each in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_strong_contrast_is_stronger_everywhere(dark: bool) -> None:
    ordinary = {**variables(":root", dark=False), **variables(":root", dark=dark)}
    strong = {
        **ordinary,
        **variables('[data-look~="strong"]', dark=False),
        **variables('[data-look~="strong"]', dark=dark),
    }
    for ink in ("ink", "muted", "way", "good", "warn", "stop", "line", "edge"):
        for ground in ("paper", "card"):
            assert contrast(strong[ink], strong[ground]) > contrast(ordinary[ink], ordinary[ground]), (ink, ground)
            assert ink == "line" or contrast(strong[ink], strong[ground]) >= 7, (ink, ground)
    assert contrast(strong["on-way"], strong["way"]) >= 7


def test_no_choice_makes_letters_smaller() -> None:
    sizes = [
        (rule.selector, float(value.rstrip("%")))
        for rule in rules(style_sheets()["app.css"])
        if rule.selector in ('[data-look~="large"]', '[data-look~="largest"]')
        for name, value in declarations(rule.body)
        if name == "font-size"
    ]
    assert len(sizes) == 2
    assert all(size > 112.5 for _selector, size in sizes)
