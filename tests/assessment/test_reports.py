"""What is told of the questions of a test is told of people, each once, and never of few."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from json import loads

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from perille.assessment import reports
from perille.assessment.models import Attempt, AttemptAnswer
from perille.domain.statistics import GivenAnswer, GradedAttempt, ItemStatistics, item_statistics
from perille.enrolment.models import Enrolment, Learner

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
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


#: Keys, and what people type: signs of JSON, of SQL and of no paper at all.
RESPONSES = (["a"], ["b", "c"], [], ["\u00e4\u0645"], ["it's", '"5"'], ["\x1e\x1f", "\\", "a\nb"])
SCORES = (0.0, 1.0, 1 / 3, 2 / 3, 1 / 7, 1 / 24, 5 / 24, 1 / 120, 3 / 8, None)


def take_at_random(session: Session, pack: str, chance: random.Random) -> None:
    """Let some people take a test as often as they like: handed in or not, all of it answered or not, in one enrolment or two."""
    for _person in range(chance.randrange(1, 25)):
        learner = Learner(last_seen_on=START.date())
        for again in range(chance.choice((1, 1, 2))):
            ended = START if again else None
            enrolment = Enrolment(learner=learner, pack_id=pack, structure_hash="0" * 64, ended_at=ended)
            session.add(enrolment)
            session.flush()
            for number in range(1, chance.randrange(1, 4)):
                session.add(attempt_at_random(enrolment, number, chance))
    session.flush()


def attempt_at_random(enrolment: Enrolment, number: int, chance: random.Random) -> Attempt:
    keys = chance.sample(["q1", "q2", "q3", "q4"], 3)
    answers = [
        AttemptAnswer(
            item=key,
            response=chance.choice(RESPONSES),
            right=chance.random() < 0.5,
            scaled=chance.choice(SCORES),
        )
        for key in chance.sample(["q1", "q2", "q3", "q4"], chance.randrange(4))
    ]
    return Attempt(
        enrolment_id=enrolment.id,
        unit=chance.choice(["final", "final", "other"]),
        number=number,
        structure_hash="0" * 64,
        language=chance.choice(["en", "ar"]),
        items=chance.choice([keys, []]),
        finished_at=chance.choice([None, *(START + timedelta(minutes=minute) for minute in range(9))]),
        answers=answers,
    )


def plain_reading(session: Session, pack: str, unit: str) -> Sequence[GradedAttempt]:
    """Return what is counted, from objects, one attempt after another."""
    query = select(Attempt, Enrolment.learner_id).join(Enrolment).where(Enrolment.pack_id == pack, Attempt.unit == unit)
    rows = session.execute(query.where(Attempt.finished_at.is_not(None)).order_by(Attempt.finished_at, Attempt.id))
    firsts: dict[object, Attempt] = {}
    for attempt, learner in rows:
        firsts.setdefault(learner, attempt)
    return [graded(attempt) for attempt in list(firsts.values())[max(0, len(firsts) - 10) // 4 * 4 :]]


def graded(attempt: Attempt) -> GradedAttempt:
    scores = {each.item: each.scaled if each.scaled is not None else float(each.right) for each in attempt.answers}
    responses = {each.item: tuple(each.response) for each in attempt.answers}
    keys = attempt.items or sorted(scores)
    return GradedAttempt(
        attempt.language, tuple(GivenAnswer(key, scores.get(key, 0.0), responses.get(key, ())) for key in keys)
    )


def test_figures_are_those_of_a_plain_reading(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "_MOST", 10)
    monkeypatch.setattr(reports, "_LEAVE", 4)
    chance, counted = random.Random(12), 0
    for pack in (f"module_{number}" for number in range(30)):
        take_at_random(session, pack, chance)
        session.expire_all()
        expected = plain_reading(session, pack, "final")
        assert list(reports.attempts_taken(session, pack, "final")) == expected
        assert reports.statistics_of(session, pack, "final") == item_statistics(expected, step=reports.STEP)
        counted += len(expected)
    assert counted > 100, "chance has left something to count"


def test_an_answer_that_many_gave_is_decoded_once(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[str] = []

    def watched(text: str) -> object:
        decoded.append(text)
        return loads(text)

    monkeypatch.setattr(reports, "loads", watched)
    for person in range(20):
        hand_in(session, enrol(session), right=person % 2 == 0, minute=person)
    assert len(list(reports.attempts_taken(session, *WHERE))) == 20
    assert sorted(decoded) == ['["a"]', '["b"]', '["q1"]']
