"""Languages: one table of our own, negotiation by it, and the words of the interface.

Neither the browser nor Babel is asked what a language is: both lack some of ours and disagree on others (Dari is `prs` in an
address and in HTML, and `fa_AF` to Babel).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache

from babel import Locale
from babel.lists import format_list
from babel.numbers import get_decimal_symbol
from flask import current_app, g, has_app_context, has_request_context, request
from flask_babel import force_locale
from werkzeug.routing import BaseConverter

from perille.core.extension_state import AppSlot
from perille.core.interface_words import gettext, lazy_gettext, ngettext, pgettext
from perille.core.paths import TRANSLATIONS

_ = gettext

__all__ = [
    "CATALOGUES",
    "LANGUAGES",
    "OFFERED",
    "SOURCE_LANGUAGE",
    "STAFF_OFFERED",
    "Language",
    "LanguageConverter",
    "_",
    "babel_locale",
    "complete_languages",
    "enumerated",
    "fallbacks",
    "force_locale",
    "gettext",
    "in_language",
    "language_of",
    "lazy_gettext",
    "negotiate",
    "ngettext",
    "offered_for",
    "offered_languages",
    "pgettext",
    "wished_language",
    "wishes_of",
]


@dataclass(frozen=True, slots=True)
class Language:
    """One language: how it is called, written and counted."""

    #: BCP 47 code, as in addresses and in `lang`.
    code: str
    #: Its name in itself.
    name: str
    #: "ltr" or "rtl".
    direction: str = "ltr"
    #: Locale of Babel and name of the catalogue folder, where it differs from the code.
    locale: str = ""
    #: Plural-Forms header of its catalogues.
    plural: str = "nplurals=2; plural=(n != 1);"
    #: Languages tried before English.
    chain: tuple[str, ...] = ()
    #: ISO 15924 code of its script, which decides line height and fonts.
    script: str = "Latn"


_SLAVIC = "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"
_ARABIC = (
    "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5);"
)
_LITHUANIAN = "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && (n%100<10 || n%100>=20) ? 1 : 2);"
_SLOVAK = "nplurals=3; plural=(n==1 ? 0 : n>=2 && n<=4 ? 1 : 2);"
_ICELANDIC = "nplurals=2; plural=(n%10!=1 || n%100==11);"
_ONE = "nplurals=1; plural=0;"
_NONE_OR_ONE = "nplurals=2; plural=(n > 1);"
_FILIPINO = "nplurals=2; plural=(n>3 && (n%10==4 || n%10==6 || n%10==9));"

_TABLE = (
    Language("en", "English"),
    Language("fi", "Suomi"),
    Language("sv", "Svenska"),
    Language("is", "Íslenska", plural=_ICELANDIC),
    Language("et", "Eesti"),
    Language("lt", "Lietuvių", plural=_LITHUANIAN),
    Language("sk", "Slovenčina", plural=_SLOVAK),
    Language("ar", "العربية", "rtl", plural=_ARABIC, script="Arab"),
    Language("uk", "Українська", plural=_SLAVIC, script="Cyrl"),
    Language("ru", "Русский", plural=_SLAVIC, script="Cyrl"),
    Language("be", "Беларуская", plural=_SLAVIC, chain=("ru",), script="Cyrl"),
    Language(
        "pl", "Polski", plural="nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"
    ),
    # Who reads Persian reads Dari, and the other way round.
    Language("fa", "فارسی", "rtl", plural=_NONE_OR_ONE, chain=("prs",), script="Arab"),
    Language("prs", "دری", "rtl", locale="fa_AF", plural=_NONE_OR_ONE, chain=("fa",), script="Arab"),
    Language("ps", "پښتو", "rtl", script="Arab"),
    Language("ur", "اردو", "rtl", script="Aran"),
    Language("ckb", "کوردیی ناوەندی", "rtl", script="Arab"),
    Language("kmr", "Kurdî (Kurmancî)", locale="ku"),
    # Spoken by people who ask for an interpreter; no page is in it.
    Language("syr", "ܣܘܪܝܝܐ", "rtl", script="Syrc"),
    Language("so", "Soomaali"),
    Language("ti", "ትግርኛ", plural=_NONE_OR_ONE, script="Ethi"),
    Language("am", "አማርኛ", plural=_NONE_OR_ONE, script="Ethi"),
    Language("om", "Oromoo"),
    Language("rw", "Ikinyarwanda", plural=_ONE),
    Language("rn", "Ikirundi", plural=_ONE),
    Language("sw", "Kiswahili"),
    Language("ln", "Lingála", plural=_NONE_OR_ONE, chain=("fr",)),
    Language("fr", "Français", plural=_NONE_OR_ONE),
    Language("es", "Español"),
    Language("tr", "Türkçe"),
    Language("vi", "Tiếng Việt", plural=_ONE),
    Language("th", "ไทย", plural=_ONE, script="Thai"),
    Language("my", "မြန်မာ", plural=_ONE, script="Mymr"),
    Language("hi", "हिन्दी", plural=_NONE_OR_ONE, script="Deva"),
    Language("sq", "Shqip"),
    Language("ka", "ქართული", script="Geor"),
    Language("az", "Azərbaycanca", chain=("tr",)),
    Language("uz", "Oʻzbekcha", chain=("ru",)),
    Language("ky", "Кыргызча", chain=("ru",), script="Cyrl"),
    # CLDR has no rule for Tajik: what has none counts with one form.
    Language("tg", "Тоҷикӣ", plural="nplurals=1; plural=0;", chain=("ru",), script="Cyrl"),
    Language("ro", "Română", plural="nplurals=3; plural=(n==1 ? 0 : n==0 || n%100>=1 && n%100<=19 ? 1 : 2);"),
    Language("fil", "Filipino", plural=_FILIPINO),
    Language("sr", "Српски", plural=_SLAVIC, script="Cyrl"),
    Language("sr-Latn", "Srpski", locale="sr_Latn", plural=_SLAVIC, chain=("sr",)),
    Language("se", "Davvisámegiella", plural="nplurals=3; plural=(n==1 ? 0 : n==2 ? 1 : 2);", chain=("fi",)),
    Language("rom", "Romani", locale="en"),
)

#: Code -> language, in the order in which they are shown.
LANGUAGES: dict[str, Language] = {language.code: language for language in _TABLE}
#: The language in which the interface is written.
SOURCE_LANGUAGE = "en"
#: The two catalogues of the interface: what only staff read, and what learners do (docs/translating.md). Flask-Babel counts by the
#: plural rule of the last one, and by that of English where this one is missing: every offered language has the learners'.
CATALOGUES = ("staff", "learner")


def complete_languages(catalogue: str) -> tuple[str, ...]:
    """Return the languages in which a catalogue lacks no word: of those the build makes a file (`hatch_build.py`)."""
    return tuple(
        code
        for code, language in LANGUAGES.items()
        if code == SOURCE_LANGUAGE
        or (TRANSLATIONS / (language.locale or code) / "LC_MESSAGES" / f"{catalogue}.mo").is_file()
    )


#: Languages in which learners have every word.
OFFERED: tuple[str, ...] = complete_languages("learner")
#: Those of them in which staff have every word too. Pages of staff are in these alone (`core.web.staff_languages`).
STAFF_OFFERED: tuple[str, ...] = tuple(code for code in complete_languages("staff") if code in OFFERED)


class LanguageConverter(BaseConverter):
    """An address part that is a language of the table."""

    regex = "|".join(sorted(LANGUAGES, key=len, reverse=True))


#: Locale -> the one of readers in Europe, where Babel's own is that of another continent.
_EUROPEAN = {"en": "en_GB"}


@cache
def babel_locale(code: str) -> Locale:
    """Return Babel's locale for one of our languages: how its readers in Europe write days, times and numbers."""
    name = LANGUAGES[code].locale or code
    return Locale.parse(_EUROPEAN.get(name, name))


def in_language(code: str) -> AbstractContextManager[None]:
    """Return a context in which the words of the interface are in that language."""
    forced: AbstractContextManager[None] = force_locale(LANGUAGES[code].locale or code)
    return forced


def decimal_written(number: str) -> str:
    """Return a number that has a point before its decimals as the language of the page writes it."""
    return number.replace(".", get_decimal_symbol(babel_locale(language_of())))


def enumerated(words: Iterable[object]) -> str:
    """Return words as one enumeration in the language of the page: "a, b and c", in Arabic with its own comma."""
    return format_list([str(each) for each in words], locale=babel_locale(language_of()))


def fallbacks(code: str) -> tuple[str, ...]:
    """Return the language itself, then those tried after it, English last."""
    chain = LANGUAGES[code].chain if code in LANGUAGES else ()
    return tuple(dict.fromkeys((code, *chain, SOURCE_LANGUAGE)))


def offered_for(code: str, offered: Iterable[str] | None = None) -> str | None:
    """Return the offered language nearest to *code*, or None where only English would be left."""
    choices = offered_languages() if offered is None else tuple(offered)
    return next((each for each in fallbacks(code)[:-1] if each in choices), "en" if code == "en" else None)


#: Returns the languages that the operator of the site has chosen, empty for all; set by `core.site`.
chosen_languages = AppSlot[Callable[[], tuple[str, ...]]]("chosen_languages")


def offered_languages() -> tuple[str, ...]:
    """Return the languages that this site is offered in: those of `OFFERED` that its operator has chosen. English always stays."""
    choose = chosen_languages.made(current_app) if has_app_context() else None
    chosen = choose() if choose is not None else ()
    return tuple(code for code in OFFERED if code in chosen or code == SOURCE_LANGUAGE) if chosen else OFFERED


#: How browsers call a language that has another code here.
_OTHER_TAGS = {"fa-af": "prs", "ku": "kmr", "ku-arab": "ckb", "tl": "fil", "sr-latn": "sr-Latn"}


def negotiate(header: str, offered: Iterable[str] | None = None, *, default: str = SOURCE_LANGUAGE) -> str:
    """Choose a language by an Accept-Language header (RFC 9110 12.5.4); *default* where nothing fits.

    Each wish is tried with its prefixes and its chain before the next wish: `uk-UA,ru,en` gives Ukrainian.
    """
    choices = offered_languages() if offered is None else tuple(offered)
    for tag in _wishes(header):
        for prefix in _prefixes(tag):
            code = _OTHER_TAGS.get(prefix, prefix)
            found = next((each for each in fallbacks(code)[:-1] or (code,) if each in choices), None)
            if found:
                return found
    return next((each for each in (default, SOURCE_LANGUAGE) if each in choices), choices[0])


def wishes_of(header: str) -> tuple[str, ...]:
    """Return the languages of the table that an Accept-Language header asks for, the dearest first.

    >>> wishes_of("de, so-SO;q=0.9, fa-AF;q=0.5")
    ('so', 'prs')
    """
    codes = ([_OTHER_TAGS.get(prefix, prefix) for prefix in _prefixes(tag)] for tag in _wishes(header))
    known = (next((code for code in each if code in LANGUAGES), "") for each in codes)
    return tuple(dict.fromkeys(filter(None, known)))


def _wishes(header: str) -> list[str]:
    weighted = []
    for place, part in enumerate(header[:1000].split(",")):
        tag, _sep, weight = part.partition(";")
        quality = _quality(weight)
        if quality > 0 and tag.strip():
            weighted.append((-quality, place, tag.strip().lower().replace("_", "-")))
    return [tag for _quality_, _place, tag in sorted(weighted)]


def _quality(text: str) -> float:
    value = text.strip().removeprefix("q=").strip()
    try:
        return min(1.0, float(value)) if value else 1.0
    except ValueError:
        return 0.0


def _prefixes(tag: str) -> list[str]:
    parts = tag.split("-")
    return ["-".join(parts[:end]) for end in range(len(parts), 0, -1)]


def language_of() -> str:
    """Return the language of the page being made."""
    if not has_request_context():
        return SOURCE_LANGUAGE
    language: str | None = g.get("language")
    if language is None:
        language = g.language = wished_language()
    return language


def wished_language(offered: Iterable[str] | None = None, *, default: str = SOURCE_LANGUAGE) -> str:
    """Return the language that the reader picked on this device, else the one that their browser asks for, else *default*."""
    picked = request.cookies.get("lang", "")
    choices = offered_languages() if offered is None else tuple(offered)
    return (
        picked if picked in choices else negotiate(request.headers.get("Accept-Language", ""), choices, default=default)
    )


def select_locale() -> str | None:
    """Tell Flask-Babel the locale of this request."""
    return LANGUAGES[language_of()].locale or language_of()
