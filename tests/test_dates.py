"""Days and moments: as readers in Europe write them, by the clock of the country, the clock named."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask
from flask_babel import Babel

from perille.core.dates import day_in, long_date, moment
from perille.core.i18n import LANGUAGES, OFFERED, babel_locale, in_language

#: Half past midnight in Helsinki, half past ten in the evening in London and Reykjavík.
NIGHT = datetime(2026, 11, 26, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "26 November 2026"),
        ("fi", "26. marraskuuta 2026"),
        ("ru", "26 ноября 2026\u202fгода"),
        ("uk", "26 листопада 2026\u202fроку"),
        ("ar", "26 تشرين الثاني/نوفمبر 2026"),
        ("prs", "26 نومبر 2026"),
        ("so", "26 Noofeembar 2026"),
        # Its last sign is a full stop: no sentence of the catalogue writes another one (tests/test_translations.py).
        ("lt", "2026 m. lapkričio 26 d."),
    ],
)
def test_a_day_is_written_as_in_europe_and_in_arabic_with_both_names_of_its_month(language: str, words: str) -> None:
    assert long_date(date(2026, 11, 26), language) == words


def test_every_month_of_arabic_has_the_name_of_the_levant_and_the_other() -> None:
    written = [long_date(date(2026, month, 1), "ar") for month in range(1, 13)]
    assert all(text.count("/") == 1 for text in written)
    assert len({text.partition("/")[0] for text in written}) == 12


@pytest.mark.parametrize(
    ("country", "day"), [("FI", 27), ("SE", 26), ("EE", 27), ("LT", 27), ("IS", 26), ("SK", 26), ("", 26), ("XX", 26)]
)
def test_the_day_is_that_of_the_countrys_calendar(country: str, day: int) -> None:
    assert day_in(country, NIGHT) == date(2026, 11, day)
    with time_machine.travel(NIGHT, tick=False):
        assert day_in(country) == date(2026, 11, day)


@pytest.mark.parametrize(
    ("language", "country", "words"),
    [
        ("en", "FI", "27 November 2026, 00:30 (time in Finland)"),
        ("en", "IS", "26 November 2026, 22:30 (time in Iceland)"),
        ("en", "SK", "26 November 2026, 23:30 (time in Slovakia)"),
        ("en", "", "26 November 2026, 22:30 (UTC)"),
        ("fi", "FI", "27. marraskuuta 2026, 0.30 (aikavyöhyke: Suomi)"),
        # Not "11:30 GD", as CLDR has it: letters and buses in the north count to 24.
        ("so", "SK", "26 Noofeembar 2026, 23:30 (wakhtiga Islofaakiya)"),
    ],
)
def test_a_moment_names_its_clock(language: str, country: str, words: str) -> None:
    app = Flask("perille")
    Babel(app)
    with app.app_context(), in_language(language):
        if language == "en":
            assert moment(NIGHT, language, country) == words
        else:
            assert moment(NIGHT, language, country).startswith(words.partition(" (")[0])


@pytest.mark.parametrize("language", OFFERED)
def test_a_moment_is_told_in_every_offered_language(language: str) -> None:
    app = Flask("perille")
    Babel(app)
    with app.app_context(), in_language(language):
        assert "30" in moment(NIGHT, language, "FI")


#: The languages of the first six countries, offered or still being translated.
PLANNED = ("en", "fi", "sv", "is", "et", "lt", "sk", "ar", "uk", "ru", "so", "prs", "es")


@pytest.mark.parametrize("language", PLANNED)
def test_a_planned_language_writes_days_in_the_calendar_and_digits_of_its_country(language: str) -> None:
    # A browser set to Persian has another calendar and other digits; letters of authorities here have neither.
    assert "26" in long_date(date(2026, 11, 26), language)
    assert "2026" in long_date(date(2026, 11, 26), language)
    assert babel_locale(language).text_direction == LANGUAGES[language].direction


def test_dari_has_the_months_of_afghanistan() -> None:
    assert long_date(date(2026, 11, 26), "prs") == "26 نومبر 2026"
