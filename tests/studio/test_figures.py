"""What learners did stands beside what they were given: by fives, and of the course that the draft published alone."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from perille.assessment.models import Attempt, AttemptAnswer
from perille.assessment.reports import statistics_of
from perille.core.database import Session, utcnow
from perille.core.extensions import db
from perille.domain.statistics import ItemStatistics
from perille.enrolment.models import Enrolment, Learner
from perille.studio.builds import build
from perille.studio.figures import answer_figures, unit_figures
from perille.studio.figures_cache import kept_statistics
from perille.studio.models import StudioDraft
from perille.tracking.models import UnitProgress
from studio.author import Author
from studio.test_first_steps import QUESTION
from support.whole import Whole


def draft_of(author: Author) -> StudioDraft:
    draft = db.session.get(StudioDraft, UUID(author.draft.rpartition("/")[2]))
    assert draft is not None
    return draft


def learn(author: Author, people: int, *, finished: bool = False, times: int = 1) -> None:
    """Let so many new people open the first lesson, each in so many enrolments."""
    pack_id = build(db.session, draft_of(author)).pack.manifest.id
    for _person in range(people):
        learner = Learner(last_seen_on=utcnow().date())
        for number in range(times):
            ended = utcnow() if number else None
            enrolment = Enrolment(learner=learner, pack_id=pack_id, structure_hash="0" * 64, ended_at=ended)
            db.session.add(enrolment)
            db.session.flush()
            done = utcnow() if finished else None
            db.session.add(
                UnitProgress(
                    registration=enrolment.registration, unit="first-steps", initialized_at=utcnow(), satisfied_at=done
                )
            )


def answer(author: Author, unit: str, key: str, right: list[bool], *, after: int = 0) -> None:
    """Let new people hand in a test of one question."""
    pack_id = build(db.session, draft_of(author)).pack.manifest.id
    for minute, each in enumerate(right):
        enrolment = Enrolment(learner=Learner(last_seen_on=utcnow().date()), pack_id=pack_id, structure_hash="0" * 64)
        db.session.add(enrolment)
        db.session.flush()
        given = AttemptAnswer(item=key, response=["a"], right=each, scaled=float(each))
        of = {"enrolment_id": enrolment.id, "unit": unit, "number": 1, "structure_hash": "0" * 64, "language": "en"}
        at = utcnow() + timedelta(minutes=after + minute)
        db.session.add(Attempt(**of, items=[key], finished_at=at, answers=[given]))


def line_of(author: Author) -> str:
    unit = author.get().one("li", id="unit-first-steps").words
    return unit[unit.index("Learners") :].split("  ")[0] if "Learners" in unit else ""


def test_few_are_not_shown_and_no_figure_moves_by_one_person(whole: Whole, author: Author) -> None:
    author.begin()
    author.add("first-steps", "text")
    author.write("first-steps", 0, "Welcome.")
    author.publish()
    whole.do(lambda: learn(author, 4, times=3), write=True)
    assert line_of(author) == "", "four people, however often"
    whole.do(lambda: learn(author, 1, finished=True), write=True)
    assert line_of(author).startswith("Learners, counted by fives: 5 opened it, 0 finished it.")
    assert "Many stop here." not in line_of(author)
    whole.do(lambda: learn(author, 4), write=True)
    assert line_of(author).startswith("Learners, counted by fives: 5 opened it, 0 finished it.")
    whole.do(lambda: learn(author, 4, finished=True), write=True)
    assert line_of(author).startswith("Learners, counted by fives: 10 opened it, 5 finished it. Many stop here.")


def test_the_hardest_question_of_a_test_stands_first_and_few_answers_are_not_shown(
    whole: Whole, author: Author
) -> None:
    author.begin()
    author.add("first-steps", "text")
    author.write("first-steps", 0, "Welcome.")
    author.send("lessons", {"title": "The end", "part": "0", "kind": "assessment"})
    bank = author.get("questions").all("section")[-1]["id"].removeprefix("bank-")
    author.send("questions/new", QUESTION | {"bank": bank})
    author.publish()

    def test_and_question() -> tuple[str, str]:
        made = build(db.session, draft_of(author))
        return next((plan.key, plan.items()[0].item.key) for plan in made.plans if plan.kind == "assessment")

    unit, key = whole.do(test_and_question)
    whole.do(lambda: answer(author, unit, key, [True] * 4), write=True)
    assert "nothing is shown yet" in author.get(f"banks/{bank}").one("section", id="answered").words
    whole.do(lambda: answer(author, unit, key, [True, False]), write=True)
    words = author.get(f"banks/{bank}").one("section", id="answered").words
    assert "80 of 100 points, 5 people" in words
    assert "A ship is late. What do you do?" in words


def test_a_draft_that_has_not_published_the_course_learns_nothing_of_it(whole: Whole, author: Author) -> None:
    author.begin()
    author.add("first-steps", "text")
    author.write("first-steps", 0, "Welcome.")
    author.publish()
    whole.do(lambda: learn(author, 10), write=True)
    mine = author.draft
    author.begin("Another one")

    def shown() -> tuple[int, int, int]:
        other = draft_of(author)
        author.draft = mine
        made = build(db.session, draft_of(author))
        figures = [unit_figures(db.session, each, made) for each in (draft_of(author), other)]
        return len(figures[0]), len(figures[1]), len(answer_figures(db.session, other, made, "checks"))

    assert whole.do(shown) == (1, 0, 0)


def test_figures_of_a_test_that_many_have_taken_are_counted_when_a_hundredth_is_new(
    whole: Whole, author: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    author.begin()
    counted: list[str] = []

    def watched(session: Session, pack_id: str, unit: str) -> dict[str, ItemStatistics]:
        counted.append(unit)
        return statistics_of(session, pack_id, unit)

    monkeypatch.setattr("perille.studio.figures_cache.statistics_of", watched)
    monkeypatch.setattr("perille.studio.figures_cache._FEW", 10)
    pack_id = whole.do(lambda: build(db.session, draft_of(author)).pack.manifest.id)

    def open_page() -> int:
        whole.do(lambda: kept_statistics(db.session, pack_id, "check"))
        return len(counted)

    whole.do(lambda: answer(author, "check", "colour", [True] * 9), write=True)
    assert [open_page(), open_page()] == [1, 2], "few are counted each time"
    whole.do(lambda: answer(author, "check", "colour", [True] * 111), write=True)
    assert [open_page(), open_page()] == [3, 3], "many are counted once"
    whole.do(lambda: answer(author, "check", "colour", [True], after=200), write=True)
    assert open_page() == 3
    whole.do(
        lambda: db.session.delete(db.session.scalars(select(Attempt).order_by(Attempt.finished_at)).first()), write=True
    )
    assert open_page() == 4, "one of them is gone, though as many are there"
    whole.do(lambda: answer(author, "check", "colour", [True] * 2, after=300), write=True)
    assert open_page() == 5
