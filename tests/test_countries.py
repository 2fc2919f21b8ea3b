"""The countries that the platform knows are data: each has a time zone, a language of the table, and facts."""

from __future__ import annotations

from zoneinfo import available_timezones

from perille.core.countries import countries, zone_of
from perille.core.host_languages import host_language
from perille.core.i18n import LANGUAGES
from support.places import ROOT


def test_each_country_has_a_time_zone_a_language_and_facts() -> None:
    facts = {path.stem for path in (ROOT / "courses/course_facts/facts").glob("*.toml")}
    assert set(countries()) == facts
    for code, country in countries().items():
        assert country.time_zone in available_timezones()
        assert country.language in LANGUAGES
        assert host_language(code) == country.language


def test_help_pages_list_them_in_the_order_of_the_file() -> None:
    assert list(countries()) == ["FI", "SE", "IS", "EE", "LT", "SK"]


def test_a_country_that_is_not_known_has_no_language_and_is_told_in_utc() -> None:
    assert (host_language("XX"), str(zone_of("XX"))) == ("", "UTC")


def test_no_country_is_typed_into_code() -> None:
    typed = ("Europe/Helsinki", '"LT"', "'LT'")
    code = (ROOT / "platform/perille").rglob("*.py")
    assert [path.name for path in code if any(word in path.read_text("utf-8") for word in typed)] == []
