"""Three pictures before one's progress on a phone that a family shares: they hide, lose nothing, and lock nobody else out."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from perille.core.database import run_in_transaction, utcnow
from perille.core.extensions import db
from perille.enrolment.cookies import ProfileWaits, acting_learner, ensure_learner
from perille.enrolment.models import Enrolment, Learner, Phone
from perille.privacy.learner_rows import rows_of
from perille.tracking.models import UnitProgress
from support.queries import count_queries
from support.visitor import Page, Visitor
from support.whole import Whole

COURSE = "/en/courses/way"
MINE = "sun fish key"
WRONG = "sun key fish"


def number(visitor: Visitor) -> str:
    """Return the number of the profile that the page of people on this phone asks the pictures of."""
    (link,) = [each["href"] for each in visitor.get("/en/whose").all("a", class_="who")]
    return link


def mark(visitor: Visitor) -> dict[str, str]:
    """Return the field that says for whose page a form was made."""
    found = [tag.attributes.get("data-profile") for tag in visitor.get(COURSE).all("p", class_="sign")]
    return {"profile": found[0]} if found and found[0] else {}


def press(visitor: Visitor, address: str, pictures: str) -> Page:
    """Press pictures one after the other, as a browser without script does."""
    page = visitor.get(address)
    for each in pictures.split():
        assert page.all("button", name_="picture", value=each), page.text
        form = {tag["name"]: tag["value"] for tag in page.all("input", type="hidden")}
        page = visitor.post(address, {**form, "picture": each})
        if each != pictures.split()[-1]:
            page = visitor.get(page.location)
    return page


def put_lock(visitor: Visitor, pictures: str = MINE) -> str:
    """Make a code and put three pictures before the open progress; return the code."""
    visitor.post("/en/keep", mark(visitor))
    code = visitor.get("/en/keep").one("p", id="resume-code").words
    page = visitor.get(press(visitor, "/en/whose/lock", pictures).location)
    assert len(page.all("ol", class_="pin-shown-pictures")) == 1
    form = {tag["name"]: tag["value"] for tag in page.all("input", type="hidden")}
    assert form["pressed"] == pictures, "they are shown again before they count"
    visitor.post("/en/whose/lock", {**form, "sure": "yes"})
    return code


@pytest.fixture
def owner(whole: Whole, visitor: Visitor) -> Visitor:
    """A phone on which somebody has done a lesson and put pictures before their progress."""
    visitor.start()
    visitor.post(f"{COURSE}/hello/next")
    put_lock(visitor)
    return visitor


def done(whole: Whole) -> int:
    return len(whole.scalars(select(UnitProgress).where(UnitProgress.completed_at.is_not(None))))


def is_open(visitor: Visitor) -> bool:
    """Whether pages show somebody's progress."""
    return any("data-profile" in tag.attributes for tag in visitor.get("/en/").all("p", class_="sign"))


def close(visitor: Visitor) -> None:
    visitor.post("/en/whose/lock/close", mark(visitor))


def test_no_pictures_before_there_is_a_way_back(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    page = visitor.get("/en/whose/lock")
    assert "First you need a code on paper" in page.text
    assert not page.all("button", name_="picture")
    visitor.post("/en/whose/lock", {"pressed": MINE, "sure": "yes"})
    assert [each.lock_hash for each in whole.scalars(select(Phone))] == [None]


def test_a_stranger_has_nothing_hashed(whole: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "perille.profiles.lock_views.current_hasher", lambda: pytest.fail("20 ms of a core for anybody")
    )
    assert whole.visitor().post("/en/whose/lock", {"pressed": MINE, "sure": "yes"}).location == "/en/whose"


def test_pictures_are_kept_as_a_slow_hash_and_a_copy_of_the_earlier_cookie_opens_nothing(
    whole: Whole, visitor: Visitor
) -> None:
    visitor.start()
    before = visitor.cookie()
    put_lock(visitor)
    (phone,) = whole.scalars(select(Phone))
    assert (phone.lock_hash or "").startswith("$argon2id$")
    assert is_open(visitor), "whoever set them goes on"
    thief = whole.visitor()
    thief.client.set_cookie("perille_learner", before or "", domain="localhost")
    assert "There is no progress on this phone" in thief.get("/en/whose").text


def test_a_locked_profile_shows_nothing_of_itself_on_any_page(owner: Visitor) -> None:
    shown = owner.get("/en/whose").text
    assert "parts done" in shown
    close(owner)
    for path in (
        "/en/",
        COURSE,
        f"{COURSE}/hello",
        "/en/whose",
        "/en/keep",
        "/en/errands",
        "/en/resume",
        f"{COURSE}/certificate",
    ):
        page = owner.get(path)
        assert not page.all("p", data_profile="1"), path
        assert "parts done" not in page.text, path
        assert not page.all("input", name_="profile"), path
    page = owner.get(f"{COURSE}/hello")
    assert "Your progress on this phone is locked" in page.text
    assert (page.headers["Cache-Control"], page.headers["Perille"]) == ("private, no-cache", "own")


def test_right_pictures_open_it_without_script_and_wrong_ones_do_not(whole: Whole, owner: Visitor) -> None:
    close(owner)
    address = number(owner)
    wrong = press(owner, address, WRONG)
    assert wrong.location == f"{address}#errors"
    assert "These are not the right pictures" in owner.get(address).text
    assert not is_open(owner)
    assert press(owner, address, MINE).location == "/en/"
    assert is_open(owner)
    assert done(whole) == 1
    # With the script the last press brings all three.
    close(owner)
    assert owner.post(address, {"pressed": "sun fish", "picture": "key"}).location == "/en/"


def test_a_form_that_was_half_filled_is_sent_after_the_pictures(whole: Whole, owner: Visitor) -> None:
    theirs = mark(owner)
    close(owner)
    sent = owner.post(f"{COURSE}/hello/next?screen=2", {**theirs, "note": "ж" * 300})
    assert sent.location == number(owner), "nothing is written, and it is not lost"
    assert "What you sent is kept" in owner.get(sent.location).text
    press(owner, sent.location, WRONG)
    answer = press(owner, sent.location, MINE)
    assert answer.location == "/en/whose/form"
    kept = {tag["name"]: tag["value"] for tag in owner.get(answer.location).all("input", type="hidden")}
    assert kept == {"held-to": f"{COURSE}/hello/next?screen=2", "note": "ж" * 300}


def test_deleting_on_a_page_of_before_the_pictures_asks_on_a_page_of_after_them(whole: Whole, owner: Visitor) -> None:
    owner.post("/en/whose/add")
    press(owner, number(owner), MINE)
    close(owner)
    assert not owner.get("/en/privacy").one("form", action="/en/forget").has("data-mine")
    sent = owner.post("/en/forget", {"sure": "yes"})
    answer = press(owner, sent.location, MINE)
    assert answer.location == "/en/privacy#delete", "what waits for the other one on the phone stays there"
    assert len(whole.scalars(select(Learner))) == 2
    form = owner.get("/en/privacy").one("form", action="/en/forget")
    page = owner.post("/en/forget", {**mark(owner), "sure": "yes", "spares": form["data-mine"]})
    assert page.headers["Clear-Site-Data"] == '"cache"'
    assert len(whole.scalars(select(Learner))) == 1


def test_a_form_that_took_the_persons_own_out_of_the_phone_before_it_locked_is_sent_on(owner: Visitor) -> None:
    owner.post("/en/whose/add")
    press(owner, number(owner), MINE)
    spares = owner.get("/en/privacy").one("form", action="/en/forget")["data-mine"]
    close(owner)
    sent = owner.post("/en/forget", {"sure": "yes", "spares": spares})
    assert press(owner, sent.location, MINE).location == "/en/whose/form"


def test_starting_a_course_on_a_locked_phone_makes_nobody_new(whole: Whole, owner: Visitor) -> None:
    close(owner)
    assert owner.start().location == number(owner)
    assert len(whole.scalars(select(Learner))) == 1
    assert owner.post("/en/whose/add").status == 303, "somebody else begins by saying so"
    assert len(whole.scalars(select(Learner))) == 2
    assert is_open(owner)
    assert len(owner.get("/en/whose").all("a", class_="who")) == 1


@pytest.mark.parametrize("minutes", [5, 15, 60])
def test_it_locks_after_so_many_minutes_without_a_request(owner: Visitor, minutes: int) -> None:
    now = utcnow()
    with time_machine.travel(now, tick=False) as clock:
        owner.post("/en/whose/lock/minutes", {**mark(owner), "minutes": str(minutes)})
        for _request in range(3):
            clock.shift(timedelta(minutes=minutes - 1))
            assert is_open(owner), "each request counts as use"
        clock.shift(timedelta(minutes=minutes - 1))
        owner.get("/en/help")
        clock.shift(timedelta(minutes=2))
        assert is_open(owner), "a page of nobody's counts too"
        clock.shift(timedelta(minutes=minutes + 1))
        assert not is_open(owner)
        assert owner.cookie("perille_profile") == "0", "an open page notices when it is looked at again"


def test_a_page_that_only_lies_open_keeps_nothing_unlocked(owner: Visitor) -> None:
    with time_machine.travel(utcnow(), tick=False) as clock:
        owner.post("/en/whose/lock/minutes", {**mark(owner), "minutes": "5"})
        for _minute in range(6):
            clock.shift(timedelta(minutes=1))
            # What a page of a course that was taken along sends by itself.
            answer = owner.client.post("/queue", json={"now": 0, "acts": []}).json
        assert answer["who"] == ""
        assert not is_open(owner)


def test_it_stays_open_for_days_where_nobody_asked_it_to_lock_by_itself(owner: Visitor) -> None:
    assert owner.get("/en/whose/lock").one("input", name_="minutes", checked="")["value"] == "0"
    with time_machine.travel(utcnow() + timedelta(days=3)):
        assert is_open(owner)
    owner.post("/en/whose/lock/minutes", {**mark(owner), "minutes": "1"})
    assert owner.get("/en/whose/lock").one("input", name_="minutes", checked="")["value"] == "0"


def test_somebody_elses_learning_locks_it_and_who_has_no_lock_is_two_presses_away(owner: Visitor) -> None:
    owner.post("/en/whose/add")
    other = owner.get("/en/whose").one("input", name_="phone")["value"]
    press(owner, number(owner), MINE)
    assert not owner.get("/en/whose").all("a", class_="who")
    assert owner.post("/en/whose", {"phone": other}).location == "/en/"
    assert len(owner.get("/en/whose").all("a", class_="who")) == 1
    assert is_open(owner)


@pytest.mark.parametrize("quietly", [False, True])
def test_after_leaving_quickly_nothing_is_shown_and_the_way_back_asks_for_the_pictures(
    whole: Whole, owner: Visitor, quietly: bool
) -> None:
    if quietly:
        # As the page's own script does without a connection.
        owner.client.set_cookie("perille_left", "1", domain="localhost")
    else:
        owner.post("/leave")
    assert "There is no progress on this phone" in owner.get("/en/whose").text
    assert "locked" not in owner.get("/en/").text
    owner.post("/en/resume/here")
    assert not is_open(owner)
    assert press(owner, number(owner), MINE).location == "/en/"
    assert is_open(owner)


def test_the_code_opens_it_and_sets_other_pictures(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    code = put_lock(visitor)
    close(visitor)
    address = number(visitor)
    for _try in range(6):
        press(visitor, address, WRONG) if visitor.get(address).all("button", name_="picture") else None
    assert visitor.post("/en/resume", {"code": code}).location == "/en/whose/lock"
    page = visitor.get(press(visitor, "/en/whose/lock", "cat car cup").location)
    form = {tag["name"]: tag["value"] for tag in page.all("input", type="hidden")}
    visitor.post("/en/whose/lock", {**form, "sure": "yes"})
    close(visitor)
    assert press(visitor, number(visitor), MINE).location.endswith("#errors")
    assert press(visitor, number(visitor), "cat car cup").location == "/en/"


def test_taking_the_pictures_away_asks_for_them(whole: Whole, owner: Visitor) -> None:
    assert not owner.get("/en/whose/lock").all("form", action="/en/whose/lock/remove")
    asked = owner.post("/en/whose/lock/remove", mark(owner)).location
    assert asked.startswith("/en/whose/open/")
    assert owner.post("/en/whose/lock", {**mark(owner), "pressed": "cat car cup", "sure": "yes"}).location == asked
    assert press(owner, asked, MINE).location == "/en/whose/lock"
    owner.post("/en/whose/lock/remove", mark(owner))
    assert [each.lock_hash for each in whole.scalars(select(Phone))] == [None]
    assert not owner.get("/en/").all("p", class_="sign"), "alone on the phone again"


def test_wrong_tries_make_that_profile_wait_and_nobody_else(whole: Whole, owner: Visitor) -> None:
    close(owner)
    address = number(owner)
    owner.post("/en/whose/add")
    put_lock(owner, "cat car cup")
    close(owner)
    mine, other = (
        address,
        next(each["href"] for each in owner.get("/en/whose").all("a", class_="who") if each["href"] != address),
    )
    with time_machine.travel(utcnow(), tick=False) as clock:
        for _try in range(5):
            owner.post(mine, {"pressed": WRONG})
        assert "Wait 1 minute" in owner.get(mine).text
        owner.post(mine, {"pressed": MINE})
        assert not is_open(owner), "also the right ones wait"
        assert owner.post(other, {"pressed": "cat car cup"}).location == "/en/", "nobody else does"
        clock.shift(61)
        assert owner.post(mine, {"pressed": MINE}).location == "/en/"
        close(owner)
        owner.post(mine, {"pressed": WRONG})
        assert "Wait" not in owner.get(mine).text, "right pictures count anew"


def test_a_day_of_guessing_tries_few_of_the_orders(whole: Whole, owner: Visitor) -> None:
    close(owner)
    address, looked_at = number(owner), 0
    with time_machine.travel(utcnow(), tick=False) as clock:
        for _step in range(24 * 6):
            before = max(each.lock_failures for each in whole.scalars(select(Phone)))
            owner.post(address, {"pressed": WRONG})
            looked_at += max(each.lock_failures for each in whole.scalars(select(Phone))) - before
            clock.shift(timedelta(minutes=10))
    assert looked_at < 80, "of 1,320"


def test_what_a_phone_did_without_a_line_waits_for_the_pictures(whole: Whole, owner: Visitor) -> None:
    who = owner.client.post("/queue", json={"now": 0, "acts": []}).json["who"]
    assert who
    close(owner)
    answer = owner.client.post("/queue", json={"now": 0, "acts": []}).json
    assert (answer["who"], answer["acts"]) == ("", {})
    assert len(whole.scalars(select(Learner))) == 1


def test_a_cookie_that_was_made_up_or_is_of_another_profile_unlocks_nothing(whole: Whole, owner: Visitor) -> None:
    good = owner.cookie("perille_unlocked") or ""
    other = whole.visitor()
    other.start()
    put_lock(other)
    theirs = other.cookie("perille_unlocked") or ""
    for value in ("", "x", theirs, good[:-2]):
        owner.client.set_cookie("perille_unlocked", value, domain="localhost")
        assert not is_open(owner), value


def test_the_lock_is_among_what_is_kept_of_a_learner_and_goes_with_them(whole: Whole, owner: Visitor) -> None:
    (learner,) = whole.scalars(select(Learner))
    rows = whole.do(lambda: rows_of(db.session, learner.id))
    assert rows["phone"][0]["lock_hash"]
    owner.post("/en/forget", {**mark(owner), "sure": "yes"})
    assert whole.scalars(select(Phone)) == []


def test_while_the_lock_is_closed_nobody_reads_that_nothing_is_kept(owner: Visitor) -> None:
    close(owner)
    page = owner.get("/en/my-data")
    assert "Your progress on this phone is locked." in page.text
    assert "No number, no name, no progress" not in page.text


def test_a_locked_progress_that_was_deleted_elsewhere_holds_nobody_up(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    code = put_lock(visitor)
    other = whole.visitor()
    other.post("/en/resume", {"code": code})
    close(visitor)
    other.post("/en/forget", {**mark(other), "sure": "yes"})
    assert visitor.start().location == f"{COURSE}/hello"
    assert len(whole.scalars(select(Enrolment))) == 1


def test_pages_with_a_lock_ask_no_more_than_those_of_several(whole: Whole, owner: Visitor) -> None:
    owner.get(COURSE)
    with count_queries(whole.engine) as opened:
        owner.get(COURSE)
    close(owner)
    owner.get(COURSE)
    with count_queries(whole.engine) as locked:
        owner.get(COURSE)
    assert (len(opened) <= 5, len(locked)) == (True, 0), (opened, locked)


def test_whatever_needs_a_learner_waits_while_progress_is_locked(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    put_lock(visitor)
    close(visitor)
    cookie = {"Cookie": f"perille_learner={visitor.cookie()}"}
    for needs_one in (ensure_learner, acting_learner):
        # Of a page that does not exist yet: nothing but the function by which a page has its learner knows of the pictures.
        with whole.app.test_request_context("/", method="POST", headers=cookie), pytest.raises(ProfileWaits):
            run_in_transaction(db.session, needs_one, write=True)
    assert len(whole.scalars(select(Learner))) == 1
