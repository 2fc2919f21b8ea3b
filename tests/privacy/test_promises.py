"""What the privacy page promises: taken along, erased, and gone when the time is over."""

from __future__ import annotations

import json
from datetime import timedelta

from click.testing import CliRunner
from sqlalchemy import select

from perille.assessment.models import Attempt
from perille.core.database import utcnow
from perille.core.extensions import db
from perille.credentials.models import Credential
from perille.enrolment.models import Enrolment, Learner
from perille.privacy.commands import privacy
from perille.privacy.retention import expire
from support.records import only_enrolment, said, send, statements, voiding
from support.visitor import Visitor
from support.whole import Whole


def run(whole: Whole, *arguments: str) -> str:
    result = CliRunner().invoke(privacy, arguments, obj=lambda: whole.app, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def number(whole: Whole) -> str:
    (row,) = whole.scalars(select(Learner))
    return str(row.id)


def past(whole: Whole, days: int) -> int:
    return whole.do(lambda: expire(db.session, utcnow() + timedelta(days=days)), write=True)


def test_a_learner_takes_along_all_that_is_kept(whole: Whole, learner: Visitor) -> None:
    page = learner.post("/en/my-data")
    kept = json.loads(page.response.data)
    assert page.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    tables = kept["tables"]
    assert [each["pack_id"] for each in tables["enrolment"]] == ["course_way"]
    assert [each["printed_name"] for each in tables["credential"]] == ["Aino Virta"]
    assert [each["id"] for each in kept["statements"]] == [each["id"] for each in statements(whole)]
    assert len(tables["attempt_answer"]) == 2
    assert {"bookmark", "unit_progress", "course_progress", "learner"} <= set(tables)


def test_no_row_and_no_statement_is_left_out_of_what_is_taken_along(whole: Whole, learner: Visitor) -> None:
    """What names the learner in the tables is what an erasure takes: whoever adds a table, adds it to both."""
    learner.post("/en/keep")
    enrolment = only_enrolment(whole)
    by_others = said(whole, "commented", "hello", actor={"mbox": "mailto:teacher@example.org"})
    send(whole, by_others, said(whole, "experienced", "hello"))
    send(whole, voiding(by_others))
    before = whole.counts()
    kept = json.loads(learner.post("/en/my-data").response.data)
    learner.post("/en/forget", {"sure": "yes"})
    gone = {name: count - whole.counts()[name] for name, count in before.items() if count > whole.counts()[name]}
    assert {name: len(rows) for name, rows in kept["tables"].items()} == {
        name: count for name, count in gone.items() if not name.startswith("lrs_")
    }
    assert len(kept["statements"]) >= gone["lrs_statement"]
    assert by_others["id"] in {each["id"] for each in kept["statements"]}
    assert "code_hash" not in kept["tables"]["resume_code"][0]
    assert str(enrolment.learner_id) == kept["tables"]["learner"][0]["id"]


def test_a_stranger_has_nothing_to_take_along(whole: Whole, visitor: Visitor) -> None:
    assert visitor.post("/en/my-data").status == 404
    assert whole.scalars(select(Learner)) == []


def test_the_operator_exports_the_same(whole: Whole, learner: Visitor) -> None:
    assert json.loads(run(whole, "export", number(whole))) == json.loads(learner.post("/en/my-data").response.data)


def test_progress_goes_after_a_year_and_the_certificate_stays(whole: Whole, learner: Visitor) -> None:
    assert past(whole, 364) == 0
    assert past(whole, 367) == 1
    assert statements(whole) == []
    assert whole.scalars(select(Attempt)) == []
    assert [each.printed_name for each in whole.scalars(select(Credential))] == ["Aino Virta"]
    assert past(whole, 367) == 0, "what was done is not done again"


def test_after_five_years_all_is_gone(whole: Whole, learner: Visitor) -> None:
    past(whole, 367)
    assert past(whole, 5 * 365 + 2) == 1
    assert whole.scalars(select(Credential)) == []
    assert whole.scalars(select(Learner)) == []


def test_a_certificate_that_was_extended_stays_while_it_counts_and_five_years_after(
    whole: Whole, learner: Visitor
) -> None:
    def extend() -> None:
        row = db.session.scalars(select(Credential)).one()
        row.extended_on = row.awarded_on + timedelta(days=4 * 365)
        row.expires_on = row.awarded_on + timedelta(days=10 * 365)

    whole.do(extend, write=True)
    past(whole, 367)
    assert past(whole, 10 * 365 - 2) == 0
    assert [each.printed_name for each in whole.scalars(select(Credential))] == ["Aino Virta"]
    assert past(whole, 10 * 365 + 2) == 1
    assert whole.scalars(select(Credential)) == []


def test_who_made_no_certificate_is_forgotten_whole(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    assert past(whole, 367) == 1
    assert whole.scalars(select(Enrolment)) == []
    assert statements(whole) == []
