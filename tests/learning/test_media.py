"""Pictures and recordings of packs: kept for ever under the address of their content, and harmless when opened as a page."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from support.sounds import mp3
from support.visitor import Page, Visitor
from support.whole import Whole
from support.whole_packs import SECOND, write_way

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180"><title>A door</title>'
    + "<path d='M0 0'/>" * 60
    + "</svg>"
)
#: 1,251 bytes of silence.
VOICE = mp3(3)
LESSON = (
    "# Hello there\n\n::: picture door\nA door stands open at {fact: emergency.number}.\n:::\n\n::: check fire\n:::\n"
)


@pytest.fixture
def picture(whole: Whole, visitor: Visitor, tmp_path: Path) -> str:
    """Publish a course with a picture; return the picture's address."""
    media = {"door.svg": SVG, "credits.toml": '[door]\nlicence = "CC0-1.0"\n'}
    folder = write_way(
        tmp_path / "new", lessons={"hello": LESSON, "second": SECOND}, media=media, translations={}, version="2.0.0"
    )
    assert whole.publish(folder).published == ("course_way",)
    image = visitor.get("/en/courses/way/hello").one("img")
    assert image["alt"] == "A door stands open at 112."
    return image["src"]


def test_a_picture_is_served_for_ever_and_does_nothing(visitor: Visitor, picture: str) -> None:
    page = visitor.get(picture)
    assert (page.status, page.response.mimetype) == (200, "image/svg+xml")
    assert page.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.response.get_data(as_text=True) == SVG


def test_a_picture_is_compressed(visitor: Visitor, picture: str) -> None:
    page = visitor.get(picture, Accept_Encoding="gzip")
    assert page.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(page.response.get_data()).decode() == SVG


def test_a_picture_stays_for_who_is_on_the_old_way(
    whole: Whole, visitor: Visitor, picture: str, tmp_path: Path
) -> None:
    visitor.start()
    plain = write_way(tmp_path / "plain", version="3.0.0")
    assert whole.publish(plain).published == ("course_way",)
    assert visitor.get("/en/courses/way/hello").one("img")["src"] == picture
    assert visitor.get(picture).status == 200
    assert whole.visitor().get("/en/courses/way/hello").all("img") == []


def test_a_page_read_from_the_right_shows_the_mirrored_picture(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    mirrored = SVG.replace("A door", "A mirrored door")
    media = {"door.svg": SVG, "door.rtl.svg": mirrored, "credits.toml": '[door]\nlicence = "CC0-1.0"\n'}
    folder = write_way(tmp_path / "new", lessons={"hello": LESSON, "second": SECOND}, media=media, version="2.0.0")
    assert whole.publish(folder).published == ("course_way",)
    shown = {
        language: visitor.get(visitor.get(f"/{language}/courses/way/hello").one("img")["src"]).response.get_data(
            as_text=True
        )
        for language in ("ar", "fi", "en")
    }
    assert shown == {"ar": mirrored, "fi": SVG, "en": SVG}


def test_a_picture_has_room_kept_for_it(visitor: Visitor, picture: str) -> None:
    image = visitor.get("/en/courses/way/hello").one("img", src=picture)
    assert image["width"]
    assert image["height"]


@pytest.fixture
def voice(whole: Whole, visitor: Visitor, tmp_path: Path) -> str:
    """Publish a course with a recording; return the recording's address."""
    media = {"audio/en/lessons/hello/hello-there.mp3": VOICE}
    assert whole.publish(write_way(tmp_path / "new", media=media)).published == ("course_way",)
    return visitor.get("/en/courses/way/hello").one("audio")["src"]


def test_a_recording_is_served_for_ever_and_whole_for_who_wants_it_whole(visitor: Visitor, voice: str) -> None:
    page = visitor.get(voice, Accept_Encoding="gzip")
    assert (page.status, page.response.mimetype) == (200, "audio/mpeg")
    assert page.headers["Accept-Ranges"] == "bytes"
    assert page.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Content-Encoding" not in page.headers
    assert page.response.get_data() == VOICE
    assert visitor.get(voice, If_None_Match=page.headers["ETag"]).status == 304


@pytest.mark.parametrize(("wanted", "first", "last"), [("0-1", 0, 1), ("500-", 500, 1250), ("-51", 1200, 1250)])
def test_a_recording_comes_in_the_parts_that_a_phone_asks_for(
    visitor: Visitor, voice: str, wanted: str, first: int, last: int
) -> None:
    page = visitor.get(voice, Range=f"bytes={wanted}")
    assert (page.status, page.headers["Content-Range"]) == (206, f"bytes {first}-{last}/{len(VOICE)}")
    assert page.response.get_data() == VOICE[first : last + 1]
    assert page.headers["Content-Length"] == str(last + 1 - first)
    assert page.response.mimetype == "audio/mpeg"


def test_a_part_that_is_not_there_says_how_much_there_is(visitor: Visitor, voice: str) -> None:
    for behind in ("5000-", "1251-", "1251-1300"):
        page = visitor.get(voice, Range=f"bytes={behind}")
        assert (page.status, page.headers["Content-Range"]) == (416, f"bytes */{len(VOICE)}")


@pytest.mark.parametrize(
    "wanted",
    [
        "items=0-5",
        "bytes=abc",
        "bytes",
        "bytes=",
        "bytes=5-2",
        "bytes=0-1,5-6",
        "bytes=-5,-9",
        "bytes=--3",
        "bytes=1-x",
    ],
)
def test_what_is_no_single_range_of_bytes_gets_the_whole(visitor: Visitor, voice: str, wanted: str) -> None:
    page = visitor.get(voice, Range=wanted)
    assert (page.status, page.response.get_data()) == (200, VOICE)
    assert "Content-Range" not in page.headers


@pytest.mark.parametrize("wanted", ["-1251", "-1252", "-99999", "0-", "0-99999"])
def test_a_range_that_covers_the_recording_gives_all_of_it(visitor: Visitor, voice: str, wanted: str) -> None:
    page = visitor.get(voice, Range=f"bytes={wanted}")
    assert (page.status, page.headers["Content-Range"]) == (206, f"bytes 0-1250/{len(VOICE)}")
    assert page.response.get_data() == VOICE


@pytest.mark.parametrize("wanted", ["bytes=0-1", "bytes=5000-"])
def test_a_range_means_nothing_to_head(visitor: Visitor, voice: str, wanted: str) -> None:
    page = Page(visitor.client.head(voice, headers={"Range": wanted}))
    assert (page.status, page.headers["Content-Length"]) == (200, str(len(VOICE)))
    assert page.headers["Accept-Ranges"] == "bytes"


def test_only_our_own_recordings_are_played(visitor: Visitor, voice: str) -> None:
    assert "media-src 'self'" in visitor.get("/en/courses/way/hello").headers["Content-Security-Policy"]
    policy = visitor.get(voice).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
