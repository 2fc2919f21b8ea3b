"""Text as people type it: what counts as the same word."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perille.api.answers import LONGEST_ANSWER, only_value, typed_text, values_by_key
from perille.api.normalisation import latin_digits, normalised
from perille.interactions.free_text import LONGEST_TEXT, written


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("  KELA ", "kela"),
        ("i   speak\u00a0 Arabic.", "I speak Arabic"),
        ("Straße", "STRASSE"),
        ("Sähköposti", "sa\u0308hko\u0308posti"),
        ("ｋｅｌａ", "kela"),
        ("١١٢", "112"),
        ("۱۱۲", "112"),
        ("११२", "112"),
        ("كيف", "کیف"),
        ("علي", "علی"),
        ("مدرسة", "مدرسه"),
        ("أنا", "انا"),
        ("مـــدرسة", "مدرسة"),
        ("مَدْرَسَة", "مدرسة"),
        ("\u200fمدرسة\u200e", "مدرسة"),
        ("\u2067مدرسة\u2069", "مدرسة"),
        ("می\u200cخواهم", "میخواهم"),
        ("пʼять", "п'ять"),
        ("п’ять", "п'ять"),
        ("Schengen–alue", "schengen-alue"),
        ("لا أعرف؟", "لا اعرف"),
    ],
)
def test_two_ways_of_typing_a_word_are_the_same(typed: str, meant: str) -> None:
    assert normalised(typed) == normalised(meant) != ""


@pytest.mark.parametrize(("one", "other"), [("saari", "sääri"), ("112", "113"), ("kela", "kel a"), ("C", "C++")])
def test_other_words_stay_others(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)


@settings(max_examples=300)
@given(st.text(max_size=30))
def test_normal_form_is_final_and_clean(text: str) -> None:
    once = normalised(text)
    assert normalised(once) == once
    assert once == once.strip()
    assert not any(char.isspace() and char != " " for char in once)
    assert all(char in "0123456789" for char in once if unicodedata.category(char) == "Nd")
    assert not any(unicodedata.category(char) == "Cf" for char in once)


@given(st.text(max_size=30), st.sampled_from(["\u200e", "\u202e", "\u2066", "\u061c", "\u0640", " "]))
def test_marks_around_a_text_change_nothing(text: str, mark: str) -> None:
    assert normalised(f"{mark}{text}") == normalised(text)


@given(st.text())
def test_latin_digits_keep_all_else(text: str) -> None:
    latin = latin_digits(text)
    assert len(latin) == len(text)
    assert all(new == old for new, old in zip(latin, text, strict=True) if not old.isdecimal())


def test_typed_text_is_one_line_without_control_characters() -> None:
    assert typed_text({"q": ["  one\r\n two\t\0\ud800 "]}, "q") == "one two"


@pytest.mark.parametrize("values", [[], [""], [" \n"], ["\0"], ["one", "two"], ["x" * (LONGEST_ANSWER + 1)]])
def test_text_that_is_none_or_too_much_is_no_answer(values: list[str]) -> None:
    assert typed_text({"q": values}, "q") is None


def test_longest_answer_is_kept_whole() -> None:
    assert typed_text({"q": ["x" * LONGEST_ANSWER]}, "q") == "x" * LONGEST_ANSWER


def test_field_with_two_values_has_no_one_value() -> None:
    assert only_value({"q": ["a", "a"]}, "q") is None
    assert only_value({}, "q") is None


def test_fields_by_key_refuse_strangers_and_doubles() -> None:
    assert values_by_key({"q.a": ["1"], "other.z": ["1"]}, "q", ["a", "b"]) == {"a": "1", "b": ""}
    assert values_by_key({"q.a": ["1"], "q.z": ["1"]}, "q", ["a", "b"]) is None
    assert values_by_key({"q.a": ["1", "2"]}, "q", ["a", "b"]) is None


def test_the_ends_of_lines_count_once_as_in_their_field() -> None:
    text = "\n".join(["w" * 19] * (LONGEST_TEXT // 20))
    assert len(text) < LONGEST_TEXT < len(text.replace("\n", "\r\n"))
    assert written(text.replace("\n", "\r\n")) == text
    assert written("w" * (LONGEST_TEXT + 1)) is None
