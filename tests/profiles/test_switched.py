"""Progress that was opened on a phone without a line is open at the server with its next answer, unless pictures stand before it."""

from __future__ import annotations

import pytest

from profiles.test_locks import press, put_lock
from support.visitor import Visitor

_COURSE = "/en/courses/way"


def _switch(visitor: Visitor, name: str) -> None:
    """Write what a page without a line writes (`static/offline/answers.js`)."""
    visitor.client.set_cookie("perille_profile", f"{name}.1")


def _shown(visitor: Visitor) -> str:
    """Return the number of the picture that pages show."""
    signs = visitor.get(_COURSE).all("p", class_="sign")
    return next((tag["data-profile"] for tag in signs if "data-profile" in tag.attributes), "")


@pytest.fixture
def two(visitor: Visitor) -> tuple[Visitor, str, str]:
    """A phone on which two learn, the names by which its scripts know them, the open one's last."""
    visitor.start()
    visitor.post("/en/whose/add")
    visitor.start()
    second = str(visitor.cookie("perille_profile"))
    (other,) = [each["value"] for each in visitor.get("/en/whose").all("input", name_="phone")][1:]
    visitor.post("/en/whose", {"phone": other})
    first = str(visitor.cookie("perille_profile"))
    assert first != second
    return visitor, second, first


def test_the_server_follows_whom_the_phone_opened(two: tuple[Visitor, str, str]) -> None:
    visitor, second, first = two
    before = visitor.cookie()
    assert _shown(visitor) == first.partition(".")[0]
    _switch(visitor, second)
    assert _shown(visitor) == second.partition(".")[0]
    assert visitor.cookie("perille_profile") == second, "the mark is gone"
    assert visitor.cookie() != before
    assert _shown(visitor) == second.partition(".")[0], "it stays open"


def test_what_is_sent_first_after_a_switch_is_already_that_ones(two: tuple[Visitor, str, str]) -> None:
    visitor, second, _first = two
    _switch(visitor, second)
    assert visitor.client.post("/queue", json={"now": 0, "acts": []}).get_json()["who"] == second.partition(".")[2]


@pytest.mark.parametrize("name", ["7.0123456789abcdef", "7.", "", "x" * 2000])
def test_a_name_of_nobody_here_opens_nothing_and_is_put_right(two: tuple[Visitor, str, str], name: str) -> None:
    visitor, _second, first = two
    _switch(visitor, name)
    assert _shown(visitor) == first.partition(".")[0]
    assert visitor.cookie("perille_profile") == first


def test_no_switch_opens_what_three_pictures_stand_before(two: tuple[Visitor, str, str]) -> None:
    visitor, second, first = two
    put_lock(visitor)
    assert visitor.client.post("/queue", json={"now": 0, "acts": []}).get_json()["people"][0] == [
        int(first.split(".")[0])
    ]
    _switch(visitor, second)
    assert _shown(visitor) == second.partition(".")[0]
    _switch(visitor, str(first))
    assert _shown(visitor) == second.partition(".")[0], "a lock closes when somebody else is open"
    (link,) = [each["href"] for each in visitor.get("/en/whose").all("a", class_="who")]
    press(visitor, link, "sun fish key")
    assert _shown(visitor) == first.partition(".")[0]


def test_a_browser_that_was_left_stays_so(two: tuple[Visitor, str, str]) -> None:
    visitor, second, _first = two
    visitor.post("/leave")
    _switch(visitor, second)
    assert _shown(visitor) == ""
    assert visitor.cookie("perille_left") == "1"
