"""What stands beside the link of a course where somebody shares it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from PIL import Image

from packs.published import MakePack
from support.whole import Whole

LESSON = "# Hello\n\nRead.\n\n::: picture house\nA house.\n:::\n"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 18"><path fill="#d00000" d="M{}h16v18h-16z"/></svg>'
DRAWN = {"house.svg": SVG.format("0 0"), "house.rtl.svg": SVG.format("16 0"), "credits.toml": 'house = "CC0"\n'}


@pytest.fixture
def shown(make_whole: Callable[..., Whole], make_pack: MakePack) -> Whole:
    site = make_whole(site_url="https://learn.example")
    folders = (
        make_pack("course_drawn", lessons={"hello": LESSON}, media=DRAWN, translations={"ar": ""}),
        make_pack("course_plain"),
        make_pack("course_hidden", lessons={"hello": LESSON}, media=DRAWN, sensitive=True),
    )
    site.publish(*folders)
    return site


def image_of(site: Whole, slug: str, language: str = "en") -> str:
    page = site.app.test_client().get(f"/{language}/courses/{slug}").get_data(as_text=True)
    return "".join(re.findall('property="og:image" content="([^"]*)"', page))


def red_at(body: bytes, x: int) -> bool:
    with Image.open(io.BytesIO(body)) as image:
        assert (image.format, image.size) == ("PNG", (1200, 630))
        red, green, _blue = image.convert("RGB").getpixel((x, 315))
        return red > 180 and green < 60


def test_a_course_is_shown_by_a_picture_of_its_own_as_dots(shown: Whole) -> None:
    address = image_of(shown, "drawn")
    assert address.startswith("https://learn.example/")
    assert address.endswith("/en/courses/drawn/preview.png")
    answer = shown.app.test_client().get("/en/courses/drawn/preview.png")
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert (red_at(answer.data, 400), red_at(answer.data, 800)) == (True, False)


def test_who_reads_from_the_right_gets_the_mirrored_one(shown: Whole) -> None:
    answer = shown.app.test_client().get("/ar/courses/drawn/preview.png")
    assert (red_at(answer.data, 400), red_at(answer.data, 800)) == (False, True)


def test_who_has_the_picture_gets_it_no_second_time(shown: Whole) -> None:
    client = shown.app.test_client()
    first = client.get("/en/courses/drawn/preview.png")
    again = client.get("/en/courses/drawn/preview.png", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_course_without_a_drawing_is_shown_by_the_sign_of_the_site(shown: Whole) -> None:
    assert "app-512" in image_of(shown, "plain")
    assert shown.app.test_client().get("/en/courses/plain/preview.png").status_code == 404


def test_a_sensitive_course_shows_nothing(shown: Whole) -> None:
    assert image_of(shown, "hidden") == ""
    assert shown.app.test_client().get("/en/courses/hidden/preview.png").status_code == 404


def test_the_courses_of_the_countries_look_different(client: FlaskClient) -> None:
    """Each begins with the same shared lesson, whose picture would make all links look alike."""
    names = ("estonia", "finland", "iceland", "lithuania", "slovakia", "sweden")
    etags = {client.get(f"/en/courses/{name}/preview.png").headers["ETag"] for name in names}
    assert len(etags) == len(names)
