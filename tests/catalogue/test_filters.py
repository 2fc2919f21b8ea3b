"""What narrows the lists speaks the reader's language, and a course in another language says so."""

from __future__ import annotations

from pathlib import Path
from tomllib import loads

import pytest

from perille.catalogue.services import audience_name
from perille.core.i18n import OFFERED, in_language
from support.packs import write_pack
from support.visitor import Page, Visitor
from support.whole import Whole

ROOT = Path(__file__).resolve().parents[2]
AUDIENCES = sorted(
    {
        audience
        for manifest in [*ROOT.glob("courses/*/pack.toml"), *ROOT.glob("modules/*/pack.toml")]
        for audience in loads(manifest.read_text())["audiences"]
    }
)


def choices(page: Page) -> list[str]:
    return [tag.words for tag in page.all("option")]


@pytest.fixture
def six_countries(whole: Whole, tmp_path: Path) -> Visitor:
    """A site with an English course for six countries."""
    folder = write_pack(
        tmp_path, "course_six", slug="six", countries=["FI", "SE", "IS", "EE", "LT", "SK"], audiences=["worker"]
    )
    assert [str(each) for each in whole.publish(folder).problems] == []
    return whole.visitor()


def test_countries_stand_in_the_readers_alphabet(six_countries: Visitor) -> None:
    shown = choices(six_countries.get("/fi/courses"))
    countries = ["Islanti", "Liettua", "Ruotsi", "Slovakia", "Suomi", "Viro"]
    assert [each for each in shown if each in countries] == countries


def test_a_course_for_every_country_says_so_in_two_words(six_countries: Visitor) -> None:
    for path, words, other in (("/en/", "All countries", "Finland, "), ("/fi/courses", "Kaikki maat", "Suomi, ")):
        named = [tag.words for tag in six_countries.get(path).all("span", class_="country")]
        assert words in named
        assert not [each for each in named if each.startswith(other)]


def test_every_audience_of_our_packs_has_a_name_in_every_language(whole: Whole) -> None:
    names: dict[str, list[str]] = {}
    for language in OFFERED:
        with whole.app.test_request_context(), in_language(language):
            names[language] = [audience_name(each) for each in AUDIENCES]
    plain = [
        (language, audience)
        for language, named in names.items()
        for audience, name in zip(AUDIENCES, named, strict=True)
        if name in (audience, audience.replace("-", " "))
    ]
    english = [
        (language, name)
        for language, named in names.items()
        if language != "en"
        for name, other in zip(named, names["en"], strict=True)
        if name == other
    ]
    assert (plain, english) == ([], [])


def test_an_english_course_in_a_finnish_page_says_so(six_countries: Visitor) -> None:
    assert "Kieli: englanti" in six_countries.get("/fi/courses").text
    course = six_countries.get("/fi/courses/six").text
    assert "Tämän kurssin kieli: englanti. Käännöstä ei vielä ole." in course
    # Nothing of it is a translation that somebody could check.
    assert "luonnos" not in course
    assert "Tämän kurssin kieli: englanti." in six_countries.get("/fi/courses/six/hello").text
    assert "There is no translation yet." not in six_countries.get("/en/courses/six").text


@pytest.mark.parametrize("language", ["en", "uk", "ar"])
@pytest.mark.parametrize("country", ["FI", "SK"])
def test_the_course_of_a_country_stands_first_where_that_country_was_chosen(
    whole: Whole, tmp_path: Path, country: str, language: str
) -> None:
    places: dict[str, list[str]] = {"all": [], "many": ["EE", "FI", "SK"], "own": [country]}
    folders = [
        write_pack(tmp_path, f"course_{name}", slug=name, countries=where, audiences=["worker"])
        for name, where in places.items()
    ]
    assert [str(each) for each in whole.publish(*folders).problems] == []
    page = whole.visitor().get(f"/{language}/courses?country={country}")
    listed = [tag["href"].partition("?")[0].rpartition("/")[2] for tag in page.all("a", class_="card course-card")]
    assert {"all", "many", "own"} <= {*listed}
    assert listed.index("own") < min(listed.index("all"), listed.index("many"))
