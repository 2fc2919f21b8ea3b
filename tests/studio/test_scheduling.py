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
from perille.people.models import AuditEntry, Organisation, Role
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
    assert "It is published: " in plan(course).text
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
        monkeypatch.setattr("perille.studio.builds.Build.errors", property(lambda self: ("a fact is not there",)))
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


def test_what_is_set_stays_when_the_account_goes(whole: Whole, course: Author) -> None:
    plan(course)
    whole.do(lambda: db.session.execute(update(StudioSchedule).values(made_by=UUID(int=1))), write=True)
    assert let_come(whole) == 1
