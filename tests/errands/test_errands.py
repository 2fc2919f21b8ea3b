"""My errands: in order, ticked by those who take the course, shown in two languages, and gone with everything else."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from perille.core.database import utcnow
from perille.core.extensions import db
from perille.errands.models import ErrandTick
from perille.privacy.retention import expire
from support.errand_packs import IN_ORDER, errand, write_errands
from support.records import statements
from support.visitor import Page, Visitor
from support.whole import Whole

ERRANDS = "/en/courses/way/errands"


@pytest.fixture
def learner(whole: Whole, visitor: Visitor, tmp_path: Path) -> Visitor:
    """Somebody who has begun a course with errands."""
    assert "course_way" in whole.publish(*write_errands(tmp_path)).published
    visitor.start()
    return visitor


def keys(page: Page, tag: str) -> list[str]:
    """Return the keys of the errands that are shown to do (in a "section") or as done (in an "li")."""
    ids = [each.attributes.get("id", "") for each in page.all(tag)]
    return [each.removeprefix("errand-") for each in ids if each.startswith("errand-")]


def kept(whole: Whole) -> list[str]:
    return sorted(whole.scalars(select(ErrandTick.errand)))


def test_errands_stand_in_the_order_in_which_they_are_due(learner: Visitor) -> None:
    page = learner.get(ERRANDS)
    assert keys(page, "section") == IN_ORDER
    due = [tag.words for tag in page.all("p", _class="due")]
    assert due[0] == "By 15 January 2099"
    assert due[3] == "Within 7 days"
    assert "This day has passed" in due[4]


def test_errands_without_a_deadline_stand_in_the_order_of_the_lessons(
    whole: Whole, visitor: Visitor, tmp_path: Path
) -> None:
    lessons = {
        "zero": "# The first lesson\n\n" + errand("papers", "Get papers"),
        "a": "# Then\n\n" + errand("club", "Join"),
    }
    whole.publish(*write_errands(tmp_path, lessons=lessons, translations={}))
    page = visitor.get(ERRANDS)
    assert keys(page, "section") == ["papers", "club"]
    assert "in the order of the lessons" in page.text
    assert "due first" not in page.text


def test_a_day_in_a_line_that_is_not_translated_is_said_in_the_language_of_the_line(learner: Visitor) -> None:
    page = learner.get("/ar/courses/way/errands")
    (line,) = [tag for tag in page.all("dd") if "By 15" in tag.words]
    assert line.words == "By 15 January 2099"


def test_a_tick_moves_an_errand_to_those_done_and_back(whole: Whole, learner: Visitor) -> None:
    answer = learner.post(ERRANDS, {"errand": "move", "done": "yes"})
    assert (answer.status, answer.location) == (303, f"{ERRANDS}#errand-move")
    assert learner.post(ERRANDS, {"errand": "move", "done": "yes"}).status == 303, "a second press changes nothing"
    page = learner.get(ERRANDS)
    assert (keys(page, "li"), "move" in keys(page, "section"), kept(whole)) == (["move"], False, ["move"])
    assert page.headers["Cache-Control"] == "no-store"
    learner.post(ERRANDS, {"errand": "move", "done": "no"})
    assert (keys(learner.get(ERRANDS), "li"), kept(whole)) == ([], [])


def test_a_tick_is_no_statement(whole: Whole, learner: Visitor) -> None:
    before = len(statements(whole))
    learner.post(ERRANDS, {"errand": "move", "done": "yes"})
    assert len(statements(whole)) == before


def test_whoever_has_not_started_sees_the_list_and_nothing_is_kept(whole: Whole, learner: Visitor) -> None:
    stranger = whole.visitor()
    page = stranger.get(ERRANDS)
    assert keys(page, "section") == IN_ORDER
    assert "Until then nothing is kept" in page.text
    forms = page.all("form", data_tick="no")
    assert forms, "a phone that keeps the list shows them when there is no line"
    assert all("hidden" in each.attributes for each in forms)
    assert stranger.post(ERRANDS, {"errand": "move", "done": "yes"}).status == 303
    assert (kept(whole), stranger.cookie()) == ([], None)


def test_what_is_for_one_status_only_cannot_be_ticked(whole: Whole, learner: Visitor) -> None:
    page = learner.get(ERRANDS)
    (card,) = [tag for tag in page.all("section") if tag.attributes.get("id") == "errand-card"]
    assert "Only for people with temporary protection" in card.words
    assert "it would say something about you" in card.words
    assert learner.post(ERRANDS, {"errand": "card", "done": "yes"}).status == 400
    assert learner.post(ERRANDS, {"errand": "nobody-wrote-this", "done": "yes"}).status == 400
    assert kept(whole) == []


@pytest.mark.parametrize("changes", [{"trace": "none"}, {"sensitive": True}])
def test_a_pack_that_leaves_no_trace_and_a_sensitive_one_keep_no_tick(
    whole: Whole, visitor: Visitor, tmp_path: Path, changes: dict[str, object]
) -> None:
    whole.publish(*write_errands(tmp_path, **changes))
    visitor.start()
    page = visitor.get(ERRANDS)
    assert "Nothing that you do here is kept" in page.text
    assert visitor.post(ERRANDS, {"errand": "move", "done": "yes"}).status == 400
    assert kept(whole) == []


def test_the_list_is_shown_in_two_languages_at_the_counter(learner: Visitor) -> None:
    page = learner.get("/ar/courses/way/errands?with=en")
    titles = [(tag.attributes.get("lang", ""), tag.words) for tag in page.all("h2")]
    assert ("", "بلّغوا عن عنوانكم") in titles
    assert "Tell your address" in [words for _lang, words in titles]
    forms = {tag["action"] for tag in page.all("form") if "errands" in tag.attributes.get("action", "")}
    assert forms == {f"/ar/courses/way/errands{file}?with=en" for file in ("", "/dates.ics")}, (
        "each comes back to both languages"
    )


def test_the_course_and_its_lessons_lead_to_both_lists(learner: Visitor) -> None:
    lists = {ERRANDS, "/en/courses/way/word-list"}
    assert lists <= {tag["href"] for tag in learner.get("/en/courses/way").all("a")}
    assert lists <= {tag["href"] for tag in learner.get("/en/courses/way/second").all("a")}


def test_ticks_are_taken_along_and_erased(whole: Whole, learner: Visitor) -> None:
    learner.post(ERRANDS, {"errand": "move", "done": "yes"})
    tables = json.loads(learner.post("/en/my-data").response.data)["tables"]
    assert [row["errand"] for row in tables["errand_tick"]] == ["move"]
    learner.post("/en/forget", {"sure": "yes"})
    assert kept(whole) == []


def test_ticks_go_a_year_after_the_last_visit(whole: Whole, learner: Visitor) -> None:
    learner.post(ERRANDS, {"errand": "move", "done": "yes"})
    assert whole.do(lambda: expire(db.session, utcnow() + timedelta(days=366)), write=True) == 1
    assert kept(whole) == []


def test_a_course_without_errands_says_so(visitor: Visitor) -> None:
    page = visitor.get("/en/courses/way/errands")
    assert (page.status, "This course has no errands" in page.text) == (200, True)
    assert visitor.get("/en/courses/nowhere/errands").status == 404


def test_a_long_list_begins_with_a_way_to_each_errand(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    lessons = {"zero": "# One\n\n" + "\n".join(errand(f"e{number}", f"Do {number}") for number in range(7))}
    whole.publish(*write_errands(tmp_path, lessons=lessons, translations={}))
    page = visitor.get(ERRANDS)
    ways = [tag["href"] for tag in page.all("a") if tag["href"].startswith("#errand-")]
    assert ways == [f"#errand-{key}" for key in keys(page, "section")]
    assert len(ways) == 7
    # On paper the errands stand whole.
    (fold,) = [tag for tag in page.all("details") if "no-paper" in tag.attributes.get("class", "")]
    assert "My errands (7)" in fold.words


def test_a_short_list_needs_no_way_to_its_errands(learner: Visitor) -> None:
    assert [tag for tag in learner.get(ERRANDS).all("a") if tag["href"].startswith("#errand-")] == []


def tick(count: int, errand: str, done: str) -> dict[str, Any]:
    """Return a press on the list as a phone without a line keeps it."""
    more = {"unit": "errands", "item": errand, "form": {"done": [done]}}
    return {"id": str(UUID(int=count, version=4)), "who": "", "count": count, "at": 0, "kind": "errand"} | {
        "lang": "en",
        "course": "courses/way",
        **more,
    }


def test_ticks_of_a_phone_without_a_line_are_kept_in_its_order(whole: Whole, learner: Visitor) -> None:
    acts = [
        tick(3, "tax", "no"),
        tick(1, "move", "yes"),
        tick(2, "tax", "yes"),
        tick(4, "card", "yes"),
        tick(5, "x", "yes"),
    ]
    for _time in range(2):
        reply = learner.client.post("/queue", json={"now": 0, "acts": acts})
        told = reply.get_json()["acts"]
        assert [told[act["id"]] for act in acts] == ["stored"] * 3 + ["no such errand"] * 2
        assert kept(whole) == ["move"]
