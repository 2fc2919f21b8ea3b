"""The course for people who are new to learning online: pictures carry it, words are few, and nothing in it can be failed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from perille.app import Perille
from perille.domain.content import PieceKind
from perille.packs.checks.minutes import count_words
from perille.packs.format.lesson_model import ScreenTemplate
from perille.packs.format.loading import LoadedPack, messages_of
from support.release_tier import sampled
from support.shipped import shipped_pack
from support.visitor import Visitor

FOLDER = Path(__file__).resolve().parents[2] / "courses" / "course_online"
LANGUAGES = ["en", "fi", "sv", "is", "et", "lt", "sk", "ar", "uk", "ru", "so", "prs", "es"]
UNITS = ["touch", "choose", "languages", "no-internet", "shared-phone", "end"]
#: What is seen in a picture and touched: pictures, and a yes and a no that differ in shape. Nothing is typed.
BY_PICTURE = {"picture-choice", "true-false"}
#: A course says no more words than this, the names of its pictures with them: thirteen languages have to say them all.
MOST_WORDS = 785


@pytest.fixture(scope="module")
def pack() -> LoadedPack:
    return shipped_pack(FOLDER)


def screens(pack: LoadedPack) -> list[tuple[str, ScreenTemplate]]:
    return [(unit, screen) for unit in UNITS for screen in pack.lessons[unit].screens]


def test_it_has_six_practices_of_three_to_five_screens_for_every_country(pack: LoadedPack) -> None:
    assert [unit.key for block in pack.manifest.blocks for unit in block.units] == UNITS
    assert [unit for unit in UNITS if not 3 <= len(pack.lessons[unit].screens) <= 5] == []
    assert pack.manifest.countries == ()


def test_each_screen_has_one_picture_and_each_practice_something_to_try(pack: LoadedPack) -> None:
    pictures = [
        (unit, [piece for piece in screen.pieces if piece.kind is PieceKind.PICTURE]) for unit, screen in screens(pack)
    ]
    assert [unit for unit, found in pictures if len(found) != 1] == []
    tried = {unit: list(pack.lessons[unit].pieces(PieceKind.CHECK)) for unit in UNITS}
    assert [unit for unit, found in tried.items() if not 1 <= len(found) <= 2] == []


def test_what_is_asked_is_seen_and_a_mistake_is_answered_kindly(pack: LoadedPack) -> None:
    for item in pack.items.values():
        assert item.item.interaction in BY_PICTURE, item.item.key
        said = [text for part, text in item.words.items() if "feedback" in part]
        assert said, item.item.key
        assert not [text for text in said if re.search(r"\b(wrong|false|error|no!)", text, re.IGNORECASE)]


def test_it_is_in_thirteen_languages(pack: LoadedPack) -> None:
    assert sorted(pack.manifest.languages) == sorted(LANGUAGES)


def test_words_are_few(pack: LoadedPack) -> None:
    said = {(message.context, message.msgid) for message in messages_of(pack)}
    count = sum(count_words(text) for context, text in said if "objective" not in context)
    assert count <= MOST_WORDS, count


def test_it_is_passed_by_going_through_it_and_gives_a_badge(pack: LoadedPack) -> None:
    assert {str(unit.move_on) for unit in pack.manifest.units} == {"Completed"}
    assert pack.manifest.credential is not None
    assert pack.manifest.credential.is_badge


@pytest.mark.parametrize("name", ["touch-next", "touch-back", "sign-next", "sign-leave", "leave-fast", "way-flag"])
def test_pictures_that_point_do_so_in_the_direction_of_the_reader(name: str) -> None:
    assert "scale(-1 1)" in (FOLDER / "media" / f"{name}.rtl.svg").read_text("utf-8")
    assert "scale(-1 1)" not in (FOLDER / "media" / f"{name}.svg").read_text("utf-8")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", sampled(LANGUAGES, ("en", "ar", "so"), "the same pages with other words"))
def test_it_is_walked_without_script_in_its_languages(app: Perille, language: str) -> None:
    course, visitor = f"/{language}/courses/online", Visitor(app)
    step = visitor.start(course).location
    for unit in UNITS:
        assert step == f"{course}/{unit}"
        page, opened = visitor.get(step), 1
        while links := page.all("a", rel="next", class_="main"):
            page, opened = visitor.get(links[0]["href"]), opened + 1
            # What is not translated is shown in the language of its authors, and says so.
            assert [tag.words for tag in (*page.all("h1"), *page.all("p")) if tag.attributes.get("lang") == "en"] == []
        assert page.status == 200
        assert 3 <= opened <= 5
        step = visitor.post(f"{course}/{unit}/next").location
    assert visitor.get(f"{course}/badge").all("p", class_="badge")
