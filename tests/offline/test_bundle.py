"""A course as lines for a phone: the pages that are served, nothing of anybody, whole by themselves, and no file missing."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from perille.core.security import HEADERS
from perille.people.models import Role
from support.kept_lines import stored
from support.people import sign_in_as
from support.visitor import Visitor
from support.whole import Whole

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
TAKE = "/en/courses/way/take?as=pieces"


def lines(visitor: Visitor, path: str = TAKE) -> list[dict[str, Any]]:
    page = visitor.client.get(path)
    assert page.status_code == 200
    return [json.loads(line) for line in page.get_data(as_text=True).splitlines()]


def test_a_phone_gets_the_pages_that_are_served(whole: Whole, visitor: Visitor) -> None:
    found = lines(visitor)
    head, end = found[0], found[-1]
    assert end == {"end": head["lines"], "hash": head["hash"]}
    assert len(found) == head["lines"] + 2
    pages = {path: each for path, each in stored(found).items() if each[0]["content-type"].startswith("text/html")}
    addresses = ("hello", "hello?screen=2", "second", "check", "check?item=one", "check?item=two")
    assert {f"/en/courses/way/{each}" for each in addresses} <= set(pages)
    assert {"/en/look", "/en/say?country=FI", "/en/say?country=FI&in=sv"} <= set(pages), (
        "cards for a counter in both languages"
    )
    stranger = whole.visitor()
    for path, (headers, body) in pages.items():
        served = stranger.get(path)
        assert body == served.html, path
        assert {name: headers.get(name.lower()) for name in HEADERS} == dict(HEADERS), path


def test_who_finds_the_way_by_pictures_takes_such_pages_along(whole: Whole, visitor: Visitor) -> None:
    plain = lines(visitor)
    visitor.post("/en/pictures", {"pictures": "1"})
    found = lines(visitor)
    assert found[0]["hash"] != plain[0]["hash"], "a course that was taken along before has an update"
    kind = "text/html"
    pages = {path: body for path, (headers, body) in stored(found).items() if headers["content-type"].startswith(kind)}
    assert all('data-look="pictures"' in body for body in pages.values())
    stranger = whole.visitor()
    asked = stranger.client.get("/en/courses/way/hello", headers={"Perille-Look": "pictures"})
    assert asked.get_data(as_text=True) == pages["/en/courses/way/hello"], "as the worker asks for it, without a cookie"
    again = next(body for path, (_headers, body) in stored(found).items() if path.endswith("/hello/items"))
    assert json.loads(again)["says"]["again"].startswith("<svg")


def test_every_file_of_a_kept_page_is_stored(visitor: Visitor) -> None:
    found = stored(lines(visitor, f"{TAKE}&with=fi"))
    wanted = {each for _headers, body in found.values() for each in re.findall(r'"(/(?:static|media)/[^"]+)"', body)}
    # What the course's page loads to take it along is of no use without a line; so is what is asked of a staff.
    assert {each for each in wanted - set(found) if not each.endswith("taken.js")} == set()
    assert "/en/courses/way/hello?with=fi" in found
    assert "/en/courses/way/hello/items?with=fi" in found


def test_nothing_of_who_downloads_is_in_it(whole: Whole, visitor: Visitor) -> None:
    before = lines(whole.visitor())
    visitor.start()
    visitor.post("/en/courses/way/hello/next")
    assert lines(visitor) == before
    assert "you are here" not in json.dumps(before)


def test_a_download_goes_on_after_the_lines_that_a_phone_has(visitor: Visitor) -> None:
    found = lines(visitor)
    rest = lines(visitor, f"{TAKE}&after=2&hash={found[0]['hash']}")
    assert rest == [found[0], *found[3:]]
    assert lines(visitor, f"{TAKE}&after=2&hash=old") == found, "of an older version no line is of use"
    assert lines(visitor, f"{TAKE}&after=x&hash={found[0]['hash']}") == found
    assert lines(visitor, f"{TAKE}&after=999&hash={found[0]['hash']}") == [found[0], found[-1]]


def test_a_line_can_be_read_as_soon_as_it_has_come(visitor: Visitor) -> None:
    answer = visitor.client.get(TAKE, headers={"Accept-Encoding": "gzip"}, buffered=False)
    assert answer.headers["Content-Encoding"] == "gzip"
    reader = zlib.decompressobj(31)
    parts = [reader.decompress(part) for part in answer.iter_encoded()]
    assert [part.endswith(b"\n") for part in parts if part] == [True] * len([part for part in parts if part])
    assert json.loads(parts[0])["lines"] + 2 == b"".join(parts).count(b"\n")


def test_its_size_is_said_before(visitor: Visitor) -> None:
    said = json.loads(visitor.client.get("/en/courses/way/take/size").get_data())
    assert said == lines(visitor)[0]
    sent = visitor.client.get(TAKE, headers={"Accept-Encoding": "gzip"}).get_data()
    assert abs(said["words"] + said["pictures"] - len(sent)) < 1000, "but for the first line and the last"


def test_what_pages_have_in_common_travels_once(visitor: Visitor) -> None:
    sent = visitor.client.get(TAKE).get_data(as_text=True)
    # It stands in the help of every page, and once more in that of the page for no line.
    number = 'href=\\"tel:112\\"'
    assert len([each for _headers, each in stored(lines(visitor)).values() if 'href="tel:112"' in each]) > 10
    assert sent.count(number) <= 3
    one, both = (len(visitor.client.get(f"{TAKE}{more}").get_data()) for more in ("", "&with=fi"))
    assert both < 1.5 * one, "a second language brings its words, and no page again"


def test_lines_that_go_on_are_read_with_the_pieces_of_the_first(visitor: Visitor) -> None:
    found = lines(visitor)
    shared = found[1]["shared"]
    assert shared
    rest = lines(visitor, f"{TAKE}&after=1&hash={found[0]['hash']}")
    assert not [line for line in rest if "shared" in line]
    rest[1]["shared"] = shared
    assert stored(rest).items() <= stored(found).items()
    assert len(stored(rest)) > 5


def test_a_page_from_before_an_upgrade_gets_no_lines_that_it_would_store_unread(visitor: Visitor) -> None:
    assert visitor.get("/en/courses/way/take").status == 404


def test_what_leaves_no_trace_is_not_taken_along(visitor: Visitor, make_whole: Callable[..., Whole]) -> None:
    assert visitor.get("/en/courses/quiet/take?as=pieces").status == 404
    assert "data-take" not in visitor.get("/en/courses/quiet").html
    assert "data-take" in visitor.get("/en/courses/way").html
    off = make_whole(offline=False).visitor()
    assert off.get(TAKE).status == 404
    assert "data-take" not in off.get("/en/courses/way").html


def test_a_changed_word_changes_the_hash(whole: Whole, visitor: Visitor) -> None:
    one, other = lines(visitor)[0]["hash"], lines(visitor, "/fi/courses/way/take?as=pieces")[0]["hash"]
    assert one != other
    assert lines(whole.visitor())[0]["hash"] == one


def test_a_new_way_out_is_taken_along_at_once(whole: Whole, visitor: Visitor) -> None:
    before = lines(visitor)
    chosen = {"exit_url": "https://weather.example/", "issuer": ""}
    assert sign_in_as(whole, Role.ADMINISTRATOR).post("/en/manage/site/offer", chosen).status == 303
    after = lines(visitor)
    assert after[0]["hash"] != before[0]["hash"], "a course that was taken along before has an update"
    assert 'data-exit="https://weather.example/"' in stored(after)["/en/courses/way/hello"][1]


def test_a_question_goes_along_with_its_rules_and_all_that_is_said_after_it(visitor: Visitor) -> None:
    items = json.loads(stored(lines(visitor))["/en/courses/way/hello/items"][1])
    fire = items["items"]["fire"]
    assert fire["options"] == [{"key": "leave", "right": True}, {"key": "water", "right": False}]
    assert fire["words"]["choice/water/feedback"] == "Water makes burning oil worse."
    assert "Correct" in items["says"]["right"]
