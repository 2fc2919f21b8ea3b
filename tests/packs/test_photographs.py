"""Photographs from phones and cameras: small, upright, without metadata, the same each time, and never a bomb."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from packs.conftest import Compile, FaultsOf
from packs.test_commands import run
from perille.packs.format import photographs
from perille.packs.format.photographs import MOST_PIXELS, WEIGHT, PictureError, convert

MakePack = Callable[..., Path]
LESSON = {"hello": "# Hello\n\n::: picture house\nA house.\n:::\n"}
CREDITS = '[house]\nauthor = "A. Painter"\nlicence = "CC0-1.0"\n'
ORIENTATION, GPS = 0x0112, 0x8825
#: Camera turned to the left: what is up in the scene is on the right of the file.
TURNED = 6
PLACE = b"Shelter street 5"


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "perille" / "pictures"


def noise(width: int, height: int) -> Image.Image:
    """Return a picture with as many details as a photograph: its left half reddish, its right half bluish."""
    image = Image.effect_noise((width, height), 60).convert("RGB")
    image.paste((200, 30, 30), (0, 0, width // 4, height))
    image.paste((30, 30, 200), (width - width // 4, 0, width, height))
    return image


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)  # type: ignore[arg-type]
    return out.getvalue()


def photograph(width: int = 2400, height: int = 1200) -> bytes:
    """Return a JPEG as a phone makes it: lying on its side, with the place where it was made."""
    exif = Image.Exif()
    exif[ORIENTATION] = TURNED
    exif[0x010E] = PLACE.decode()
    exif.get_ifd(GPS).update({1: "N", 2: (60.0, 10.0, 5.0)})
    return encoded(noise(width, height), "JPEG", quality=95, exif=exif)


def with_broken_place(body: bytes) -> bytes:
    """Return a photograph whose latitude is said to be text, as a careless program writes it."""
    latitude = bytes([0, 2, 0, 5, 0, 0, 0, 3])
    assert body.count(latitude) == 1
    return body.replace(latitude, bytes([0, 2, 0, 2, 0, 0, 0, 3]))


def opened(body: bytes) -> Image.Image:
    return Image.open(io.BytesIO(body))


def test_a_photograph_becomes_small_upright_and_says_nothing_of_its_place() -> None:
    source = photograph()
    assert PLACE in source
    made = convert(source, ".jpg")
    image = opened(made.body)
    assert (image.format, image.size) == ("WEBP", (made.width, made.height))
    assert made.height == 2 * made.width
    assert made.height <= 1280
    assert len(made.body) <= WEIGHT < len(source)
    assert PLACE not in made.body
    assert (dict(image.getexif()), "icc_profile" in image.info, "xmp" in image.info) == ({}, False, False)
    # Turned a quarter to the right, what was on the left is at the top.
    red, _green, blue = image.convert("RGB").getpixel((made.width // 2, 20))  # type: ignore[misc]
    assert red > blue


def test_a_photograph_is_turned_whatever_else_is_wrong_with_what_it_says() -> None:
    made = convert(with_broken_place(photograph(240, 120)), ".jpg")
    assert (made.width, made.height) == (120, 240)
    assert PLACE not in made.body


@pytest.mark.parametrize("turn", range(1, 9))
def test_every_way_to_hold_a_camera_is_made_upright(turn: int) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = turn
    source = opened(encoded(noise(64, 32), "PNG", exif=exif))
    made = convert(encoded(noise(64, 32), "PNG", exif=exif), ".png")
    expected = ImageOps.exif_transpose(source)
    assert opened(made.body).size == expected.size
    corners = [(1, 1), (expected.width - 2, expected.height - 2)]
    for corner in corners:
        shown, wanted = opened(made.body).convert("RGB").getpixel(corner), expected.getpixel(corner)
        assert isinstance(shown, tuple)
        assert isinstance(wanted, tuple)
        assert (shown[0] > shown[2]) == (wanted[0] > wanted[2])


@pytest.mark.parametrize(("kind", "ending"), [("PNG", ".png"), ("GIF", ".gif"), ("WEBP", ".webp"), ("AVIF", ".avif")])
def test_other_formats_are_taken_too(kind: str, ending: str) -> None:
    made = convert(encoded(noise(1600, 400), kind), ending)
    assert opened(made.body).format == "WEBP"
    assert made.width == 4 * made.height


def test_of_a_moving_picture_the_first_frame_is_shown() -> None:
    red, blue = (Image.new("RGB", (40, 20), colour) for colour in ("red", "blue"))
    made = convert(encoded(red, "GIF", save_all=True, append_images=[blue]), ".gif")
    image = opened(made.body)
    assert getattr(image, "n_frames", 1) == 1
    assert image.convert("RGB").getpixel((5, 5)) in ((254, 0, 0), (255, 0, 0))


def test_a_drawing_keeps_its_clean_lines_and_what_is_see_through() -> None:
    drawing = Image.new("RGBA", (300, 200), (0, 0, 0, 0))
    drawing.paste((10, 20, 30, 255), (50, 50, 100, 100))
    image = opened(convert(encoded(drawing, "PNG"), ".png").body)
    assert (image.mode, image.size) == ("RGBA", (300, 200))
    assert (image.getpixel((60, 60)), image.getpixel((5, 5))[3]) == ((10, 20, 30, 255), 0)  # type: ignore[index]


def claimed(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that says to be this large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(8000, 7000), (12_000, 12_000), (60_000, 60_000)])
def test_a_picture_bomb_is_refused_by_name_before_it_is_decoded(
    make_pack: MakePack, faults_of: FaultsOf, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    assert size[0] * size[1] > MOST_PIXELS

    def decode(_image: Image.Image) -> Image.Image:
        raise AssertionError("the bomb went off")

    monkeypatch.setattr(photographs, "_upright", decode)
    folder = make_pack(lessons=LESSON, media={"house.png": claimed(*size), "credits.toml": CREDITS})
    (fault,) = faults_of(folder)
    assert (fault.path, fault.level.value) == ("media/house.png", "error")
    assert fault.message.startswith("The picture has more than 50 million pixels")


@pytest.mark.parametrize(
    ("body", "ending", "said"),
    [
        (b"nothing", ".jpg", "not a JPEG picture"),
        (encoded(Image.new("RGB", (4, 4)), "PNG"), ".jpg", "not a JPEG picture"),
        (encoded(noise(300, 300), "PNG")[:5000], ".png", "The picture is damaged"),
        (encoded(Image.new("I;16", (4, 4)), "PNG"), ".png", "16 bits"),
        # Its reader raises RuntimeError, when it is opened and when it is decoded.
        (encoded(noise(40, 40), "AVIF").replace(b"pitm", b"free"), ".avif", "not a AVIF picture"),
        (
            encoded(noise(40, 40), "AVIF").partition(b"mdat")[0] + b"mdat" + bytes(2000),
            ".avif",
            "The picture is damaged",
        ),
    ],
)
def test_what_is_no_such_picture_is_said(body: bytes, ending: str, said: str) -> None:
    with pytest.raises(PictureError, match=said):
        convert(body, ending)


def test_the_same_photograph_gives_the_same_bytes_and_is_converted_once(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = photograph(800, 400)
    first = convert(source, ".jpg", cache)
    assert convert(source, ".jpg") == first
    (kept,) = cache.iterdir()
    assert (kept.read_bytes(), kept.parent.stat().st_mode & 0o777) == (first.body, 0o700)
    monkeypatch.setattr(photographs, "_smallest", None)
    assert convert(source, ".jpg", cache) == first


def test_a_damaged_or_forbidden_cache_costs_time_and_nothing_else(cache: Path, tmp_path: Path) -> None:
    source = photograph(800, 400)
    first = convert(source, ".jpg", cache)
    (kept,) = cache.iterdir()
    kept.write_bytes(b"broken")
    assert convert(source, ".jpg", cache) == first
    assert kept.read_bytes() == first.body
    (tmp_path / "file").touch()
    assert convert(source, ".jpg", tmp_path / "file" / "below") == first


def test_a_pack_with_a_photograph_shows_the_small_one_and_keeps_its_own(make_pack: MakePack, compiled: Compile) -> None:
    source = photograph(800, 400)
    folder = make_pack(lessons=LESSON, media={"house.JPG": source, "credits.toml": CREDITS})
    pack = compiled(folder)
    picture = pack.media["course_small/house"]
    assert (picture.mime, picture.file_name, picture.credit) == ("image/webp", "house.webp", "A. Painter, CC0-1.0")
    assert (picture.width, picture.height) == (400, 800)
    assert opened(pack.bodies[picture.sha256]).size == (400, 800)
    assert len(pack.bodies[picture.sha256]) == picture.size
    assert pack.warnings == ()


def test_check_says_what_was_done(make_pack: MakePack) -> None:
    source = encoded(noise(1600, 1600), "PNG")
    folder = make_pack(lessons=LESSON, media={"house.png": source, "credits.toml": CREDITS})
    (line,) = [line for line in run("check", folder).output.splitlines() if "house.png" in line]
    small = convert(source, ".png")
    sizes = f"{len(source) / 1024**2:.1f} MB -> {-(-len(small.body) // 1024)} kB WebP"
    assert line == f"{folder}: media/house.png: {sizes}, {small.width} x {small.height}"


def test_a_small_webp_stays_as_it_is_and_one_that_says_its_place_does_not(
    make_pack: MakePack, compiled: Compile
) -> None:
    plain = encoded(noise(64, 32), "WEBP")
    exif = Image.Exif()
    exif[0x010E] = PLACE.decode()
    telling = encoded(noise(64, 32), "WEBP", exif=exif)
    for source, kept in ((plain, True), (telling, False)):
        pack = compiled(make_pack(lessons=LESSON, media={"house.webp": source, "credits.toml": CREDITS}))
        (body,) = pack.bodies.values()
        assert (body == source, PLACE in body) == (kept, False)


def test_a_photograph_and_another_picture_of_one_name_are_told(make_pack: MakePack, faults_of: FaultsOf) -> None:
    png = encoded(Image.new("RGB", (8, 8)), "PNG")
    media = {"house.png": png, "house.jpg": photograph(80, 40), "credits.toml": CREDITS}
    (fault,) = faults_of(make_pack(lessons=LESSON, media=media))
    assert fault.message == 'A second picture is called "house": media/house.jpg'
