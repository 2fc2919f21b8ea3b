"""Progress that was opened on a phone without a line is open at the server with its next answer, unless pictures stand before it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Response
from sqlalchemy import select, update

from offline.test_queue import act, send
from perille.core.database import utcnow
from perille.core.extensions import db
from perille.enrolment.models import Phone
from profiles.test_locks import mark, press, put_lock
from support.visitor import Visitor
from support.whole import Whole

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


@pytest.fixture
def unlocked(two: tuple[Visitor, str, str]) -> tuple[Visitor, str, list[str]]:
    """A phone on which one with three pictures is open and another one was opened without a line; the numbers of both rows."""
    visitor, second, _first = two
    visitor.post(f"{_COURSE}/hello/next", {"profile": str(visitor.cookie("perille_profile")).partition(".")[0]})
    put_lock(visitor)
    numbers = [each["value"] for each in visitor.get("/en/whose").all("input", name_="phone")]
    assert len(numbers) == 2
    _switch(visitor, second)
    return visitor, second, numbers


def test_the_request_that_brings_a_switch_shows_nothing_of_what_was_unlocked(
    unlocked: tuple[Visitor, str, list[str]],
) -> None:
    visitor, second, (_locked, other) = unlocked
    page = visitor.get("/en/whose")
    assert [each["value"] for each in page.all("input", name_="phone")] == [other]
    assert len(page.all("a", class_="who")) == 1
    assert "1 of 3" not in page.text
    assert _shown(visitor) == second.partition(".")[0]


def test_the_request_that_brings_a_switch_opens_nothing_that_was_unlocked(
    unlocked: tuple[Visitor, str, list[str]],
) -> None:
    visitor, second, (locked, _other) = unlocked
    assert visitor.post("/en/whose", {"phone": locked}).status == 404
    assert _shown(visitor) == second.partition(".")[0]


def test_a_switch_that_comes_with_acts_locks_what_was_unlocked_for_good(
    unlocked: tuple[Visitor, str, list[str]],
) -> None:
    visitor, second, (_locked, other) = unlocked
    told = send(visitor, [act(31, "next", unit="hello", who=second.partition(".")[2])])
    assert list(told["acts"].values()) == ["stored"]
    assert visitor.cookie("perille_unlocked") is None
    # Who switched is taken off the phone: what stands first now asks for its pictures.
    visitor.post(f"/en/whose/remove/{other}")
    assert _shown(visitor) == ""
    assert len(visitor.get("/en/whose").all("a", class_="who")) == 1


def test_what_waits_behind_three_pictures_is_not_applied_before_they_are_pressed(
    two: tuple[Visitor, str, str],
) -> None:
    visitor, second, first = two
    put_lock(visitor)
    _switch(visitor, second)
    acts = [act(32, "next", unit="hello", who=first.partition(".")[2])]
    assert list(send(visitor, acts)["acts"].values()) == ["other"]
    (link,) = [each["href"] for each in visitor.get("/en/whose").all("a", class_="who")]
    press(visitor, link, "sun fish key")
    assert list(send(visitor, acts)["acts"].values()) == ["stored"]


def test_a_picture_that_a_cache_on_the_way_keeps_for_others_brings_no_cookie(
    two: tuple[Visitor, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, second, _first = two
    shared = {"Cache-Control": "public, max-age=60"}
    monkeypatch.setitem(visitor.app.view_functions, "learning.media", lambda stamp: Response(stamp, headers=shared))
    _switch(visitor, second)
    answer = visitor.get("/media/one")
    assert (answer.status, answer.headers.getlist("Set-Cookie")) == (200, [])
    assert _shown(visitor) == second.partition(".")[0], "the next answer has it"


def test_such_a_picture_does_not_say_either_for_how_long_a_lock_is_open(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = {"Cache-Control": "public, max-age=60"}
    monkeypatch.setitem(visitor.app.view_functions, "learning.media", lambda stamp: Response(stamp, headers=shared))
    visitor.start()
    put_lock(visitor)
    with time_machine.travel(utcnow() + timedelta(minutes=1), tick=False):
        assert visitor.get("/media/one").headers.getlist("Set-Cookie") == []
        given = visitor.get("/en/").headers.getlist("Set-Cookie")
    assert any("perille_unlocked" in each for each in given), "the next page has it"


@pytest.mark.parametrize("page", ["whose", "whose/lock"])
def test_a_phone_with_a_kept_course_hears_at_once_who_may_open_what(visitor: Visitor, page: str) -> None:
    visitor.start()
    script = "offline/queue"
    assert not any(script in tag["src"] for tag in visitor.get(f"/en/{page}").all("script") if "src" in tag.attributes)
    visitor.client.set_cookie("perille_taken", "en/courses/way")
    assert any(script in tag["src"] for tag in visitor.get(f"/en/{page}").all("script") if "src" in tag.attributes)


def test_who_took_their_progress_off_the_phone_is_not_spoken_of(two: tuple[Visitor, str, str]) -> None:
    visitor, second, first = two
    acts = [act(33, "next", unit="hello", who=name.partition(".")[2]) for name in (second, "9.0123456789abcdef")]
    assert {each[1] for each in send(visitor, acts)["people"]} == {name.partition(".")[2] for name in (first, second)}
    other = visitor.get("/en/whose").all("input", name_="phone")[1]["value"]
    visitor.post(f"/en/whose/remove/{other}")
    told = send(visitor, [act(34, "next", unit="hello", who=second.partition(".")[2])])
    assert list(told["acts"].values()) == ["other"]
    assert (told["people"], set(told)) == ([], {"who", "acts", "people"})


def test_a_browser_that_was_left_stays_so(two: tuple[Visitor, str, str]) -> None:
    visitor, second, _first = two
    visitor.post("/leave")
    _switch(visitor, second)
    assert _shown(visitor) == ""
    assert visitor.cookie("perille_left") == "1"


def test_a_browser_that_threw_the_cookie_of_scripts_away_is_told_anew(two: tuple[Visitor, str, str]) -> None:
    visitor, _second, first = two
    visitor.client.delete_cookie("perille_profile")
    visitor.get("/en/")
    assert visitor.cookie("perille_profile") == first


def test_whose_lock_closes_by_itself_is_said_with_after_how_many_minutes(visitor: Visitor) -> None:
    visitor.start()
    put_lock(visitor)
    assert str(visitor.cookie("perille_profile")).count(".") == 1, "it closes only when it is closed"
    visitor.post("/en/whose/lock/minutes", {"minutes": "15", **mark(visitor)})
    assert str(visitor.cookie("perille_profile")).rpartition(".")[2] == "15"


def test_what_a_page_without_a_line_has_closed_is_closed_at_the_server(visitor: Visitor) -> None:
    visitor.start()
    put_lock(visitor)
    assert _shown(visitor)
    visitor.client.set_cookie("perille_profile", "0")
    assert not _shown(visitor)
    visitor.client.delete_cookie("perille_profile")
    assert not _shown(visitor), "the cookie alone does not open it again"
    (link,) = [each["href"] for each in visitor.get("/en/whose").all("a", class_="who")]
    press(visitor, link, "sun fish key")
    assert _shown(visitor)


def test_who_begins_where_somebody_left_is_told_from_them_by_pages_without_a_line(visitor: Visitor) -> None:
    visitor.start()
    assert visitor.cookie("perille_profile") is None, "one who learns alone on a phone"
    visitor.post("/leave")
    visitor.start()
    assert visitor.cookie("perille_profile"), "the page that is kept must not go on as the one who left"


def test_who_wakes_beside_somebody_new_has_a_picture_of_their_own(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    visitor.post("/leave")
    visitor.start()
    whole.do(lambda: db.session.execute(update(Phone).values(picture=3)), write=True)
    visitor.post("/en/resume/here")
    assert len({phone.shown_picture.number for phone in whole.scalars(select(Phone))}) == 2


def _timed(visitor: Visitor) -> str:
    """Lock the open progress for whenever nobody opened a page for 15 minutes; write when it was last used, as a page does."""
    visitor.start()
    put_lock(visitor)
    visitor.post("/en/whose/lock/minutes", {"minutes": "15", **mark(visitor)})
    used = f"{visitor.cookie('perille_profile')}.1764374400"
    visitor.client.set_cookie("perille_profile", used)
    return used


def test_an_answer_to_what_a_page_sends_leaves_when_the_phone_was_last_used(visitor: Visitor) -> None:
    used = _timed(visitor)
    told = send(visitor, [act(1, "next", unit="hello", who=used.split(".")[1])])
    assert list(told["acts"].values()) == ["stored"]
    assert visitor.cookie("perille_profile") == used, "a page that is opened hours later closes the lock by it"
    visitor.post("/en/whose/lock/minutes", {"minutes": "60", **mark(visitor)})
    assert str(visitor.cookie("perille_profile")).endswith(".60")


@pytest.mark.parametrize("path", ["/en/guest", "/leave"])
def test_whose_lock_closes_for_a_guest_or_by_leaving_is_shown_by_no_kept_page_either(
    visitor: Visitor, path: str
) -> None:
    _timed(visitor)
    visitor.post(path)
    assert visitor.cookie("perille_profile") == "0"


@pytest.mark.parametrize("path", ["/en/whose/lock/close", "/leave"])
def test_an_answer_after_which_nobody_is_open_tells_of_nobody_anew(two: tuple[Visitor, str, str], path: str) -> None:
    visitor, _second, _first = two
    form: dict[str, str] = {}
    if path != "/leave":
        put_lock(visitor)
        form = mark(visitor)
    visitor.client.delete_cookie("perille_profile")
    visitor.post(path, form)
    assert visitor.cookie("perille_profile") is None


@pytest.mark.parametrize(
    "value", ["", ".", "0.1", "9" * 3000, "3..5.-1", "٣.ab.5.1", "1.ab.5.99999999999999999999", "%00\\777"]
)
def test_whatever_a_client_writes_there_opens_nothing_and_breaks_no_page(visitor: Visitor, value: str) -> None:
    visitor.start()
    put_lock(visitor)
    visitor.post("/en/whose/lock/close", mark(visitor))
    for path in ("/en/", "/en/whose", _COURSE):
        visitor.client.set_cookie("perille_profile", value)
        page = visitor.get(path)
        assert page.status == 200, path
        assert not [tag for tag in page.all("p", class_="sign") if "data-profile" in tag.attributes], path
    visitor.client.set_cookie("perille_profile", value)
    assert visitor.client.post("/queue", json={"now": 0, "acts": []}).get_json()["who"] == ""
