"""The language of a country's letters, doors and forms, as pages mark its words."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from perille.core.countries import countries
from perille.core.i18n import LANGUAGES

_ALL_IN_ONE = re.compile(r"<(bdi|span)( lang=\"[a-z]+\" dir=\"[a-z]+\")>[^<]*</\1>")


def host_language(country: str) -> str:
    """Return the language of a country by its ISO code, "" for one that is not known."""
    found = countries().get(country)
    return found.language if found is not None else ""


def foreign_language(code: str) -> str:
    """Return the tag that opens words in a language, "" for one that is not known.

    >>> foreign_language("sk"), foreign_language("xx")
    ('<bdi lang="sk" dir="ltr">', '')
    """
    return f'<bdi lang="{code}" dir="{LANGUAGES[code].direction}">' if code in LANGUAGES else ""


def foreign_word(word: str, language: str) -> Markup:
    """Write a word of a country's language into words of any other: kept in its own order, and read aloud in its language."""
    if language not in LANGUAGES:
        return Markup("<bdi>{}</bdi>").format(escape(word))
    return Markup('<bdi lang="{}" dir="{}">{}</bdi>').format(language, LANGUAGES[language].direction, word)


def language_of_all(html: str) -> Markup:
    """Return the attributes of words that are all in another language than their page, for what can hold no tags: an `<option>`.

    >>> language_of_all('<bdi lang="sk" dir="ltr">Dobrý deň</bdi>')
    Markup(' lang="sk" dir="ltr"')
    >>> language_of_all('Say <bdi lang="sk" dir="ltr">Dobrý deň</bdi>')
    Markup('')
    """
    found = _ALL_IN_ONE.fullmatch(html)
    return Markup(found[2] if found else "")  # noqa: S704  (made of the codes of languages alone)
