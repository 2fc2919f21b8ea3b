"""`perille packs show` and `facts`: what an author looks up while writing."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from packs.conftest import library_folder
from packs.test_commands import run
from perille.packs.authoring.area_drawing import grid_step

MakePack = Callable[..., Path]
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180"><path d="M0 0h9v9z"/></svg>'
ITEM = """
[[item]]
key = "find"
interaction = "hotspot"
objective = "K: x"
prompt = "Where is the door?"
picture = "room"
picture_description = "A room."

[[item.area]]
key = "door"
text = "The <door>"
shape = "rect"
coords = [32, 46, 88, 146]
right = true
feedback = "Yes."

[[item.area]]
key = "lamp"
text = "The lamp"
shape = "circle"
coords = [200, 90, 20.5]
feedback = "No."

[[item.area]]
key = "roof"
text = "The roof"
shape = "poly"
coords = [0, 0, 160, 0, 80, 30]
feedback = "No."
"""
LESSON = {"hello": "# Hello\n\n::: check find\n:::\n"}


@pytest.fixture
def room(make_pack: MakePack) -> Path:
    media = {"room.svg": SVG, "plan.svg": SVG.replace("viewBox", "data-box"), "credits.toml": 'room = "CC0"\n'}
    return make_pack(lessons=LESSON, items={"bank": ITEM}, media=media)


def test_the_areas_of_an_item_are_drawn_numbered_and_named_over_a_grid(room: Path, tmp_path: Path) -> None:
    target = tmp_path / "find.svg"
    result = run("show", room, "find", "-o", target)
    assert (result.exit_code, result.output) == (0, f"{target}: media/room.svg, 320 x 180\n")
    root = ElementTree.fromstring(target.read_text("utf-8"))
    found = {name: root.findall(f"{{*}}{name}") for name in ("rect", "circle", "polygon", "image", "text", "path")}
    picture = found["image"][0].attrib["href"].partition(",")[2]
    assert base64.b64decode(picture).decode() == SVG
    # 320 units are 1000 pixels, after an edge of 48.
    (right,) = [each for each in found["rect"] if each.attrib.get("class") == "area right"]
    assert [float(right.attrib[name]) for name in ("x", "y", "width", "height")] == [148.0, 191.8, 175.0, 312.5]
    (circle,) = found["circle"]
    assert [circle.attrib[name] for name in ("class", "cx", "cy", "r")] == ["area", "673.0", "329.2", "64.1"]
    assert found["polygon"][0].attrib["points"] == "48.0,48.0 548.0,48.0 298.0,141.8"
    words = [each.text for each in found["text"]]
    assert [word for word in words if word in ("1", "2", "3")] == ["1", "2", "3"]
    assert words[-3:] == [
        "1 door (right): The <door> - rect [32, 46, 88, 146]",
        "2 lamp: The lamp - circle [200, 90, 20.5]",
        "3 roof: The roof - poly [0, 0, 160, 0, 80, 30]",
    ]
    assert [word for word in words if word and word.isdecimal()][:4] == ["0", "20", "40", "60"]


def test_a_picture_without_areas_has_its_grid(room: Path, tmp_path: Path) -> None:
    target = tmp_path / "room.svg"
    assert run("show", room, "room", "-o", target).exit_code == 0
    root = ElementTree.fromstring(target.read_text("utf-8"))
    assert (len(root.findall("{*}polygon")), len(root.findall("{*}path"))) == (0, 17 + 10)


@pytest.mark.parametrize(("name", "said"), [("fund", 'Did you mean "find"?'), ("plan", "give it a viewBox")])
def test_what_cannot_be_shown_is_said_in_one_line(room: Path, name: str, said: str) -> None:
    result = run("show", room, name)
    assert (result.exit_code, said in result.output, result.output.count("\n")) == (1, True, 1)


def test_the_lines_of_the_grid_are_round_and_not_too_many() -> None:
    assert [grid_step(side) for side in (10, 24, 320, 1280, 90_000)] == [1, 2, 20, 100, 5000]


def listed(*arguments: object) -> dict[str, tuple[str, ...]]:
    result = run("facts", *arguments)
    assert result.exit_code == 0
    rows = [tuple(line.split("  ")) for line in result.output.splitlines()]
    return {row[0]: row[1:] for row in rows}


def test_the_facts_of_a_country_are_listed_with_grade_dates_and_use(make_pack: MakePack, tmp_path: Path) -> None:
    toml = '[{key}]\nkind = "phone"\nlabel = "{label}"\nvalue = "{value}"\ntopics = ["offices"]\nsource = "https://a.example"\n'
    toml += 'confidence = "{grade}"\nchecked_on = 2026-11-22\nreview_due = 2027-05-22\n'
    rows = (("a.first", "First", "1", "A"), ("b.second", "Second", "2", "C"), ("a.third", "Third", "3", "B"))
    text = "".join(toml.format(key=key, label=label, value=value, grade=grade) for key, label, value, grade in rows)
    text += toml.format(key="d.fourth", label="Fourth", value="4", grade="A").replace("offices", "school")
    library_folder(tmp_path / "packs", "course_numbers", "numbers", {"facts/LV.toml": text})
    lesson = "# Hello\n\nCall {fact: a.first} or {fact: LV/a.first}.\n\n::: ask school\n:::\n"
    folder = make_pack(lessons={"hello": lesson}, countries=["LV"])
    dates = "checked 2026-11-22, review by 2027-05-22"
    assert listed("lv", "--pack", folder) == {
        "a.first": ("First", "1", "A", dates, "used 2 times"),
        "b.second": ("Second", "2", "C, not shown", dates, "not used"),
        "a.third": ("Third", "3", "B", dates, "not used"),
        "d.fourth": ("Fourth", "4", "A", dates, "used once"),
    }
    assert list(listed("LV", "--pack", folder, "--topic", "school")) == ["d.fourth"]
    other = make_pack("course_other", lessons={"hello": "# Hello\n\n{fact: a.first}\n"}, countries=["FI"])
    assert listed("LV", "--pack", other)["a.first"][-1] == "not used"


def test_check_names_the_facts_that_no_page_uses(make_pack: MakePack, tmp_path: Path) -> None:
    toml = (
        '[{key}]\nkind = "{kind}"\nlabel = "A"\nvalue = "112"\nsource = "https://a.example"\nconfidence = "{grade}"\n'
    )
    toml += "checked_on = 2026-11-22\nreview_due = 2027-05-22\n{more}\n"
    rows = (
        ("a.named", "text", "A", ""),
        ("a.forgotten", "text", "A", ""),
        ("b.forgotten", "number", "B", ""),
        ("c.unconfirmed", "text", "C", ""),
        ("d.phone", "phone", "A", ""),
        ("e.on-a-card", "text", "A", 'topics = ["school"]'),
        ("f.in-the-box", "text", "A", 'help = "crisis"'),
    )
    text = "".join(toml.format(key=key, kind=kind, grade=grade, more=more) for key, kind, grade, more in rows)
    facts = library_folder(tmp_path / "packs", "course_numbers", "numbers", {"facts/LV.toml": text})
    course = make_pack(lessons={"hello": "# Hello\n\n{fact: a.named}\n\n::: ask school\n:::\n"}, countries=["LV"])
    assert course.parent == facts.parent
    said = f"{facts}: facts of LV that no page uses, 2 of 6: a.forgotten, b.forgotten"
    assert [line for line in run("check", facts).output.splitlines() if "no page uses" in line] == [said]
    assert "no page uses" not in run("check", course).output


def test_installed_facts_need_no_pack() -> None:
    assert listed("FI", "--topic", "emergency")["emergency.number"][1] == "112"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("XX",), "facts/XX.toml of a pack of the kind library"), (("FI", "--topic", "emergenc"), 'mean "emergency"?')],
)
def test_where_there_is_nothing_the_list_says_why(arguments: tuple[str, ...], said: str) -> None:
    result = run("facts", *arguments)
    assert (result.exit_code, said in result.output) == (1, True)
