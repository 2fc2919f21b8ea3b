"""What a phone says of an answer is what the server says of it: both mark the same answers, made by chance."""

from __future__ import annotations

import os

import pytest

from perille.core.paths import STATIC
from perille.domain.item import offline_script
from perille.interactions import plugin
from support.scorer_cases import TYPES, cases, differences, on_the_phone

#: What a phone cannot mark: a text of one's own, a poll that is counted once, and a talk that the server draws.
_NEED_A_LINE = {"free-text", "likert", "role-play"}


@pytest.mark.parametrize("interaction", TYPES)
def test_a_phone_marks_answers_as_the_server_does(interaction: str) -> None:
    assert differences(interaction, 10_000 if "TESTS_EVERY_PAGE" in os.environ else 200) == []


def test_a_phone_ticks_the_steps_that_the_score_counts() -> None:
    given = cases("sequencing", 200)
    for (item, _form), (response, outcome, marks) in zip(given, on_the_phone("sequencing", given), strict=True):
        assert outcome["scaled"] == (sum(marks) / len(item.options) if response else 0.0)


def test_every_question_type_is_marked_on_the_phone_or_says_that_it_needs_a_line() -> None:
    assert {each.name for each in plugin.interactions} - set(TYPES) == _NEED_A_LINE
    assert [
        name for each in plugin.interactions if (name := offline_script(each)) and not (STATIC / name).is_file()
    ] == []
