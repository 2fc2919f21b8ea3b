"""Made-up questions of every type, and forms that fill them in: what the tests of question types draw from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hypothesis import strategies as st

from interactions.plays import PLAYS, staged
from perille.api import Form, Interaction, Item, ItemTable
from perille.interactions import plugin

INTERACTIONS: Mapping[str, Interaction] = {each.name: staged(each) for each in plugin.interactions}
NAME = "q"

#: Keys of every length, with and without digits and a hyphen; to draw one letter by letter takes half of the time of a test.
_STEMS = ("a", "z", "b1", "go", "day", "x1y2", "money", "q9z0q9")
keys = st.sampled_from([f"{stem}{end}" for end in ("", "-a", "-9", "-z9", "-b1c") for stem in _STEMS])
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


@st.composite
def hotspot(draw: st.DrawFn, interaction: str) -> Sample:
    names = draw(distinct(keys, 2))
    right = draw(st.sets(st.sampled_from(names), min_size=1))
    shapes = st.sampled_from([("rect", [0, 0, 9, 9]), ("circle", [5, 5.5, 2]), ("poly", [0, 0, 4, 0, 4, 3])])
    rows = []
    for key in names:
        shape, coords = draw(shapes)
        rows.append({"key": key, "text": f"Place {key}", "feedback": f"About {key}.", "right": key in right})
        rows[-1] |= {"shape": shape, "coords": coords}
    return Sample(table(interaction, area=rows), {NAME: sorted(right)})


@st.composite
def gap_fill(draw: st.DrawFn, interaction: str) -> Sample:
    gaps, names = draw(distinct(keys, 1, 4)), draw(distinct(keys, 4, 7))
    fits = dict(zip(names, gaps, strict=False))
    rows = [{"key": key, "text": f"the {key}", **({"gap": fits[key]} if key in fits else {})} for key in names]
    text = "Here " + " and ".join(f"(({gap}))" for gap in gaps)
    right = {f"{NAME}.{gap}": [word] for word, gap in fits.items()}
    return Sample(table(interaction, text=text, gap=[{"key": gap} for gap in gaps], word=rows, **SAID), right)


@st.composite
def grouping(draw: st.DrawFn, interaction: str) -> Sample:
    groups, names = draw(distinct(keys, 2, 4)), draw(distinct(keys, 2))
    homes = {key: draw(st.sampled_from(groups)) for key in names}
    rows = [{"key": key, "text": f"Line {key}", "group": group} for key, group in homes.items()]
    heads = [{"key": key, "text": f"Group {key}"} for key in groups]
    return Sample(
        table(interaction, group=heads, member=rows, **SAID), {f"{NAME}.{key}": [homes[key]] for key in names}
    )


@st.composite
def free_text(draw: st.DrawFn, interaction: str) -> Sample:
    points = draw(st.lists(words.map(lambda text: " ".join(text.split())), max_size=4))
    marks = {f"{NAME}.point-{n}": [draw(st.sampled_from(["yes", "partly", "no"]))] for n in range(1, len(points) + 1)}
    return Sample(table(interaction, model="One could say so.", points=points), {NAME: [draw(words)], **marks})


@st.composite
def likert(draw: st.DrawFn, interaction: str) -> Sample:
    names = draw(distinct(keys, 3))
    rows = [{"key": key, "text": f"Level {key}"} for key in names]
    return Sample(table(interaction, level=rows), {NAME: [draw(st.sampled_from(names))]})


@st.composite
def role_play(draw: st.DrawFn, interaction: str) -> Sample:
    play, way = draw(st.sampled_from(sorted(PLAYS.items())))
    return Sample(table(interaction, play=play), {NAME: [" ".join(way.best[:-1])], f"{NAME}.next": [way.best[-1]]})


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
    "hotspot": hotspot,
    "gap-fill": gap_fill,
    "grouping": grouping,
    "free-text": free_text,
    "likert": likert,
    "role-play": role_play,
}


def table(interaction: str, **own: object) -> dict[str, object]:
    """Return an [[item]] table with all common keys and those of its type."""
    common = {"key": "asked", "interaction": interaction, "prompt": "What now?", "hint": "Think first."}
    return {**common, "picture": "scene", "picture_description": "A street.", "difficulty": 2, **own}


def samples(interaction: str) -> st.SearchStrategy[Sample]:
    """Return questions of one type."""
    return SAMPLES[interaction](interaction)


def carried(item: Item) -> list[str]:
    """Return the keys that an item carries beside its options: gaps, groups, choices of a play, points."""
    points = item.extra.get("points", 0)
    found = [f"point-{number}" for number in range(1, points + 1)] if isinstance(points, int) else []
    for key in ("gaps", "groups"):
        more = item.extra.get(key, [])
        found += more if isinstance(more, list) else []
    play = item.extra.get("play")
    return [*found, *PLAYS[play].keys] if isinstance(play, str) and play in PLAYS else found


def forms(item: Item) -> st.SearchStrategy[dict[str, list[str]]]:
    """Return forms from honest to hostile: fields and values of the item, of no item, and none."""
    option_keys = [*(option.key for option in item.options), *item.extras, *item.accepted, *carried(item)]
    fields = [NAME, *(f"{NAME}.{key}" for key in option_keys)]
    values = [*option_keys, "true", "false", "", *(str(place) for place in range(-1, len(option_keys) + 2))]
    value = st.sampled_from(values) | st.text(max_size=300) | st.sampled_from(["NaN", "1e9999", "\0", "\ud800", "[,]"])
    whole = {field: st.lists(st.sampled_from(values), min_size=1, max_size=1) for field in fields}
    wild = st.dictionaries(st.sampled_from(fields) | st.text(max_size=9), st.lists(value, max_size=8), max_size=6)
    return st.fixed_dictionaries({}, optional=whole) | wild | st.just({NAME: option_keys})
