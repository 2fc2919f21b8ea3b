"""What the privacy page promises: taken along, erased, and gone when the time is over."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from perille.assessment.models import Attempt
from perille.credentials.models import Credential
from perille.database import utcnow
from perille.enrolment.models import Enrolment, Learner
from perille.extensions import db
from perille.privacy.commands import privacy
from perille.privacy.retention import expire
from support.records import statements
from support.visitor import Visitor
from support.whole import Whole

CHECK = "/en/courses/way/check"


@pytest.fixture
def learner(visitor: Visitor) -> Visitor:
    """Somebody who has done the whole course and has a certificate."""
    visitor.start()
    for unit in ("hello", "second"):
        visitor.post(f"/en/courses/way/{unit}/next")
    for item in ("one", "two"):
        visitor.answer(CHECK, item, "a")
    visitor.post("/en/courses/way/certificate", {"name": "Aino Virta"})
    return visitor


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
    assert [each["course"] for each in kept["enrolments"]] == ["course_way"]
    assert [each["printed_name"] for each in kept["certificates"]] == ["Aino Virta"]
    assert len(kept["statements"]) == len(statements(whole))
    assert len(kept["tests"][0]["answers"]) == 2
    assert kept["bookmarks"]


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


def test_who_made_no_certificate_is_forgotten_whole(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    assert past(whole, 367) == 1
    assert whole.scalars(select(Enrolment)) == []
    assert statements(whole) == []
