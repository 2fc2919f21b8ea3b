"""Pictures of packs: kept for ever under the address of their content, and harmless when opened as a page."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from support.visitor import Visitor
from support.whole import Whole
from support.whole_packs import SECOND, write_way

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180"><title>A door</title>'
    + "<path d='M0 0'/>" * 60
    + "</svg>"
)
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


def test_a_picture_has_room_kept_for_it(visitor: Visitor, picture: str) -> None:
    image = visitor.get("/en/courses/way/hello").one("img", src=picture)
    assert image["width"]
    assert image["height"]
