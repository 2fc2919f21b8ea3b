"""Languages: which one a browser's wish leads to, and what the table says of each."""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterable, Sequence

import pytest
from flask import Flask
from flask.testing import FlaskClient

from perille.app import configure_languages
from perille.core.i18n import (
    LANGUAGES,
    OFFERED,
    SOURCE_LANGUAGE,
    TRANSLATIONS,
    babel_locale,
    fallbacks,
    in_language,
    negotiate,
    ngettext,
    offered_for,
    wishes_of,
)
from perille.core.web.language_not_offered import SENTENCES
from support.repo_files import PLATFORM

#: A comma of Latin script between two pieces that a template puts together.
_LATIN_COMMA = re.compile(r"(?:%\}|\}\}), (?:\{\{|\{%)")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("uk-UA,ru;q=0.9,en;q=0.8", "uk"),  # a prefix of the first wish comes before the second wish
        ("ar", "ar"),
        ("AR-sy", "ar"),
        ("ar_SY", "ar"),
        ("fi;q=0.2, en;q=0.1", "fi"),
        ("en;q=0.3,fi;q=0.7", "fi"),
        ("fi,ar", "fi"),
        ("se", "fi"),  # Northern Sámi is not offered; its chain leads to Finnish
        ("xx,yy;q=0.9,ar;q=0.1", "ar"),
        ("fi;q=0,ar;q=0.1", "ar"),  # "not Finnish"
        ("", "en"),
        ("*", "en"),
        ("de-DE", "en"),
        (";;;,q=1,,", "en"),
        ("fi;q=high", "en"),
        ("a" * 100_000, "en"),
    ],
)
def test_a_browser_is_answered_in_the_nearest_language(header: str, language: str) -> None:
    assert negotiate(header, ("en", "fi", "ar", "uk")) == language


@pytest.mark.parametrize(
    ("header", "offered", "language"),
    [
        ("prs", ("en", "prs", "fa"), "prs"),
        ("prs", ("en", "fa"), "fa"),
        ("fa-AF", ("en", "prs", "fa"), "prs"),
        ("fa-IR", ("en", "prs", "fa"), "fa"),
        ("be", ("en", "ru"), "ru"),
        ("de", ("fi", "sv"), "fi"),  # English is not there: the first that is
    ],
)
def test_a_pack_offers_what_it_has(header: str, offered: Sequence[str], language: str) -> None:
    assert negotiate(header, offered) == language


def test_english_comes_last_and_once() -> None:
    assert fallbacks("prs") == ("prs", "fa", "en")
    assert fallbacks("en") == ("en",)
    assert fallbacks("unheard-of") == ("unheard-of", "en")


def test_the_interface_of_a_language_that_is_not_offered() -> None:
    assert offered_for("uk") == "uk"
    assert offered_for("en") == "en"
    assert offered_for("se") == "fi"
    assert offered_for("be") == "ru"
    assert offered_for("am") is None


def test_what_is_offered_stands_in_the_table() -> None:
    assert set(OFFERED) <= set(LANGUAGES)
    assert "en" in OFFERED


@pytest.mark.parametrize("code", LANGUAGES)
def test_chains_lead_to_languages_of_the_table(code: str) -> None:
    assert set(fallbacks(code)) <= set(LANGUAGES)


@pytest.mark.parametrize("code", OFFERED)
def test_babel_knows_how_an_offered_language_writes(code: str) -> None:
    locale = babel_locale(code)
    assert locale.text_direction == LANGUAGES[code].direction


@pytest.mark.parametrize("code", LANGUAGES)
def test_plural_headers_give_a_form_for_every_number(code: str) -> None:
    header = dict(part.strip().split("=", 1) for part in LANGUAGES[code].plural.rstrip(";").split(";"))
    form = gettext.c2py(header["plural"])  # type: ignore[attr-defined]
    used = {form(number) for number in range(1000)}
    assert used == set(range(int(header["nplurals"])))


@pytest.mark.parametrize(
    ("code", "forms"),
    [
        ("ar", {0: 0, 1: 1, 2: 2, 3: 3, 10: 3, 11: 4, 99: 4, 100: 5, 103: 3}),
        ("uk", {1: 0, 21: 0, 2: 1, 24: 1, 5: 2, 11: 2, 14: 2, 111: 2}),
        ("fi", {1: 0, 0: 1, 2: 1}),
        ("lt", {1: 0, 2: 1, 9: 1, 10: 2, 11: 2, 21: 0}),
        ("is", {1: 0, 21: 0, 11: 1, 2: 1}),
    ],
)
def test_numbers_are_counted_as_the_language_counts(code: str, forms: dict[int, int]) -> None:
    plural = LANGUAGES[code].plural.partition("plural=")[2].removesuffix(";")
    form = gettext.c2py(plural)  # type: ignore[attr-defined]
    assert {number: form(number) for number in forms} == forms


def counted(code: str, numbers: Iterable[int]) -> list[str]:
    """Return what a page of a language says of so many lessons."""
    app = Flask("perille")
    configure_languages(app, ())
    with app.app_context(), in_language(code):
        return [ngettext("%(num)s lesson", "%(num)s lessons", number) for number in numbers]


@pytest.mark.parametrize("code", [code for code in OFFERED if code != SOURCE_LANGUAGE])
def test_a_page_counts_as_the_catalogue_of_learners_does(code: str) -> None:
    words = gettext.translation("learner", TRANSLATIONS, [LANGUAGES[code].locale or code])
    told = [words.ngettext("%(num)s lesson", "%(num)s lessons", number) % {"num": number} for number in range(130)]
    assert counted(code, range(130)) == told


def test_slovak_has_a_word_of_its_own_from_five_on() -> None:
    # Staff have no catalogue in Slovak: the rule of a missing one is that of English.
    assert counted("sk", (1, 2, 4, 5, 14)) == ["1 lekcia", "2 lekcie", "4 lekcie", "5 lekcií", "14 lekcií"]


def test_lithuanian_counts_21_as_one_and_has_a_word_of_its_own_from_ten_on() -> None:
    said = ["1 pamoka", "2 pamokos", "10 pamokų", "11 pamokų", "20 pamokų", "21 pamoka", "22 pamokos"]
    assert counted("lt", (1, 2, 10, 11, 20, 21, 22)) == said


def test_right_to_left_languages_are_written_so() -> None:
    right_to_left = {code for code, language in LANGUAGES.items() if language.direction == "rtl"}
    assert right_to_left == {"ar", "fa", "prs", "ps", "ur", "ckb", "syr"}


def test_every_language_of_the_table_that_is_not_offered_has_its_sentence() -> None:
    # Romani and Syriac wait for somebody who says which dialect; no country plans for North Sámi, and nobody has written its sentence.
    silent = {"rom", "se", "syr"}
    assert {code for code in LANGUAGES if code not in SENTENCES} - {"en"} == silent


@pytest.mark.parametrize(
    ("wish", "words"), [("hi-IN", "यह वेबसाइट"), ("sq-AL", "Kjo faqe"), ("my-MM", "ဤဝဘ်ဆိုက်"), ("tg-TJ", "Ин сомона")]
)
def test_the_first_page_tells_in_the_wished_language_that_it_is_not_there(
    client: FlaskClient, wish: str, words: str
) -> None:
    page = client.get("/", headers={"Accept-Language": wish}, follow_redirects=True)
    assert page.status_code == 200
    assert words in page.text


def test_a_wish_is_a_language_of_the_table_whatever_a_browser_calls_it() -> None:
    assert wishes_of("de;q=0.9, tl-PH, ku-Arab;q=0.8, ku;q=0.7, fa-AF;q=0.6") == ("fil", "ckb", "kmr", "prs")
    assert wishes_of("*, xx, so;q=0") == ()


def test_templates_put_no_latin_comma_between_words() -> None:
    # Arabic has a comma of its own; a dot in the middle is read in every script.
    found = {
        str(path.relative_to(PLATFORM)): lines
        for path in (PLATFORM / "templates").rglob("*.html")
        if (lines := _LATIN_COMMA.findall(path.read_text("utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    "planted", ["{{ authors }}, {{ licence }}", "{% if tries %}, {% endif %}", "{{ one }}, {% if two %}"]
)
def test_a_latin_comma_between_words_is_found(planted: str) -> None:
    assert _LATIN_COMMA.findall(planted)
