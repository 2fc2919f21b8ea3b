"""What an author is told about a table that cannot be used."""

from __future__ import annotations

import pytest

from interactions.faults import faults
from interactions.samples import INTERACTIONS, table
from perille.api import ItemFault


def choice(key: str, **own: object) -> dict[str, object]:
    return {"key": key, "text": f"The {key}", **own}


GOOD = [choice("one", right=True), choice("two")]


def test_unknown_key_names_the_nearest_known_one() -> None:
    assert faults("choice", choice=GOOD, promt="?") == ("unknown key 'promt': did you mean 'prompt'?",)
    assert faults("choice", choice=[*GOOD, choice("x", feedbak="!")]) == (
        "choice 3: unknown key 'feedbak': did you mean 'feedback'?",
    )
    assert faults("choice", choice=GOOD, zzzz=1) == ("unknown key 'zzzz'",)


def test_key_of_another_type_is_unknown() -> None:
    assert "unknown key 'tolerance'" in faults("choice", choice=GOOD, tolerance=1)[0]


def test_all_faults_are_said_at_once() -> None:
    said = faults(
        "choice",
        key="Not A Key",
        prompt="",
        hint=7,
        critical="yes",
        difficulty=4,
        country="Finland",
        choice=[choice("one"), {"key": "one"}],
    )
    assert said == (
        "'key' must be lower-case letters, digits and hyphens, not 'Not A Key'",
        "'prompt' is empty: write words or leave it out",
        "'hint' must be text in quotes",
        "choice 2: 'text' is missing",
        "two keys of choice are the same: 'one'",
        "exactly one choice must have right = true, not 0",
        "'critical' must be true or false",
        "'difficulty' must be a whole number from 1 to 3",
        "'country' must be two capital letters, such as FI, not 'Finland'",
    )


@pytest.mark.parametrize(
    ("interaction", "own", "fault"),
    [
        ("choice", {}, "needs at least 2 [[item.choice]]"),
        ("choice", {"choice": [choice("one", right=True)]}, "needs at least 2 [[item.choice]]"),
        ("choice", {"choice": "one"}, "'choice' must be written as [[item.choice]] tables"),
        ("choice", {"choice": [1, 2]}, "'choice' must be written as [[item.choice]] tables"),
        (
            "choice",
            {"choice": [*GOOD, choice("three", right=True)]},
            "exactly one choice must have right = true, not 2",
        ),
        (
            "choice",
            {"choice": [*GOOD, choice("three", text="The  two")]},
            "two texts of choice are the same: 'The two'",
        ),
        ("choice", {"choice": GOOD, "difficulty": True}, "'difficulty' must be a whole number from 1 to 3"),
        (
            "choice",
            {"choice": GOOD, "picture_description": ""},
            "'picture_description' is empty: write words or leave it out",
        ),
        ("multiple-choice", {"choice": [choice("a"), choice("b")]}, "at least one choice must have right = true"),
        ("picture-choice", {"choice": GOOD}, "choice 1: 'picture' is missing"),
        ("true-false", {}, "'answer' is missing: write answer = true or answer = false"),
        ("true-false", {"answer": "true"}, "'answer' must be true or false"),
        ("sequencing", {"step": [choice("one")]}, "needs at least 2 [[item.step]]"),
        ("sequencing", {"step": [choice("a", right=True), choice("b")]}, "step 1: unknown key 'right'"),
        ("fill-in", {}, "'accepted' must be a list of answers, such as [\"kela\"]"),
        ("fill-in", {"accepted": []}, "'accepted' must be a list of answers, such as [\"kela\"]"),
        ("fill-in", {"accepted": ["a[,]b"]}, "'accepted' cannot hold 'a[,]b': short texts in quotes only"),
        ("fill-in", {"accepted": [112]}, "'accepted' cannot hold '112': short texts in quotes only"),
        ("fill-in", {"accepted": ["..."]}, "'accepted' cannot hold '...': short texts in quotes only"),
        ("numeric", {}, "'answer' must be a number of up to 15 digits and 12 decimals, without quotes"),
        ("numeric", {"answer": "112"}, "'answer' must be a number of up to 15 digits and 12 decimals, without quotes"),
        ("numeric", {"answer": True}, "'answer' must be a number of up to 15 digits and 12 decimals, without quotes"),
        (
            "numeric",
            {"answer": float("inf")},
            "'answer' must be a number of up to 15 digits and 12 decimals, without quotes",
        ),
        ("numeric", {"answer": 1, "tolerance": -1}, "'tolerance' must not be less than 0"),
    ],
)
def test_fault_says_what_to_change(interaction: str, own: dict[str, object], fault: str) -> None:
    assert fault in faults(interaction, **own)


def test_picture_and_its_description_go_together() -> None:
    bare = {key: value for key, value in table("choice", choice=GOOD).items() if key != "picture"}
    with pytest.raises(ItemFault, match="stands without 'picture'"):
        INTERACTIONS["choice"].read(bare)
    undescribed = {key: value for key, value in table("choice", choice=GOOD).items() if key != "picture_description"}
    with pytest.raises(ItemFault, match="'picture_description' is missing"):
        INTERACTIONS["choice"].read(undescribed)


def test_matching_refuses_what_cannot_be_told_apart() -> None:
    pairs = [{"key": "a", "source": "A", "target": "same"}, {"key": "b", "source": "B", "target": "same"}]
    extras = [{"key": "a", "text": "other"}]
    assert faults("matching", pair=pairs, extra=extras) == (
        "a pair and an extra have the same key: 'a'",
        "two targets are the same: 'same'",
    )


def test_words_are_folded_to_one_line_and_named_by_part() -> None:
    pairs = [{"key": "a", "source": "A\n  thing", "target": "T"}, {"key": "b", "source": "B", "target": "U"}]
    extras = [{"key": "c", "text": "V"}]
    reading = INTERACTIONS["matching"].read(table("matching", pair=pairs, extra=extras, feedback_right="Yes."))
    assert reading.words == {
        "prompt": "What now?",
        "hint": "Think first.",
        "picture_description": "A street.",
        "pair/a/source": "A thing",
        "pair/a/target": "T",
        "pair/b/source": "B",
        "pair/b/target": "U",
        "extra/c/text": "V",
        "feedback_right": "Yes.",
    }


def test_common_keys_reach_the_item() -> None:
    own = {"objective": "K: when 112 fits", "critical": True, "difficulty": 3, "country": "FI"}
    item = INTERACTIONS["choice"].read(table("choice", choice=GOOD, **own)).item
    assert (item.key, item.interaction, item.picture) == ("asked", "choice", "scene")
    assert (item.objective, item.critical, item.difficulty, item.country) == tuple(own.values())
