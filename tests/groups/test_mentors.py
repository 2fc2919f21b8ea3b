"""Pairs: a trainer makes them, a mentor sees a name and days, a learner sees who it is and can end it."""

from __future__ import annotations

from collections.abc import Sized
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import event, select, update

from groups.school import School, make_school
from perille.core.database import utcnow
from perille.core.extensions import db
from perille.groups.feature import forget_names
from perille.groups.mentors import forget_dead
from perille.groups.models import GroupMember, MentorMeeting, MentorPair
from perille.groups.services import forget_old_names
from perille.people.memberships import take_role
from perille.people.models import Account, Organisation, Role
from perille.people.organisations import close_organisation
from support.people import sign_in_as
from support.visitor import Page, Visitor
from support.whole import Whole

MENTOR = "hodan@example.org"


@pytest.fixture
def mentor(school: School) -> Visitor:
    return sign_in_as(school.whole, Role.MENTOR, MENTOR)


def today() -> date:
    return utcnow().date()


def account_of(whole: Whole, email: str) -> UUID:
    account: Account = whole.scalars(select(Account).where(Account.email == email))[0]
    return account.id


def paired(school: School, email: str = MENTOR) -> tuple[Visitor, str]:
    """Let Aino join and give her a mentor; return her browser and the address of the pair."""
    learner = school.joined("Aino")
    (member,) = school.members()
    sent = school.trainer.post(f"{school.page}/mentors/{member.id}", {"mentor": str(account_of(school.whole, email))})
    assert sent.location == f"{school.page}/mentors"
    return learner, f"/en/mentoring/{member.id}"


def key_on(page: Page) -> str:
    """Return the key of the pair that a page shows."""
    return str(page.one("input", name_="pair")["value"])


def test_a_mentor_sees_the_name_that_the_group_shows_and_the_days_alone(school: School, mentor: Visitor) -> None:
    _learner, pair = paired(school)
    page = mentor.get("/en/mentoring")
    assert [tag.words for tag in page.all("a") if tag["href"] == pair] == ["1 Aino · Monday"]
    # Parts of a link that is laid out as a row lose the spaces between them.
    (link,) = [tag for tag in page.all("a") if tag["href"] == pair]
    assert {tag.parents[-1].name for tag in page.all("bdi") if link in tag.parents} == {"span"}
    assert "No meeting is agreed yet." in page.text
    soon, before = today() + timedelta(days=5), today() - timedelta(days=2)
    assert mentor.post(pair, {"next_on": soon.isoformat(), "met_on": before.isoformat()}).location == pair
    shown = mentor.get(pair)
    assert shown.one("input", id="next_on")["value"] == soon.isoformat()
    assert school.whole.scalars(select(MentorMeeting.day)) == [before]
    assert mentor.get(school.page).status == 403
    assert [tag["name"] for tag in shown.all("textarea")] == []


def test_a_learner_sees_who_it_is_and_ends_it_with_one_press(school: School, mentor: Visitor) -> None:
    learner, pair = paired(school)
    mentor.post(pair, {"next_on": today().isoformat(), "met_on": today().isoformat()})
    page = learner.get("/en/group")
    assert "Your mentor" in page.text
    assert "Somebody of The office · Next meeting:" in page.text
    assert MENTOR not in page.text
    (way,) = [tag["action"] for tag in page.all("form") if tag.attributes.get("action", "").endswith("/mentor")]
    assert learner.post(way, {"pair": key_on(page)}).location == "/en/group"
    assert "Your mentor" not in learner.get("/en/group").text
    assert mentor.get(pair).status == 404
    assert learner.post(way, {"pair": key_on(page)}).location == "/en/group", "a second press is no fault"
    assert (school.whole.scalars(select(MentorPair)), school.whole.scalars(select(MentorMeeting))) == ([], [])


def test_days_that_cannot_be_are_refused_and_nothing_is_kept_of_them(school: School, mentor: Visitor) -> None:
    _learner, pair = paired(school)
    yesterday, tomorrow = today() - timedelta(days=1), today() + timedelta(days=1)
    # A day of another clock than that of the group may be one off: two are past everywhere.
    sent = mentor.post(pair, {"next_on": (yesterday - timedelta(days=1)).isoformat(), "met_on": ""})
    assert (sent.status, sent.location) == (303, f"{pair}#errors")
    assert "This day is past." in mentor.get(pair).one("div", id="errors").words
    mentor.post(pair, {"next_on": "", "met_on": (tomorrow + timedelta(days=1)).isoformat()})
    assert "This day has not come yet." in mentor.get(pair).one("div", id="errors").words
    mentor.post(pair, {"next_on": "some day", "met_on": ""})
    assert "This is no day." in mentor.get(pair).one("div", id="errors").words
    assert [row.next_on for row in school.whole.scalars(select(MentorPair))] == [None]
    assert school.whole.scalars(select(MentorMeeting)) == []


def test_a_meeting_is_noted_after_its_day_with_the_page_as_it_stands(school: School, mentor: Visitor) -> None:
    learner, pair = paired(school)
    mentor.post(pair, {"next_on": (today() + timedelta(days=1)).isoformat(), "met_on": ""})
    met = today() - timedelta(days=2)
    school.whole.do(lambda: db.session.execute(update(MentorPair).values(next_on=met)), write=True)
    assert "No meeting is agreed yet." in mentor.get("/en/mentoring").text
    assert "Next meeting" not in learner.get("/en/group").text
    shown = mentor.get(pair).one("input", id="next_on").attributes.get("value") or ""
    assert mentor.post(pair, {"next_on": shown, "met_on": met.isoformat()}).location == pair
    assert school.whole.scalars(select(MentorMeeting.day)) == [met]


def test_nobody_else_comes_near_a_pair(school: School, mentor: Visitor) -> None:
    _learner, pair = paired(school)
    other = sign_in_as(school.whole, Role.MENTOR, "ana@example.org", place="Another office")
    assert other.get(pair).status == 404
    assert other.post(pair, {"do": "end"}).status == 404
    assert school.whole.visitor().get(pair).status == 403
    assert school.trainer.get("/en/mentoring").status == 403
    (member,) = school.members()
    here = f"{school.page}/mentors/{member.id}"
    assert school.trainer.post(here, {"mentor": str(account_of(school.whole, "ana@example.org"))}).status == 404
    assert school.trainer.post(here, {"mentor": str(school.account)}).status == 404
    strange = make_school(school.whole, "leo@example.org", "Another office")
    assert strange.trainer.post(f"{strange.page}/mentors/{member.id}", {"mentor": ""}).status == 404
    assert mentor.get(pair).status == 200


def test_a_pair_ends_with_the_group_and_does_not_come_back(school: School, mentor: Visitor) -> None:
    learner, pair = paired(school)
    learner.post(f"/en/group/mine/{school.group}/leave")
    assert mentor.get(pair).status == 404
    learner.post(school.link, {"name": "Aino"})
    assert "Your mentor" not in learner.get("/en/group").text
    assert "You are nobody’s mentor yet." in mentor.get("/en/mentoring").text


def test_who_is_taken_off_the_list_or_gets_another_mentor_has_the_first_one_no_more(
    school: School, mentor: Visitor
) -> None:
    _learner, pair = paired(school)
    mentor.post(pair, {"next_on": "", "met_on": today().isoformat()})
    other = sign_in_as(school.whole, Role.MENTOR, "ana@example.org")
    (member,) = school.members()
    here = f"{school.page}/mentors/{member.id}"
    ana = str(account_of(school.whole, "ana@example.org"))
    shown = key_on(school.trainer.get(f"{school.page}/mentors"))
    assert [school.trainer.post(here, {"mentor": ana, "pair": shown}).status for _press in range(2)] == [303, 303]
    assert (mentor.get(pair).status, other.get(pair).status) == (404, 200)
    assert school.whole.scalars(select(MentorMeeting)) == []
    school.trainer.post(f"{school.page}/people/{member.id}", {"do": "remove"})
    assert other.get(pair).status == 404
    assert school.trainer.post(here, {"mentor": ana}).status == 404


def test_a_mentor_whose_role_is_taken_is_shown_to_nobody_and_then_forgotten(school: School, mentor: Visitor) -> None:
    learner, pair = paired(school)
    account = account_of(school.whole, MENTOR)
    school.whole.do(lambda: forget_dead(db.session), write=True)
    assert len(school.whole.scalars(select(MentorPair))) == 1
    school.whole.do(
        lambda: take_role(db.session, account, Role.MENTOR, school.organisation, by=school.account), write=True
    )
    assert "Your mentor" not in learner.get("/en/group").text
    assert mentor.get(pair).status == 403
    with school.whole.app.app_context():
        forget_names(db.session())
    assert school.whole.scalars(select(MentorPair)) == []


def test_a_pair_of_who_left_in_a_room_is_forgotten_and_does_not_come_back(school: School, mentor: Visitor) -> None:
    learner, pair = paired(school)
    mentor.post(pair, {"next_on": "", "met_on": today().isoformat()})
    # As the bundle of a room brings it, which has no pairs and so ends none.
    school.whole.do(lambda: db.session.execute(update(GroupMember).values(left_at=utcnow())), write=True)
    school.whole.do(lambda: forget_dead(db.session), write=True)
    assert (school.whole.scalars(select(MentorPair)), school.whole.scalars(select(MentorMeeting))) == ([], [])
    learner.post(school.link, {"name": "Aino"})
    assert "Your mentor" not in learner.get("/en/group").text


def test_names_of_old_groups_go_however_many_people_were_in_them(school: School, mentor: Visitor) -> None:
    paired(school)
    everybody = 40
    school.trainer.post(f"{school.page}/people", {"names": "\n".join(f"Guest {n}" for n in range(everybody))})
    assert len(school.members()) == 1 + everybody
    asked: list[int] = []

    @event.listens_for(school.whole.engine, "before_cursor_execute")
    def count(_connection: object, _cursor: object, _statement: str, values: Sized, *_rest: object) -> None:
        asked.append(len(values))

    long_after = today() + timedelta(days=800)
    assert school.whole.do(lambda: forget_old_names(db.session, long_after), write=True) == 1
    assert max(asked) < everybody, "a statement can name so many values, and no more"
    assert [member.name for member in school.members()] == ["Aino"]
    assert school.whole.scalars(select(MentorPair)) == []


def test_a_page_of_before_ends_no_pair_that_was_made_since(school: School, mentor: Visitor) -> None:
    learner, pair = paired(school)
    sign_in_as(school.whole, Role.MENTOR, "ana@example.org")
    ana, hodan = (str(account_of(school.whole, email)) for email in ("ana@example.org", MENTOR))
    (member,) = school.members()
    here, way = f"{school.page}/mentors/{member.id}", f"/en/group/mine/{school.group}/mentor"
    old = key_on(school.trainer.get(f"{school.page}/mentors"))
    assert (key_on(mentor.get(pair)), key_on(learner.get("/en/group"))) == (old, old)
    school.trainer.post(here, {"mentor": "", "pair": old})
    school.trainer.post(here, {"mentor": hodan, "pair": ""})
    mentor.post(pair, {"next_on": "", "met_on": today().isoformat()})
    for stale in (old, ""):
        assert school.trainer.post(here, {"mentor": "", "pair": stale}).status == 409
        assert school.trainer.post(here, {"mentor": ana, "pair": stale}).status == 409
        assert learner.post(way, {"pair": stale}).status == 409
        assert mentor.post(pair, {"do": "end", "pair": stale}).status == 409
    assert "Open it again." in school.trainer.post(here, {"mentor": "", "pair": old}).text
    assert school.whole.scalars(select(MentorMeeting.day)) == [today()]
    assert school.trainer.post(here, {"mentor": hodan, "pair": old}).status == 303, "it is so already"
    assert mentor.post(pair, {"do": "end", "pair": key_on(mentor.get(pair))}).location == "/en/mentoring"
    assert school.whole.scalars(select(MentorPair)) == []


def test_a_pair_of_a_closed_group_rests_and_each_of_them_can_end_it(school: School, mentor: Visitor) -> None:
    learner, pair = paired(school)
    (member,) = school.members()
    here, way = f"{school.page}/mentors/{member.id}", f"/en/group/mine/{school.group}/mentor"
    hodan = str(account_of(school.whole, MENTOR))

    def close() -> None:
        assert school.trainer.post(f"{school.page}/close", {"do": "close"}).status == 303

    close()
    assert mentor.get(pair).status == 404
    resting = mentor.get("/en/mentoring")
    assert "Closed groups" in resting.text
    assert "1 · Monday" in resting.text
    assert "Aino" not in resting.text
    assert mentor.post(pair, {"next_on": "", "met_on": today().isoformat()}).status == 404
    trainers = school.trainer.get(f"{school.page}/mentors")
    assert [each["value"] for each in trainers.all("option") if "selected" in each.attributes] == [hodan]
    assert school.trainer.post(here, {"mentor": "", "pair": key_on(trainers)}).status == 303
    assert "You are nobody’s mentor yet." in mentor.get("/en/mentoring").text
    for ended_by, page, address, values in (
        (mentor, "/en/mentoring", pair, {"do": "end"}),
        (learner, "/en/group", way, {}),
    ):
        school.trainer.post(f"{school.page}/close", {"do": "open"})
        school.trainer.post(here, {"mentor": hodan, "pair": ""})
        close()
        assert ended_by.post(address, values | {"pair": key_on(ended_by.get(page))}).status == 303
        assert school.whole.scalars(select(MentorPair)) == []
    assert "Your mentor" not in learner.get("/en/group").text


def test_the_learner_can_end_a_pair_of_an_organisation_that_was_closed(school: School, mentor: Visitor) -> None:
    learner, pair = paired(school)

    def close(*, closed: bool) -> None:
        organisation = db.session.get_one(Organisation, school.organisation)
        close_organisation(db.session, organisation, closed=closed, by=None)

    school.whole.do(lambda: close(closed=True), write=True)
    assert mentor.get(pair).status in (403, 404)
    page = learner.get("/en/group")
    assert "Next meeting" not in page.text
    assert len(page.all("section", class_="card")) == 1, "one card for one group"
    way = f"/en/group/mine/{school.group}/mentor"
    assert learner.post(way, {"pair": key_on(page)}).location == "/en/group"
    assert school.whole.scalars(select(MentorPair)) == []
    school.whole.do(lambda: close(closed=False), write=True)
    assert "Your mentor" not in learner.get("/en/group").text
