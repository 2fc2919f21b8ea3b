"""The words of the interface: an offered language has all of them, and each says the same."""

from __future__ import annotations

import re
import tomllib
from functools import cache

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from perille.core.i18n import LANGUAGES, OFFERED, SOURCE_LANGUAGE
from perille.core.paths import TRANSLATIONS
from support.places import ROOT

TRANSLATED = [code for code in OFFERED if code != SOURCE_LANGUAGE]
#: How translated strings are marked, beside gettext's own names.
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None}

PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[#0\- +]?[\d.]*[a-zA-Z%]")
TAG = re.compile(r"</?\w+[^>]*>")

Id = str | tuple[str, ...]
Key = tuple[str | None, Id]


@cache
def words_of_the_interface() -> frozenset[Key]:
    """Return (context, message) of everything that code and templates mark, by the settings that the tool uses."""
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["babel"]["mappings"]
    methods = [(each["pattern"], each["method"]) for each in tool]
    options = {each["pattern"]: {k: v for k, v in each.items() if k not in ("pattern", "method")} for each in tool}
    found = extract_from_dir(ROOT / "platform", methods, options, KEYWORDS)
    return frozenset((context, message) for _file, _line, message, _comments, context in found)


@cache
def catalogue(code: str) -> Catalog:
    """Return the catalogue of a language."""
    folder = TRANSLATIONS / (LANGUAGES[code].locale or code)
    with (folder / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=LANGUAGES[code].locale or code)


def messages(code: str) -> dict[Key, Message]:
    return {(message.context, message.id): message for message in catalogue(code) if message.id}


def strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def test_words_are_marked_for_translation() -> None:
    assert len(words_of_the_interface()) > 50


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_word_of_the_interface_is_in_the_catalogue(code: str) -> None:
    assert words_of_the_interface() - set(messages(code)) == set()


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_word_is_kept_that_nothing_says_any_more(code: str) -> None:
    assert set(messages(code)) - words_of_the_interface() == set()


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_message_is_translated_and_none_is_in_doubt(code: str) -> None:
    wanting = [key for key, message in messages(code).items() if message.fuzzy or not all(strings(message))]
    assert wanting == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_numbers_have_as_many_forms_as_the_language_counts_with(code: str) -> None:
    header = catalogue(code).plural_forms
    assert header.replace(" ", "") == LANGUAGES[code].plural.replace(" ", "")
    forms = int(LANGUAGES[code].plural.split("=")[1].split(";")[0])
    plurals = {key: len(strings(message)) for key, message in messages(code).items() if message.pluralizable}
    assert {key: count for key, count in plurals.items() if count != forms} == {}


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_translation_fills_in_the_same_values(code: str) -> None:
    wrong = []
    for key, message in messages(code).items():
        ids = (message.id,) if isinstance(message.id, str) else message.id
        wished = {name for each in ids for name in PLACEHOLDER.findall(each)}
        for number, string in enumerate(strings(message)):
            given = set(PLACEHOLDER.findall(string))
            # "one" may be a word: a form that stands for a single number need not show it.
            if given != wished and not (message.pluralizable and given < wished and number < len(strings(message)) - 1):
                wrong.append((key, string))
    assert wrong == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_translation_has_the_same_marks(code: str) -> None:
    wrong = [
        key
        for key, message in messages(code).items()
        if not message.pluralizable and sorted(TAG.findall(str(message.id))) != sorted(TAG.findall(strings(message)[0]))
    ]
    assert wrong == []
