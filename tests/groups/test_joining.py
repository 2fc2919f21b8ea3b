"""Coming into a group: by the link, by a short code while the door is open, alone or with 300 others."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import select, update

from groups.school import School, close_the_door, make_school
from perille.core import ratelimit
from perille.core.database import utcnow
from perille.core.extensions import db
from perille.enrolment.models import Learner
from perille.features import FEATURES
from perille.groups.joining import renew_codes
from perille.groups.models import Group
from perille.people.models import Organisation, Role
from perille.profiles.merging import merge_learners
from profiles import test_locks as locked
from support.concurrency import at_once
from support.people import sign_in_as
from support.visitor import Visitor
from support.whole import Whole

SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def test_a_link_asks_and_a_press_joins_without_an_account(school: School, visitor: Visitor) -> None:
    before = school.whole.counts()
    page = visitor.get(school.link)
    assert (page.heading, page.status) == ("Join this group?", 200)
    assert "Monday" in page.text
    assert "The way course" in page.text
    # In Arabic the point of the list stood outside the page where the line itself ran from left to right.
    (course,) = [tag for tag in page.all("span", lang="en") if tag.words == "The way course"]
    assert "lang" not in course.parents[-1].attributes
    assert visitor.client.head(school.link).status_code == 200
    assert school.whole.counts() == before
    own = visitor.submit(school.link, {"name": " Aino \u202e"})
    assert "Your number: 1" in own.text
    assert [(each.name, each.number) for each in school.members()] == [("Aino", 1)]


@SQLITE
@pytest.mark.parametrize(
    ("phone", "group_language", "shown"),
    [("ar-SY,en;q=0.5", "fi", "ar"), ("fi", "ar", "fi"), ("tlh", "ar", "ar"), ("", "fi", "fi"), ("tlh", "tlh", "en")],
)
def test_the_picture_opens_in_the_language_of_the_phone_and_that_of_the_group_is_one_tap_away(
    school: School, visitor: Visitor, phone: str, group_language: str, shown: str
) -> None:
    def teach_in() -> None:
        db.session.execute(update(Group).values(language=group_language))

    school.whole.do(teach_in, write=True)
    link = school.trainer.get(school.page).one("a", class_="iri").words.split("/", 3)[3]
    came = visitor.get(f"/{link}", Accept_Language=phone)
    assert came.location == f"/{shown}/group/{school.key}"
    assert came.headers["Cache-Control"] == "no-store"
    others = [each["href"] for each in visitor.get(came.location).all("a", class_="quiet") if each.has("hreflang")]
    taught = f"/{group_language}/group/{school.key}"
    assert others == ([taught] if group_language not in (shown, "tlh") else [])


@SQLITE
def test_a_phone_on_which_a_language_was_chosen_keeps_it_at_the_picture(school: School, visitor: Visitor) -> None:
    visitor.get("/uk/")
    visitor.client.set_cookie("lang", "uk")
    assert visitor.get(f"/group/{school.key}", Accept_Language="fi").location == f"/uk/group/{school.key}"
    assert visitor.get("/group/2222222222222").status == 404


def test_joining_twice_is_joining_once(school: School, visitor: Visitor) -> None:
    visitor.post(school.link, {"name": "Aino"})
    visitor.post(school.link, {"name": ""})
    assert [(each.name, each.number) for each in school.members()] == [("Aino", 1)]


def test_somebody_with_an_account_joins_too(school: School) -> None:
    person = sign_in_as(school.whole, Role.MEMBER, "aino@example.org")
    assert "Your number: 1" in person.submit(school.link, {"name": "Aino"}).text


def test_progress_that_was_there_goes_along(school: School, visitor: Visitor) -> None:
    visitor.start()
    visitor.post("/en/courses/way/hello/next")
    visitor.post(school.link, {"name": "Aino"})
    assert "1 of 3" in school.trainer.get(school.page).text
    assert len(school.whole.scalars(select(Learner))) == 1


def test_who_has_locked_their_progress_joins_with_it_after_the_pictures(school: School, visitor: Visitor) -> None:
    visitor.start()
    locked.put_lock(visitor)
    locked.close(visitor)
    lock = locked.number(visitor)
    assert visitor.post(school.link, {"name": "Aino"}).location == lock
    assert (len(school.whole.scalars(select(Learner))), school.members()) == (1, [])
    asked = locked.press(visitor, lock, locked.MINE).location
    form = {tag["name"]: tag["value"] for tag in visitor.get(asked).all("input", type="hidden")}
    sent = visitor.post(asked, {**form, **locked.mark(visitor)})
    assert sent.status == 307
    visitor.post(sent.location, form)
    assert [each.name for each in school.members()] == ["Aino"]
    assert len(school.whole.scalars(select(Learner))) == 1


def test_a_browser_that_keeps_no_cookies_leaves_one_row_at_most_and_is_told(school: School) -> None:
    for _press in range(3):
        stranger = school.whole.visitor(cookies=False)
        stranger.post(school.link)
    assert len(school.members()) <= 1


def test_the_code_of_an_open_door_gives_no_more_than_the_question(school: School, visitor: Visitor) -> None:
    code = school.open_door()
    ticket = visitor.post("/en/group", {"code": code})
    page = visitor.get(ticket.location)
    assert page.heading == "Join this group?"
    assert school.key not in page.html + ticket.location
    assert school.members() == []
    assert "Your number: 1" in visitor.submit(ticket.location).text


def test_digits_of_any_script_will_do(school: School, visitor: Visitor) -> None:
    code = school.open_door().translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert visitor.get(visitor.post("/en/group", {"code": code}).location).heading == "Join this group?"


@pytest.mark.parametrize("end", ["shut", "over"])
def test_a_shut_door_lets_nobody_in_by_its_code_or_by_a_ticket(school: School, visitor: Visitor, end: str) -> None:
    code = school.open_door()
    ticket = visitor.post("/en/group", {"code": code}).location
    if end == "shut":
        school.trainer.post(f"{school.page}/door", {"do": "shut"})
    else:
        close_the_door(school.whole, school.group)
    assert visitor.post(ticket).status == 404
    assert "No open group has this code" in visitor.submit("/en/group", {"code": code}).text
    assert school.members() == []
    # The link is another way, and stays.
    assert visitor.get(school.link).status == 200


def test_two_learners_who_turn_out_to_be_one_keep_both_lines_and_get_no_third(school: School) -> None:
    first, second = school.joined("Aino"), school.joined("Aino again")

    def merge() -> None:
        older, stays = db.session.scalars(select(Learner).order_by(Learner.id))
        merge_learners(db.session, older, stays, [rule for each in FEATURES for rule in each.merge_rules])

    school.whole.do(merge, write=True)
    for person in (first, second):
        person.post(school.link)
    assert [each.number for each in school.members()] == [1, 2]
    assert len({each.learner_id for each in school.members()}) == 1
    second.post(f"/en/group/mine/{school.group}/leave")
    assert school.members() == []


@SQLITE
@pytest.mark.parametrize(
    "ticket", ["x", "0" * 12, "0" * 13, "../../x", "WyJhIl0.aaaa.bbbb", "a" * 3000, "\u0660" * 12, "%00"]
)
def test_a_made_up_link_is_told_so(school: School, visitor: Visitor, ticket: str) -> None:
    assert school.key not in ticket
    assert visitor.get(f"/en/group/{ticket}").status in (302, 308, 404)
    assert visitor.client.post(f"/en/group/{ticket}").status_code in (302, 308, 404)


@SQLITE
@pytest.mark.parametrize("typed", ["", "1234567", "123456789", "abcdefgh", "\x00"])
def test_what_is_no_code_is_told_beside_the_field(school: School, visitor: Visitor, typed: str) -> None:
    assert "The code has eight digits." in visitor.submit("/en/group", {"code": typed}).text
    assert school.members() == []


def test_a_closed_group_lets_nobody_in(school: School, visitor: Visitor) -> None:
    school.trainer.post(f"{school.page}/close")
    assert visitor.post(school.link).status == 404
    school.trainer.post(f"{school.page}/close", {"do": "open"})
    assert visitor.get(school.link).status == 200


def test_a_full_group_says_so_and_a_place_that_is_given_back_is_free(school: School) -> None:
    wish = {"name": "Monday", "language": "en", "places": "1"}
    school.trainer.post(f"{school.page}/edit", wish)
    first, second = school.joined("Aino"), school.whole.visitor()
    refused = second.post(school.link)
    assert refused.status == 409
    assert "This group is full" in refused.text
    first.post(f"/en/group/mine/{school.group}/leave")
    assert second.post(school.link).location == "/en/group"


def test_who_leaves_is_seen_no_more_and_comes_back_under_the_same_number(school: School) -> None:
    school.joined("Aino")
    person = school.joined("Ben")
    person.post(f"/en/group/mine/{school.group}/leave")
    assert "Ben" not in school.trainer.get(school.page).text
    person.post(school.link, {"name": "Ben"})
    assert [(each.name, each.number) for each in school.members()] == [("Aino", 1), ("Ben", 2)]


def test_twenty_at_once_get_twenty_numbers_and_the_last_place_is_given_once(
    school: School,
) -> None:
    school.trainer.post(f"{school.page}/edit", {"name": "Monday", "language": "en", "places": "8"})
    people = [school.whole.visitor() for _number in range(12)]
    for person in people:
        person.start()
    answers = at_once([lambda person=person: person.post(school.link).status for person in people])
    assert sorted(answers) == [303] * 8 + [409] * 4
    assert [each.number for each in school.members()] == list(range(1, 9))


@SQLITE
def test_a_class_joins_over_one_line_while_somebody_guesses_codes(
    make_whole: Callable[..., Whole], monkeypatch: pytest.MonkeyPatch
) -> None:
    # The clock of tries stands: a busy machine would give a try back before the right code is refused.
    monkeypatch.setattr(ratelimit, "RateLimit", partial(ratelimit.RateLimit, clock=lambda: 0.0))
    school = make_school(make_whole(rate_limits=True))
    code = school.open_door()
    guesser = school.whole.visitor()
    answers = []
    for number in range(700):
        guess = f"{number:08}"
        answers.append(guesser.client.post("/en/group", data={"code": guess}).status_code if guess != code else 303)
        if number % 20 == 0:
            school.joined()
    assert set(answers) == {303, 429}
    assert answers.count(429) >= 600, "few of them are looked at"
    assert len(school.members()) == 35
    # Those who type the code on the screen, over the same line, are not slowed by it, nor by having mistyped it.
    for _person in range(40):
        person = school.whole.visitor()
        for typed in ("00000000", code):
            mark = person.get("/en/group").one("input", name_="knock")["value"]
            answer = person.post("/en/group", {"code": typed, "knock": mark})
        assert "/group/" in answer.location
    # A program that opens a page for each guess takes the tries of its line, and a right code waits too: the picture goes on working.
    for number in range(360):
        mark = guesser.get("/en/group").one("input", name_="knock")["value"]
        guesser.client.post("/en/group", data={"code": f"{number:08}", "knock": mark})
    person = school.whole.visitor()
    refused = person.post(
        "/en/group", {"code": code, "knock": person.get("/en/group").one("input", name_="knock")["value"]}
    )
    assert refused.status == 429
    assert "Scan the picture: that works at once." in refused.text
    assert person.submit(school.link, {"name": "Aino"}).status == 200
    # Right codes of another line are not slowed by it.
    person = school.whole.visitor()
    person.client.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    assert "/group/" in person.post("/en/group", {"code": code}).location


@SQLITE
def test_a_page_that_is_shown_again_after_a_wrong_code_counts_on(make_whole: Callable[..., Whole]) -> None:
    school = make_school(make_whole(rate_limits=True))
    code, guesser = school.open_door(), school.whole.visitor()
    answers = []
    for number in range(20):
        mark = guesser.get("/en/group").one("input", name_="knock")["value"]
        answers.append(guesser.post("/en/group", {"code": f"{number:08}", "knock": mark}).status)
        if answers[-1] == 429:
            break
    assert answers == [303] * 8 + [429]
    assert guesser.post("/en/group", {"code": code, "knock": mark}).status == 429
    # A mark that we did not make is none.
    assert guesser.post("/en/group", {"code": code, "knock": "x"}).status == 303


@SQLITE
def test_very_many_wrong_codes_renew_the_code_of_open_doors_and_tell_the_trainer(school: School) -> None:
    old = school.open_door()
    assert school.whole.do(lambda: renew_codes(db.session), write=True) == 1
    assert school.whole.do(lambda: renew_codes(db.session), write=True) == 0, "a moment ago"
    page = school.trainer.get(school.page)
    assert page.one("p", id="door-code").words != old
    assert "Somebody tried very many codes" in page.text
    (group,) = school.whole.scalars(select(Group))
    assert group.door_renewed_at is not None


@SQLITE
def test_a_group_of_an_organisation_that_was_closed_lets_nobody_in(school: School) -> None:
    code = school.open_door()

    def close() -> None:
        db.session.get_one(Organisation, school.organisation).closed_at = utcnow()

    school.whole.do(close, write=True)
    visitor = school.whole.visitor()
    assert visitor.get(school.link).status == 404
    assert visitor.post(school.link, {"name": "Aino"}).status == 404
    assert visitor.post("/en/group", {"code": code}).location.startswith("/en/group")
    assert "No open group has this code" in visitor.get("/en/group").text
    assert school.members() == []
