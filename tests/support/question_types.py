"""A question of every type as an author writes it, its right answer as a browser sends it, and both as the record has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from support.packs import write_pack

PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><path d="M0 0h40v40z"/></svg>'
_CREDITS = '[scene]\nauthor = "Nobody"\nlicence = "CC0-1.0"\nsource = "drawn for this test"\n'
_PLAY = """
title = "A visit"
start = "door"
about = "Mira is made up."

[[scene]]
key = "door"
text = "She opens the door."

[[scene.choice]]
key = "in"
text = "Greet her"
to = "end"
led_to = "She smiles."
best = true
why = "A greeting costs nothing."

[[scene]]
key = "end"
text = "You talk."
end = "good"
"""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question with the key `asked`."""

    #: The keys of its [[item]] table that are its type's own.
    own: str
    #: What follows the name of the item in a field's name -> its value: the right answer.
    form: Mapping[str, str | list[str]]
    #: The right answer in the notation of xAPI (Data 2.4.4.1).
    response: str
    type: str
    #: List of components -> id -> words.
    components: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def _two(table: str, more: str = "") -> str:
    return f'[[item.{table}]]\nkey = "a"\ntext = "This"\n{more}\n[[item.{table}]]\nkey = "b"\ntext = "That"\n'


_CHOICES = {"choices": {"a": "This", "b": "That"}}
_AREAS = _two("area", 'shape = "rect"\ncoords = [0, 0, 9, 9]\nright = true\n') + (
    'shape = "rect"\ncoords = [20, 20, 29, 29]\n'
)
_PICTURES = _two("choice", 'picture = "scene"\nright = true\n') + 'picture = "scene"\n'
_GAPS = 'text = "Call ((a))."\n[[item.gap]]\nkey = "a"\n' + _two("word", 'gap = "a"\n')
_PAIRS = "".join(f'[[item.pair]]\nkey = "{key}"\nsource = "From {key}"\ntarget = "To {key}"\n' for key in "ab")
_GROUPS = (
    _two("group")
    + '[[item.member]]\nkey = "m"\ntext = "One"\ngroup = "a"\n'
    + ('[[item.member]]\nkey = "n"\ntext = "Two"\ngroup = "b"\n')
)
_LEVELS = _two("level") + '[[item.level]]\nkey = "c"\ntext = "All"\n'

#: A new question type adds a line here: every test of all types then runs for it, and none passes without.
ASKED: Mapping[str, Asked] = {
    "choice": Asked(
        own=_two("choice", "right = true\n"), form={"": "a"}, response="a", type="choice", components=_CHOICES
    ),
    "multiple-choice": Asked(
        own=_two("choice", "right = true\n") + "right = true\n",
        form={"": ["a", "b"]},
        response="a[,]b",
        type="choice",
        components=_CHOICES,
    ),
    "true-false": Asked(own="answer = true\n", form={"": "true"}, response="true", type="true-false"),
    "picture-choice": Asked(own=_PICTURES, form={"": "a"}, response="a", type="choice", components=_CHOICES),
    "sequencing": Asked(
        own=_two("step"), form={".a": "1", ".b": "2"}, response="a[,]b", type="sequencing", components=_CHOICES
    ),
    "matching": Asked(
        own=_PAIRS,
        form={".a": "a", ".b": "b"},
        response="a[.]a[,]b[.]b",
        type="matching",
        components={"source": {"a": "From a", "b": "From b"}, "target": {"a": "To a", "b": "To b"}},
    ),
    "fill-in": Asked(own='accepted = ["Kela"]\n', form={"": "KELA"}, response="kela", type="fill-in"),
    "numeric": Asked(own="answer = 112\n", form={"": "112"}, response="112", type="numeric"),
    "hotspot": Asked(own=_AREAS, form={"": "a"}, response="a", type="choice", components=_CHOICES),
    "gap-fill": Asked(
        own=_GAPS,
        form={".a": "a"},
        response="a[.]a",
        type="matching",
        components={"source": {"a": "Call ((a))."}, "target": {"a": "This", "b": "That"}},
    ),
    "grouping": Asked(
        own=_GROUPS,
        form={".m": "a", ".n": "b"},
        response="m[.]a[,]n[.]b",
        type="matching",
        components={"source": {"m": "One", "n": "Two"}, "target": {"a": "This", "b": "That"}},
    ),
    "free-text": Asked(own='model = "Like this."\n', form={"": "My words"}, response="My words", type="long-fill-in"),
    "likert": Asked(own=_LEVELS, form={"": "b"}, response="b", type="likert"),
    "role-play": Asked(
        own='play = "visit"\n',
        form={"": "", ".next": "in"},
        response="door[.]in",
        type="performance",
        components={"steps": {"door": "She opens the door."}},
    ),
}


def table(interaction: str) -> str:
    """Return the question of a type as an [[item]] table."""
    picture = 'picture = "scene"\npicture_description = "A street."\n' if interaction == "hotspot" else ""
    head = f'[[item]]\nkey = "asked"\ninteraction = "{interaction}"\nobjective = "K: it"\nprompt = "What now?"\n'
    return f"{head}{picture}{ASKED[interaction].own}"


def files_of(interaction: str) -> dict[str, bytes]:
    """Return the files of a pack that the question of a type needs beside it."""
    files = {}
    if "scene" in table(interaction):
        files = {"media/scene.svg": PICTURE.encode(), "media/credits.toml": _CREDITS.encode()}
    return files | ({"plays/visit.toml": _PLAY.encode()} if interaction == "role-play" else {})


def fields(interaction: str) -> dict[str, str | list[str]]:
    """Return the form fields of the right answer."""
    return {f"a-asked{end}": value for end, value in ASKED[interaction].form.items()}


def write_types(root: Path, interaction: str, *, test: str = "", in_test: bool = True) -> Path:
    """Write the course `types`: the lesson `hello` asks the question, and so does the test `final` unless not *in_test*.

    *test*: lines that end its [unit.final] table, such as rules.
    """
    folder = write_pack(
        root,
        "course_types",
        lessons={"hello": "# Hello\n\n::: check asked\n:::\n"},
        items={"bank": table(interaction)},
        assessments={"final": "bank"} if in_test else {},
        media={"scene.svg": PICTURE, "credits.toml": _CREDITS},
        extra=test,
    )
    if interaction == "role-play":
        (folder / "plays").mkdir()
        (folder / "plays" / "visit.toml").write_text(_PLAY, "utf-8")
    return folder
