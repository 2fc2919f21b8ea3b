"""Days and moments as readers in Europe write them, and by whose clock they are told."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_time
from flask import g

from perille.core.countries import countries, zone_of
from perille.core.database import utcnow
from perille.core.i18n import _, babel_locale

#: Language -> the short word for "year" at the end of its long dates, whose full stop would meet that of a sentence, and the whole word.
_YEARS = {"uk": ("р.", "року"), "ru": ("г.", "года")}
#: Arabic names the months in two ways: people from Syria, Iraq, Jordan, Lebanon and Palestine know the second one.
_LEVANT = Locale("ar", "SY")
#: Language -> patterns of a long date and of a time, where CLDR has only those of another continent. Its Somali puts the month first and
#: counts twelve hours, which readers in the north would take for another time than the one on their letter.
_PATTERNS = {"so": ("d MMMM y", "HH:mm")}


def day_in(country: str, at: datetime | None = None) -> date:
    """Return the day that a country's calendar shows at a moment, by default now."""
    return (at or utcnow()).astimezone(zone_of(country)).date()


# The words are of the language alone. Pages write the same few days again and again, and each takes as long as a row of a list.
@lru_cache(maxsize=4096)
def long_date(day: date, language: str) -> str:
    """Write a day with the month as a word: "22 November 2026".

    In Arabic the month has both its names, the Levant's first, as the United Nations write it. In Ukrainian and Russian the word
    for "year" is written out, as it is said.
    """
    locale = babel_locale(language)
    text = format_date(day, _PATTERNS.get(language, ("long", ""))[0], locale=locale)
    if locale.language in _YEARS:
        short, whole = _YEARS[locale.language]
        return text.removesuffix(short) + whole if text.endswith(short) else text
    if locale.language != "ar":
        return text
    name, levant = (each.months["format"]["wide"][day.month] for each in (locale, _LEVANT))
    return text.replace(name, f"{levant}/{name}")


def moment(at: datetime, language: str, country: str) -> str:
    """Write a moment to the minute by the clock of a country, which is named: "22 November 2026, 14:05 (time in Finland)"."""
    locale, zone = babel_locale(language), zone_of(country)
    known = country if country in countries() else ""
    place = _("time in %(country)s", country=locale.territories.get(known, known)) if known else "UTC"
    day = long_date(at.astimezone(zone).date(), language)
    clock = format_time(at, _PATTERNS.get(language, ("", "short"))[1], zone, locale)
    return _("%(day)s, %(time)s (%(place)s)", day=day, time=clock, place=place)


def time_of_day(hour: int, language: str) -> str:
    """Write a full hour of the day as its readers do: "18:00"."""
    pattern = _PATTERNS.get(language, ("", "short"))[1]
    return format_time(time(hour), pattern, locale=babel_locale(language))


def today() -> date:
    """Return the day by which facts hold, in UTC."""
    day: date | None = g.get("today")
    if day is None:
        day = g.today = utcnow().date()
    return day
