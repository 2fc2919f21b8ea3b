"""The pictures in lists, for who reads as well: the first of each lesson beside its title, and one on the first page."""

from __future__ import annotations

from pathlib import Path

from support.packs import write_pack
from support.whole import Whole

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180"><path d="M0 0h9v9z"/></svg>'
OTHER = SVG.replace("h9v9z", "h8v8z")
CREDITS = '[{name}]\nauthor = "Nobody"\nlicence = "CC0-1.0"\nsource = "drawn"\n'
LESSON = "# The street\n\nThis is a street.\n\n::: picture {name}\nA street.\n:::\n"


def write(root: Path, slug: str, picture: str, *, sensitive: bool = False) -> Path:
    credits = CREDITS.format(name=picture)
    media = {f"{picture}.svg": SVG, f"{picture}.rtl.svg": OTHER, "credits.toml": credits}
    lessons = {"street": LESSON.format(name=picture)}
    return write_pack(root / slug, f"course_{slug}", lessons=lessons, media=media, sensitive=sensitive)


def test_a_lesson_has_its_first_picture_beside_its_title(whole: Whole, tmp_path: Path) -> None:
    whole.publish(write(tmp_path, "streets", "street"))
    visitor = whole.visitor()
    sources = []
    for language in ("en", "ar"):
        (thumb,) = visitor.get(f"/{language}/courses/streets").all("img", class_="thumb")
        assert thumb["alt"] == "", "the title beside it says it"
        assert thumb["loading"] == "lazy"
        assert visitor.get(thumb["src"]).status == 200
        sources.append(thumb["src"])
    assert len(set(sources)) == 2, "where reading goes from the right, the mirrored one"


def test_a_sensitive_course_shows_no_picture_in_its_list(whole: Whole, tmp_path: Path) -> None:
    whole.publish(write(tmp_path, "streets", "street", sensitive=True))
    assert not whole.visitor().get("/en/courses/streets").all("img", class_="thumb")


def test_the_first_page_has_the_picture_of_the_way_where_a_course_brings_it(whole: Whole, tmp_path: Path) -> None:
    visitor = whole.visitor()
    assert not visitor.get("/en/").all("img", class_="home-picture")
    whole.publish(write(tmp_path, "streets", "way-stations"))
    (picture,) = visitor.get("/en/").all("img", class_="home-picture")
    assert visitor.get(picture["src"]).status == 200


def test_the_first_page_takes_no_picture_of_a_sensitive_course(whole: Whole, tmp_path: Path) -> None:
    whole.publish(write(tmp_path, "streets", "way-stations", sensitive=True))
    assert not whole.visitor().get("/en/").all("img", class_="home-picture")
