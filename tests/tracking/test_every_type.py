"""Every question type, answered by somebody who is enrolled: in a lesson, in a safety check and in a test with rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from perille.domain.item import Recording, has_own_buttons, is_scored, recording_of
from perille.interactions import plugin
from support.question_types import ASKED, fields, write_types
from support.records import acts, statements
from support.visitor import Visitor
from support.whole import Whole

COURSE = "/en/courses/types"
RULES = "\n[unit.final.rules]\ntries = 0\n"

TYPES = {each.name: each for each in plugin.interactions}
SCORED = [name for name, each in TYPES.items() if is_scored(each)]
UNSCORED = [name for name in TYPES if name not in SCORED]


def answered(whole: Whole) -> dict[str, Any]:
    """Return the only statement of an answer."""
    (found,) = [each for each in statements(whole) if each["verb"]["id"].endswith("/answered")]
    return found


def assert_tells_the_question(statement: dict[str, Any], interaction: str) -> None:
    """Hold a statement to the question as it was asked, and to the right answer as it was given."""
    asked = ASKED[interaction]
    assert statement["result"]["response"] == asked.response
    assert statement["result"]["success"] is True
    assert statement["result"]["score"] == {"scaled": 1.0}
    definition = statement["object"]["definition"]
    assert definition["interactionType"] == asked.type
    assert definition["description"] == {"en": "What now?"}
    found = {
        name: {each["id"]: each["description"]["en"] for each in definition[name]}
        for name in ("choices", "scale", "source", "target", "steps")
        if name in definition
    }
    assert found == asked.components


def test_each_type_has_a_question_here() -> None:
    assert set(ASKED) == set(TYPES)


@pytest.mark.parametrize("interaction", TYPES)
def test_an_answer_in_a_lesson_is_marked_and_recorded(
    whole: Whole, visitor: Visitor, interaction: str, tmp_path: Path
) -> None:
    whole.publish(write_types(tmp_path, interaction, in_test=False))
    visitor.start(COURSE)
    url = f"{COURSE}/hello"
    page = visitor.post(url, {**visitor.get(url).fields("check-asked"), **fields(interaction)})
    assert page.status in (200, 303)
    if recording_of(TYPES[interaction]) is Recording.COUNTED:
        assert not [act for act in acts(whole) if act.startswith("answered")]
    else:
        assert_tells_the_question(answered(whole), interaction)
        assert acts(whole)[-1] == "answered hello:asked"
    assert visitor.post(f"{url}/next").status == 303
    assert "completed hello" in acts(whole)


@pytest.mark.parametrize("interaction", SCORED)
def test_the_right_answer_passes_a_safety_check(
    whole: Whole, visitor: Visitor, interaction: str, tmp_path: Path
) -> None:
    whole.publish(write_types(tmp_path, interaction))
    visitor.start(COURSE)
    url = f"{COURSE}/final"
    page = visitor.post(url, {**visitor.get(url).fields("check-asked"), **fields(interaction)})
    assert page.status in (200, 303)
    assert_tells_the_question(answered(whole), interaction)
    assert "passed final" in acts(whole)


@pytest.mark.parametrize("interaction", SCORED)
def test_the_right_answer_passes_a_test_with_rules(
    whole: Whole, visitor: Visitor, interaction: str, tmp_path: Path
) -> None:
    whole.publish(write_types(tmp_path, interaction, test=RULES))
    visitor.start(COURSE)
    take(visitor, interaction)
    assert_tells_the_question(answered(whole), interaction)
    assert "passed final" in acts(whole)


@pytest.mark.parametrize("interaction", UNSCORED)
def test_what_has_no_right_answer_is_in_no_graded_test_and_counts_in_no_other(
    whole: Whole, visitor: Visitor, interaction: str, tmp_path: Path
) -> None:
    folder = write_types(tmp_path, interaction, test=RULES)
    assert whole.publish(folder).refused == ("course_types",)
    manifest = folder / "pack.toml"
    manifest.write_text(manifest.read_text("utf-8").replace('move_on = "Passed"', 'move_on = "Completed"'), "utf-8")
    report = whole.publish(folder)
    if has_own_buttons(TYPES[interaction]):
        assert any("puts its own buttons" in problem.message for problem in report.problems)
        return
    assert report.published == ("course_types",)
    visitor.start(COURSE)
    take(visitor, interaction)
    assert not [act for act in acts(whole) if act.startswith("answered")]


def take(visitor: Visitor, interaction: str) -> None:
    """Begin the test, answer its only question, hand in, and look at the result."""
    url = f"{COURSE}/final"
    visitor.post(url, {"do": "begin"})
    page = visitor.get(f"{url}?q=1")
    hidden = {tag["name"]: tag["value"] for tag in page.all("input", type="hidden")}
    assert visitor.post(url, {**hidden, **fields(interaction), "do": "next"}).status == 303
    assert visitor.post(url, {"attempt": hidden["attempt"], "do": "hand-in"}).status == 303
    assert visitor.get(f"{url}?q=result").status == 200
