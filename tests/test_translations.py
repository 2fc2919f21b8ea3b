"""The words of the interface: a language that is offered has all of them, each in its catalogue, and each says the same."""

from __future__ import annotations

import gettext
import re
from fnmatch import fnmatch
from functools import cache

import pytest
from babel.messages.catalog import Catalog, Message

from perille.core.i18n import LANGUAGES, OFFERED, SOURCE_LANGUAGE, STAFF_OFFERED, babel_locale
from support.interface_words import (
    DOMAINS,
    LEARNER,
    STAFF,
    Key,
    files_of_words,
    folder_of,
    read_catalogue,
    staff_patterns,
    words_by_file,
    words_of,
)

#: Languages that were complete once stay so: a new word is translated into these. What is offered is not listed anywhere: it is what
#: lacks no word.
KEPT = {
    LEARNER: ("fi", "sv", "is", "et", "lt", "sk", "ar", "uk", "ru", "prs", "so", "es"),
    STAFF: ("fi", "sv", "is", "et", "lt", "sk", "ar", "uk", "ru"),
}
COMPLETE = pytest.mark.parametrize(("code", "domain"), [(code, domain) for domain in DOMAINS for code in KEPT[domain]])
EVERY = pytest.mark.parametrize(
    ("code", "domain"),
    [(code, domain) for code in LANGUAGES for domain in DOMAINS if (folder_of(code) / f"{domain}.po").is_file()],
)

PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[#0\- +]?[\d.]*[a-zA-Z%]")
TAG = re.compile(r"</?\w+[^>]*>")
#: A hint that says which button to press, by its name.
PRESS = re.compile(r"\b[Pp]ress [“]?([A-Z][a-z]+(?: [a-z]+)*)[”]?(?=[.,])")
#: A language's name that no colon goes before.
INFLECTED = re.compile(r"(?<!: )%\(\w*language\)s")


@cache
def catalogue(code: str, domain: str) -> Catalog:
    """Return one catalogue of a language."""
    return read_catalogue(folder_of(code) / f"{domain}.po")


def messages(code: str, domain: str) -> dict[Key, Message]:
    return {(message.context, message.id): message for message in catalogue(code, domain) if message.id}


def translated(code: str, domain: str) -> dict[Key, Message]:
    """Return the messages that somebody has begun to translate."""
    return {key: message for key, message in messages(code, domain).items() if any(strings(message))}


def strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def key_words(message: Message) -> tuple[str, ...]:
    """Return the English words of a message: two where it counts something."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def test_words_are_marked_for_translation() -> None:
    assert len(words_of(LEARNER)) > 500
    assert len(words_of(STAFF)) > 500


def test_each_word_stands_in_one_catalogue() -> None:
    assert words_of(LEARNER) & words_of(STAFF) == set()
    assert words_of(LEARNER) | words_of(STAFF) == frozenset[Key]().union(*words_by_file().values())


def test_each_pattern_of_the_files_of_staff_finds_one() -> None:
    files = words_by_file()
    assert [each for each in staff_patterns() if not any(fnmatch(path, each) for path in files)] == []


@COMPLETE
def test_every_word_of_the_interface_is_in_the_catalogue(code: str, domain: str) -> None:
    assert words_of(domain) - set(messages(code, domain)) == set(), "`make words` brings the catalogues up to date"


@EVERY
def test_no_word_is_kept_that_nothing_says_any_more(code: str, domain: str) -> None:
    # A word that moved to the other catalogue stands in the wrong one until `make words` has run.
    assert set(messages(code, domain)) - words_of(domain) == set(), "`make words` brings the catalogues up to date"


def astray(known: dict[Key, Message]) -> dict[Key, set[str]]:
    """Return the words that name no file, or one that does not say them."""
    named = {key: {path for path, _line in message.locations} for key, message in known.items()}
    return {key: files for key, files in named.items() if not files or files - set(files_of_words().get(key, ()))}


@EVERY
def test_each_word_names_files_that_say_it(code: str, domain: str) -> None:
    assert astray(messages(code, domain)) == {}, "`make words` writes the files of each word"


@pytest.mark.parametrize("path", ["platform/perille/gone.py", "platform/perille/templates/catalogue/home.html", None])
def test_a_word_that_names_a_wrong_file_or_none_is_noticed(path: str | None) -> None:
    key = None, "Take your data along"
    assert key in words_of(LEARNER)
    message = Message(key[1], locations=[(path, 1)] if path else [])
    assert astray({key: message}) == {key: {path} if path else set()}


@COMPLETE
def test_every_message_is_translated_and_none_is_in_doubt(code: str, domain: str) -> None:
    found = messages(code, domain).items()
    assert [key for key, message in found if message.fuzzy or not all(strings(message))] == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_what_lacks_no_word_is_offered_and_nothing_else(domain: str) -> None:
    lacking = {
        code: words_of(domain) - {key for key, each in translated(code, domain).items() if not each.fuzzy}
        for code in LANGUAGES
        if (folder_of(code) / f"{domain}.po").is_file()
    }
    complete = {code for code, words in lacking.items() if not words} | {SOURCE_LANGUAGE}
    assert set(OFFERED if domain == LEARNER else STAFF_OFFERED) == complete
    assert {SOURCE_LANGUAGE, *KEPT[domain]} <= complete


@EVERY
def test_numbers_have_as_many_forms_as_the_language_counts_with(code: str, domain: str) -> None:
    header = catalogue(code, domain).plural_forms
    assert header.replace(" ", "") == LANGUAGES[code].plural.replace(" ", "")
    forms = int(LANGUAGES[code].plural.split("=")[1].split(";")[0])
    plurals = {key: len(strings(each)) for key, each in messages(code, domain).items() if each.pluralizable}
    assert {key: count for key, count in plurals.items() if count != forms} == {}


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_language_counts_as_unicode_says(code: str) -> None:
    # CLDR has no Romani: the rule that Babel gives for it is that of English.
    rule = gettext.c2py(LANGUAGES[code].plural.split("plural=")[1].rstrip(";"))  # type: ignore[attr-defined]
    category = babel_locale(code).plural_form
    pairs = {(rule(number), category(number)) for number in range(1000)}
    assert len(pairs) == len({form for form, _category in pairs}) == len({name for _form, name in pairs}), pairs


@EVERY
def test_a_translation_fills_in_the_same_values(code: str, domain: str) -> None:
    wrong = []
    for key, message in translated(code, domain).items():
        wished = {name for each in key_words(message) for name in PLACEHOLDER.findall(each)}
        for number, string in enumerate(strings(message)):
            given = set(PLACEHOLDER.findall(string))
            # "one" may be a word: a form that stands for a single number need not show it.
            if given != wished and not (message.pluralizable and given < wished and number < len(strings(message)) - 1):
                wrong.append((key, string))
    assert wrong == []


@EVERY
def test_a_translation_has_the_same_marks(code: str, domain: str) -> None:
    wrong = [
        key
        for key, message in translated(code, domain).items()
        if not message.pluralizable and sorted(TAG.findall(str(message.id))) != sorted(TAG.findall(strings(message)[0]))
    ]
    assert wrong == []


@EVERY
def test_the_name_of_a_language_stands_after_a_colon(code: str, domain: str) -> None:
    # It is written as its own speakers write it ("suomi", "svenska") and cannot take the ending that a sentence asks for.
    words = {each for message in messages(code, domain).values() for each in (*key_words(message), *strings(message))}
    assert [each for each in words if INFLECTED.search(each)] == []
    assert any("%(language)s" in each for each in words)


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("code", ["fi", "sv"])
def test_words_are_quoted_as_the_language_does(code: str, domain: str) -> None:
    """Finnish and Swedish have ” on both sides; “ came over from English."""
    found = [text for message in translated(code, domain).values() for text in strings(message) if "\u201c" in text]
    assert found == []


def test_a_lithuanian_date_has_one_full_stop_at_its_end() -> None:
    # It is written "2026 m. lapkričio 27 d.": the full stop of the sentence would be a second one.
    said = [string for domain in DOMAINS for message in messages("lt", domain).values() for string in strings(message)]
    assert [string for string in said if re.search(r"%\((?:page_)?(?:day|date)\)s\.", string)] == []
    assert any(re.search(r"iki %\(day\)s", string) for string in said)


@pytest.mark.parametrize(
    ("code", "pattern"),
    [
        # Everybody is addressed as several, as learners are: "اختر" is said to one man.
        # Where a past tense is written alike, it is left out.
        (
            "ar",
            r"(?:^|[.:،؛] |أو )و?(?:اختر|اكتب|أضف|انظر|احذف|احفظه?|اضغط|افتح|أزل(?:ها|ه)?|املأ|ارسمه?|اجعلها?|انتقل|راجع) ",
        ),
        # The word for a block is فقرة, and a copy (نسخة) is no version (إصدار).
        ("ar", r"كتل|^النسخة$"),
        # No trainer asks for a "lohko"; a test is "testi" wherever it stands, and what is to happen later is timed ("ajastettu").
        ("fi", r"\b[Ll]ohko|\b[Kk]oe\b|\b[Kk]okee[nt]|\b[Rr]oolileikki|\basetettuna hetkenä|\bsyrjään"),
    ],
)
def test_staff_are_addressed_and_things_are_called_in_one_way(code: str, pattern: str) -> None:
    said = [string for message in messages(code, STAFF).values() for string in strings(message)]
    assert [string for string in said if re.search(pattern, string)] == []


@pytest.mark.parametrize("code", KEPT[STAFF])
def test_a_hint_calls_a_button_what_the_button_says(code: str) -> None:
    every = {
        key: message for domain in DOMAINS for (context, key), message in messages(code, domain).items() if not context
    }
    named = [(each, name) for each in every.values() for name in PRESS.findall(key_words(each)[0]) if name in every]
    assert "Stop" in [name for _hint, name in named]
    assert [strings(each)[0] for each, name in named if strings(every[name])[0] not in strings(each)[0]] == []


def test_what_ends_a_recording_does_not_say_that_it_goes_on_later() -> None:
    """A download that is stopped goes on where it was; a recording is over."""
    finnish = messages("fi", LEARNER)
    assert [finnish[context, "Stop"].string for context in (None, "download")] == ["Lopeta", "Keskeytä"]
