"""Each of the six countries has a course, and a newcomer finds it on the first page."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
from flask.testing import FlaskClient

from support.places import ROOT

SLUGS = ["estonia", "finland", "iceland", "lithuania", "slovakia", "sweden"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_first_page_leads_to_the_course_of_each_country(client: FlaskClient) -> None:
    page = client.get("/en/").text
    assert [slug for slug in SLUGS if f'href="/en/courses/{slug}"' not in page] == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_each_course_shows_the_numbers_of_its_own_country(client: FlaskClient) -> None:
    nurses = {"sweden": "1177", "iceland": "1700", "estonia": "1220", "slovakia": "116117", "finland": "116117"}
    for slug, number in nurses.items():
        words = re.sub(r"<[^>]+>|\s", "", client.get(f"/en/courses/{slug}/emergency/print").text)
        assert number in words, slug


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_errands_without_a_day_stand_in_the_order_of_the_lessons(client: FlaskClient) -> None:
    page = client.get("/en/courses/lithuania/errands").text
    shown = re.findall(r'id="errand-([a-z-]+)"', page)
    assert shown[:5] == ["try-list", "save-permit", "practise-call", "draft-message", "migris-visit"]
    assert shown[-1] == "phone-lock"


def _has_pictures(item: dict[str, Any]) -> bool:
    """Tell whether each thing that one can choose, move or match has a picture."""
    rows = item.get("choice") or item.get("step") or item.get("pair") or [{}]
    return all("picture" in row for row in rows)


@pytest.mark.parametrize("country", SLUGS)
def test_a_lesson_has_a_check_that_is_answered_by_pictures(country: str) -> None:
    folder = ROOT / "courses" / f"course_{country}"
    banks = [tomllib.loads(path.read_text("utf-8"))["item"] for path in (folder / "items").glob("*.toml")]
    drawn = {item["key"] for bank in banks for item in bank if _has_pictures(item)}
    lessons = {path.stem: path.read_text("utf-8") for path in (folder / "lessons").glob("*.md")}
    asked = {
        name: set(re.findall(r"^::: check (\S+)", words, re.MULTILINE))
        for name, words in lessons.items()
        if name != "trainer" and not name.endswith(".easy")
    }
    assert {name for name, keys in asked.items() if not keys & drawn} == set()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_answer_in_pictures_is_said_in_words_too(client: FlaskClient) -> None:
    """A nurse, a town hall and neighbours are no answer to "Who decides?" as long as only a screen reader names them."""
    page = client.get("/ar/courses/sweden/growing-old?screen=3").text
    asked = page.partition('id="check-who-decides-help"')[2].partition("</form>")[0]
    assert len(re.findall(r'choice-words">[^<]+<', asked)) == 3
    assert re.findall(r'<img src="[^"]+" alt="([^"]*)"', asked) == ["", "", ""], "the words below say it once"


@pytest.mark.parametrize("country", SLUGS)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_every_lesson_has_an_errand_and_a_word_list(client: FlaskClient, country: str) -> None:
    page = client.get(f"/en/courses/{country}").text
    lessons = set(re.findall(rf'href="/en/courses/{country}/([a-z-]+)"', page))
    lessons -= {"errands", "word-list", "remind", "trainer", "safety-check"}
    printed = {key: client.get(f"/en/courses/{country}/{key}/print").text for key in lessons}
    assert {key for key, words in printed.items() if 'class="errand"' not in words} == set()
    assert {key for key, words in printed.items() if 'class="words"' not in words} == set()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_lesson_on_emergencies_has_the_words_of_its_country(client: FlaskClient) -> None:
    host = {
        "finland": ("hätänumero", "رقم الطوارئ"),
        "iceland": ("lögregla", "شرطة"),
        "sweden": ("olycka", "حادث"),
        "estonia": ("kiirabi", "إسعاف"),
    }
    for slug, words in host.items():
        page = client.get(f"/ar/courses/{slug}/emergency/print").text
        assert [word for word in words if word not in page] == [], slug


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_lesson_on_phones_has_the_words_of_its_country(client: FlaskClient) -> None:
    host = {
        "sweden": ("lösenord", "so", "furaha sirta ah"),
        "iceland": ("lykilorð", "ar", "كلمة المرور"),
        "estonia": ("parool", "uk", "пароль"),
        "lithuania": ("slaptažodis", "ru", "пароль"),
        "slovakia": ("heslo", "uk", "пароль"),
    }
    for slug, (word, language, meaning) in host.items():
        page = client.get(f"/{language}/courses/{slug}/safe-online/print").text
        assert [each for each in (word, meaning) if each not in page] == [], slug


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_lesson_in_ukrainian_leads_to_the_page_in_ukrainian(client: FlaskClient) -> None:
    pages = {
        "estonia/status": "https://help.unhcr.org/estonia/uk/",
        "lithuania/migris": "/tsifrovii-dozvil-na-timchasove-prozhivannia",
        "slovakia/well": "https://help.unhcr.org/slovakia/uk/asylum",
    }
    for lesson, address in pages.items():
        assert address in client.get(f"/uk/courses/{lesson}/print").text, lesson
        assert address not in client.get(f"/en/courses/{lesson}/print").text, lesson


@pytest.mark.parametrize("country", ["estonia", "finland", "iceland", "lithuania", "slovakia", "sweden"])
def test_who_would_hand_over_the_passport_reads_whom_to_call(country: str) -> None:
    # Sweden has no line for this alone.
    number = "police.number" if country == "sweden" else "trafficking.helpline"
    bank = tomllib.loads((ROOT / f"courses/course_{country}/items/safety-check.toml").read_text("utf-8"))["item"]
    asked = next(item for item in bank if item["key"] == "sc-passport")
    said = next(choice["feedback"] for choice in asked["choice"] if choice["key"] == "give")
    assert f"{{fact: {number}}}" in said


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_one_joins_from_a_list_says_its_language_where_it_is_not_the_pages(client: FlaskClient) -> None:
    page = client.get("/uk/courses/estonia/offices/print").text
    screens = page + "".join(client.get(f"/uk/courses/estonia/offices?screen={number}").text for number in range(1, 20))
    options = set(re.findall(r"<option ([^>]*)>(PPA|Töötukassa)<", screens))
    assert {word for _attributes, word in options} == {"PPA", "Töötukassa"}
    assert [word for attributes, word in options if ' lang="et" dir="ltr"' not in f" {attributes}"] == []
