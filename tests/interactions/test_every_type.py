"""What holds for every question type, whoever made it: all of these run for each one that is registered."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactions.samples import INTERACTIONS, NAME, SAMPLES, forms, samples
from perille.api import Interaction, InteractionType, ItemFault, Plugin
from perille.core.paths import TEMPLATES
from perille.domain.item import is_scored
from perille.interactions import plugin

every_type = pytest.mark.parametrize("interaction", INTERACTIONS.values(), ids=INTERACTIONS)

_ID_LISTS = {
    InteractionType.CHOICE: ["choices"],
    InteractionType.SEQUENCING: ["choices"],
    InteractionType.MATCHING: ["source", "target"],
    InteractionType.LIKERT: ["scale"],
    InteractionType.PERFORMANCE: ["steps"],
}


def test_types_come_through_the_door_of_plugins_and_have_samples() -> None:
    assert isinstance(plugin, Plugin)
    assert len(INTERACTIONS) == len(plugin.interactions)
    assert set(SAMPLES) == set(INTERACTIONS)


@every_type
def test_type_says_its_name_and_has_a_template(interaction: Interaction) -> None:
    assert interaction.friendly_name
    assert interaction.template == f"interactions/{interaction.name}.html"
    assert (TEMPLATES / interaction.template).is_file()


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
def test_empty_answer_is_0_and_nothing_is_said(interaction: Interaction, data: st.DataObject) -> None:
    item = data.draw(samples(interaction.name)).item
    assert interaction.parse(item, {}, NAME) is None
    assert interaction.parse(item, {NAME: []}, NAME) is None
    assert interaction.parse(item, {NAME: [""]}, NAME) is None
    for empty in (None, ()):
        outcome = interaction.score(item, empty)
        assert (outcome.scaled, outcome.success, outcome.feedback) == (0.0, False, ())


@every_type
@given(data=st.data())
def test_same_answer_gets_same_outcome_whatever_the_order_of_the_form(
    interaction: Interaction, data: st.DataObject
) -> None:
    item = data.draw(samples(interaction.name)).item
    form = data.draw(forms(item))
    turned = {field: values[::-1] for field, values in reversed(form.items())}
    response = interaction.parse(item, form, NAME)
    assert interaction.parse(item, turned, NAME) == response
    assert interaction.score(item, response) == interaction.score(item, response)


@every_type
@given(data=st.data())
def test_order_in_which_an_author_lists_choices_is_irrelevant(interaction: Interaction, data: st.DataObject) -> None:
    item = data.draw(samples(interaction.name)).item
    if interaction.describe(item).interaction_type is InteractionType.SEQUENCING:
        return  # There the order is the answer.
    form = data.draw(forms(item))
    other = replace(item, options=tuple(data.draw(st.permutations(item.options))))
    here = interaction.score(item, interaction.parse(item, form, NAME))
    there = interaction.score(other, interaction.parse(other, form, NAME))
    assert (here.scaled, here.success, set(here.feedback)) == (there.scaled, there.success, set(there.feedback))


@every_type
@given(data=st.data())
def test_hostile_form_is_no_answer_or_an_honest_one(interaction: Interaction, data: st.DataObject) -> None:
    item = data.draw(samples(interaction.name)).item
    response = interaction.parse(item, data.draw(forms(item)), NAME)
    assert response is None or (response and all(isinstance(part, str) and part for part in response))
    longest = 2000 if interaction.describe(item).interaction_type is InteractionType.LONG_FILL_IN else 200
    assert not response or max(map(len, response)) <= longest


@every_type
@given(data=st.data())
def test_fields_of_another_question_are_left_alone(interaction: Interaction, data: st.DataObject) -> None:
    sample = data.draw(samples(interaction.name))
    others = {field.replace(NAME, "other", 1): values for field, values in sample.right.items()}
    assert interaction.parse(sample.item, others, NAME) is None
    together = interaction.parse(sample.item, {**others, **sample.right}, NAME)
    assert together == interaction.parse(sample.item, sample.right, NAME)


@every_type
@given(data=st.data(), seed=st.text(max_size=8))
def test_what_is_shown_depends_on_the_seed_alone(interaction: Interaction, data: st.DataObject, seed: str) -> None:
    item = data.draw(samples(interaction.name)).item
    shown = interaction.arrange(item, seed)
    assert shown == interaction.arrange(item, seed)
    assert len(set(shown)) == len(shown)
    keys = {*(option.key for option in item.options), *item.extras}
    assert set(shown) == keys or not keys


@every_type
@given(data=st.data())
def test_description_names_each_component_by_words_of_the_item(interaction: Interaction, data: st.DataObject) -> None:
    sample = data.draw(samples(interaction.name))
    definition = interaction.describe(sample.item)
    assert list(definition.components) == _ID_LISTS.get(definition.interaction_type, [])
    for components in definition.components.values():
        assert len({key for key, _ in components}) == len(components)
        assert {part for _, part in components} <= set(sample.item.parts)


@every_type
@given(data=st.data())
def test_right_response_matches_the_pattern_of_right_responses(interaction: Interaction, data: st.DataObject) -> None:
    sample = data.draw(samples(interaction.name))
    definition = interaction.describe(sample.item)
    response = interaction.parse(sample.item, sample.right, NAME)
    assert response is not None
    written = interaction.respond(sample.item, response)
    if definition.interaction_type is InteractionType.NUMERIC:
        least, largest = map(float, definition.correct_responses_pattern[0].split("[:]"))
        assert least <= float(written) <= largest
    else:
        assert written in definition.correct_responses_pattern or not definition.correct_responses_pattern
        assert definition.correct_responses_pattern or not is_scored(interaction)


@every_type
@given(data=st.data())
def test_reading_keeps_every_word_once_and_is_repeatable(interaction: Interaction, data: st.DataObject) -> None:
    sample = data.draw(samples(interaction.name))
    reading = interaction.read(sample.table)
    assert reading == interaction.read(sample.table)
    assert reading.item.parts == tuple(reading.words)
    assert {"prompt", "hint", "picture_description"} <= reading.words.keys()
    assert all(text.strip() == text != "" for text in reading.words.values())


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
