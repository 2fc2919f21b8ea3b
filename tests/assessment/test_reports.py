"""What is told of the questions of a test is told of people, each once, and never of few."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from perille.assessment import reports
from perille.assessment.models import Attempt, AttemptAnswer
from perille.core.database import utcnow
from perille.domain.statistics import ItemStatistics
from perille.enrolment.models import Enrolment, Learner

START = utcnow()
WHERE = ("module_exam", "final")


def enrol(session: Session, learner: Learner | None = None) -> Enrolment:
    """Begin the module: as somebody new, or as *learner* once more, whose way before has ended."""
    learner = learner or Learner(last_seen_on=START.date())
    ended = START if learner.id is not None else None
    enrolment = Enrolment(learner=learner, pack_id=WHERE[0], structure_hash="0" * 64, ended_at=ended)
    session.add(enrolment)
    session.flush()
    return enrolment


def hand_in(
    session: Session, enrolment: Enrolment, *, right: bool, minute: int, number: int = 1, language: str = "en"
) -> None:
    """Add an attempt with one question, as it is after handing in at a minute."""
    answer = AttemptAnswer(item="q1", response=["a" if right else "b"], right=right, scaled=float(right))
    session.add(
        Attempt(
            enrolment_id=enrolment.id,
            unit=WHERE[1],
            number=number,
            structure_hash="0" * 64,
            language=language,
            items=["q1"],
            finished_at=START + timedelta(minutes=minute),
            answers=[answer],
        )
    )
    session.flush()


def figures(session: Session) -> ItemStatistics | None:
    return reports.statistics_of(session, *WHERE).get("q1")


def test_five_tries_of_one_person_are_one_person(session: Session) -> None:
    enrolment = enrol(session)
    for number in range(1, 6):
        hand_in(session, enrolment, right=True, minute=number, number=number)
    assert figures(session) is None
    assert reports.tests_taken(session) == [(*WHERE, 0)]


def test_only_what_somebody_handed_in_first_counts_also_after_beginning_anew(session: Session) -> None:
    for person in range(5):
        first = enrol(session)
        again = enrol(session, first.learner)
        hand_in(session, again, right=True, minute=10 + person)
        hand_in(session, first, right=False, minute=person)
        hand_in(session, first, right=True, minute=20 + person, number=2)
    found = figures(session)
    assert found is not None
    assert (found.count, found.facility) == (5, 0.0)
    assert [(each.language, each.count) for each in found.languages] == [("en", 5)]
    assert reports.tests_taken(session) == [(*WHERE, 5)]


def test_what_one_person_more_answered_cannot_be_read_from_what_is_shown(session: Session) -> None:
    for person in range(6):
        hand_in(session, enrol(session), right=False, minute=person)
    before = figures(session)
    assert before is not None
    assert (before.count, reports.tests_taken(session)) == (5, [(*WHERE, 5)])
    for person in range(6, 9):
        hand_in(session, enrol(session), right=True, minute=person)
        assert (figures(session), reports.tests_taken(session)) == (before, [(*WHERE, 5)])
    hand_in(session, enrol(session), right=True, minute=9)
    after = figures(session)
    assert after is not None
    assert (after.count, after.facility, reports.tests_taken(session)) == (10, 0.4, [(*WHERE, 10)])


def test_who_began_first_and_hands_in_last_takes_nobodys_place(session: Session) -> None:
    slow = enrol(session)
    for person in range(6):
        hand_in(session, enrol(session), right=False, minute=person)
    before = figures(session)
    hand_in(session, slow, right=True, minute=6)
    assert figures(session) == before


def test_a_language_moves_in_steps_and_the_whole_is_the_sum_of_its_languages(session: Session) -> None:
    for person in range(14):
        hand_in(session, enrol(session), right=True, minute=person, language="fi" if person % 2 else "en")
    found = figures(session)
    assert found is not None
    assert (found.count, [(each.language, each.count) for each in found.languages]) == (10, [("en", 5), ("fi", 5)])


def test_of_very_many_people_the_newest_are_counted_and_the_oldest_leave_together(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "_MOST", 20)
    monkeypatch.setattr(reports, "_LEAVE", 10)
    counts = []
    for person in range(30):
        hand_in(session, enrol(session), right=person >= 10, minute=person)
        counts.append(len(list(reports.attempts_taken(session, *WHERE))))
    assert counts == [*range(1, 30), 20]
    found = figures(session)
    assert found is not None
    assert (found.count, found.facility) == (20, 1.0), "the ten who had it wrong were the oldest"


def test_counting_leaves_what_the_session_holds_alone(session: Session) -> None:
    enrolment = enrol(session)
    hand_in(session, enrolment, right=True, minute=1)
    figures(session)
    assert enrolment in session, "a page that counts must not lose what it has read before"
