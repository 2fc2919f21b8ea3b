"""Pasted words as the server takes them, from a browser without script: no sign that breaks a block, and no letter lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.files import in_memory
from perille.packs.source.unseen_signs import check_signs
from perille.studio.pasted import clean
from studio.author import Author

#: What only a program writes, what begins a block, and some words.
_SIGNS = [
    *"\u00a0\u202f\u200b\u200e\u200f\u061c\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2028\u2029\x85\x0b\x0c\0\r\n\t |#>*-:.)"
]
_PIECES = st.lists(
    st.sampled_from([*_SIGNS, "\r\n", ":::", "1.", "12)", "##", "- ", "**", "kaksi", "اثنان", "5"]), max_size=40
)
_UNTYPED = re.compile("[\0\x85\x0b\x0c\r\ufeff\u2028-\u202e]")


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("‪+358 40 123‬", "+358 40 123"),
        ("One\u2028Two\u2029Three\x0bFour\x0cFive\x85Six", "One\nTwo\nThree\nFour\nFive\nSix"),
        ("Word\u00a0 leaves\u00a0\u00a0this", "Word leaves this"),
        ("1\u00a0000\u00a0€", "1\u00a0000\u00a0€"),
        ("\u200f\u202f-\u00a0entry", " - entry"),
        ("1.\u200e\u00a0first", "1. first"),
        ("One\n\u00a0\u200e\nTwo", "One\n\nTwo"),
        ("\u200fABC تعني", "\u200fABC تعني"),
        ("می\u200cروم", "می\u200cروم"),
        ("**bold**\n> said\n    deep", "**bold**\n> said\n    deep"),
    ],
)
def test_signs_that_nobody_types_go_and_others_stay(pasted: str, kept: str) -> None:
    assert clean(pasted) == kept


@given(_PIECES.map("".join))
def test_what_is_taken_in_breaks_no_block_and_loses_no_letter(pasted: str) -> None:
    taken = clean(pasted)
    assert clean(taken) == taken
    assert not _UNTYPED.search(taken)
    assert re.findall(r"[\w*#>|:.)-]", taken) == re.findall(r"[\w*#>|:.)-]", pasted)
    found = Diagnostics()
    check_signs(in_memory("x", {"lessons/x.md": f"# T\n\n{taken}\n".encode()}), found)
    assert [each.message for each in found.all if "unseen" in each.message.lower()] == []


@given(st.sampled_from([" ", "\u00a0", " \u00a0", "\u200f", "#", "1"]), st.sampled_from(["x", "-", "\n", ""]))
def test_very_many_signs_take_no_time(sign: str, end: str) -> None:
    assert len(clean(sign * 100_000 + end)) <= 100_001


def test_words_of_whatsapp_are_saved_without_a_finding(author: Author) -> None:
    author.begin()
    author.add("first-steps", "text")
    page = author.write("first-steps", 0, "Bring:\r\n-\u00a0your \u202a+358 40 123\u202c\u2028-\u200e\u00a0a pen")
    assert ">Bring:\n- your +358 40 123\n- a pen</textarea>" in page.html
    assert not page.all("li", _class="finding-error")
