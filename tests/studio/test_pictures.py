"""Pictures from phones: made small, without place and device; what cannot be used is refused with the reason and the remedy."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import Babel
from PIL import Image

from perille.core.i18n import in_language
from perille.core.paths import TRANSLATIONS
from perille.packs.format import heic
from perille.packs.format.media import read_media
from perille.packs.source.diagnostics import Kind
from perille.packs.source.files import in_memory
from perille.studio.pictures import BadPicture, prepare_picture, with_credit
from studio.author import Author, photograph
from support.photographs import HEIC, SEE_THROUGH


@pytest.fixture(autouse=True)
def _words() -> Iterator[None]:
    app = Flask("words")
    folders, domains = ";".join([str(TRANSLATIONS)] * 2), "learner;staff"
    Babel(app, default_translation_directories=folders, default_domain=domains)
    with app.test_request_context():
        yield


def saved(kind: str, size: tuple[int, int] = (64, 32)) -> bytes:
    body = io.BytesIO()
    Image.new("RGB", size, "navy").save(body, kind)
    return body.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
def test_a_picture_of_any_kind_becomes_webp_whatever_its_name_was(kind: str) -> None:
    made = prepare_picture(saved(kind))
    assert (made.ending, made.width, made.height) == (".webp", 64, 32)
    assert made.body[:4] == b"RIFF"


def test_nothing_of_place_time_and_phone_is_left() -> None:
    body = photograph((1600, 1200))
    assert b"Secret Phone" in body
    made = prepare_picture(body)
    assert b"Secret" not in made.body
    with Image.open(io.BytesIO(made.body)) as image:
        assert not image.getexif()
        assert not {"xmp", "exif", "comment", "icc_profile"} & image.info.keys()
    assert max(made.width, made.height) <= 1280
    assert made.kilobytes < len(body) // 1024


def test_a_photograph_of_an_iphone_is_taken_upright_once_and_without_what_it_says_of_the_phone() -> None:
    assert b"Secret" in HEIC
    made = prepare_picture(HEIC)
    assert (made.ending, made.width, made.height) == (".webp", 64, 96)
    assert b"Secret" not in made.body
    with Image.open(io.BytesIO(made.body)) as image:
        pixels = image.convert("RGB")
    red, blue = pixels.getpixel((56, 8)), pixels.getpixel((8, 56))
    assert isinstance(red, tuple)
    assert isinstance(blue, tuple)
    assert red[0] > 150 > red[2]
    assert blue[2] > 110 > blue[0]


def test_a_photograph_of_an_iphone_with_too_many_pixels_is_refused_before_it_is_decoded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("perille.packs.format.heic.MOST_PIXELS", 64 * 96 - 1)
    with pytest.raises(BadPicture, match="million pixels"):
        prepare_picture(HEIC)


def test_what_one_sees_through_stays_so() -> None:
    with Image.open(io.BytesIO(prepare_picture(SEE_THROUGH).body)) as image:
        pixels = image.convert("RGBA")
    assert (pixels.getpixel((8, 32)), pixels.getpixel((88, 32))[3]) == ((254, 0, 0, 255), 0)  # type: ignore[index]


ENDS = {
    "its decoder crashes": "import os; os.kill(os.getpid(), 11)",
    "its decoder takes more memory than it may": (
        "from perille.core.worker import run_as_worker as run; run(lambda body, most: ('ok', bytes(1 << 30)), 9, 1 << 29, 0)"
    ),
    "its decoder never ends": (
        "from perille.core.worker import run_as_worker as run; run(lambda body, most: sum(iter(int, 1)), 1, 1 << 29, 0)"
    ),
}


@pytest.mark.parametrize("name", ENDS)
def test_a_photograph_of_which_that_is_true_is_refused_and_the_site_lives(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(heic, "worker_program", lambda *_given: (sys.executable, "-c", ENDS[name], "1"))
    with pytest.raises(BadPicture, match="Share it as JPEG"):
        prepare_picture(HEIC)


def test_the_process_of_the_site_has_no_decoder_of_heic() -> None:
    look = "import sys, perille.app, perille.features; sys.exit('pi_heif' in sys.modules)"
    assert subprocess.run((sys.executable, "-c", look), check=False).returncode == 0  # noqa: S603 - our own program


REFUSED = {
    "a PDF": (b"%PDF-1.7\n", "PDF"),
    "HEIC that ends early": (HEIC[:300], "Share it as JPEG"),
    "HEIC with nothing in it": (b"\0\0\0\x18ftypheic", "Share it as JPEG"),
    "a video": (b"\0\0\0\x18ftypisom", "This is a film"),
    "a video of a browser": (b"\x1aE\xdf\xa3\x9fB\x86", "This is a film"),
    "an old video": (b"RIFF\0\0\0\0AVI LIST", "This is a film"),
    "a program": (b"MZ\x90\0", "no picture that can be used"),
    "a damaged picture": (saved("JPEG")[:100], "damaged"),
    "an SVG with script": (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script>1</script></svg>',
        "runs or loads",
    ),
    "an SVG from elsewhere": (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><image href="https://x.example/a.png"/></svg>',
        "runs or loads",
    ),
    "an SVG with entities": (b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "b">]><svg/>', "runs or loads"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_used_is_refused_by_name(name: str) -> None:
    body, said = REFUSED[name]
    with pytest.raises(BadPicture, match=said):
        prepare_picture(body)


HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
#: A drawing that is refused -> the part of it that is, and the words around that part in Finnish and Arabic.
REASONS = {
    f"{HEAD}<script>1</script></svg>": ("\u2068<script>\u2069", "siinä on", "فيه"),
    f"{HEAD}<foreignObject/></svg>": ("\u2068<foreignobject>\u2069", "siinä on", "فيه"),
    f"{HEAD}<rect onload='go(1)'/></svg>": ('\u2068onload="go(1)"\u2069', "siinä lukee", "كُتب فيه"),
    f"{HEAD}<a href='javascript:1'/></svg>": ('\u2068href="javascript:1"\u2069', "siinä lukee", "كُتب فيه"),
    f"{HEAD}<a style='fill:\n url(//x)'/></svg>": ('\u2068style="fill:  url(//x)"\u2069', "siinä lukee", "كُتب فيه"),
    f"{HEAD}<style>@import 'a'</style></svg>": ("", "sen tyyli lataa jotain muualta", "يحمّل نمطه شيئاً من مكان آخر"),
    f"<!DOCTYPE svg>{HEAD}</svg>".replace("<!DOCTYPE", "<?xml version='1.0'?><!DOCTYPE"): (
        "",
        "se alkaa dokumenttityypillä",
        "يبدأ بنوع مستند",
    ),
    f"{HEAD}\n\n<g></svg>": ("3", "sen riviä", "السطر"),
}


@pytest.mark.parametrize("drawing", REASONS)
@pytest.mark.parametrize("number", [1, 2])
def test_which_part_of_a_drawing_is_refused_is_said_in_the_authors_language(drawing: str, number: int) -> None:
    code, words = REASONS[drawing][0], REASONS[drawing][number]
    with in_language({1: "fi", 2: "ar"}[number]), pytest.raises(BadPicture) as refused:
        prepare_picture(drawing.encode())
    reason = str(refused.value).partition("(")[2].rstrip(")")
    assert words in reason
    assert code in reason
    assert not re.search(r"picture|neither|This|loads", reason.replace(code, "")), reason


def test_what_a_library_says_of_a_broken_photograph_is_not_said_to_authors() -> None:
    with in_language("fi"), pytest.raises(BadPicture) as refused:
        prepare_picture(saved("JPEG")[:100])
    assert str(refused.value) == "Tämä kuva on vioittunut tai muuta kuin sen nimi sanoo."


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a damaged picture", Kind.OTHER),
        ("an SVG with script", Kind.ACTIVE_PICTURE),
        ("an SVG from elsewhere", Kind.ACTIVE_PICTURE),
        ("an SVG with entities", Kind.ACTIVE_PICTURE),
    ],
)
def test_the_reader_of_packs_says_which_kind_of_fault_it_is(name: str, kind: Kind) -> None:
    ending = ".svg" if kind is Kind.ACTIVE_PICTURE else ".jpg"
    files = in_memory("course_x", {f"media/picture{ending}": REFUSED[name][0]})
    read_media(files, files.diagnostics)
    assert [each.kind for each in files.diagnostics.errors] == [kind]


def test_a_picture_bomb_is_refused_before_it_is_decoded() -> None:
    body = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(body, "PNG")
    assert len(body.getvalue()) < 100_000
    with pytest.raises(BadPicture, match="million pixels"):
        prepare_picture(body.getvalue())


def test_a_drawing_stays_as_it_is() -> None:
    body = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 9"><path d="M0 0h9"/></svg>'
    made = prepare_picture(body)
    assert (made.body, made.ending, made.width) == (body, ".svg", 16)


def test_who_made_it_stands_below_the_others() -> None:
    before = b'[sea]\nlicence = "CC0-1.0"\n'
    new = with_credit({"media/credits.toml": before}, "ships", " Anna \n Virtanen ", "CC-BY-4.0")["media/credits.toml"]
    assert new == before + b'\n[ships]\nauthor = "Anna Virtanen"\nlicence = "CC-BY-4.0"\n'


def test_a_picture_without_a_description_is_not_taken(author: Author) -> None:
    author.begin("First steps")
    page = author.upload("first-steps", description="  ")
    assert "Choose a picture, and write what it shows." in page.text
    assert "There is no picture in this course yet." in author.get("pictures").text


def test_a_refused_picture_changes_nothing(author: Author) -> None:
    author.begin("First steps")
    before = author.get("history").text
    page = author.upload("first-steps", body=b"%PDF-1.7\n", description="Ships & gulls", licence="CC0-1.0")
    assert "This is a PDF" in page.text
    assert author.get("history").text == before
    # Who chooses another file need not write again what it shows.
    assert {page.one("input", _name=name)["value"] for name in ("description", "author")} == {"Ships & gulls", "Anna"}
    assert [tag["value"] for tag in page.all("option") if "selected" in tag.attributes] == ["CC0-1.0"]
    assert "What you typed is not saved" not in page.text


@pytest.mark.parametrize(
    "before", [b"<!-- Drawn by Ada -->\n", b"\xef\xbb\xbf", b"\n", b"\xef\xbb\xbf<?xml version='1.0'?>\n"]
)
def test_a_drawing_is_shown_whatever_stands_before_its_first_tag(author: Author, before: bytes) -> None:
    drawing = before + b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 18"><path d="M1 1h9"/></svg>\n'
    author.begin("First steps")
    page = author.upload(body=drawing, description="Arrow")
    (picture,) = [tag["src"] for tag in page.all("img") if "/media/" in tag["src"]]
    answer = author.visitor.get(picture)
    assert (answer.status, answer.response.mimetype) == (200, "image/svg+xml")
    assert answer.response.get_data() == drawing


def test_a_lesson_that_begins_with_many_comments_is_no_drawing_and_keeps_nobody_waiting(author: Author) -> None:
    author.begin("First steps")
    words = "<!-- a note -->\n" * 200 + "# First steps\n\nThe harbour is safe.\n"
    author.send("lessons/first-steps/source", {"source": words, "revision": "1", "screen": "1"})
    digest = hashlib.sha256(words.encode()).hexdigest()
    assert author.visitor.get(f"/media/{digest[:20]}").status == 404
