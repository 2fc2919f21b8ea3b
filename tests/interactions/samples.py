"""Made-up questions of every type, and forms that fill them in: what the tests of question types draw from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hypothesis import strategies as st

from perille.api import Form, Interaction, Item, ItemTable
from perille.interactions import plugin

INTERACTIONS: Mapping[str, Interaction] = {interaction.name: interaction for interaction in plugin.interactions}
NAME = "q"

keys = st.from_regex(r"[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,3})?", fullmatch=True)
words = st.text("abcdefgh åäößقكй1٣.", min_size=1, max_size=12).filter(lambda text: text.strip())


@dataclass(frozen=True)
class Sample:
    """A table as an author writes it, and the form of somebody who knows the answer."""

    table: ItemTable
    right: Form

    @property
    def item(self) -> Item:
        interaction = INTERACTIONS[str(self.table["interaction"])]
        return interaction.read(self.table).item


def distinct(strategy: st.SearchStrategy[str], least: int, most: int = 6) -> st.SearchStrategy[list[str]]:
    return st.lists(strategy, min_size=least, max_size=most, unique_by=lambda text: " ".join(text.split()))


@st.composite
def choices(draw: st.DrawFn, interaction: str) -> Sample:
    names = draw(distinct(keys, 2))
    texts = draw(distinct(words, len(names), len(names)))
    several = st.sets(st.sampled_from(names), min_size=1)
    right = draw(several) if interaction == "multiple-choice" else {draw(st.sampled_from(names))}
    rows = [
        {"key": key, "text": text, "feedback": f"About {key}.", "right": key in right}
        for key, text in zip(names, texts, strict=True)
    ]
    if interaction == "picture-choice":
        rows = [{**row, "picture": f"picture-{row['key']}"} for row in rows]
    return Sample(table(interaction, choice=rows), {NAME: sorted(right)})


@st.composite
def true_false(draw: st.DrawFn, interaction: str) -> Sample:
    answer = draw(st.booleans())
    said = {"feedback_true": "You said true.", "feedback_false": "You said false."}
    return Sample(table(interaction, answer=answer, **said), {NAME: [str(answer).lower()]})


@st.composite
def sequencing(draw: st.DrawFn, interaction: str) -> Sample:
    names = draw(distinct(keys, 2))
    texts = draw(distinct(words, len(names), len(names)))
    rows = [{"key": key, "text": text} for key, text in zip(names, texts, strict=True)]
    right = {f"{NAME}.{key}": [str(place)] for place, key in enumerate(names, 1)}
    return Sample(table(interaction, step=rows, **SAID), right)


@st.composite
def matching(draw: st.DrawFn, interaction: str) -> Sample:
    names = draw(distinct(keys, 2, 8))
    paired = draw(st.integers(2, len(names)))
    texts = draw(distinct(words, len(names), len(names)))
    rows = list(zip(names, texts, strict=True))
    pairs = [{"key": key, "source": f"{text} fits", "target": text} for key, text in rows[:paired]]
    extras = [{"key": key, "text": text} for key, text in rows[paired:]]
    right = {f"{NAME}.{key}": [key] for key in names[:paired]}
    return Sample(table(interaction, pair=pairs, extra=extras, **SAID), right)


@st.composite
def fill_in(draw: st.DrawFn, interaction: str) -> Sample:
    answers = draw(st.lists(words.filter(lambda text: text.strip(" .")), min_size=1, max_size=4))
    return Sample(table(interaction, accepted=answers, **SAID), {NAME: [draw(st.sampled_from(answers))]})


@st.composite
def numeric(draw: st.DrawFn, interaction: str) -> Sample:
    answer, tolerance = draw(st.integers(-(10**9), 10**9)), draw(st.integers(0, 50))
    given = answer + draw(st.integers(-tolerance, tolerance))
    return Sample(table(interaction, answer=answer, tolerance=tolerance, **SAID), {NAME: [str(given)]})


SAID = {"feedback_right": "Well done.", "feedback_wrong": "Look again."}
#: A new question type adds a line here: every test of all types then runs for it, and none passes without.
SAMPLES: Mapping[str, Callable[[str], st.SearchStrategy[Sample]]] = {
    "choice": choices,
    "multiple-choice": choices,
    "true-false": true_false,
    "picture-choice": choices,
    "sequencing": sequencing,
    "matching": matching,
    "fill-in": fill_in,
    "numeric": numeric,
}


def table(interaction: str, **own: object) -> dict[str, object]:
    """Return an [[item]] table with all common keys and those of its type."""
    common = {"key": "asked", "interaction": interaction, "prompt": "What now?", "hint": "Think first."}
    return {**common, "picture": "scene", "picture_description": "A street.", "difficulty": 2, **own}


def samples(interaction: str) -> st.SearchStrategy[Sample]:
    """Return questions of one type."""
    return SAMPLES[interaction](interaction)


def forms(item: Item) -> st.SearchStrategy[dict[str, list[str]]]:
    """Return forms from honest to hostile: fields and values of the item, of no item, and none."""
    option_keys = [*(option.key for option in item.options), *item.extras, *item.accepted]
    fields = [NAME, *(f"{NAME}.{key}" for key in option_keys)]
    values = [*option_keys, "true", "false", "", *(str(place) for place in range(-1, len(option_keys) + 2))]
    value = st.sampled_from(values) | st.text(max_size=300) | st.sampled_from(["NaN", "1e9999", "\0", "\ud800", "[,]"])
    whole = {field: st.lists(st.sampled_from(values), min_size=1, max_size=1) for field in fields}
    wild = st.dictionaries(st.sampled_from(fields) | st.text(max_size=9), st.lists(value, max_size=8), max_size=6)
    return st.fixed_dictionaries({}, optional=whole) | wild | st.just({NAME: option_keys})
