"""A refresher extends a certificate when it is passed, takes nothing away when it is not, and is there only near the end."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
import time_machine
from pypdf import PdfReader
from sqlalchemy import select

from perille.assessment.grading import AttemptFilter, ScoreChange
from perille.assessment.models import Attempt
from perille.assessment.regrading import current_refreshers
from perille.assessment.regrading import mark_again as regrade_all
from perille.assessment.reports import attempts_taken
from perille.core.database import Session
from perille.core.dates import long_date, today
from perille.core.extensions import db
from perille.courses.learner_course import LearnerCourse
from perille.credentials.expiring import REMINDERS, remind
from perille.credentials.models import Credential
from perille.credentials.services import last_day
from perille.enrolment.models import Learner
from perille.notices.models import Notice
from perille.notices.services import Content, content_seal
from perille.packs.published.library import current_library
from perille.people.models import Account, Role
from perille.profiles.models import AccountLearner
from perille.refreshers.regrading import RefresherGrading
from support.exam import asked_on, attempt_on, hand_in, item, take, write_exam
from support.path import write_path
from support.people import agree, sign_in_as
from support.records import acts
from support.visitor import Page, Visitor
from support.whole import Whole

MODULE = "/en/modules/exam"
CERTIFICATE, REFRESHER = f"{MODULE}/certificate", f"{MODULE}/refresher"


def write(root: Path, *, months: int = 24, bank: str = "", version: str = "1.0.0") -> Path:
    folder = write_exam(root, bank=bank, version=version)
    manifest = folder / "pack.toml"
    text = manifest.read_text("utf-8")
    manifest.write_text(text.replace('safety-check"\n', f'safety-check"\nvalid_months = {months}\n'), "utf-8")
    return folder


@pytest.fixture
def graduate(whole: Whole, tmp_path: Path) -> Visitor:
    """Somebody who has passed the module and made its certificate."""
    whole.publish(write(tmp_path))
    visitor = whole.visitor()
    visitor.post(f"{MODULE}/start")
    take(visitor)
    visitor.post(f"{MODULE}/hello/next")
    assert visitor.post(CERTIFICATE, {"name": "Aino Virtanen"}).status == 303
    return visitor


def certificate(whole: Whole) -> Credential:
    (found,) = whole.scalars(select(Credential))
    assert isinstance(found, Credential)
    return found


def ends_on(whole: Whole) -> date:
    day = certificate(whole).expires_on
    assert day is not None
    return day


@pytest.fixture
def near_the_end(whole: Whole, graduate: Visitor) -> Iterator[date]:
    """A day on which the certificate still counts, and its refresher is open."""
    day = ends_on(whole) - timedelta(days=30)
    with time_machine.travel(datetime(day.year, day.month, day.day, 12, tzinfo=UTC)):
        yield day


def on(day: date) -> time_machine.travel:
    return time_machine.travel(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))


def address(visitor: Visitor) -> str:
    return visitor.get(REFRESHER).location


def refresh(visitor: Visitor, *, wrong: int = 0) -> Page:
    """Take the refresher, its first questions wrongly, and return the page of its result."""
    test = address(visitor)
    if not visitor.get(f"{test}?q=review").all("ol", class_="review"):
        assert "10 questions" in visitor.get(test).text
        visitor.submit(test, {"do": "begin"})
    of = attempt_on(visitor, test)
    for number in range(1, 11):
        (key,) = asked_on(visitor.get(f"{test}?q={number}"))
        choice = "b" if number <= wrong else "a"
        visitor.post(test, {**of, "do": "next", "number": str(number), "item": key, f"a-{key}": choice})
    assert hand_in(visitor, test).location == f"{test}?q=result"
    return visitor.get(f"{test}?q=result")


def test_passed_it_extends_the_certificate_from_its_last_day(
    whole: Whole, graduate: Visitor, near_the_end: date
) -> None:
    before = ends_on(whole)
    page = refresh(graduate)
    assert "Your certificate counts longer now." in page.text
    assert [each["href"] for each in page.all("a", class_="main", rel="next")] == [CERTIFICATE]
    now = certificate(whole)
    assert (now.expires_on, now.extended_on, now.extended_minutes) == (last_day(before, 24), near_the_end, 30)


def test_check_and_paper_say_when_and_by_what(whole: Whole, graduate: Visitor, near_the_end: date) -> None:
    code = certificate(whole).code
    refresh(graduate)
    said = f"Extended on {long_date(near_the_end, 'en')} by a refresher of 30 minutes."
    assert said in graduate.get(f"/verify/{code}?lang=en").text
    assert said in graduate.get(CERTIFICATE).text
    body = graduate.client.get(f"{CERTIFICATE}.pdf").data
    assert said in " ".join(PdfReader(io.BytesIO(body)).pages[0].extract_text().split())


def test_not_passed_it_changes_nothing_and_can_be_taken_again(
    whole: Whole, graduate: Visitor, near_the_end: date
) -> None:
    before = ends_on(whole)
    page = refresh(graduate, wrong=8)
    assert "Your certificate stays as it is: nothing is lost." in page.text
    assert "fail" not in page.text.lower()
    assert (ends_on(whole), certificate(whole).extended_on) == (before, None)
    assert not [act for act in acts(whole) if act.startswith("failed")]
    assert "counts longer now" in refresh(graduate).text


def test_pressed_twice_it_extends_once(whole: Whole, graduate: Visitor, near_the_end: date) -> None:
    test = address(graduate)
    refresh(graduate)
    once = ends_on(whole)
    hand_in(graduate, test)
    graduate.post(test, {"do": "begin"})
    assert ends_on(whole) == once
    assert len(whole.scalars(select(Attempt.id).where(Attempt.unit.startswith("refresher")))) == 1
    assert graduate.get(test).location.endswith("?q=result"), "what was handed in can still be read"


def test_it_is_recorded_as_an_activity_of_its_own(whole: Whole, graduate: Visitor, near_the_end: date) -> None:
    ends = ends_on(whole)
    refresh(graduate)
    told = [act for act in acts(whole) if f"refresher-{ends}" in act and not act.startswith("answered")]
    assert [act.split()[0] for act in told] == ["initialized", "completed", "passed"]


@pytest.mark.parametrize(("days", "is_open"), [(-91, False), (-90, True), (400, True)])
def test_it_is_open_near_the_end_and_after_it(whole: Whole, graduate: Visitor, days: int, is_open: bool) -> None:
    ends = ends_on(whole)
    with on(ends + timedelta(days=days)):
        page = graduate.get(REFRESHER)
        assert (page.status == 303) is is_open
        links = [each["href"].partition("?")[0] for each in graduate.get(CERTIFICATE).all("a", class_="quiet")]
        assert (REFRESHER in links) is is_open
        opens = f"This refresher opens on {long_date(ends - timedelta(days=90), 'en')}."
        assert (opens in graduate.get(CERTIFICATE).text) is not is_open
        if not is_open:
            graduate.post(f"{MODULE}/refresher-{ends}", {"do": "begin"})
            assert not whole.scalars(select(Attempt.id).where(Attempt.unit.startswith("refresher")))


def test_its_time_counts_in_the_year_in_which_it_was_taken(whole: Whole, graduate: Visitor, near_the_end: date) -> None:
    account = keep_in_account(whole)
    assert f"Time in {near_the_end.year}: 0 h 0 min" in account.get("/en/account/modules").text
    refresh(graduate)
    assert f"Time in {near_the_end.year}: 0 h 30 min" in account.get("/en/account/modules").text


def test_a_path_counts_as_long_as_its_modules_once_all_were_refreshed(
    whole: Whole, graduate: Visitor, tmp_path: Path
) -> None:
    whole.publish(write(tmp_path), write_path(tmp_path))
    graduate.post("/en/modules/path/start")
    graduate.post("/en/modules/path/certificate", {"name": "Aino Virtanen"})

    def ends() -> dict[str, date | None]:
        return {row.pack_id: row.expires_on for row in whole.scalars(select(Credential))}

    before = ends()["module_path"]
    assert before is not None
    said = "This certificate counts longer once the refreshers of all its modules are passed."
    assert said in graduate.get("/en/modules/path/certificate").text
    day = before - timedelta(days=30)
    with on(day):
        account = keep_in_account(whole)
        assert said in account.get("/en/account/modules").text
        refresh(graduate)
        assert ends() == dict.fromkeys(ends(), last_day(before, 24))
        assert f"Time in {day.year}: 0 h 30 min" in account.get("/en/account/modules").text
        page = graduate.get("/en/modules/path/certificate").text
        assert f"Extended on {long_date(day, 'en')} by a refresher of 30 minutes." in page


def test_a_path_with_a_module_that_has_no_refresher_promises_nothing(whole: Whole, tmp_path: Path) -> None:
    whole.publish(write_exam(tmp_path), write_path(tmp_path))
    visitor = whole.visitor()
    visitor.post(f"{MODULE}/start")
    take(visitor)
    visitor.post(f"{MODULE}/hello/next")
    visitor.post("/en/modules/path/start")
    assert visitor.post("/en/modules/path/certificate", {"name": "Aino Virtanen"}).status == 303
    said = "One of its modules has no refresher, so this certificate cannot be made to count longer."
    page = visitor.get("/en/modules/path/certificate").text
    assert said in page
    assert "counts longer once" not in page
    with on(certificate_end(whole) - timedelta(days=30)):
        assert said in keep_in_account(whole).get("/en/account/modules").text


def certificate_end(whole: Whole) -> date:
    (row,) = [each for each in whole.scalars(select(Credential)) if each.pack_id == "module_path"]
    assert row.expires_on is not None
    day: date = row.expires_on
    return day


def mark_again(whole: Whole, unit: str = "final") -> list[ScoreChange]:
    def work() -> list[ScoreChange]:
        return regrade_all(db.session(), current_library(), "module_exam", unit, AttemptFilter(), apply=True)

    return whole.do(work, write=True)


def _turned() -> str:
    """Return the questions of the test with the other choice marked as right."""
    bank = "".join(item(number) for number in range(1, 11))
    return (
        bank.replace('key = "a"', 'key = "tmp"').replace('key = "b"', 'key = "a"').replace('key = "tmp"', 'key = "b"')
    )


@pytest.mark.parametrize("unit", ["final", "refresher"])
def test_marked_again_and_passed_now_it_extends_the_certificate(
    whole: Whole, graduate: Visitor, near_the_end: date, tmp_path: Path, unit: str
) -> None:
    before = ends_on(whole)
    refresh(graduate, wrong=10)
    assert ends_on(whole) == before
    # The author had marked the wrong choice as right.
    whole.publish(write(tmp_path, bank=_turned(), version="1.1.0"))
    changes = mark_again(whole, unit)
    assert [(each.old_score, each.new_score) for each in changes if each.new_passed and not each.old_passed] == [(0, 1)]
    now = certificate(whole)
    assert (now.expires_on, now.extended_on, now.extended_minutes) == (last_day(before, 24), near_the_end, 30)
    assert [act.split()[0] for act in acts(whole) if act.startswith("passed refresher")] == ["passed"]
    mark_again(whole, unit)
    assert ends_on(whole) == now.expires_on, "once"


class _Asked(RefresherGrading):
    """Notes which refresher was passed now, and extends nothing."""

    def __init__(self) -> None:
        self.passed: list[str] = []

    def extend(self, session: Session, place: LearnerCourse, key: str) -> None:
        self.passed.append(key)


def test_who_brings_refreshers_hears_of_each_that_is_passed_now(
    whole: Whole, graduate: Visitor, near_the_end: date, tmp_path: Path
) -> None:
    before, asked = ends_on(whole), _Asked()
    refresh(graduate, wrong=10)
    whole.publish(write(tmp_path, bank=_turned(), version="1.1.0"))
    current_refreshers.set(whole.app, asked)
    mark_again(whole)
    assert (asked.passed, ends_on(whole)) == ([f"refresher-{before.isoformat()}"], before)


def test_how_its_questions_work_is_told_of_all_refreshers_of_a_module(
    whole: Whole, graduate: Visitor, near_the_end: date
) -> None:
    refresh(graduate)
    administrator = sign_in_as(whole, Role.ADMINISTRATOR, "admin@example.org")
    page = administrator.get("/en/manage/questions")
    assert [cell.words for cell in page.all("td")][::2] == ["Exam: The test", "Exam: Refresher"]
    for end in ("", "/marks"):
        assert "Exam: Refresher" in administrator.get(f"/en/manage/questions/module_exam/refresher{end}").text
    with whole.app.app_context():
        taken = [
            [each.item for each in one.answers] for one in attempts_taken(db.session(), "module_exam", "refresher")
        ]
        assert len(taken[0]) == 10


def test_after_its_end_a_certificate_is_extended_from_today(whole: Whole, graduate: Visitor) -> None:
    day = ends_on(whole) + timedelta(days=10)
    with on(day):
        refresh(graduate)
    assert ends_on(whole) == last_day(day, 24)


def test_it_asks_what_changed_since(whole: Whole, graduate: Visitor, near_the_end: date, tmp_path: Path) -> None:
    bank = "".join(item(number) for number in range(1, 61)).replace("Question number 7?", "Question number seven?")
    whole.publish(write(tmp_path, bank=bank, version="1.1.0"))
    test = address(graduate)
    graduate.submit(test, {"do": "begin"})
    (asked,) = whole.scalars(select(Attempt.items).where(Attempt.unit.startswith("refresher")))
    assert len(asked) == 24
    old = {f"q{number}" for number in range(1, 11)} - {"q7"}
    assert old.isdisjoint(asked), "new and changed questions come first, and there are enough of them"


def test_another_try_asks_what_changed_since_the_certificate_of_the_newest_edition(
    whole: Whole, graduate: Visitor, near_the_end: date, tmp_path: Path
) -> None:
    test = address(graduate)
    for tries, version in enumerate(("1.1.0", "1.2.0")):
        bank = "".join(item(number) for number in range(1, 61 + 20 * tries))
        whole.publish(write(tmp_path, bank=bank, version=version))
        graduate.post(test, {"do": "begin", "attempts": str(tries)})
        hand_in(graduate, test)
    chosen = select(Attempt).where(Attempt.unit.startswith("refresher")).order_by(Attempt.number)
    first, second = whole.scalars(chosen)
    assert first.structure_hash != second.structure_hash
    assert {f"q{number}" for number in range(1, 11)}.isdisjoint(second.items), "a try that failed changes nothing"


def test_without_a_certificate_that_ends_there_is_none(whole: Whole, tmp_path: Path) -> None:
    whole.publish(write(tmp_path, months=0))
    visitor = whole.visitor()
    visitor.post(f"{MODULE}/start")
    assert visitor.get(REFRESHER).status == 404
    take(visitor)
    visitor.post(f"{MODULE}/hello/next")
    visitor.post(CERTIFICATE, {"name": "Aino Virtanen"})
    assert visitor.get(REFRESHER).status == 404


def keep_in_account(whole: Whole) -> Visitor:
    """Let the graduate's progress be kept in an account; return a browser that is signed in as it."""
    signed_in = sign_in_as(whole, Role.MEMBER, "aino@example.org")

    def work() -> None:
        account = db.session.scalars(select(Account)).one()
        learner = db.session.scalars(select(Learner)).one()
        db.session.add(AccountLearner(account_id=account.id, learner_id=learner.id))
        agree("aino@example.org", REMINDERS.name)

    whole.do(work, write=True)
    return signed_in


def end_in(whole: Whole, days: int) -> None:
    """Let the certificate end so many days from now."""

    def work() -> None:
        db.session.scalars(select(Credential)).one().expires_on = today() + timedelta(days=days)

    whole.do(work, write=True)


def test_my_modules_and_the_reminder_lead_to_it(whole: Whole, graduate: Visitor) -> None:
    account = keep_in_account(whole)
    assert REFRESHER not in [each["href"] for each in account.get("/en/account/modules").all("a")]
    end_in(whole, 30)
    assert REFRESHER in [each["href"] for each in account.get("/en/account/modules").all("a")]
    assert whole.do(lambda: remind(db.session()), write=False) == 1
    (row,) = whole.scalars(select(Notice))
    with whole.app.app_context():
        content = msgspec.json.decode(content_seal().open(row.content), type=Content)
        body = whole.app.jinja_env.get_template("credentials/expiring.txt").render(
            values=content.values, links=content.links, switches="", operator="", site=""
        )
    assert content.links["refresher"].endswith(REFRESHER)
    assert content.links["refresher"] in body
    assert "Exam" not in body


def test_a_corrected_certificate_stands_once_in_the_list_of_modules(whole: Whole, graduate: Visitor) -> None:
    account = keep_in_account(whole)
    graduate.submit(f"{CERTIFICATE}/reissue", {"name": "Aino Virta", "reason": "changed-name"})
    page = account.get("/en/account/modules")
    assert len([each for each in page.all("h2") if each.words == "Exam"]) == 1
    assert "0 h 15 min" in page.text


def test_a_corrected_certificate_keeps_its_extension(whole: Whole, graduate: Visitor, near_the_end: date) -> None:
    refresh(graduate)
    graduate.submit(f"{CERTIFICATE}/reissue", {"name": "Aino Virta", "reason": "changed-name"})
    rows = whole.scalars(select(Credential).order_by(Credential.id))
    assert [(row.extended_on, row.extended_minutes) for row in rows] == [(near_the_end, 30)] * 2
    assert rows[0].expires_on == rows[1].expires_on
