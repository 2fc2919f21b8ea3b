"""Another phone joins by a picture, the first ones hear of it and can shut it out; two learners can share a phone."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import segno
from sqlalchemy import select, update

from perille.core.database import utcnow
from perille.core.extensions import db
from perille.enrolment.models import JoinToken, Learner, Phone
from perille.enrolment.phones import add_phone
from support.visitor import Visitor
from support.whole import Whole

COURSE = "/en/courses/way"
NOTICE = "Another phone joined"


def code_of(visitor: Visitor) -> str:
    visitor.post("/en/keep")
    return visitor.get("/en/keep").one("p", id="resume-code").words


def pictures_of(visitor: Visitor) -> list[str]:
    """Return the pictures of those who learn on this phone, whose is open first."""
    return [tag.words for tag in visitor.get("/en/whose").all("strong", class_="who-word")]


def picture(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> str:
    """Make the picture and return the path of the address in it."""
    addresses: list[str] = []
    made = segno_make(addresses)
    monkeypatch.setattr("perille.enrolment.views.segno.make", made)
    assert visitor.post("/en/phones/picture").location == "/en/keep"
    assert visitor.get("/en/keep").all("figure", class_="qr")
    (address,) = addresses
    assert address.startswith("http://localhost/en/join/")
    return address.removeprefix("http://localhost")


def segno_make(addresses: list[str]) -> object:
    real = segno.make

    def make(address: str, **how: str) -> segno.QRCode:
        addresses.append(address)
        return real(address, **how)

    return make


def test_a_picture_opens_progress_on_another_phone_with_one_press(
    whole: Whole, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.start()
    visitor.post(f"{COURSE}/hello/next")
    path = picture(visitor, monkeypatch)
    other = whole.visitor()
    for _time in range(3):
        page = other.get(path)
        assert (page.status, len(page.all("button", class_="main"))) == (200, 1)
        assert other.cookie() is None
    assert other.post(path).location == "/en/"
    assert other.get(COURSE).one("a", class_="main")["href"] == f"{COURSE}/second"


def test_what_stays_in_the_history_is_dead(whole: Whole, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor.start()
    path = picture(visitor, monkeypatch)
    assert whole.visitor().post(path).status == 303
    late = whole.visitor()
    assert (late.get(path).status, late.submit(path).status) == (410, 410)
    assert late.cookie() is None


def test_a_picture_ends_after_ten_minutes_and_with_a_newer_one(
    whole: Whole, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.start()
    first = picture(visitor, monkeypatch)
    second = picture(visitor, monkeypatch)
    assert whole.visitor().submit(first).status == 410
    (row,) = whole.scalars(select(JoinToken))
    assert timedelta(minutes=9) < row.expires_at - utcnow() <= timedelta(minutes=10)
    past = utcnow() - timedelta(seconds=1)
    whole.do(lambda: db.session.execute(update(JoinToken).values(expires_at=past)), write=True)
    assert whole.visitor().submit(second).status == 410


def test_a_picture_is_shown_once_and_only_a_hash_is_kept(
    whole: Whole, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.start()
    token = picture(visitor, monkeypatch).rpartition("/")[2]
    assert visitor.get("/en/keep").all("figure", class_="qr") == []
    (row,) = whole.scalars(select(JoinToken))
    assert token.encode() not in row.token_hash
    assert re.fullmatch(r"[\w-]{22,}", token)


def test_the_other_phones_hear_of_one_that_joins_until_they_say_so(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    assert NOTICE not in visitor.get(COURSE).text
    other = whole.visitor()
    other.post("/en/resume", {"code": code_of(visitor)})
    for path in ("/en/", COURSE, "/en/keep"):
        assert NOTICE in visitor.get(path).text
        assert NOTICE not in other.get(path).text
    visitor.post("/en/phones/read")
    for path in ("/en/", COURSE, "/en/keep"):
        assert NOTICE not in visitor.get(path).text


def test_a_phone_that_joined_can_be_shut_out_and_the_code_ends(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    code = code_of(visitor)
    other = whole.visitor()
    other.post("/en/resume", {"code": code})
    (row,) = visitor.get("/en/keep").all("input", type="hidden", name_="phone")
    assert visitor.post("/en/phones/out", {"phone": row["value"]}).status == 303
    assert other.get("/en/").all("a", rel="next") == []
    assert "you are here" not in other.get(COURSE).text
    assert "We do not know this code." in whole.visitor().submit("/en/resume", {"code": code}).text
    assert visitor.get(COURSE).one("a", class_="main")["href"] == f"{COURSE}/hello"
    # What the phone that was shut out does now is its own.
    other.post(f"{COURSE}/start")
    assert len(whole.scalars(select(Learner))) == 2


def test_nobody_shuts_out_the_phone_of_somebody_else_or_their_own(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    (mine,) = whole.scalars(select(Phone))
    stranger = whole.visitor()
    stranger.start()
    stranger.post("/en/phones/out", {"phone": mine.id.hex})
    visitor.post("/en/phones/out", {"phone": mine.id.hex})
    assert visitor.post("/en/phones/out", {"phone": "x"}).status == 404
    assert len(whole.scalars(select(Phone))) == 2


def test_opening_a_code_where_there_is_progress_keeps_both_and_asks(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    visitor.post(f"{COURSE}/hello/next")
    code = code_of(visitor)
    other = whole.visitor()
    other.start()
    assert other.post("/en/resume", {"code": code}).location == "/en/whose"
    # Nothing is opened unasked.
    assert other.get(COURSE).one("a", class_="main")["href"] == f"{COURSE}/hello"
    page = other.get("/en/whose")
    assert "1 of 3 parts done" in page.text
    mine, theirs = (tag["value"] for tag in page.all("input", type="hidden", name_="phone"))
    other.post("/en/whose", {"phone": theirs})
    assert other.get(COURSE).one("a", class_="main")["href"] == f"{COURSE}/second"
    other.post("/en/whose", {"phone": mine})
    assert other.get(COURSE).one("a", class_="main")["href"] == f"{COURSE}/hello"
    # The same code again does not join again.
    other.post("/en/resume", {"code": code})
    assert len(whole.scalars(select(Phone))) == 3


def test_opening_a_code_where_nothing_was_done_asks_nothing(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    code = code_of(visitor)
    other = whole.visitor()
    assert other.post("/en/resume", {"code": code}).location == "/en/"
    assert other.post("/en/resume", {"code": code}).location == "/en/"
    assert len(whole.scalars(select(Phone))) == 2


def test_only_progress_that_is_on_the_phone_can_be_chosen(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    (mine,) = whole.scalars(select(Phone))
    stranger = whole.visitor()
    stranger.start()
    assert stranger.post("/en/whose", {"phone": mine.id.hex}).status == 404
    assert "There is no progress on this phone." in whole.visitor().get("/en/whose").text


def test_a_lesson_says_that_another_phone_joined(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    told = "Another phone joined"
    lesson, check = "/en/courses/way/hello", "/en/courses/way/check"
    assert told not in visitor.get(lesson).text + visitor.get(check).text
    whole.do(lambda: add_phone(db.session, db.session.scalars(select(Learner)).one()), write=True)
    for page in (visitor.get(lesson), visitor.get(check)):
        assert told in page.text
        assert page.all("a", href="/en/keep#phones")
    assert told not in whole.visitor().get(lesson).text, "the page that others are given is another one"
    visitor.post("/en/phones/read")
    assert told not in visitor.get(lesson).text


def test_two_who_share_a_phone_are_told_apart_by_a_picture(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    assert not visitor.get("/en/").all("p", class_="sign"), "who is alone needs none"
    other = whole.visitor()
    other.start()
    other.post("/en/keep")
    visitor.post("/en/resume", {"code": other.get("/en/keep").one("p", id="resume-code").words})
    cards = visitor.get("/en/whose").all("form", class_="card")
    signs = pictures_of(visitor)
    assert len(cards) == len(set(signs)) == 2
    assert "Last used on" in cards[0].words
    assert signs[0] in visitor.get("/en/").one("p", class_="sign").words
    (mine, theirs) = (tag["value"] for tag in visitor.get("/en/whose").all("input", name_="phone"))
    visitor.post("/en/whose", {"phone": theirs})
    assert signs[1] in visitor.get("/en/").one("p", class_="sign").words, "it stays whose it is"
    assert pictures_of(visitor) == signs[::-1]
    assert mine != theirs
