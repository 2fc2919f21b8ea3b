"""Made-up questions and forms of every type of ours. What must hold for any type is in the conformance kit: `test_conformance.py`."""

from __future__ import annotations

import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactions.samples import INTERACTIONS, NAME, forms, samples
from perille.api import Interaction, InteractionType, ItemFault
from perille.domain.item import is_scored

every_type = pytest.mark.parametrize("interaction", INTERACTIONS.values(), ids=INTERACTIONS)


@every_type
@given(data=st.data())
def test_score_is_from_0_to_1_and_success_is_all_of_it(interaction: Interaction, data: st.DataObject) -> None:
    item = data.draw(samples(interaction.name)).item
    outcome = interaction.score(item, interaction.parse(item, data.draw(forms(item)), NAME))
    assert 0.0 <= outcome.scaled <= 1.0
    assert math.isfinite(outcome.scaled)
    assert outcome.success == (outcome.scaled == 1.0)
    assert set(outcome.feedback) <= set(item.parts)


@every_type
@given(data=st.data())
def test_right_answer_gets_all_of_it(interaction: Interaction, data: st.DataObject) -> None:
    sample = data.draw(samples(interaction.name))
    response = interaction.parse(sample.item, sample.right, NAME)
    outcome = interaction.score(sample.item, response)
    assert (outcome.scaled, outcome.success) == (1.0, True)
    assert outcome.feedback or not is_scored(interaction)


@every_type
@given(data=st.data())
def test_hostile_form_is_no_answer_or_an_honest_one(interaction: Interaction, data: st.DataObject) -> None:
    item = data.draw(samples(interaction.name)).item
    response = interaction.parse(item, data.draw(forms(item)), NAME)
    assert response is None or (response and all(isinstance(part, str) and part for part in response))
    longest = 2000 if interaction.describe(item).interaction_type is InteractionType.LONG_FILL_IN else 200
    assert not response or max(map(len, response)) <= longest


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@every_type
@given(data=st.data())
def test_broken_table_is_a_fault_and_nothing_worse(interaction: Interaction, data: st.DataObject) -> None:
    good = dict(data.draw(samples(interaction.name)).table)
    broken = data.draw(st.dictionaries(st.sampled_from(sorted(good)) | st.text(max_size=8), _values, min_size=1))
    with suppress(ItemFault):
        item = interaction.read({**good, **broken}).item
        assert interaction.score(item, None).scaled == 0.0
        assert interaction.describe(item).interaction_type in InteractionType


@every_type
def test_empty_table_names_each_thing_that_is_missing(interaction: Interaction) -> None:
    with pytest.raises(ItemFault) as caught:
        interaction.read({})
    assert {"'key' is missing", "'prompt' is missing"} < set(caught.value.faults)
