from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from packs.conftest import Compile, FaultsOf

MakePack = Callable[..., Path]
LESSON = {"hello": "# Hello\n\n::: picture house\nA house.\n:::\n"}
HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180">'
HOTSPOT = """
[[item]]
key = "door"
interaction = "hotspot"
objective = "S: find the door"
prompt = "Where is the door?"
picture = "house"
picture_description = "A house with a door and a window."

[[item.area]]
key = "door"
text = "The door"
feedback = "Yes."
right = true
shape = "rect"
coords = [0, 0, 40, 90]

[[item.area]]
key = "window"
text = "The window"
feedback = "Look for the handle."
shape = "rect"
coords = [90, 0, 140, 60]
"""
CREDITS = '[house]\nauthor = "A. Painter"\nlicence = "CC0-1.0"\n'


@pytest.mark.parametrize(
    "inside",
    [
        "<script>1</script>",
        '<rect onload="x()"/>',
        '<image href="https://a.fi/x.png"/>',
        '<a href="javascript:x()"/>',
        "<foreignObject/>",
        "<style>@import 'x.css'</style>",
        '<rect fill="url(https://a.fi/#x)"/>',
    ],
)
def test_a_picture_that_runs_or_loads_something_is_refused(
    make_pack: MakePack, faults_of: FaultsOf, inside: str
) -> None:
    folder = make_pack(lessons=LESSON, media={"house.svg": f"{HEAD}{inside}</svg>", "credits.toml": CREDITS})
    assert [fault.path for fault in faults_of(folder)] == ["media/house.svg"]


@pytest.mark.parametrize("text", ["<svg", '<!DOCTYPE svg [<!ENTITY a "b">]><svg/>'])
def test_what_is_not_svg_is_refused(make_pack: MakePack, faults_of: FaultsOf, text: str) -> None:
    folder = make_pack(lessons=LESSON, media={"house.svg": text, "credits.toml": CREDITS})
    assert [fault.path for fault in faults_of(folder)] == ["media/house.svg"]


def test_own_gradients_are_no_fault(make_pack: MakePack, compiled: Compile) -> None:
    svg = f'{HEAD}<rect fill="url(#g)"/><rect style="fill: url(\'#g\')"/></svg>'
    result = compiled(make_pack(lessons=LESSON, media={"house.svg": svg, "credits.toml": CREDITS}))
    picture = result.media["course_small/house"]
    assert (picture.width, picture.height, picture.file_name) == (320, 180, "house.svg")
    assert picture.credit == "A. Painter, CC0-1.0"
    assert result.bodies[picture.sha256] == svg.encode()
    assert result.warnings == ()


def test_a_picture_without_a_file_is_told_and_one_without_use_or_credit_warned_of(
    make_pack: MakePack, faults_of: FaultsOf
) -> None:
    diagnostics = faults_of(make_pack(lessons=LESSON, media={"horse.svg": f"{HEAD}</svg>"}))
    assert [(fault.path, fault.level.value) for fault in diagnostics] == [
        ("lessons/hello.md", "error"),
        ("media/horse.svg", "warning"),
        ("media/horse.svg", "warning"),
    ]
    assert 'Did you mean "horse"' in diagnostics[0].message


def test_a_mirrored_picture_is_kept_beside_its_picture_and_weighs_nothing_more(
    make_pack: MakePack, compiled: Compile
) -> None:
    media = {"house.svg": f"{HEAD}</svg>", "credits.toml": CREDITS}
    alone = compiled(make_pack(lessons=LESSON, media=media))
    both = compiled(make_pack(lessons=LESSON, media={"house.rtl.svg": f"{HEAD}<g/></svg>"}))
    mirrored = both.media["course_small/house.rtl"]
    assert both.bodies[mirrored.sha256] == f"{HEAD}<g/></svg>".encode()
    assert mirrored.credit == both.media["course_small/house"].credit == "A. Painter, CC0-1.0"
    assert both.warnings == ()
    assert both.summary.weight == alone.summary.weight


@pytest.mark.parametrize(
    ("media", "fault"),
    [
        ({"house.rtl.svg": f"{HEAD}</svg>", "house.svg": f"{HEAD.replace('180', '160')}</svg>"}, "another size"),
        ({"house.svg": f"{HEAD}</svg>", "horse.rtl.svg": f"{HEAD}</svg>"}, 'no picture "horse"'),
    ],
)
def test_a_mirrored_picture_has_a_picture_of_its_size(
    make_pack: MakePack, faults_of: FaultsOf, media: dict[str, str], fault: str
) -> None:
    diagnostics = faults_of(make_pack(lessons=LESSON, media={**media, "credits.toml": CREDITS}))
    assert any(fault in each.message and each.level.value == "error" for each in diagnostics)


def test_a_picture_with_areas_has_no_mirrored_picture(make_pack: MakePack, faults_of: FaultsOf) -> None:
    media = {"house.svg": f"{HEAD}</svg>", "house.rtl.svg": f"{HEAD}</svg>", "credits.toml": CREDITS}
    lessons = {"hello": "# Hello\n\n::: check door\n:::\n"}
    diagnostics = faults_of(make_pack(lessons=lessons, items={"bank": HOTSPOT}, media=media))
    assert [(each.path, "mirrored" in each.message) for each in diagnostics] == [("items/bank.toml", True)]


def test_two_pictures_of_one_name_are_told(make_pack: MakePack, faults_of: FaultsOf) -> None:
    webp = b"RIFF\0\0\0\0WEBPVP8X" + b"\0" * 8 + (63).to_bytes(3, "little") + (31).to_bytes(3, "little")
    folder = make_pack(
        lessons=LESSON, media={"house.svg": f"{HEAD}</svg>", "house.webp": webp, "credits.toml": CREDITS}
    )
    assert ["second picture" in fault.message for fault in faults_of(folder)] == [True]


@pytest.mark.parametrize(
    ("name", "body", "size"),
    [
        ("house.webp", b"RIFF\0\0\0\0WEBPVP8X" + b"\0" * 8 + b"\x3f\0\0\x1f\0\0", (64, 32)),
        ("house.webp", b"RIFF\0\0\0\0WEBPVP8L" + b"\0" * 5 + struct.pack("<I", 63 | 31 << 14) + b"\0" * 8, (64, 32)),
        ("house.webp", b"RIFF\0\0\0\0WEBPVP8 " + b"\0" * 10 + struct.pack("<HH", 64, 32), (64, 32)),
    ],
)
def test_pictures_are_measured(
    make_pack: MakePack, compiled: Compile, name: str, body: bytes, size: tuple[int, int]
) -> None:
    picture = compiled(make_pack(lessons=LESSON, media={name: body, "credits.toml": CREDITS})).media[
        "course_small/house"
    ]
    assert (picture.width, picture.height) == size


@pytest.mark.parametrize("name", ["house.webp", "house.avif", "house.png", "My House.svg"])
def test_what_is_no_picture_is_refused(make_pack: MakePack, faults_of: FaultsOf, name: str) -> None:
    diagnostics = faults_of(make_pack(lessons=LESSON, media={name: b"nothing", "credits.toml": CREDITS}))
    assert any(fault.path == f"media/{name}" for fault in diagnostics)
