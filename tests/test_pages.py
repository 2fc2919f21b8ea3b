"""Pages that are the same for everybody, small on the wire; files that are shipped; pictures."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine

from perille.core.web.page_cache import PageCache, make_cached_page
from perille.core.web.static_files import static_url
from support.queries import count_queries
from support.visitor import Visitor
from support.whole import Whole
from support.whole_packs import FACTS, write_facts

SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
SAME_FOR_ALL = [
    "/en/",
    "/en/courses",
    "/en/courses/way/hello",
    "/ar/courses/way/hello?screen=2",
    "/en/courses/way/hello/print",
]
SAME_FOR_ALL += [
    "/en/help?country=FI",
    "/en/privacy",
    "/en/safe",
    "/en/courses/quiet",
    "/en/courses/quiet/hello?with=ar",
]


def body(answer: Any) -> bytes:
    return bytes(answer.response.get_data())


@SQLITE
@pytest.mark.parametrize("path", SAME_FOR_ALL)
def test_a_page_that_is_there_already_is_not_sent_again(visitor: Visitor, path: str) -> None:
    first = visitor.get(path)
    etag = first.headers["ETag"]
    again = visitor.get(path, If_None_Match=etag)
    assert (again.status, body(again)) == (304, b"")
    assert again.headers["ETag"] == etag
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
    # What a sensitive pack shows is kept by no browser.
    allowed = ("no-store",) if "/quiet/" in path else ("private, no-cache", "private, max-age=60")
    assert again.headers["Cache-Control"] in allowed
    assert visitor.get(path, If_None_Match='"other"').status == 200


@SQLITE
@pytest.mark.parametrize("path", SAME_FOR_ALL)
def test_a_compressed_page_is_the_same_page_with_a_mark_of_its_own(visitor: Visitor, path: str) -> None:
    plain, small = visitor.get(path), visitor.get(path, Accept_Encoding="gzip, br")
    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body(small)) == body(plain)
    assert small.headers["ETag"] != plain.headers["ETag"]
    assert "Accept-Encoding" in small.headers["Vary"]
    assert "Content-Encoding" not in visitor.get(path, Accept_Encoding="gzip;q=0").headers


def test_two_learners_get_the_same_bytes_of_a_lesson(whole: Whole, visitor: Visitor) -> None:
    other, stranger = whole.visitor(), whole.visitor()
    for learner in (visitor, other):
        learner.start()
    visitor.answer("/en/courses/way/hello", "fire", "water")
    visitor.post("/en/courses/way/hello/next")
    visitor.post("/en/courses/way/resume", {"unit": "hello", "screen": "2"})
    for path in ("hello", "hello?screen=2", "hello?with=fi", "second", "hello/print"):
        pages = {body(each.get(f"/en/courses/way/{path}")) for each in (visitor, other, stranger)}
        assert len(pages) == 1


def test_a_warm_lesson_asks_the_database_nothing_or_for_the_enrolment(whole: Whole, visitor: Visitor) -> None:
    stranger, path = whole.visitor(), "/en/courses/way/hello"
    with count_queries(whole.engine) as cold:
        stranger.get(path)
    assert len(cold) <= 12
    with count_queries(whole.engine) as warm:
        stranger.get(path)
    assert warm == []
    visitor.start()
    with count_queries(whole.engine) as enrolled:
        visitor.get(path)
    assert len(enrolled) <= 1


def test_a_page_of_a_course_that_a_learner_did_not_start_asks_for_their_phone_and_no_more(
    whole: Whole, visitor: Visitor
) -> None:
    visitor.start()
    visitor.get("/en/modules/staff/first")
    with count_queries(whole.engine) as sent:
        assert visitor.get("/en/modules/staff/first").status == 200
    assert len(sent) == 1, sent


@pytest.mark.parametrize(("path", "most"), [("/en/courses/way", 2), ("/en/", 2), ("/en/courses/way/check", 3)])
def test_a_personal_page_asks_little(whole: Whole, visitor: Visitor, path: str, most: int) -> None:
    visitor.start()
    visitor.get(path)
    with count_queries(whole.engine) as sent:
        assert visitor.get(path).status == 200
    assert len(sent) <= most, sent


def test_going_on_asks_little(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    visitor.get("/en/courses/way/hello")
    with count_queries(whole.engine) as sent:
        visitor.post("/en/courses/way/hello/next")
    assert len(sent) <= 40, len(sent)


def test_a_first_start_asks_for_the_installation_once_and_for_no_phone_of_an_empty_cookie(
    whole: Whole, visitor: Visitor
) -> None:
    with count_queries(whole.engine) as sent:
        visitor.start()
    assert len([each for each in sent if "FROM installation" in each]) == 1
    assert [each for each in sent if "FROM phone" in each and "phone.id IN" in each] == []


@SQLITE
def test_a_corrected_number_is_on_every_page_at_once(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    pages = [*SAME_FOR_ALL, "/en/courses/way"]
    for path in pages:
        visitor.get(path)
    whole.publish(write_facts(tmp_path / "new", FACTS.replace('value = "112"', 'value = "113"')))
    for path in pages:
        assert "tel:112" not in visitor.get(path).html
    assert "tel:113" in visitor.get("/en/courses/way/hello").html


@SQLITE
def test_a_new_day_makes_new_pages(visitor: Visitor) -> None:
    with time_machine.travel(datetime(2098, 1, 1, tzinfo=UTC), tick=False):
        before = visitor.get("/en/help?country=FI")
        assert "This may be out of date" not in before.text
    with time_machine.travel(datetime(2100, 1, 1, tzinfo=UTC), tick=False):
        after = visitor.get("/en/help?country=FI", If_None_Match=before.headers["ETag"])
        assert after.status == 200
        assert "This may be out of date" in after.text


def test_old_pages_leave_a_full_cache() -> None:
    cache = PageCache(limit=5000)
    made: list[int] = []

    def page(number: int) -> str:
        made.append(number)
        return f"<p>{number}</p>" * 100

    for number in (1, 2, 3, 1):
        kept = cache.get((number,), lambda number=number: page(number))
        assert kept == make_cached_page(f"<p>{number}</p>" * 100)
    for number in range(100, 120):
        cache.get((number,), lambda number=number: page(number))
    cache.get((1,), lambda: page(1))
    assert made.count(1) == 2


@SQLITE
def test_a_shipped_file_may_be_kept_for_ever_under_the_address_of_its_content(whole: Whole, visitor: Visitor) -> None:
    with whole.app.test_request_context():
        addresses = {name: static_url(name) for name in ("app.css", "app.js", "mark.svg")}
    for name, mime in (("app.css", "text/css"), ("app.js", "text/javascript"), ("mark.svg", "image/svg+xml")):
        page = visitor.get(addresses[name])
        assert (page.status, page.response.mimetype) == (200, mime)
        assert page.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        small = visitor.get(addresses[name], Accept_Encoding="gzip")
        assert gzip.decompress(body(small)) == body(page)
    old = visitor.get("/static/0000000000/app.css")
    assert (old.status, old.headers["Cache-Control"]) == (200, "no-cache")


@SQLITE
@pytest.mark.parametrize(
    "name",
    [
        "nothing.css",
        "../app.py",
        "%2e%2e/app.py",
        "icons",
        "",
        "a%00b",
        "x" * 5000,
        "/etc/passwd",
        "icons/../../config.py",
    ],
)
def test_what_is_not_shipped_is_not_there(visitor: Visitor, name: str) -> None:
    page = visitor.get(f"/static/0000000000/{name}")
    assert page.status in (404, 308)
    assert "def " not in page.html


@SQLITE
@pytest.mark.parametrize("stamp", ["0" * 20, "zz", "%2e%2e", "0" * 15, "0" * 65, "a%00b", "' OR 1=1"])
def test_a_picture_that_does_not_exist_is_not_there(visitor: Visitor, stamp: str) -> None:
    assert visitor.get(f"/media/{stamp}").status == 404
