"""A phone that several use: each has a picture, what one does is never written for another, and a code takes nothing away."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from perille.core.extensions import db
from perille.enrolment.models import Enrolment, Learner, Phone, ResumeCode
from perille.enrolment.pictures import PICTURES, free_picture
from perille.profiles.open_profile import BLUEPRINTS
from perille.tracking.models import UnitProgress
from support.places import ROOT
from support.queries import count_queries
from support.visitor import Page, Visitor
from support.whole import Whole

COURSE = "/en/courses/way"
TEMPLATES = ROOT / "platform/perille/templates"
#: Forms of learners' templates that write for nobody, or ask for whom themselves.
FREE = {"enrolment/join.html", "enrolment/resume.html", "credentials/verify.html", "credentials/verified.html"}


def words(page: Page) -> list[str]:
    """Return the pictures on the page of those who share the phone, whose is open first."""
    return [tag.words for tag in page.all("strong", class_="who-word")]


def numbers(visitor: Visitor) -> list[str]:
    return [tag["value"] for tag in visitor.get("/en/whose").all("input", name_="phone")]


def badge(page: Page) -> str:
    found = page.all("p", class_="sign")
    return found[0]["data-profile"] if found else ""


def mark(page: Page) -> str:
    """Return the mark that all forms of a page carry."""
    found = {tag["value"] for tag in page.all("input", name_="profile")}
    assert len(found) == 1
    return found.pop()


@pytest.fixture
def two(whole: Whole, visitor: Visitor) -> Visitor:
    """A phone on which somebody has done a lesson, and somebody else began after them."""
    visitor.start()
    visitor.post(f"{COURSE}/hello/next")
    assert visitor.post("/en/whose/add").location == "/en/"
    visitor.post(f"{COURSE}/start", {"profile": badge(visitor.get(COURSE))})
    return visitor


def done(whole: Whole) -> list[list[str]]:
    """Return the units that each learner completed, the first learner first."""
    rows = whole.scalars(select(Enrolment).order_by(Enrolment.enrolled_at, Enrolment.id))
    found = whole.scalars(
        select(UnitProgress).where(UnitProgress.completed_at.is_not(None)).order_by(UnitProgress.unit)
    )
    return [[each.unit for each in found if each.registration == row.registration] for row in rows]


def test_who_is_alone_sees_no_badge_and_sends_no_mark(visitor: Visitor) -> None:
    before = visitor.get(f"{COURSE}/hello").html
    visitor.start()
    page = visitor.get(f"{COURSE}/hello")
    assert page.html == before, "the page is the same for everybody"
    assert (badge(page), page.all("input", name_="profile")) == ("", [])


def test_switching_takes_two_presses_from_any_page_of_a_course(two: Visitor) -> None:
    first, second = words(two.get("/en/whose"))
    for path in ("/en/", COURSE, f"{COURSE}/hello", f"{COURSE}/check", "/en/keep", f"{COURSE}/certificate"):
        page = two.get(path)
        assert first in page.one("p", class_="sign").words, path
        assert page.all("a", href="/en/whose"), path
    buttons = two.get("/en/whose").all("button", class_="who")
    assert len(buttons) == 1, "the other one; one's own is marked as open"
    assert "Open this one" in buttons[0].words
    two.post("/en/whose", {"phone": numbers(two)[1]})
    assert second in two.get(f"{COURSE}/hello").one("p", class_="sign").words


def test_a_kept_page_is_never_given_with_another_ones_picture(two: Visitor) -> None:
    page = two.get(f"{COURSE}/hello")
    assert page.headers["Cache-Control"] == "private, no-cache", "a copy of up to a minute may be the other one's"
    assert page.headers["Perille"] == "own", "the phone keeps no copy of it for when there is no line"
    two.post("/en/whose", {"phone": numbers(two)[1]})
    again = two.get(f"{COURSE}/hello", If_None_Match=page.headers["ETag"])
    assert (again.status, badge(again) != badge(page)) == (200, True)
    assert two.get(f"{COURSE}/hello", If_None_Match=again.headers["ETag"]).status == 304


def test_what_is_sent_from_another_ones_page_is_kept_until_it_is_said_for_whom(whole: Whole, two: Visitor) -> None:
    lesson = two.get(f"{COURSE}/hello")
    theirs = mark(lesson)
    two.post("/en/whose", {"phone": numbers(two)[1]})
    before = done(whole)
    sent = two.post(f"{COURSE}/hello/next", {"profile": theirs})
    assert (sent.location, done(whole)) == ("/en/whose/form", before), "nothing was written for anybody"
    page, again = two.get(sent.location), two.get(sent.location)
    assert page.html == again.html, "loading the page anew loses nothing"
    assert "This phone is now open for" in page.text
    form = {tag["name"]: tag["value"] for tag in page.all("input", type="hidden")}
    answer = two.client.post(sent.location, data={**form, "profile": theirs})
    assert (answer.status_code, answer.location) == (307, f"{COURSE}/hello/next")
    assert two.post(answer.location, {"profile": theirs}).status == 303
    assert done(whole) == [before[0], ["hello"]]
    assert badge(two.get(COURSE)) == theirs, "and their progress is open"


def test_an_answer_is_carried_over_whole(two: Visitor) -> None:
    page = two.get(f"{COURSE}/check")
    fields = {"item": "fire", "edition": "x", "a-fire": "ж" * 900, "profile": mark(page)}
    two.post("/en/whose", {"phone": numbers(two)[1]})
    asked = two.submit(f"{COURSE}/check?with=ar", fields)
    kept = {tag["name"]: tag["value"] for tag in asked.all("input", type="hidden")}
    assert kept == {"held-to": f"{COURSE}/check?with=ar", "item": "fire", "edition": "x", "a-fire": "ж" * 900}


def test_a_page_from_before_there_were_several_asks_too(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    visitor.post("/en/whose/add")
    assert visitor.post(f"{COURSE}/hello/next").location == "/en/whose/form"
    assert done(whole) == [[]]


def test_a_form_that_deletes_is_never_sent_on_for_another_one_than_its_page_was_made_for(two: Visitor) -> None:
    form = two.get("/en/privacy").one("form", action="/en/forget")
    fields = {"sure": "yes", "spares": form["data-mine"], "profile": mark(two.get("/en/privacy"))}
    two.post("/en/whose", {"phone": numbers(two)[1]})
    now = badge(two.get(COURSE))
    asked = two.submit("/en/forget", fields)
    kept = {tag["name"]: tag["value"] for tag in asked.all("input", type="hidden")}
    assert two.post("/en/whose/form", {**kept, "profile": now}).location == "/en/privacy#delete"
    assert two.client.post("/en/whose/form", data={**kept, "profile": fields["profile"]}).status_code == 307


def test_the_place_that_a_page_sends_in_the_background_is_nobody_elses(whole: Whole, two: Visitor) -> None:
    theirs = mark(two.get(f"{COURSE}/hello"))
    two.post("/en/whose", {"phone": numbers(two)[1]})
    before = two.get("/en/").one("a", class_="main")["href"]
    assert two.post(f"{COURSE}/resume", {"unit": "check", "screen": "1", "profile": theirs}).status == 204
    assert two.get("/en/").one("a", class_="main")["href"] == before


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "/en/help", "", "/en/courses/way/none/none"],
)
def test_a_kept_form_is_sent_nowhere_else(two: Visitor, address: str) -> None:
    assert two.post("/en/whose/form", {"held-to": address, "profile": badge(two.get(COURSE))}).status == 404


def test_a_code_adds_a_person_also_where_all_courses_are_ended(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    whole.do(
        lambda: [setattr(each, "ended_at", each.enrolled_at) for each in db.session.scalars(select(Enrolment))],
        write=True,
    )
    other = whole.visitor()
    other.start()
    other.post("/en/keep")
    code = other.get("/en/keep").one("p", id="resume-code").words
    assert visitor.post("/en/resume", {"code": code}).location == "/en/whose"
    assert len(numbers(visitor)) == 2


def test_the_seventh_person_is_refused_in_words_and_nobody_is_dropped(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    for _time in range(5):
        visitor.post("/en/whose/add")
    everybody = numbers(visitor)
    assert len(set(everybody)) == len(set(words(visitor.get("/en/whose")))) == 6
    assert not visitor.get("/en/whose").all("form", action="/en/whose/add")
    assert visitor.post("/en/whose/add").status == 409
    visitor.post("/en/whose", {"phone": everybody[-1]})
    other = whole.visitor()
    other.start()
    other.post("/en/keep")
    code = other.get("/en/keep").one("p", id="resume-code").words
    refused = visitor.post("/en/resume", {"code": code})
    assert (refused.status, "Take one off this phone first" in refused.text) == (409, True)
    assert sorted(numbers(visitor)) == sorted(everybody)


def test_who_is_taken_off_a_phone_is_asked_for_first_and_keeps_their_progress(whole: Whole, two: Visitor) -> None:
    earlier = numbers(two)[1]
    asked = two.get(f"/en/whose/remove/{earlier}")
    assert "There is no code for this progress" in asked.text
    two.post(f"/en/whose/remove/{earlier}")
    assert len(numbers(two)) == 1
    assert badge(two.get(COURSE)) == ""
    assert len(whole.scalars(select(Learner))) == 2
    assert two.post(f"/en/whose/remove/{earlier}").status == 404


def test_a_picture_is_chosen_among_those_that_are_free(two: Visitor) -> None:
    taken = words(two.get("/en/whose"))
    offered = two.get("/en/whose/picture").all("button", name_="picture")
    assert len(offered) == len(PICTURES) - 1
    assert taken[1] not in {tag.words for tag in offered}
    wanted = next(tag for tag in offered if taken[0] not in tag.words)
    two.post("/en/whose/picture", {"picture": wanted["value"], "profile": badge(two.get(COURSE))})
    assert words(two.get("/en/whose")) == [wanted.words, taken[1]]
    other = next(str(each.number) for each in PICTURES if str(each.word) == taken[1])
    for wrong in (other, "99", "x", ""):
        form = {"picture": wrong, "profile": wanted["value"]}
        assert two.post("/en/whose/picture", form).location == "/en/whose/picture"
    assert words(two.get("/en/whose")) == [wanted.words, taken[1]]


def test_pictures_are_told_apart_whoever_comes(whole: Whole, two: Visitor) -> None:
    (one, other) = whole.scalars(select(Phone))
    assert one.shown_picture != other.shown_picture
    assert free_picture(one.id, {each.number for each in PICTURES}) == free_picture(one.id, ())
    assert len({each.icon for each in PICTURES}) == len(PICTURES)


def test_a_code_is_shown_once_and_a_new_one_is_asked_for(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    visitor.post("/en/keep")
    page = visitor.get("/en/keep")
    assert page.all("p", id="resume-code")
    (row,) = whole.scalars(select(ResumeCode))
    assert not visitor.get("/en/keep").all("p", id="resume-code"), "loaded anew it shows none and makes none"
    asked = visitor.submit("/en/keep")
    assert "A new code ends it" in asked.text
    assert [each.code_hash for each in whole.scalars(select(ResumeCode))] == [row.code_hash]
    visitor.post("/en/keep", {"sure": "yes"})
    assert visitor.get("/en/keep").all("p", id="resume-code")
    assert [each.code_hash for each in whole.scalars(select(ResumeCode))] != [row.code_hash]


@pytest.mark.parametrize("path", [f"{COURSE}/hello", COURSE, "/en/"])
def test_pages_of_who_is_alone_ask_nothing_more_for_it(whole: Whole, visitor: Visitor, path: str) -> None:
    visitor.start()
    visitor.get(path)
    with count_queries(whole.engine) as alone:
        visitor.get(path)
    visitor.post("/en/whose/add")
    visitor.get(path)
    with count_queries(whole.engine) as several:
        visitor.get(path)
    assert len(alone) <= {f"{COURSE}/hello": 1, COURSE: 3, "/en/": 4}[path], alone
    assert len(several) <= len(alone) + 2


def forms(path: Path) -> list[str]:
    return re.findall(r"<form[^>]*method=\"post\"[^>]*>.{0,24}", path.read_text("utf-8"))


def test_every_form_of_a_learner_says_for_whom_it_is() -> None:
    folders = ("learning", "assessment", "errands", "credentials", "enrolment")
    without = [
        f"{folder}/{path.name}"
        for folder in folders
        for path in sorted((TEMPLATES / folder).glob("*.html"))
        for form in forms(path)
        # A guest's visit begins beside everybody's progress, whoever's is open.
        if "{{ profile_field() }}" not in form and "{{ guest_url }}" not in form
    ]
    assert set(without) == FREE
    assert set(folders) <= BLUEPRINTS
