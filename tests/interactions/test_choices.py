"""Questions with choices: one, several, true or false, pictures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactions.samples import INTERACTIONS, samples, table
from perille.api import Interaction, Item

ROWS = [
    {"key": "leave", "text": "Get out", "right": True, "feedback": "Yes."},
    {"key": "call", "text": "Call", "right": True},
    {"key": "water", "text": "Throw water", "feedback": "It burns more."},
    {"key": "hide", "text": "Hide"},
]
SEVERAL = INTERACTIONS["multiple-choice"]


def several() -> Item:
    return SEVERAL.read(table("multiple-choice", choice=ROWS)).item


def one() -> tuple[Interaction, Item]:
    rows = [{**row, "right": row["key"] == "leave"} for row in ROWS]
    return INTERACTIONS["choice"], INTERACTIONS["choice"].read(table("choice", choice=rows)).item


@pytest.mark.parametrize(
    ("chosen", "scaled"),
    [
        (["leave", "call"], 1.0),
        (["leave"], 0.5),
        (["leave", "call", "water"], 0.5),
        (["leave", "water"], 0.0),
        (["water", "hide"], 0.0),
        (["leave", "call", "water", "hide"], 0.0),
    ],
)
def test_several_choices_give_right_ones_less_wrong_ones(chosen: list[str], scaled: float) -> None:
    item = several()
    outcome = SEVERAL.score(item, SEVERAL.parse(item, {"q": chosen}, "q"))
    assert (outcome.scaled, outcome.success) == (scaled, scaled == 1.0)


def test_response_of_several_choices_is_in_the_authors_order() -> None:
    assert SEVERAL.parse(several(), {"q": ["water", "leave"]}, "q") == ("leave", "water")


@pytest.mark.parametrize("values", [["leave", "leave"], ["leave", "other"], [], [""], ["leave"] * 9])
def test_several_choices_refuse_strangers_and_doubles(values: list[str]) -> None:
    assert SEVERAL.parse(several(), {"q": values}, "q") is None


@given(data=st.data())
def test_all_choices_at_once_never_pay_when_as_many_are_wrong(data: st.DataObject) -> None:
    item = data.draw(samples("multiple-choice")).item
    wrong = sum(not option.right for option in item.options)
    outcome = SEVERAL.score(item, tuple(option.key for option in item.options))
    assert outcome.success == (wrong == 0)
    if wrong >= len(item.options) - wrong:
        assert outcome.scaled == 0.0


@pytest.mark.parametrize("values", [["leave", "call"], ["LEAVE"], ["other"], ["leave "]])
def test_one_choice_refuses_strangers_and_more_than_one(values: list[str]) -> None:
    interaction, item = one()
    assert interaction.parse(item, {"q": values}, "q") is None


def test_what_is_said_belongs_to_what_was_chosen() -> None:
    interaction, item = one()
    assert interaction.score(item, ("leave",)).feedback == ("choice/leave/feedback",)
    assert interaction.score(item, ("water",)).feedback == ("choice/water/feedback",)
    assert interaction.score(item, ("hide",)).feedback == ()
    assert SEVERAL.score(several(), ("water", "leave")).feedback == ("choice/leave/feedback", "choice/water/feedback")


def test_choices_are_as_authored_without_a_seed_and_shuffled_with_one() -> None:
    interaction, item = one()
    authored = ("leave", "call", "water", "hide")
    assert interaction.arrange(item, "") == authored
    orders = {interaction.arrange(item, f"attempt {number}") for number in range(60)}
    assert len(orders) > 12
    assert {order[0] for order in orders} == set(authored)


def test_choices_are_written_as_xapi_lists() -> None:
    interaction, item = one()
    assert interaction.describe(item).correct_responses_pattern == ("leave",)
    described = SEVERAL.describe(several())
    assert described.interaction_type.value == "choice"
    assert described.correct_responses_pattern == ("leave[,]call",)
    assert described.components["choices"][0] == ("leave", "choice/leave/text")
    assert SEVERAL.respond(several(), ("leave",)) == "leave"
    assert SEVERAL.respond(several(), ("leave", "water")) == "leave[,]water"


def test_picture_choice_knows_the_picture_of_each_choice() -> None:
    rows = [{**row, "picture": f"{row['key']}-now", "right": row["key"] == "call"} for row in ROWS]
    item = INTERACTIONS["picture-choice"].read(table("picture-choice", choice=rows)).item
    assert [option.picture for option in item.options] == ["leave-now", "call-now", "water-now", "hide-now"]


@pytest.mark.parametrize(
    ("answer", "given", "right"), [(True, "true", True), (True, "false", False), (False, "false", True)]
)
def test_true_false_says_what_belongs_to_the_answer_given(answer: bool, given: str, right: bool) -> None:
    interaction = INTERACTIONS["true-false"]
    said = {"feedback_true": "You said true.", "feedback_false": "You said false."}
    item = interaction.read(table("true-false", answer=answer, **said)).item
    outcome = interaction.score(item, interaction.parse(item, {"q": [given]}, "q"))
    assert (outcome.success, outcome.feedback) == (right, (f"feedback_{given}",))
    assert interaction.arrange(item, "any seed") == ("true", "false")
    assert interaction.describe(item).correct_responses_pattern == (str(answer).lower(),)


@pytest.mark.parametrize("value", ["True", "1", "yes", ""])
def test_true_false_takes_its_two_words_only(value: str) -> None:
    interaction = INTERACTIONS["true-false"]
    item = interaction.read(table("true-false", answer=True)).item
    assert interaction.parse(item, {"q": [value]}, "q") is None
