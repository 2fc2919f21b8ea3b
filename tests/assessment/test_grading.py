"""Marking: once at the end, and again when a question was wrong."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from perille.assessment.commands import assessment
from perille.assessment.models import Attempt, ExtraTime
from perille.core.errors import NotFound
from perille.enrolment.models import Enrolment
from support.exam import TEST, begin, hand_in, item, keep, recorded, take, write_exam
from support.visitor import Visitor
from support.whole import Whole


@pytest.fixture
def failed(whole: Whole, visitor: Visitor, tmp_path: Path) -> Visitor:
    """Somebody who chose `b` everywhere and failed; then it turns out that `b` is right."""
    whole.publish(write_exam(tmp_path / "old"))
    take(visitor, wrong=4)
    mended = "".join(item(number) for number in range(1, 11))
    mended = mended.replace("right = true\n", "").replace('key = "b"\ntext', 'key = "b"\nright = true\ntext')
    whole.publish(write_exam(tmp_path / "new", version="1.0.1", bank=mended))
    return visitor


def run(whole: Whole, *arguments: str) -> str:
    result = CliRunner().invoke(assessment, arguments, obj=lambda: whole.app, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_dry_run_says_what_would_change_and_changes_nothing(whole: Whole, failed: Visitor) -> None:
    said = run(whole, "regrade", "module_exam", "final")
    assert "0% -> 100%  now passed" in said
    assert "1 attempts would change" in said
    assert [attempt.passed for attempt in whole.scalars(select(Attempt))] == [False]
    assert recorded(whole)[-1] == "failed final"


def test_marking_again_gives_the_pass_and_records_it_once(whole: Whole, failed: Visitor) -> None:
    assert "1 attempts changed" in run(whole, "regrade", "module_exam", "final", "--apply")
    (attempt,) = whole.scalars(select(Attempt))
    assert (attempt.passed, attempt.score) == (True, 1.0)
    assert recorded(whole)[-2:] == ["completed final", "passed final"]
    page = failed.get(f"{TEST}?q=result")
    assert (page.heading, "100 % right" in page.text) == ("You passed", True)
    assert "was marked again on" in page.text
    assert "Before that you had 0 %." in page.text
    right = [each for each in page.all("input", type="radio") if "checked" in each.attributes]
    assert {each["value"] for each in right} == {"b"}
    assert "Your last try was marked again" in failed.get(TEST).text
    assert "0 attempts changed" in run(whole, "regrade", "module_exam", "final", "--apply")
    assert recorded(whole).count("passed final") == 1


def test_one_question_or_one_attempt_can_be_marked_again(whole: Whole, failed: Visitor) -> None:
    (attempt,) = whole.scalars(select(Attempt))
    other = next(f"q{number}" for number in range(1, 11) if f"q{number}" not in attempt.items)
    for narrowed, count in (
        (("--question", other), 0),
        (("--question", attempt.items[0]), 1),
        (("--attempt", str(attempt.enrolment_id)), 0),
        (("--attempt", str(attempt.id)), 1),
    ):
        assert f"{count} attempts would change" in run(whole, "regrade", "module_exam", "final", *narrowed)


def test_a_pass_that_was_given_is_not_taken_away(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    whole.publish(write_exam(tmp_path / "old"))
    take(visitor)
    mended = "".join(item(number) for number in range(1, 11))
    mended = mended.replace("right = true\n", "").replace('key = "b"\ntext', 'key = "b"\nright = true\ntext')
    # What is said of the right answer now, the result page says as well.
    mended = mended.replace("Think of it again.", "It is this one.")
    whole.publish(write_exam(tmp_path / "new", version="1.0.1", bank=mended))
    run(whole, "regrade", "module_exam", "final", "--apply")
    (attempt,) = whole.scalars(select(Attempt))
    assert (attempt.passed, attempt.score) == (True, 0.0)
    page = visitor.get(f"{TEST}?q=result")
    assert page.heading == "You passed"
    assert "Before that you had 100 %. A pass that was given stays." in page.text
    assert page.text.count("Think of it again.") == 0, "what was chosen is said by the structure that the score is of"


def test_an_attempt_is_marked_by_what_it_asked_also_after_a_new_version(
    whole: Whole, visitor: Visitor, tmp_path: Path
) -> None:
    whole.publish(write_exam(tmp_path / "old"))
    asked = begin(visitor)
    gone = "".join(item(number) for number in range(1, 11) if f"q{number}" != asked[0]) + item(11) + item(12)
    whole.publish(write_exam(tmp_path / "new", version="1.1.0", bank=gone))
    for place, key in enumerate(asked):
        assert keep(visitor, key, "a", number=place + 1).status == 303
    hand_in(visitor)
    assert visitor.get(f"{TEST}?q=result").heading == "You passed"


def test_extra_time_lengthens_the_next_attempt(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    whole.publish(write_exam(tmp_path, time_limit="10"))
    visitor.start("/en/modules/exam")
    (enrolment,) = whole.scalars(select(Enrolment))
    run(whole, "extra-time", str(enrolment.registration), "50")
    begin(visitor)
    (attempt,) = whole.scalars(select(Attempt))
    assert attempt.deadline_at - attempt.started_at == timedelta(minutes=15)
    run(whole, "extra-time", str(enrolment.registration), "0")
    assert whole.scalars(select(ExtraTime)) == []


def test_a_pack_or_unit_that_is_not_there_is_named(whole: Whole, visitor: Visitor) -> None:
    result = CliRunner().invoke(assessment, ["regrade", "module_none", "x"], obj=lambda: whole.app)
    assert isinstance(result.exception, NotFound)
    assert "module_none" in str(result.exception)


def test_statistics_are_shown_from_five_attempts_on(whole: Whole, tmp_path: Path) -> None:
    whole.publish(write_exam(tmp_path, retry='"same"'))
    for number in range(4):
        take(whole.visitor(), wrong=number % 2)
    assert "Not enough people" in run(whole, "statistics", "module_exam", "final")
    for _more in range(16):
        take(whole.visitor())
    said = run(whole, "statistics", "module_exam", "final")
    assert "question" in said
    figures = json.loads(run(whole, "statistics", "module_exam", "final", "--json"))
    assert sum(each["count"] for each in figures.values()) <= 20 * 4
    assert all(each["count"] >= 5 and 0 <= each["facility"] <= 1 for each in figures.values())
