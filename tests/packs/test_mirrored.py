"""Mirrored pictures: made as the shipped ones are, and others in the size of the one whose place they take."""

from __future__ import annotations

import io
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from perille.packs.format.media import read_media
from perille.packs.format.mirrored import (
    CannotMirror,
    drawing_in_size,
    has_writing,
    mirror_drawing,
    mirror_photograph,
    photograph_as_drawing,
    photograph_in_size,
)
from perille.packs.format.photographs import WEIGHT, convert
from perille.packs.format.svg import measure_svg
from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.files import in_memory

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted(ROOT.glob("courses/*/media/*.rtl.svg")) + sorted(ROOT.glob("modules/*/media/*.rtl.svg"))
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180"><path d="M9 9h90"/></svg>'


def sized(**bodies: bytes) -> tuple[dict[str, tuple[int, int, str]], list[str]]:
    """Return size and media type of pictures by name, as the reader of packs tells them, and what it refuses."""
    files = in_memory("course_x", {f"media/{name.replace('_', '.')}": body for name, body in bodies.items()})
    found = read_media(files, files.diagnostics)
    return {name: (each.width, each.height, each.mime) for name, each in found.items()}, [
        each.message for each in files.diagnostics.errors
    ]


def noise(size: tuple[int, int]) -> bytes:
    """Return a photograph that is as heavy as one can be."""
    body = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(body, "JPEG", quality=95)
    return convert(body.getvalue(), ".jpg").body


@pytest.mark.parametrize("encoding", [b"foo", b"gbk"])
def test_a_drawing_in_an_encoding_that_nobody_reads_is_refused_in_words(encoding: bytes) -> None:
    body = b'<?xml version="1.0" encoding="' + encoding + b'"?>' + SVG
    assert sized(a_svg=body)[1][0].startswith("This is not SVG: ")
    assert not has_writing(body)
    with pytest.raises(CannotMirror):
        mirror_drawing(body, 320)


def test_there_are_shipped_ones() -> None:
    assert len(SHIPPED) > 50


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_a_shipped_picture_is_mirrored_as_ours_are(path: Path) -> None:
    picture = path.with_name(path.name.replace(".rtl.", ".")).read_bytes()
    assert mirror_drawing(picture, 0) == path.read_bytes()
    back = mirror_drawing(path.read_bytes(), 0)
    assert back.count(b"translate(320 0) scale(-1 1)") == 2, "back again, as it is seen"


@pytest.mark.parametrize(
    ("head", "far"),
    [
        (b'<svg viewBox="0 0 320 180">', b"320"),
        (b'<svg viewBox="-10,0,320.5,180" width="9" height="9">', b"300.5"),
        (b'<svg width="64px" height="9">', b"64"),
        (b'<?xml version="1.0"?><!-- <svg> --><svg aria-label="a > b" viewBox="0 0 8 9">', b"8"),
    ],
)
def test_a_drawing_is_mirrored_where_it_lies(head: bytes, far: bytes) -> None:
    made = mirror_drawing(head + b'<g id="a"/></svg>\n<!-- </svg> -->', 64)
    group = b'<g transform="translate(' + far + b' 0) scale(-1 1)">'
    assert made == head + group + b'<g id="a"/></g></svg>\n<!-- </svg> -->'


def test_the_group_has_the_name_that_the_drawing_gives_its_own() -> None:
    body = b'<s:svg xmlns:s="http://www.w3.org/2000/svg" viewBox="0 0 8 9"><s:path d="M0 0"/></s:svg>'
    assert b'<s:g transform="translate(8 0) scale(-1 1)"><s:path d="M0 0"/></s:g></s:svg>' in mirror_drawing(body, 0)
    assert sized(a_svg=drawing_in_size(body, (8, 9), 16, 16))[0]["a"][:2] == (16, 16)


@pytest.mark.parametrize(
    "body",
    [
        b"<svg/>",
        b'<svg viewBox="0 0 8"><g/></svg>',
        b"<svg><g/></svg>",
        b"<svg><g></svg>",
        b'<!DOCTYPE svg><svg viewBox="0 0 8 9"><g/></svg>',
    ],
)
def test_what_cannot_be_mirrored_is_refused(body: bytes) -> None:
    with pytest.raises(CannotMirror):
        mirror_drawing(body, 0)


def test_words_in_a_drawing_are_seen() -> None:
    assert has_writing(SVG.replace(b"<path", b'<text x="1">Stop</text><path'))
    assert has_writing(SVG.replace(b"<path", b"<text><tspan>1</tspan></text><path"))
    assert not has_writing(SVG.replace(b"<path", b"<text> </text><title>Stop</title><path"))
    assert not has_writing(b"<svg")
    assert not has_writing(b'<!DOCTYPE svg [<!ENTITY a "b">]><svg><text>&a;</text></svg>'), "no entity is read"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_drawing_with_entities_is_refused_in_each_encoding_that_xml_has(encoding: str) -> None:
    drawing = f'<!DOCTYPE svg [<!ENTITY a "b">]>{SVG.decode()}'.encode(encoding)
    found = Diagnostics()
    measure_svg("media/a.svg", drawing, found)
    assert [each.message for each in found.all] == ["The picture has a document type: remove it"]


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
def test_a_photograph_is_mirrored_in_its_size(mode: str) -> None:
    image = Image.new("RGBA", (64, 32), (255, 255, 255, 0 if mode == "RGBA" else 255))
    image.paste((255, 0, 0, 255), (0, 0, 32, 32))
    body = io.BytesIO()
    image.convert(mode).save(body, "PNG")
    with Image.open(io.BytesIO(mirror_photograph(body.getvalue()))) as made:
        assert (made.format, made.size) == ("WEBP", (64, 32))
        left, right = (made.convert("RGBA").getpixel((x, 16)) for x in (4, 60))
    assert right == (255, 0, 0, 255) or (isinstance(right, tuple) and right[:2] == (254, 0))
    assert isinstance(left, tuple)
    assert left[3] == (0 if mode == "RGBA" else 255)


def test_the_heaviest_photograph_keeps_its_size_in_the_mirror() -> None:
    picture = noise((1600, 1200))
    made = mirror_photograph(picture)
    assert len(made) <= WEIGHT
    found, refused = sized(a_webp=picture, a_rtl_webp=made)
    assert (found["a.rtl"], refused) == (found["a"], [])


@pytest.mark.parametrize("size", [(640, 640), (300, 900), (1600, 100)])
def test_another_photograph_takes_the_size_of_the_first_whole(size: tuple[int, int]) -> None:
    made = photograph_in_size(noise(size), 640, 360)
    assert sized(a_webp=made) == ({"a": (640, 360, "image/webp")}, [])
    light = photograph_in_size(noise((64, 64)), 64, 64)
    assert photograph_in_size(light, 64, 64) == light, "nothing is made anew that fits"


def test_a_photograph_stands_in_the_place_of_a_drawing_with_all_its_pixels() -> None:
    made = photograph_as_drawing(noise((1600, 1200)), 320, 180)
    assert sized(a_svg=SVG, a_rtl_svg=made)[1] == []
    assert len(made) <= WEIGHT + 1000


def test_a_drawing_stands_whole_in_the_place_of_a_picture_of_another_size() -> None:
    made = drawing_in_size(SVG, (320, 180), 1280, 960)
    assert sized(a_svg=made) == ({"a": (1280, 960, "image/svg+xml")}, [])
    assert b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180" width="1280" height="960"><path' in made
    assert drawing_in_size(SVG, (320, 180), 320, 180) == SVG
    bare = drawing_in_size(b'<svg width="9" height="8"><g/></svg>', (9, 8), 16, 16)
    assert b'<svg viewBox="0 0 9 8" width="16" height="16"><g/></svg></svg>' in bare
    with pytest.raises(CannotMirror):
        drawing_in_size(b"<svg><g/></svg>", (0, 0), 16, 16)


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "windows-1252", "utf-8"])
def test_a_drawing_in_another_encoding_stays_readable_in_another_size(encoding: str) -> None:
    words = '<svg viewBox="0 0 320 180" width="320" height="180"><text>Kävelytie</text></svg>'
    made = drawing_in_size(
        f'<?xml version="1.0" encoding="{encoding}"?>\n{words}'.encode(encoding), (320, 180), 640, 90
    )
    assert sized(a_svg=made) == ({"a": (640, 90, "image/svg+xml")}, [])
    assert "".join(ElementTree.fromstring(made).itertext()) == "Kävelytie"  # noqa: S314


@pytest.mark.parametrize("encoding", ["raw-unicode-escape", "unicode_escape", "hz", "no-such"])
def test_words_of_a_drawing_never_become_tags_by_its_encoding(encoding: str) -> None:
    drawing = f'<?xml version="1.0" encoding="{encoding}"?><svg><text>\\u003cscript\\u003e~</text></svg>'.encode()
    with pytest.raises(CannotMirror):
        drawing_in_size(drawing, (320, 180), 640, 90)
