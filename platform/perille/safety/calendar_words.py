"""What the calendar of the way out (static/leave.js) is called in languages of which some browsers have no words."""

from __future__ import annotations

from functools import cache

from babel.dates import get_day_names, get_month_names

from perille.core.i18n import babel_locale

#: Of these Chromium brings no words: its calendar would be in English. `tests/e2e/test_leaving.py` asks it about every language.
_UNKNOWN_TO_BROWSERS = frozenset(
    "be ckb is ka kmr ky ln my om ps rn rom rw se so sq syr tg ti".split()  # noqa: SIM905
)


@cache
def calendar_words(language: str) -> str:
    """Return the months from January on and then the letters of the days from Monday on; "" where browsers know them.

    Between them stands "|": in Sorani and Syriac the name of a month has a space.

    >>> calendar_words("so").split("|")[:2], calendar_words("fi")
    (['Janaayo', 'Febraayo'], '')
    """
    if language not in _UNKNOWN_TO_BROWSERS:
        return ""
    locale = babel_locale(language)
    # Not the names that stand alone: Babel 2.18 gives those of another language once that one's were asked for.
    months, days = get_month_names("wide", locale=locale), get_day_names("narrow", locale=locale)
    return "|".join([*(months[number] for number in range(1, 13)), *(days[number] for number in range(7))])
