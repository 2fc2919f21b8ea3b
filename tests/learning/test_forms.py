"""Forms of a lesson that were tampered with, or are too much: a clear answer, and nothing lost."""

from __future__ import annotations

from typing import Any

import pytest

from support.records import acts
from support.visitor import Visitor
from support.whole import Whole

HELLO = "/en/courses/way/hello"


@pytest.fixture
def learner(visitor: Visitor) -> Visitor:
    """Somebody who has started."""
    visitor.start()
    return visitor


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"item": ""}, 400),
        ({"item": "one"}, 400),
        ({"item": "../fire"}, 400),
        ({"edition": ""}, 200),
        ({"edition": "f" * 12}, 200),
        ({"edition": "x" * 100_000}, 200),
        ({"a-fire": "nothing"}, 200),
        ({"a-fire": ["leave", "water"]}, 200),
        ({"a-fire": "\x00"}, 200),
        ({"a-fire": "\ud800".encode("utf-16-le", "surrogatepass").decode("latin-1")}, 200),
    ],
)
def test_a_form_that_was_tampered_with_changes_nothing(
    whole: Whole, learner: Visitor, changes: dict[str, Any], status: int
) -> None:
    before = whole.counts()
    form = {**learner.get(HELLO).fields("check-fire"), "a-fire": "leave", **changes}
    page = learner.submit(HELLO, form)
    assert page.status == status
    assert page.heading
    assert whole.counts() == before


BODIES = [b"", b"item", b"\xff\xfe=\x00", b"item=fire&" * 5000, b"%ff%fe=%00", b"a" * 200_000]
TYPES = ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "application/json", ""]


@pytest.mark.parametrize("content_type", TYPES)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_body_that_is_no_form_is_no_answer(whole: Whole, learner: Visitor, content_type: str) -> None:
    before = whole.counts()
    for body in BODIES:
        answer = learner.client.post(HELLO, data=body, content_type=content_type)
        assert answer.status_code in (400, 409, 413)
        assert b"<h1" in answer.data
    assert whole.counts() == before


@pytest.mark.parametrize(("count", "status"), [(1, 400), (600, 400), (4000, 413)])
def test_a_form_in_parts_is_refused_unread(whole: Whole, learner: Visitor, count: int, status: int) -> None:
    parts = {f"field{number}": "x" for number in range(count)}
    answer = learner.client.post(HELLO, data=parts, content_type="multipart/form-data")
    assert answer.status_code == status
    assert acts(whole) == ["initialized hello"]


@pytest.mark.parametrize(
    "query",
    [
        "screen=0",
        "screen=-1",
        "screen=99",
        "screen=x",
        "screen=٢",
        "screen=" + "9" * 4000,
        "with=en",
        "with=xx",
        "with=<b>",
        "screen=1&screen=2",
        "%ff=%fe",
        "screen=2&with=ar&with=fi",
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_address_that_was_tampered_with_shows_a_screen(visitor: Visitor, query: str) -> None:
    page = visitor.get(f"{HELLO}?{query}")
    assert page.status == 200
    assert "<b>" not in page.html
    assert visitor.get(page.one("a", rel="prev")["href"]).status == 200


@pytest.mark.parametrize("path", ["/next", "/start", ""])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_form_for_what_is_not_there_writes_nothing(whole: Whole, visitor: Visitor, path: str) -> None:
    before = whole.counts()
    for course in ("/en/courses/nothing/hello", "/en/courses/way/nothing", "/en/modules/way/hello"):
        page = visitor.post(course + path)
        assert page.status in (404, 405)
        assert "Set-Cookie" not in page.headers
    assert whole.counts() == before
