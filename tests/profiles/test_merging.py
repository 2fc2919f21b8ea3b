"""Two learners who are one person: nothing is lost, nothing in the record is rewritten, and it happens whole or not at all."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, select, update

from perille.assessment.models import Attempt, ExtraTime
from perille.core.database import Base, utcnow
from perille.core.errors import Conflict
from perille.core.extensions import db
from perille.credentials.models import Credential
from perille.enrolment.models import Enrolment, Learner, MergedEnrolment, MergedLearner, Phone
from perille.enrolment.services import learner_of_code
from perille.errands.models import ErrandTick
from perille.features import FEATURES, metadata
from perille.learning.models import Bookmark
from perille.people.models import Account
from perille.privacy.people import find_learner, known_learner
from perille.privacy.retention import is_anybody_due
from perille.privacy.services import export
from perille.profiles.merging import merge_learners
from perille.profiles.models import AccountLearner
from perille.profiles.services import account_of_learner, keep_in_account, learners_of
from perille.tracking.services import rebuild
from support.records import by_id, progress
from support.visitor import Visitor
from support.whole import KEY, Whole

COURSE = "/en/courses/way"
RULES = tuple(rule for feature in FEATURES for rule in feature.merge_rules)


def learners(whole: Whole) -> list[Learner]:
    return whole.scalars(select(Learner).order_by(Learner.created_at, Learner.id))


@pytest.fixture
def twice(whole: Whole, visitor: Visitor) -> list[Learner]:
    """One person who did the first lesson on one phone, and answered the test and did the second on another."""
    visitor.start()
    visitor.post(f"{COURSE}/hello/next")
    other = whole.visitor()
    other.start()
    other.post(f"{COURSE}/second/next")
    other.answer(f"{COURSE}/check", "fire", "call")
    return learners(whole)


def merge(whole: Whole, older: Learner, stays: Learner) -> None:
    whole.do(
        lambda: merge_learners(
            db.session, db.session.get_one(Learner, older.id), db.session.get_one(Learner, stays.id), RULES
        ),
        write=True,
    )


def tables(whole: Whole) -> dict[str, list[Any]]:
    """Return every row of every table that hangs on learners."""

    def work() -> dict[str, list[Any]]:
        return {
            table.name: sorted(map(repr, db.session.execute(select(table)).all()))
            for table in Base.metadata.sorted_tables
            if not table.name.startswith("lrs_")
        }

    return whole.do(work)


def test_what_was_done_on_both_phones_is_done_and_the_record_says_what_it_said(
    whole: Whole, twice: list[Learner]
) -> None:
    before = by_id(whole)
    merge(whole, *twice)
    assert by_id(whole) == before, "no statement is rewritten"
    (open_now,) = whole.scalars(
        select(Enrolment).where(Enrolment.ended_at.is_(None), Enrolment.pack_id == "course_way")
    )
    assert open_now.learner_id == twice[1].id
    units = {row[1] for row in progress(whole) if row[0] == open_now.registration and len(row) > 8 and row[3]}
    assert {"hello", "second"} <= units
    assert {row[0] for row in progress(whole)} <= {
        each.registration for each in whole.scalars(select(Enrolment).where(Enrolment.ended_at.is_(None)))
    }


def test_progress_after_merging_is_what_a_rebuild_makes_also_after_more_was_done(
    whole: Whole, twice: list[Learner], visitor: Visitor
) -> None:
    merge(whole, *twice)
    for _time in range(2):
        shown = progress(whole)
        whole.do(lambda: rebuild(db.session), write=True)
        assert progress(whole) == shown
        # The phone of before goes on in what is one now.
        assert visitor.post(f"{COURSE}/second/next").status == 303


def test_phones_codes_and_numbers_of_before_lead_to_who_stays(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    visitor.post("/en/keep")
    code = visitor.get("/en/keep").one("p", id="resume-code").words
    other = whole.visitor()
    other.start()
    other.post(f"{COURSE}/hello/next")
    older, stays = learners(whole)
    merge(whole, older, stays)
    assert visitor.get(COURSE).one("a", class_="main")["href"] == f"{COURSE}/second"
    assert [each.learner_id for each in whole.scalars(select(Phone))] == [stays.id] * 2
    for number in (older.id, older.actor_name):
        assert whole.do(lambda number=number: find_learner(db.session, number).id) == stays.id  # type: ignore[misc, union-attr]
    assert whole.do(lambda: learner_of_code(db.session, code, [KEY]).id) == stays.id  # type: ignore[union-attr]


def fill(whole: Whole, learner: Learner, *, minute: int, tick: str, percent: int) -> None:
    """Give an enrolment two attempts at a test, a place, an errand that is done, more time and a certificate."""
    at = utcnow() - timedelta(days=1) + timedelta(minutes=minute)

    def work() -> None:
        enrolment = db.session.scalars(select(Enrolment).where(Enrolment.learner_id == learner.id)).one()
        for number in (1, 2):
            db.session.add(
                Attempt(
                    enrolment_id=enrolment.id,
                    unit="exam",
                    number=number,
                    structure_hash=enrolment.structure_hash,
                    started_at=at + timedelta(hours=number),
                    finished_at=at + timedelta(hours=number, minutes=5),
                    score=0.5 if number == 1 else minute / 10,
                    passed=minute == 9,
                    answers=[],
                )
            )
        db.session.merge(Bookmark(enrolment_id=enrolment.id, unit="hello", screen=minute, at=at))
        db.session.add(ErrandTick(enrolment_id=enrolment.id, errand=tick))
        db.session.add(ErrandTick(enrolment_id=enrolment.id, errand="both"))
        db.session.add(ExtraTime(enrolment_id=enrolment.id, percent=percent))
        db.session.add(
            Credential(
                enrolment_id=enrolment.id,
                code=f"CODE{minute}",
                kind="completion",
                pack_id="course_way",
                title="Way",
                local_title="Way",
                language="en",
                minutes=5,
                issuer="Test",
                printed_name="Aino",
                awarded_on=at.date(),
                awarded_at=at,
            )
        )

    whole.do(work, write=True)


def test_attempts_places_errands_time_and_both_certificates_are_kept(whole: Whole, twice: list[Learner]) -> None:
    older, stays = twice
    fill(whole, older, minute=1, tick="one", percent=50)
    fill(whole, stays, minute=9, tick="two", percent=25)
    merge(whole, older, stays)
    goes_on = whole.scalars(select(Enrolment).where(Enrolment.ended_at.is_(None), Enrolment.pack_id == "course_way"))[0]
    attempts = whole.scalars(select(Attempt).where(Attempt.unit == "exam").order_by(Attempt.number))
    assert [each.number for each in attempts] == [1, 2, 3, 4]
    assert [each.started_at for each in attempts] == sorted(each.started_at for each in attempts)
    assert {each.enrolment_id for each in attempts} == {goes_on.id}
    assert any(each.passed for each in attempts)
    ticks = whole.scalars(select(ErrandTick).where(ErrandTick.enrolment_id == goes_on.id))
    assert {each.errand for each in ticks} == {"one", "two", "both"}
    (place,) = whole.scalars(select(Bookmark).where(Bookmark.enrolment_id == goes_on.id))
    (more,) = whole.scalars(select(ExtraTime).where(ExtraTime.enrolment_id == goes_on.id))
    assert (place.screen, more.percent) == (9, 50)
    papers = whole.scalars(select(Credential).order_by(Credential.code))
    assert [each.code for each in papers] == ["CODE1", "CODE9"]
    owners = whole.scalars(select(Enrolment.learner_id).where(Enrolment.id.in_([each.enrolment_id for each in papers])))
    assert owners == [stays.id] * 2


def test_a_second_time_changes_nothing_and_into_oneself_or_in_a_circle_is_refused(
    whole: Whole, twice: list[Learner]
) -> None:
    older, stays = twice
    with pytest.raises(Conflict):
        merge(whole, older, older)
    merge(whole, older, stays)
    after = tables(whole)
    merge(whole, older, stays)
    assert tables(whole) == after
    with pytest.raises(Conflict):
        merge(whole, stays, older)
    assert tables(whole) == after


def test_a_third_phone_joins_the_two(whole: Whole, twice: list[Learner]) -> None:
    third = whole.visitor()
    third.start()
    last = learners(whole)[2]
    merge(whole, *twice)
    merge(whole, twice[1], last)
    assert {each.into_id for each in whole.scalars(select(MergedLearner))} == {last.id}
    leads = {each.into_id for each in whole.scalars(select(MergedEnrolment))}
    ended = {each.id for each in whole.scalars(select(Enrolment).where(Enrolment.ended_at.is_not(None)))}
    assert not leads & ended
    shown = progress(whole)
    whole.do(lambda: rebuild(db.session), write=True)
    assert progress(whole) == shown


class Cut(Exception):
    """The machine stops here."""


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_broken_off_at_any_statement_it_is_as_before(whole: Whole, twice: list[Learner]) -> None:
    fill(whole, twice[0], minute=1, tick="one", percent=50)
    fill(whole, twice[1], minute=9, tick="two", percent=25)
    before, shown = tables(whole), progress(whole)
    place, sent = 0, [0]

    def stop(*_what: object) -> None:
        sent[0] += 1
        if sent[0] == place:
            raise Cut

    event.listen(whole.engine, "before_cursor_execute", stop)
    try:
        while True:
            place, sent[0] = place + 3, 0
            try:
                merge(whole, *twice)
            except Cut:
                sent[0] = -(10**9)
                assert (tables(whole), progress(whole)) == (before, shown), place
                continue
            break
    finally:
        event.remove(whole.engine, "before_cursor_execute", stop)
    assert place > 60
    assert tables(whole) != before


def test_two_that_merge_at_once_make_one(whole: Whole, twice: list[Learner]) -> None:
    """The same progress is kept in an account from two tabs at once."""
    account = whole.do(lambda: _account(), write=True)
    keep(whole, account, twice[1])
    failed: list[BaseException] = []

    def press() -> None:
        try:
            keep(whole, account, twice[0])
        except BaseException as error:  # noqa: BLE001
            failed.append(error)

    threads = [threading.Thread(target=press) for _each in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failed == []
    assert len(whole.scalars(select(MergedLearner))) == 1
    assert whole.do(lambda: [each.id for each in learners_of(db.session, account)]) == [twice[1].id, twice[0].id]
    assert whole.do(lambda: account_of_learner(db.session, twice[0].id)) == account
    assert len(whole.scalars(select(AccountLearner))) == 1


def _account() -> UUID:
    account = Account(username="aino-lamp-274")
    db.session.add(account)
    db.session.flush()
    return account.id


def keep(whole: Whole, account: UUID, learner: Learner) -> None:
    whole.do(lambda: keep_in_account(db.session, account, db.session.get_one(Learner, learner.id), RULES), write=True)


def test_who_was_merged_is_erased_and_exported_as_one(whole: Whole, twice: list[Learner]) -> None:
    merge(whole, *twice)
    number = twice[0].id
    kept = whole.do(lambda: export(db.session, known_learner(db.session, number)))
    tables_kept: Any = kept["tables"]
    assert len(tables_kept["learner"]) == 2
    assert len(kept["statements"]) == len(by_id(whole))  # type: ignore[arg-type]


def test_retention_looks_at_who_stays_and_takes_both(whole: Whole, twice: list[Learner]) -> None:
    merge(whole, *twice)
    old = utcnow().date() - timedelta(days=400)
    whole.do(
        lambda: db.session.execute(update(Learner).where(Learner.id == twice[0].id).values(last_seen_on=old)),
        write=True,
    )
    assert not whole.do(lambda: is_anybody_due(db.session, utcnow(), {}))


def test_every_table_that_hangs_on_a_learner_says_how_it_comes_together() -> None:
    said = {rule.model.__tablename__ for rule in RULES}
    hanging = {
        table.name
        for table in metadata.sorted_tables
        if {key.column.table.name for key in table.foreign_keys} & {"learner", "enrolment"}
        or "registration" in table.c
        or table.name == "learner"
    }
    assert hanging - said == set()
