"""Names of a group's people as they are kept: in any script, and spelled as they were."""

from __future__ import annotations

import pytest

from perille.groups.names import LONGEST_NAME, clean_name, name_key


@pytest.mark.parametrize(
    "name", ["علی‌رضا", "ශ්‍රී", "👩‍👩‍👧 Noor", "ศรี", "Aïssatou", "അവന്\u200d", "രമേശന്\u200d നായര്\u200d"]
)
def test_a_name_keeps_its_joiners_and_marks(name: str) -> None:
    assert clean_name(name) == name


def test_what_turns_the_direction_or_breaks_the_line_is_no_part_of_a_name() -> None:
    assert clean_name("Aino\u202e\u200b\nVirtanen") == "Aino Virtanen"


def test_joiners_that_join_nothing_are_no_name_and_make_nobody_a_second_one() -> None:
    assert clean_name("\u200d \u200c") == ""
    assert clean_name("Aino \u200d Virtanen") == "Aino Virtanen"
    assert name_key(clean_name("Aino Virtanen\u200d")) == name_key("Aino Virtanen")


@pytest.mark.parametrize("letter", ["ก็", "q\u0303", "👩‍"])
@pytest.mark.parametrize("before", range(4))
def test_a_long_name_is_cut_between_letters_and_never_inside_one(letter: str, before: int) -> None:
    name = clean_name("a" * (LONGEST_NAME - before) + letter + "b")
    assert len(name) <= LONGEST_NAME
    assert name.rstrip("ab") == "" or name.endswith((letter, letter.rstrip("\u200d"), letter + "b"))
