"""Picture mode: chosen on home by a picture, kept in the browser, and the whole way then has pictures; what has none says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from perille.core.web.display_preferences import COOKIE
from support.packs import write_pack
from support.visitor import Visitor
from support.whole import Whole

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180"><path d="M0 0h9v9z"/></svg>'
CREDITS = '[street]\nauthor = "Nobody"\nlicence = "CC0-1.0"\nsource = "drawn"\n'
LESSON = "# Streets\n\n::: picture street\nA street.\n:::\n\nWords.\n\n## More\n\nWords alone.\n"
COURSE = "/en/courses/seen"


@pytest.fixture
def learner(whole: Whole, visitor: Visitor, tmp_path: Path) -> Visitor:
    """Somebody who pressed the picture on home, on a site with a course that has a picture."""
    folder = write_pack(
        tmp_path / "seen",
        "course_seen",
        lessons={"street": LESSON, "plain": "# Plain\n\nWords alone.\n"},
        media={"street.svg": SVG, "credits.toml": CREDITS},
        countries=["FI", "SE"],
    )
    whole.publish(folder)
    form = visitor.get("/en/").one("form", **{"class": "picture-switch"})
    answer = visitor.post(form.attributes["action"], {"pictures": "1"})
    assert (answer.status, answer.location) == (303, "/en/")
    return visitor


def test_it_is_kept_in_the_browser_and_another_press_ends_it(learner: Visitor) -> None:
    assert learner.cookie(COOKIE) == "pictures"
    assert learner.get("/ar/").one("html").attributes["data-look"] == "pictures"
    learner.post("/en/pictures", {})
    assert learner.cookie(COOKIE) is None


def test_languages_greet(learner: Visitor, whole: Whole) -> None:
    page = learner.get("/en/")
    assert {"Hello", "Hei", "مرحبا"} <= {each.words for each in page.all("span", **{"class": "greeting"})}
    assert "greeting" not in whole.visitor().get("/en/").html


def test_courses_have_a_picture_those_of_one_country_its_flag(learner: Visitor, whole: Whole) -> None:
    for path in ("/en/", "/en/courses"):
        covers = [each.attributes["src"] for each in learner.get(path).all("img", **{"class": "cover"})]
        assert any(each.endswith("flags/fi.svg") for each in covers), path
        assert any(each.startswith("/media/") for each in covers), path
        assert "cover" not in whole.visitor().get(path).html


def test_every_lesson_is_two_choices_from_home(learner: Visitor) -> None:
    """People who do not read were slower and less right in four levels than in a flat list: home, the course, then a line of screens."""
    home = [each.attributes.get("href") for each in learner.get("/en/").all("a")]
    assert COURSE in home
    page = learner.get(COURSE)
    assert {each.attributes.get("href", "").partition("?")[0] for each in page.all("a")} >= {
        f"{COURSE}/street",
        f"{COURSE}/plain",
    }
    assert [each for each in page.all("details") if any(up in page.all("ol") for up in each.parents)] == []


def test_lessons_have_the_picture_that_is_in_them(learner: Visitor) -> None:
    page = learner.get(COURSE)
    (cover,) = page.all("img", **{"class": "cover"})
    assert cover.attributes["src"].startswith("/media/")
    assert learner.get(cover.attributes["src"]).status == 200


def test_a_screen_of_words_alone_shows_the_picture_of_its_lesson(learner: Visitor, whole: Whole) -> None:
    first, second = (learner.get(f"{COURSE}/street?screen={number}") for number in (1, 2))
    assert [each.attributes["src"] for each in first.all("img")] == [
        each.attributes["src"] for each in second.all("img")
    ]
    assert whole.visitor().get(f"{COURSE}/street?screen=2").all("img") == []


def test_a_course_says_what_it_has_not(learner: Visitor, whole: Whole) -> None:
    some, none = "Some pages of this course have words only", "This course has no pictures"
    assert some in learner.get(COURSE).text
    assert none in learner.get("/en/courses/way").text
    assert none not in whole.visitor().get("/en/courses/way").text


PAIRS = """
[[item]]
key = "pairs"
interaction = "matching"
prompt = "What belongs together?"

[[item.pair]]
key = "fire"
picture = "street"
source = "It burns"
target = "Fire brigade"

[[item.pair]]
key = "ill"
picture = "street"
source = "I am ill"
target = "Nurse"
"""


MEDIA = {"street.svg": SVG, "credits.toml": CREDITS}
STEPS = """
[[item]]
key = "way"
interaction = "{0}"
prompt = "Which way?"

[[item.{1}]]
key = "one"
picture = "street"
text = "First"
{2}

[[item.{1}]]
key = "two"
picture = "{3}"
text = "Second"
"""
KINDS = [
    ("choice", "choice", "right = true"),
    ("multiple-choice", "choice", "right = true"),
    ("sequencing", "step", ""),
]


@pytest.mark.parametrize(("interaction", "table", "right"), KINDS, ids=[each[0] for each in KINDS])
def test_words_have_a_picture_beside_them_for_who_finds_the_way_by_pictures(
    learner: Visitor, whole: Whole, tmp_path: Path, interaction: str, table: str, right: str
) -> None:
    lesson = "# Ways\n\nWords.\n\n::: check way\n:::\n"
    bank = STEPS.format(interaction, table, right, "street")
    whole.publish(
        write_pack(tmp_path / "ways", "course_ways", lessons={"ways": lesson}, items={"w": bank}, media=MEDIA)
    )
    shown = learner.get("/en/courses/ways/ways").all("img", class_="illustration")
    assert [each["alt"] for each in shown] == ["", ""]
    assert learner.get(shown[0]["src"]).status == 200
    assert whole.visitor().get("/en/courses/ways/ways").all("img", class_="illustration") == []


def test_what_belongs_together_is_pressed_and_never_chosen_in_a_list(
    learner: Visitor, whole: Whole, tmp_path: Path
) -> None:
    lesson = "# Pairs\n\nWords.\n\n::: check pairs\n:::\n"
    whole.publish(
        write_pack(tmp_path / "joined", "course_joined", lessons={"pairs": lesson}, items={"pairs": PAIRS}, media=MEDIA)
    )
    address = "/en/courses/joined/pairs"
    page = learner.get(address)
    assert [(each["name"], each["value"]) for each in page.all("input", type="radio")] == [
        (f"a-pairs.{source}", target) for source in ("fire", "ill") for target in ("ill", "fire")
    ]
    assert page.all("select") == []
    assert len(page.all("img", class_="illustration")) == 2
    assert len(whole.visitor().get(address).all("select")) == 2
    assert learner.get(f"{address}/print").all("input", type="radio") == [], "on paper it is a list to be filled in"


def test_a_check_is_read_aloud_too(whole: Whole) -> None:
    page = whole.visitor().get("/en/courses/way/check")
    assert "data-voice" in page.one("div", class_="voice").attributes
    assert "Listen to the whole lesson" not in page.text


def test_nothing_is_said_aloud_of_a_course_that_is_to_leave_no_trace(learner: Visitor) -> None:
    assert "say.js" in learner.get(COURSE).html
    assert "say.js" not in learner.get("/en/courses/quiet").html


def write_hidden(root: Path, slug: str, *countries: str) -> Path:
    """Write a sensitive course with a picture."""
    media = {"street.svg": SVG, "credits.toml": CREDITS}
    return write_pack(
        root / slug, f"course_{slug}", lessons={"street": LESSON}, media=media, countries=[*countries], sensitive=True
    )


def test_a_sensitive_course_is_found_by_its_title_without_an_ear_or_a_picture(
    learner: Visitor, whole: Whole, tmp_path: Path
) -> None:
    whole.publish(write_hidden(tmp_path, "hidden", "FI", "SE"), write_hidden(tmp_path, "one", "FI"))
    for path in ("/en/", "/en/courses"):
        page = learner.get(path)
        cards = {each["href"].rpartition("/")[2]: each for each in page.all("a", class_="card course-card")}
        pictured = {
            slug for slug, card in cards.items() for each in page.all("img", class_="cover") if card in each.parents
        }
        spoken = {slug for slug, card in cards.items() if "data-say" in card.attributes}
        assert {"hidden", "one", "way"} <= set(cards), path
        assert all(card.words for card in cards.values()), "each has a title to be pressed"
        for found in (pictured, spoken):
            assert "way" in found, path
            assert not found & {"hidden", "one"}, path


def test_a_sensitive_course_sends_nobody_to_a_voice_that_it_has_not(
    learner: Visitor, whole: Whole, tmp_path: Path
) -> None:
    whole.publish(write_hidden(tmp_path, "hidden", "FI"))
    page = learner.get("/en/courses/hidden")
    assert page.all("img", class_="cover")
    assert "Press “Listen” there" not in page.text
    assert "data-say" not in page.html
    assert "data-ear" not in page.html
