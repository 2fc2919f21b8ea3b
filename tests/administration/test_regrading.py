"""Marking again from a page: what would change is shown first, and nothing is written before the press."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from perille.assessment.models import Attempt
from perille.people.models import AuditEntry
from support.exam import TEST, item, take, write_exam
from support.visitor import Visitor
from support.whole import Whole

MARKS = "/en/manage/questions/module_exam/final/marks"


def test_an_administrator_sees_what_would_change_and_changes_it(
    whole: Whole, administrator: Visitor, tmp_path: Path
) -> None:
    whole.publish(write_exam(tmp_path / "old"))
    learner = whole.visitor()
    take(learner, wrong=4)
    mended = "".join(item(number) for number in range(1, 11))
    mended = mended.replace("right = true\n", "").replace('key = "b"\ntext', 'key = "b"\nright = true\ntext')
    whole.publish(write_exam(tmp_path / "new", version="1.0.1", bank=mended))
    (attempt,) = whole.scalars(select(Attempt))
    page = administrator.get(MARKS)
    assert [cell.words for cell in page.all("td")] == [str(attempt.id), "0 %", "100 %", "now passed"]
    assert [each.score for each in whole.scalars(select(Attempt))] == [0.0]
    missing = next(f"q{number}" for number in range(1, 11) if f"q{number}" not in attempt.items)
    assert "Nothing would change." in administrator.get(f"{MARKS}?question={missing}").text
    assert administrator.post(MARKS, {"question": "", "attempt": str(attempt.id)}).location == MARKS
    assert "Nothing would change." in administrator.get(MARKS).text
    assert learner.get(f"{TEST}?q=result").heading == "You passed"
    assert "assessment.regraded" in [each.action for each in whole.scalars(select(AuditEntry))]


def test_nobody_else_marks_again(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    whole.publish(write_exam(tmp_path))
    take(visitor, wrong=4)
    assert visitor.get(MARKS).status != 200
    assert visitor.post(MARKS, {}).status in (303, 401, 403)
    assert [each.marked_by for each in whole.scalars(select(Attempt))] == [""]


def test_what_is_no_number_of_an_attempt_is_refused(whole: Whole, administrator: Visitor, tmp_path: Path) -> None:
    whole.publish(write_exam(tmp_path))
    assert administrator.get(f"{MARKS}?attempt=x").status == 400
    assert administrator.get(MARKS.replace("final", "gone")).status == 404
