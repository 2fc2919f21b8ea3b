"""Lines of text: names in scripts whose spelling has signs that cannot be seen."""

from __future__ import annotations

import pytest

from perille.core.letters import is_line, name_line, one_line
from perille.core.setting_values import line
from perille.groups.names import clean_name

#: "Moving house" and "I read" in Persian, "Sri" in Sinhala: each has a joiner in the middle of a word.
SPELLED_WITH_JOINERS = ("خانه\u200cکشی", "می\u200cخوانم", "ශ්\u200dරී")


@pytest.mark.parametrize("name", SPELLED_WITH_JOINERS)
def test_a_joiner_is_part_of_a_word(name: str) -> None:
    assert is_line(name)
    assert one_line(f"{name}\n{name}") == f"{name} {name}"
    assert line(name) == clean_name(name) == name


@pytest.mark.parametrize("sign", ["\n", "\t", "\u2028", "\u202e", "\u200b", "\x00"], ids=ascii)
def test_what_breaks_a_line_or_turns_it_is_none_of_it(sign: str) -> None:
    assert not is_line(f"a{sign}b")
    assert one_line(f"a{sign}b") == "a b"
    with pytest.raises(ValueError, match="one line"):
        line(f"a{sign}b")


def test_a_name_is_cut_between_letters_and_one_of_marks_alone_is_not_lost() -> None:
    assert clean_name("a" * 119 + "e\u0323\u0301") == "a" * 119
    assert clean_name("a" + "\u0323" * 200)


def test_a_name_keeps_its_joiners_and_is_not_parted_by_what_cannot_be_seen() -> None:
    persian = "می\u200cخواهم"
    assert name_line(f"\u2067{persian}\u2069") == persian
    assert name_line("Ami\u200ena\u0000") == "Amina"
    assert name_line("A\u030asa") == "\u00c5sa"


@pytest.mark.parametrize("sign", ["\n", "\r\n", "\t", "\u2028", "\u00a0"])
def test_a_name_on_two_lines_of_a_cell_stays_two_words(sign: str) -> None:
    assert name_line(f" Anna{sign}Berg ") == "Anna Berg"


@pytest.mark.parametrize("joiner", ["\u200c", "\u200d"])
def test_a_name_of_joiners_alone_is_none(joiner: str) -> None:
    assert name_line(joiner) == name_line(f" {joiner} {joiner}{joiner}") == ""
    assert name_line(f"Amina {joiner} Yusuf") == "Amina Yusuf"


def test_a_name_in_malayalam_keeps_the_joiner_that_shapes_its_last_letter() -> None:
    assert name_line("രാമന്\u200d") == "രാമന്\u200d"


def test_a_name_loses_no_letter_that_is_newer_than_this_program() -> None:
    assert name_line("\U000105d0\ue000") == "\U000105d0\ue000"
