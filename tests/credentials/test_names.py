from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perille.credentials.holder_name import (
    LONGEST,
    NameFault,
    UnprintableNameError,
    clean_name,
    direction_of,
)


def fault_of(text: str) -> NameFault:
    with pytest.raises(UnprintableNameError) as refused:
        clean_name(text)
    return refused.value.fault


@pytest.mark.parametrize(
    "name",
    [
        "Amina Yusuf",
        "أمينة بنت عبد الرحمن يوسف",
        "ኣሚና ዮሴፍ",
        "မအေးအေးမြင့်",
        "Олена Шевченко-Ґалаґан",
        "Sinéad O’Connor",
        "Nguyễn Thị Ánh",
        "Ōkubo Tarō",
        "محمد‌رضا",
        "ნინო ბერიძე",
        "সুমাইয়া আক্তার",
        "王秀英",
        "X",
        "Martin Luther King, Jr.",
        "Мар’яна",
        "Maria (Mariam) Haddad",
        "ئاڤان ڕەسووڵ",
    ],
)
def test_names_of_people_stay_as_they_are_written(name: str) -> None:
    assert clean_name(name) == unicodedata.normalize("NFC", name)


def test_spaces_and_line_breaks_around_and_between_become_single_spaces() -> None:
    assert clean_name("  Amina \n\t Yusuf\u00a0 ") == "Amina Yusuf"


def test_letters_are_composed() -> None:
    assert clean_name("Pa\u0308ivi") == "Päivi"


@pytest.mark.parametrize(
    "mark", ["\u202e", "\u202d", "\u2066", "\u2069", "\u200e", "\u200f", "\u061c", "\ufeff", "\u00ad"]
)
def test_marks_that_turn_the_direction_are_taken_out(mark: str) -> None:
    assert clean_name(f"Amina{mark} Yusuf{mark}") == "Amina Yusuf"


@pytest.mark.parametrize("text", ["", "   ", "-", "...", "\u202e", "\u200d", "\u3164\u3164"])
def test_nothing_to_print_is_refused(text: str) -> None:
    assert fault_of(text) is NameFault.EMPTY


@pytest.mark.parametrize(
    "text",
    ["Amina 😀", "👩‍🎓", "Amina ♥", "A\x00B", "A\x07", "Amina <b>", "a@b", "☭", "€", "A\ue000", "e" + "\u0301" * 9],
)
def test_what_is_no_writing_is_refused(text: str) -> None:
    assert fault_of(text) is NameFault.NOT_WRITING


def test_the_signs_in_the_way_are_named_and_control_characters_are_not_shown() -> None:
    with pytest.raises(UnprintableNameError) as refused:
        clean_name("Amina 😀\x07😀")
    assert refused.value.signs == "😀"


def test_a_hundred_and_twenty_characters_are_enough_and_one_more_is_too_many() -> None:
    assert LONGEST == 120
    assert clean_name("م" * LONGEST) == "م" * LONGEST
    assert fault_of("a" * (LONGEST + 1)) is NameFault.TOO_LONG
    assert fault_of("Amina " * 50) is NameFault.TOO_LONG
    assert fault_of("a" * 1_000_000) is NameFault.TOO_LONG


@pytest.mark.parametrize(
    ("name", "direction"), [("أمينة Amina", "rtl"), ("Amina أمينة", "ltr"), ("12 أمينة", "rtl"), ("7", "ltr")]
)
def test_the_first_strong_letter_gives_the_direction(name: str, direction: str) -> None:
    assert direction_of(name) == direction


@given(st.text())
def test_a_name_that_is_taken_is_safe_to_print(text: str) -> None:
    try:
        name = clean_name(text)
    except UnprintableNameError:
        return
    assert 1 <= len(name) <= LONGEST
    assert name == name.strip()
    assert not any(unicodedata.category(char) in ("Cc", "So", "Cs", "Co", "Cn") for char in name)
    assert clean_name(name) == name
