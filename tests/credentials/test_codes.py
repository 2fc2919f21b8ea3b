from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perille.credentials.codes import ALPHABET, LENGTH, find_code, make_code, mistyped, normalise, pretty

codes = st.builds(make_code)
places = st.integers(0, LENGTH - 1)
symbols = st.sampled_from(ALPHABET)


def test_a_code_is_printed_in_four_groups_of_four() -> None:
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}", pretty(make_code()))


def test_codes_do_not_repeat_and_use_the_whole_alphabet() -> None:
    made = [make_code() for _each in range(500)]
    assert len(set(made)) == 500
    assert set("".join(made)) == set(ALPHABET)


@given(codes)
def test_a_code_of_ours_is_never_taken_for_mistyped(code: str) -> None:
    assert not mistyped(code)
    assert normalise(pretty(code)) == code


@given(codes, places, symbols)
def test_every_wrong_symbol_is_noticed(code: str, place: int, symbol: str) -> None:
    wrong = code[:place] + symbol + code[place + 1 :]
    assert mistyped(wrong) == (wrong != code)


@given(codes, places, places)
def test_any_two_symbols_that_changed_places_are_noticed(code: str, one: int, other: int) -> None:
    swapped = list(code)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    assert mistyped("".join(swapped)) == ("".join(swapped) != code)


@given(codes, st.sampled_from([" ", "-", "–", "\u200f", "\u2068", ".", "\t", "\u00a0", "−"]))
def test_grouping_case_and_direction_marks_do_not_matter(code: str, filler: str) -> None:
    typed = filler + filler.join(code.lower()) + filler
    assert normalise(typed) == code


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("OIL0-oil0-0000-0000", "0110011000000000"),
        ("١٢٣٤-۵۶۷۸-９０12-3456", "1234567890123456"),
        ("ＡＢＣＤ-EFGH-JKMN-PQRS", "ABCDEFGHJKMNPQRS"),
        ("авек-мнор-стхі-0000", "ABEKMH0PCTX10000"),
        ("ıİ00-0000-0000-0000", "1100000000000000"),
    ],
)
def test_it_is_read_as_people_see_and_type_it(typed: str, read: str) -> None:
    assert normalise(typed) == read


@pytest.mark.parametrize(
    "typed", ["", "ABCD", "U" * 16, "A" * 17, "A" * 10_000, "ABCD-EFGH-JKMN-PQR!", "<script>alert(1)"]
)
def test_what_is_no_code_is_none(typed: str) -> None:
    assert normalise(typed) is None


@pytest.mark.parametrize(
    "pasted",
    [
        "Code: {0}",
        "Code {0}",
        "koodi: {0}.",
        "الرمز: {0}",
        "https://learn.example.org/verify/{0}",
        "https://learn.example.org/verify/{0}?lang=fi",
        "learn.example.org/verify/{0}#x",
        "Check this record learn.example.org/verify {0}",
        "<{0}>",
    ],
)
def test_a_code_is_found_in_what_is_pasted(pasted: str) -> None:
    code = make_code()
    assert find_code(pasted.format(pretty(code))) == code
    assert find_code(pasted.format(code.lower())) == code


def test_a_word_before_a_code_is_no_part_of_it_where_the_check_symbol_fits_by_chance() -> None:
    assert not mistyped("C0DEAZYVHFR0VD05")
    assert find_code("Code AZYV-HFR0-VD05-KAWZ") == "AZYVHFR0VD05KAWZ"


@pytest.mark.parametrize("pasted", ["", "no code here at all", "A" * 301, "/verify/", "https://example.org/verify/x"])
def test_a_text_without_a_code_has_none(pasted: str) -> None:
    assert find_code(pasted) is None


def test_of_two_codes_none_is_meant() -> None:
    assert find_code(f"First {pretty(make_code())}, then {pretty(make_code())}") is None


@given(st.text())
def test_reading_never_fails(typed: str) -> None:
    read = normalise(typed)
    assert read is None or (len(read) == LENGTH and set(read) <= set(ALPHABET))
