"""Steps in order, and pairs that belong together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactions.samples import INTERACTIONS, SAID, samples, table
from perille.api import Item

ORDER = INTERACTIONS["sequencing"]
PAIRS = INTERACTIONS["matching"]


def steps() -> Item:
    rows = [{"key": key, "text": f"Do {key}"} for key in ("out", "call", "say", "stay")]
    return ORDER.read(table("sequencing", step=rows, **SAID)).item


def pairs() -> Item:
    rows = [{"key": key, "source": f"When {key}", "target": f"Then {key}"} for key in ("breath", "sore", "letter")]
    return PAIRS.read(table("matching", pair=rows, extra=[{"key": "shop", "text": "The shop"}], **SAID)).item


def places(**given: str) -> dict[str, list[str]]:
    return {f"q.{key}": [value] for key, value in given.items()}


@pytest.mark.parametrize(
    ("order", "scaled"),
    [
        (("out", "call", "say", "stay"), 1.0),
        (("call", "say", "stay", "out"), 0.0),
        (("out", "say", "call", "stay"), 1 / 2),
        (("out", "call", "stay", "say"), 1 / 2),
        (("out", "stay", "call", "say"), 1 / 4),
        (("stay", "say", "call", "out"), 0.0),
    ],
)
def test_order_gives_the_share_of_steps_in_their_place(order: tuple[str, ...], scaled: float) -> None:
    outcome = ORDER.score(steps(), order)
    assert (outcome.scaled, outcome.success) == (pytest.approx(scaled), scaled == 1.0)
    assert outcome.feedback == ("feedback_right" if scaled == 1.0 else "feedback_wrong",)


@given(data=st.data())
def test_only_the_right_order_gets_all(data: st.DataObject) -> None:
    item = data.draw(samples("sequencing")).item
    right = tuple(option.key for option in item.options)
    order = tuple(data.draw(st.permutations(right)))
    assert (ORDER.score(item, order).scaled == 1.0) == (order == right)
    assert ORDER.score(item, right[1:] + right[:1]).scaled == 0.0


def test_places_make_an_order_in_any_digits() -> None:
    form = places(out="٢", call="۱", say="4", stay="3")
    assert ORDER.parse(steps(), form, "q") == ("call", "out", "stay", "say")


@pytest.mark.parametrize(
    "form",
    [
        places(out="1", call="2", say="3"),
        places(out="1", call="2", say="3", stay=""),
        places(out="1", call="1", say="3", stay="4"),
        places(out="0", call="1", say="2", stay="3"),
        places(out="1", call="2", say="3", stay="5"),
        places(out="1", call="2", say="3", stay="4", sit="5"),
        {**places(out="1", call="2", say="3"), "q.stay": ["4", "4"]},
        {"q": ["out", "call", "say", "stay"]},
    ],
)
def test_order_with_gaps_or_doubles_is_no_answer(form: dict[str, list[str]]) -> None:
    assert ORDER.parse(steps(), form, "q") is None


@pytest.mark.parametrize("interaction", ["sequencing", "matching"])
@given(data=st.data(), seed=st.text(max_size=5))
def test_shown_order_never_gives_the_answer_away(interaction: str, data: st.DataObject, seed: str) -> None:
    item = data.draw(samples(interaction)).item
    shown = INTERACTIONS[interaction].arrange(item, seed)
    assert shown != tuple(option.key for option in item.options) + item.extras


def test_shown_order_changes_with_the_seed() -> None:
    assert len({ORDER.arrange(steps(), f"attempt {number}") for number in range(60)}) > 12
    assert len({PAIRS.arrange(pairs(), f"attempt {number}") for number in range(60)}) > 12


@pytest.mark.parametrize(
    ("given", "scaled"),
    [
        ({"breath": "breath", "sore": "sore", "letter": "letter"}, 1.0),
        ({"breath": "breath", "sore": "letter", "letter": "sore"}, 1 / 3),
        ({"breath": "breath", "sore": "sore", "letter": ""}, 2 / 3),
        ({"breath": "shop", "sore": "sore", "letter": "shop"}, 1 / 3),
        ({"breath": "letter", "sore": "breath", "letter": "sore"}, 0.0),
    ],
)
def test_pairs_give_their_share(given: dict[str, str], scaled: float) -> None:
    outcome = PAIRS.score(pairs(), PAIRS.parse(pairs(), places(**given), "q"))
    assert (outcome.scaled, outcome.success) == (pytest.approx(scaled), scaled == 1.0)


def test_pairs_left_open_are_left_out_of_the_response() -> None:
    assert PAIRS.parse(pairs(), places(sore="shop", breath=""), "q") == ("sore[.]shop",)
    assert PAIRS.parse(pairs(), places(sore="", breath=""), "q") is None


@pytest.mark.parametrize(
    "form",
    [
        places(breath="nowhere"),
        places(breath="breath", other="sore"),
        {"q.breath": ["breath", "sore"]},
        places(shop="breath"),
    ],
)
def test_pairs_with_strangers_or_doubles_are_no_answer(form: dict[str, list[str]]) -> None:
    assert PAIRS.parse(pairs(), form, "q") is None


def test_orders_and_pairs_are_written_as_xapi_lists() -> None:
    order, joined = ORDER.describe(steps()), PAIRS.describe(pairs())
    assert order.correct_responses_pattern == ("out[,]call[,]say[,]stay",)
    assert order.components["choices"][0] == ("out", "step/out/text")
    assert joined.correct_responses_pattern == ("breath[.]breath[,]sore[.]sore[,]letter[.]letter",)
    assert [key for key, _ in joined.components["source"]] == ["breath", "sore", "letter"]
    assert joined.components["target"][-1] == ("shop", "extra/shop/text")
    assert PAIRS.respond(pairs(), ("breath[.]sore", "letter[.]shop")) == "breath[.]sore[,]letter[.]shop"
