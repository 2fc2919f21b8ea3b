"""A day and time at which a draft is published by itself: what is published then, what keeps it from it, and who is told."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from perille.core.database import utcnow
from perille.core.extensions import db
from perille.notices.models import Notice
from perille.people.memberships import give_role, take_role
from perille.people.models import Account, AuditEntry, Organisation, Role
from perille.studio.models import StudioSchedule, StudioVersion
from perille.studio.scheduling import run_due
from studio.author import Author
from support.people import sign_in_as
from support.visitor import Page
from support.whole import Whole

WORDS = "The harbour is safe at night."
PAGE = "/en/courses/first-steps/first-steps"
MakeAuthor = Callable[..., Author]


@pytest.fixture
def course(author: Author) -> Author:
    """An author whose draft could be published."""
    author.begin("First steps")
    author.add("first-steps", "text")
    author.write("first-steps", 0, WORDS)
    return author


def revision(author: Author) -> str:
    return next(tag["value"] for tag in author.get("history").all("input", _name="seen"))


def plan(author: Author, action: str = "publish", *, days: int = 1, clock: str = "09:30", **more: str) -> Page:
    """Set a moment some days from now, by the clock of UTC."""
    day = (utcnow() + timedelta(days=days)).date().isoformat()
    form = {"action": action, "day": day, "clock": clock, "revision": revision(author), **more}
    return author.send("schedule", form)


def let_come(whole: Whole) -> int:
    """Let every moment come, and the job."""
    passed = update(StudioSchedule).values(at=utcnow() - timedelta(minutes=5))
    whole.do(lambda: db.session.execute(passed.where(StudioSchedule.state == "waiting")), write=True)
    return run_job(whole)


def run_job(whole: Whole) -> int:
    with whole.app.app_context():
        try:
            return run_due(db.session())
        finally:
            db.session.remove()


def versions(whole: Whole) -> list[int]:
    return whole.scalars(select(StudioVersion.number).order_by(StudioVersion.number))


def why(whole: Whole) -> list[tuple[str, str]]:
    rows = whole.scalars(select(StudioSchedule).order_by(StudioSchedule.id))
    return [(row.state, row.why) for row in rows]


def test_a_draft_is_published_at_its_moment_and_not_before(whole: Whole, course: Author) -> None:
    assert "To be published: " in plan(course).text
    assert run_job(whole) == 0
    assert whole.visitor().get(PAGE).status == 404
    for page in ("/en/studio", "", "publish"):
        assert "09:30" in course.get(page).text, page
    assert let_come(whole) == 1
    assert WORDS in whole.visitor().get(PAGE).text
    assert "learners get this one" in course.get("publish").text
    assert "09:30" not in course.get("publish").text
    assert run_job(whole) == 0
    assert versions(whole) == [1]
    told = whole.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("draft.")))
    assert sorted(told) == ["draft.schedule-done", "draft.scheduled"]


def test_what_is_written_after_the_moment_was_set_is_not_in_it(whole: Whole, course: Author) -> None:
    plan(course)
    course.write("first-steps", 0, "The harbour is closed.")
    assert "is not in it" in course.get("publish").text
    # A later day alone: what was chosen stays.
    plan(course, days=2)
    let_come(whole)
    assert WORDS in whole.visitor().get(PAGE).text
    plan(course)
    course.write("first-steps", 0, "The harbour is open.")
    plan(course, days=3, newest="y")
    let_come(whole)
    assert "The harbour is open." in whole.visitor().get(PAGE).text
    assert versions(whole) == [1, 2]


def test_words_that_two_have_changed_since_do_not_keep_it(whole: Whole, course: Author) -> None:
    page = course.get("lessons/first-steps")
    form = course.form_of(page, 0)
    plan(course)
    course.write("first-steps", 0, "Mine.")
    course.send("lessons/first-steps/block", form | {"f-words": "Theirs."})
    assert "Two people changed the same words" in course.get("publish").text
    assert let_come(whole) == 1
    assert WORDS in whole.visitor().get(PAGE).text


@pytest.mark.parametrize("processes", [3])
def test_three_processes_publish_once(whole: Whole, course: Author, processes: int) -> None:
    plan(course)
    whole.do(lambda: db.session.execute(update(StudioSchedule).values(at=utcnow())), write=True)
    with ThreadPoolExecutor(processes) as pool:
        done = list(pool.map(lambda _number: run_job(whole), range(processes)))
    assert sorted(done) == [0, 0, 1]
    assert versions(whole) == [1]


def test_a_run_that_was_broken_off_before_it_said_so_is_made_up_for(
    whole: Whole, course: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise KeyboardInterrupt

    plan(course)
    with monkeypatch.context() as patch:
        patch.setattr("perille.studio.scheduling.reload_published", fail)
        with pytest.raises(KeyboardInterrupt):
            let_come(whole)
    assert versions(whole) == [1]
    assert whole.visitor().get(PAGE).status == 404
    run_job(whole)
    assert WORDS in whole.visitor().get(PAGE).text


def test_what_another_process_says_meanwhile_hides_nothing(
    whole: Whole, course: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(course)
    with monkeypatch.context() as patch:
        # It has told of a publication of its own after this deed, and before its commit.
        patch.setattr("perille.studio.scheduling.last_reload", lambda: utcnow() + timedelta(seconds=5))
        assert let_come(whole) == 1
    assert WORDS in whole.visitor().get(PAGE).text


def test_another_version_meanwhile_ends_it_and_who_set_it_is_told(
    whole: Whole, course: Author, make_author: MakeAuthor
) -> None:
    other = make_author("ben@example.org")
    other.draft = course.draft
    plan(course)
    other.publish()
    assert "Another version was published meanwhile." in course.get("publish").text
    assert mails(whole) == ["anna@example.org"]
    assert let_come(whole) == 0
    assert versions(whole) == [1]
    assert "It did not happen by itself" in course.get("/en/account/drafts").text
    course.send("schedule/read")
    assert "meanwhile" not in course.get("publish").text
    # Who does it themselves is told nothing.
    course.write("first-steps", 0, "More.")
    plan(course)
    course.publish()
    assert why(whole) == [("stopped", "overtaken")] * 2
    assert len(mails(whole)) == 1


def mails(whole: Whole) -> list[str]:
    kind = Notice.kind == "studio-schedule-stopped"
    return whole.scalars(select(Notice.recipient).where(kind))


def test_an_approval_that_is_gone_keeps_it_from_being_published(
    whole: Whole, course: Author, make_author: MakeAuthor
) -> None:
    course.send("settings", {"title": "First steps", "summary": "S.", "slug": "first-steps", "country": "", "law": "1"})
    assert "must approve it first" in plan(course).text
    reader = make_author("ben@example.org", Role.REVIEWER)
    reader.draft = course.draft
    course.send("review")
    reader.send("review/answer", {"answer": "approve", "name": "Ben", "note": ""})
    plan(course)
    assert "09:30" in reader.get("publish").text
    assert reader.visitor.client.post(f"{course.draft}/schedule", data={}).status_code == 403
    course.send("review")
    reader.send("review/answer", {"answer": "change", "name": "Ben", "note": "It is wrong."})
    assert let_come(whole) == 0
    assert why(whole) == [("stopped", "approval")]
    assert "It is not approved any more" in course.get("publish").text
    assert mails(whole) == ["anna@example.org"]
    assert whole.visitor().get(PAGE).status == 404


@pytest.mark.parametrize("how", ["errors", "address", "aside", "handed-over"])
def test_what_hinders_at_the_moment_is_named_and_nothing_is_lost(
    whole: Whole, course: Author, make_author: MakeAuthor, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(course)
    if how == "errors":
        monkeypatch.setattr("perille.studio.builds.DraftBuild.errors", property(lambda self: ("a fact is not there",)))
    elif how == "address":
        other = make_author("ben@example.org", place="Market office")
        other.begin("First steps")
        other.add("first-steps", "text")
        other.write("first-steps", 0, "Of another course.")
        other.publish()
    elif how == "aside":
        course.send("aside")
    else:
        boss = Author(sign_in_as(whole, Role.ADMINISTRATOR))
        boss.draft = course.draft
        boss.send("organisation", {"organisation": "site"})
    assert let_come(whole) == 0
    assert why(whole) == [("stopped", how)]
    assert mails(whole) == ["anna@example.org"]
    assert WORDS not in whole.visitor().get(PAGE).text


def test_a_course_leaves_the_lists_at_its_moment(whole: Whole, course: Author) -> None:
    assert "so there is nothing to take out" in plan(course, "withdraw").text
    plan(course, days=3)
    assert "before it is published" in plan(course, "withdraw", days=2).text
    plan(course, "withdraw", days=4)
    assert "before it is published" in plan(course, days=5).text
    course.publish()
    assert let_come(whole) == 1
    assert why(whole) == [("stopped", "overtaken"), ("done", "")]
    assert "First steps" not in whole.visitor().get("/en/courses").text
    assert whole.visitor().get(PAGE).status == 404


def test_a_moment_is_taken_back(whole: Whole, course: Author) -> None:
    plan(course)
    course.send("schedule/publish/cancel")
    assert let_come(whole) == 0
    course.send("schedule/publish/cancel")
    assert versions(whole) == []


def test_who_takes_a_moment_back_too_late_is_told_that_it_was_kept(whole: Whole, course: Author) -> None:
    again = "It does not happen by itself any more."
    for action, told in (("publish", "Published as version 1."), ("withdraw", "The course is in no list any more.")):
        plan(course, action)
        let_come(whole)
        page = course.send(f"schedule/{action}/cancel")
        assert told in page.text
        assert again not in page.text
    # The second of two presses.
    plan(course)
    for _press in range(2):
        assert again in course.send("schedule/publish/cancel").text


def test_the_clock_is_that_of_the_organisation_and_is_named(whole: Whole, course: Author) -> None:
    whole.do(lambda: db.session.execute(update(Organisation).values(countries=["FI"])), write=True)
    assert "time in Finland" in course.get("publish").text
    page = plan(course, clock="14:05")
    assert "14:05 (time in Finland)" in page.text
    at: datetime = whole.scalars(select(StudioSchedule.at))[0]
    assert at.astimezone(ZoneInfo("Europe/Helsinki")).strftime("%H:%M") == "14:05"


@pytest.mark.parametrize(
    ("day", "clock", "words"),
    [
        ("31.12.2026", "10:00", "This is no day."),
        ("0001-01-01", "10:00", "This moment is past."),
        ("9999-12-31", "23:59", "more than two years away"),
        ("", "", "This is no time."),
        ("{tomorrow}", "noon", "This is no time."),
        ("{tomorrow}", "10:00+02:00", "This is no time."),
        ("{today}", "00:00", "This moment is past."),
        ("2027-03-28", "03:30", "There is no such time on that day"),
    ],
)
def test_what_is_no_moment_is_refused_by_name(whole: Whole, course: Author, day: str, clock: str, words: str) -> None:
    whole.do(lambda: db.session.execute(update(Organisation).values(countries=["FI"])), write=True)
    now = utcnow().astimezone(ZoneInfo("Europe/Helsinki"))
    days = {"{today}": now.date().isoformat(), "{tomorrow}": (now + timedelta(days=1)).date().isoformat()}
    form = {"action": "publish", "day": days.get(day, day), "clock": clock, "revision": revision(course)}
    assert words in course.send("schedule", form).text
    assert why(whole) == []


@pytest.mark.parametrize("action", ["publish", "withdraw"])
@pytest.mark.parametrize("how", ["taken", "translator", "disabled", "gone"])
def test_nothing_happens_for_who_may_not_do_it_any_more(
    whole: Whole, course: Author, make_author: MakeAuthor, how: str, action: str
) -> None:
    make_author("boss@example.org", Role.COORDINATOR)
    make_author("elsewhere@example.org", Role.COORDINATOR, "Market office")
    if action == "withdraw":
        course.publish()
    before = versions(whole)
    plan(course, action)
    whole.do(lambda: lose_role(how), write=True)
    assert let_come(whole) == 0
    assert why(whole) == [("stopped", "role")]
    assert versions(whole) == before
    assert (WORDS in whole.visitor().get(PAGE).text) is bool(before)
    assert mails(whole) == ["boss@example.org"]
    boss = make_author("boss@example.org", Role.COORDINATOR)
    boss.draft = course.draft
    assert "Who had set it may not publish this course any more." in boss.get("publish").text
    # Who answers for it sets another one.
    plan(boss, action)
    assert let_come(whole) == 1


def lose_role(how: str) -> None:
    """Let the author not be one any more. In a transaction."""
    account = db.session.scalars(select(Account).where(Account.email == "anna@example.org")).one()
    place = db.session.scalars(select(Organisation).where(Organisation.name == "Harbour office")).one().id
    if how == "gone":
        db.session.execute(update(StudioSchedule).values(made_by=UUID(int=1)))
    elif how == "disabled":
        account.disabled_at = utcnow()
    else:
        take_role(db.session, account.id, Role.AUTHOR, place)
        if how == "translator":
            give_role(db.session, account.id, Role.TRANSLATOR, place)


def test_where_nobody_coordinates_the_administrators_are_told(whole: Whole, course: Author) -> None:
    sign_in_as(whole, Role.ADMINISTRATOR, "root@example.org")
    plan(course)
    whole.do(lambda: lose_role("taken"), write=True)
    let_come(whole)
    assert mails(whole) == ["root@example.org"]


def test_what_was_taken_out_by_hand_comes_back_only_where_that_was_asked_for(
    whole: Whole, course: Author, make_author: MakeAuthor
) -> None:
    course.publish()
    course.write("first-steps", 0, "The harbour is open.")
    plan(course)
    page = course.send("withdraw")
    assert "It is not published by itself any more" in page.text
    assert let_come(whole) == 0
    assert whole.visitor().get(PAGE).status == 404
    # Of another person's moment that person is told.
    other = make_author("ben@example.org")
    other.draft = course.draft
    plan(course)
    other.publish()
    course.write("first-steps", 0, "The harbour is open at night.")
    plan(course)
    other.send("withdraw")
    assert mails(whole) == ["anna@example.org"] * 2
    assert "The course was taken out of the lists by hand." in course.get("publish").text


def test_it_is_asked_whether_a_moment_stays_when_a_course_is_taken_out(whole: Whole, course: Author) -> None:
    course.publish()
    assert not course.get("publish").all("input", _name="keep_moment")
    course.write("first-steps", 0, "The harbour is open.")
    plan(course)
    assert course.get("publish").all("input", _name="keep_moment")
    page = course.send("withdraw", {"keep_moment": "on"})
    assert "by itself any more" not in page.text
    assert whole.visitor().get(PAGE).status == 404
    assert let_come(whole) == 1
    assert "The harbour is open." in whole.visitor().get(PAGE).text
