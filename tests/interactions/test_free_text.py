"""A text in one's own words, and a poll: neither is scored, and what is kept of them is little."""

from __future__ import annotations

import pytest

from interactions.faults import faults
from interactions.pages import Page, render
from interactions.samples import INTERACTIONS, table
from perille.api import InteractionType, ItemReading, Recording
from perille.domain.item import is_scored, may_record, recording_of
from perille.interactions.free_text import LONGEST_TEXT

TEXT, POLL = INTERACTIONS["free-text"], INTERACTIONS["likert"]
LEVELS = [{"key": key, "text": key.title()} for key in ("never", "sometimes", "always")]


def free_text() -> ItemReading:
    return TEXT.read(table("free-text", model="I would ask  her\nalone.", points=["Alone", "With an interpreter"]))


def test_text_and_marks_are_the_response() -> None:
    item = free_text().item
    form = {"q": ["  I ask.\r\nThen I wait.\0 "], "q.point-1": ["yes"], "q.point-2": ["partly"]}
    response = TEXT.parse(item, form, "q")
    assert response == ("I ask.\nThen I wait.", "point-1[.]yes", "point-2[.]partly")
    assert TEXT.respond(item, response) == "I ask.\nThen I wait."
    assert TEXT.respond(item, ("{lang=fi} x",)) == "lang=fi} x"


@pytest.mark.parametrize("marks", [{"q.point-1": ["maybe"]}, {"q.point-3": ["yes"]}, {"q.point-1": ["yes", "no"]}, {}])
def test_text_is_not_lost_for_marks_that_are_not_ours(marks: dict[str, list[str]]) -> None:
    assert TEXT.parse(free_text().item, {"q": ["I ask."], **marks}, "q") == ("I ask.",)


@pytest.mark.parametrize(
    "values", [[], [""], [" \n\t"], ["\0"], ["x" * (LONGEST_TEXT + 1)], ["one", "two"], ["\ud800"]]
)
def test_nothing_and_too_much_is_no_text(values: list[str]) -> None:
    assert TEXT.parse(free_text().item, {"q": values, "q.point-1": ["yes"]}, "q") is None


def test_longest_text_and_tabs_are_kept() -> None:
    assert TEXT.parse(free_text().item, {"q": ["x" * LONGEST_TEXT]}, "q") == ("x" * LONGEST_TEXT,)
    assert TEXT.parse(free_text().item, {"q": ["a\tb\rc"]}, "q") == ("a\tb\nc",)


def test_model_answer_and_points_are_said_after_and_nothing_is_scored() -> None:
    reading = free_text()
    outcome = TEXT.score(reading.item, ("I ask.",))
    assert (outcome.scaled, outcome.success) == (1.0, True)
    assert [reading.words[part] for part in outcome.feedback] == [
        "I would ask her alone.",
        "Alone",
        "With an interpreter",
    ]
    assert not is_scored(TEXT)
    found = TEXT.describe(reading.item)
    assert (found.interaction_type, found.correct_responses_pattern) == (InteractionType.LONG_FILL_IN, ())


def test_what_may_tell_of_a_person_is_not_kept_where_it_is_sensitive() -> None:
    assert recording_of(TEXT) is Recording.UNLESS_SENSITIVE
    assert [may_record(TEXT, sensitive=sensitive) for sensitive in (False, True)] == [True, False]
    assert [may_record(POLL, sensitive=sensitive) for sensitive in (False, True)] == [False, False]
    assert [may_record(INTERACTIONS["choice"], sensitive=sensitive) for sensitive in (False, True)] == [True, True]
    assert [name for name, each in INTERACTIONS.items() if not is_scored(each)] == ["free-text", "likert", "role-play"]


@pytest.mark.parametrize("points", ["one", [1], [""], ["good", "  "], {"a": 1}])
def test_points_that_are_no_texts_are_told(points: object) -> None:
    said = faults("free-text", model="So.", points=points)
    assert said == ("'points' must be a list of short texts in quotes",)
    assert faults("free-text", points=[]) == ("'model' is missing",)


def test_text_without_points_only_shows_the_model() -> None:
    reading = TEXT.read(table("free-text", model="So."))
    page = Page(render(reading, ("I.",), TEXT.score(reading.item, ("I.",))))
    assert [said.words for said in page.marked("feedback")] == ["So."]
    assert not page.all("input")


def test_each_point_is_a_group_that_one_marks() -> None:
    reading = free_text()
    response = ("I ask.", "point-2[.]no")
    page = Page(render(reading, response, TEXT.score(reading.item, response)))
    assert "".join(page.all("textarea")[0].text) == "\nI ask."
    assert [tag.words for tag in page.all("legend")] == ["What now?", "Alone", "With an interpreter"]
    checked = [(tag["name"], tag["value"]) for tag in page.all("input") if tag.has("checked")]
    assert checked == [("q.point-2", "no")]
    assert page.label_of(page.all("input")[0]) == "~Yes"


def test_text_is_escaped() -> None:
    assert not Page(render(free_text(), ("</textarea><b>x",))).all("b")


def test_poll_keeps_its_scale_and_has_no_right_level() -> None:
    item = POLL.read(table("likert", level=LEVELS)).item
    assert POLL.arrange(item, "seed") == ("never", "sometimes", "always")
    assert POLL.parse(item, {"q": ["always"]}, "q") == ("always",)
    assert POLL.parse(item, {"q": ["always", "never"]}, "q") is None
    assert POLL.parse(item, {"q": ["often"]}, "q") is None
    assert POLL.respond(item, ("never",)) == "never"
    assert {POLL.score(item, (level,)).scaled for level in ("never", "always")} == {1.0}
    found = POLL.describe(item)
    assert (found.interaction_type, found.correct_responses_pattern) == (InteractionType.LIKERT, ())
    assert found.components == {"scale": tuple((key, f"level/{key}/text") for key in ("never", "sometimes", "always"))}


def test_poll_has_three_levels_at_least() -> None:
    assert faults("likert", level=LEVELS[:2]) == ("needs at least 3 [[item.level]]",)


def test_poll_thanks_and_marks_nothing() -> None:
    reading = POLL.read(table("likert", level=LEVELS))
    page = Page(render(reading, ("never",), POLL.score(reading.item, ("never",))))
    assert page.by_id()["q-result"].words == "~Thank you. Your answer is counted."
    assert [tag["value"] for tag in page.all("input") if tag.has("checked")] == ["never"]
