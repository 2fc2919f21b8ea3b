"""The countries that the platform knows: time zone, language and dialling, read from `countries.toml` beside this file."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import Struct

from perille.core.decoding import read_toml
from perille.core.i18n import SOURCE_LANGUAGE, babel_locale, language_of

_FILE = Path(__file__).with_name("countries.toml")
#: Codes of two letters that Babel names too: unions of countries, what is unknown, and marks for tests.
_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


class Country(Struct, frozen=True, forbid_unknown_fields=True):
    """What pages need to know of a country besides its facts."""

    #: IANA name.
    time_zone: str
    #: BCP 47 code of the language that most of its offices write first.
    language: str
    #: What a number inside the country may not begin with -> why.
    no_longer_dialled: dict[str, str] = {}


@cache
def countries() -> dict[str, Country]:
    """Return ISO 3166-1 code -> country, in the order of the file.

    >>> countries()["IS"].time_zone
    'Atlantic/Reykjavik'
    """
    return read_toml(_FILE.read_text("utf-8"), dict[str, Country])


@cache
def zone_of(country: str) -> ZoneInfo:
    """Return the time zone of a country by its ISO code; UTC for one that is not known."""
    found = countries().get(country)
    return ZoneInfo(found.time_zone if found is not None else "UTC")


def country_name(code: str) -> str:
    """Return a country's name in the language of the page; the code itself where it is none that is known."""
    return str(babel_locale(language_of()).territories.get(code, code))


def is_country(code: str) -> bool:
    """Tell whether a code is that of a country.

    >>> is_country("FI"), is_country("ZZ"), is_country("EN"), is_country("150")
    (True, False, False, False)
    """
    names = babel_locale(SOURCE_LANGUAGE).territories
    return len(code) == 2 and code.isupper() and code not in _NO_COUNTRIES and code in names
