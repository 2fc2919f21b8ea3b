"""Who was erased stays erased when an older copy of the data comes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from perille.core.database import utcnow
from perille.core.extensions import db
from perille.enrolment.models import Learner
from perille.enrolment.services import erase_learner, make_learner
from perille.enrolment.tombstones import (
    FILE_NAME,
    Tombstone,
    add_tombstones,
    append_tombstones,
    read_tombstone_file,
    replay_tombstones,
    synchronise_tombstone_file,
    tombstone_digest,
)
from perille.privacy.retention import expire
from support.visitor import Visitor
from support.whole import Whole


def actor_of(whole: Whole) -> UUID:
    (learner,) = whole.scalars(select(Learner))
    name: UUID = learner.actor_name
    return name


def file_of(whole: Whole) -> set[bytes]:
    return set(read_tombstone_file(whole.app.config["PERILLE"].data_dir / FILE_NAME))


def erase_all(whole: Whole) -> None:
    def work() -> None:
        for learner in db.session.scalars(select(Learner)):
            erase_learner(db.session, learner)

    whole.do(work, write=True)


def test_a_learner_who_deletes_their_data_leaves_a_tombstone_without_their_number(
    whole: Whole, visitor: Visitor
) -> None:
    visitor.start()
    actor = actor_of(whole)
    visitor.post("/en/forget", {"sure": "yes"})
    (row,) = whole.scalars(select(Tombstone))
    assert row.digest == tombstone_digest(actor)
    assert file_of(whole) == {row.digest}
    text = (whole.app.config["PERILLE"].data_dir / FILE_NAME).read_text()
    assert actor.hex not in text.replace("-", "")


def test_an_erasure_that_is_rolled_back_leaves_no_tombstone(whole: Whole, visitor: Visitor) -> None:
    visitor.start()

    def work() -> None:
        erase_learner(db.session, db.session.scalars(select(Learner)).one())
        raise LookupError

    with pytest.raises(LookupError):
        whole.do(work, write=True)
    whole.do(lambda: make_learner(db.session, utcnow().date()), write=True)
    assert whole.scalars(select(Tombstone)) == []
    assert file_of(whole) == set()
    assert len(whole.scalars(select(Learner))) == 2


def test_retention_leaves_no_tombstone_so_that_a_wrong_clock_can_be_put_right(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    later = utcnow() + timedelta(days=7 * 366)
    while whole.do(lambda: expire(db.session, later), write=True):
        pass
    assert whole.scalars(select(Learner)) == []
    assert whole.scalars(select(Tombstone)) == []


def test_a_learner_who_came_back_with_old_data_is_erased_again_and_nobody_else(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    actor = actor_of(whole)
    whole.visitor().start()
    erased = {tombstone_digest(actor): utcnow()}
    assert whole.do(lambda: add_tombstones(db.session, erased), write=True) == 1
    assert whole.do(lambda: add_tombstones(db.session, erased), write=True) == 0
    assert whole.do(lambda: replay_tombstones(db.session, erase_learner), write=True) == 1
    assert whole.do(lambda: replay_tombstones(db.session, erase_learner), write=True) == 0
    (left,) = whole.scalars(select(Learner))
    assert left.actor_name != actor


def test_a_line_that_was_cut_short_hides_no_other(whole: Whole) -> None:
    path = whole.app.config["PERILLE"].data_dir / FILE_NAME
    first, second = tombstone_digest(uuid4()), tombstone_digest(uuid4())
    at = datetime(2026, 11, 26, tzinfo=UTC)
    append_tombstones(path, [(first, at)])
    with path.open("a") as file:
        file.write(second.hex()[:20])
    append_tombstones(path, [(second, at)])
    assert read_tombstone_file(path) == {first: at, second: at}
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_lost_is_made_again_from_the_table(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    erase_all(whole)
    path = whole.app.config["PERILLE"].data_dir / FILE_NAME
    known = file_of(whole)
    path.unlink()
    whole.do(lambda: synchronise_tombstone_file(db.session, path))
    assert file_of(whole) == known
    size = path.stat().st_size
    whole.do(lambda: synchronise_tombstone_file(db.session, path))
    assert path.stat().st_size == size


def test_a_file_that_cannot_be_written_stops_no_erasure(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    (whole.app.config["PERILLE"].data_dir / FILE_NAME).mkdir()
    assert visitor.post("/en/forget", {"sure": "yes"}).status == 303
    assert whole.scalars(select(Learner)) == []
    assert len(whole.scalars(select(Tombstone))) == 1


def test_a_tombstone_is_written_once_per_person(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    actor = actor_of(whole)
    erase_all(whole)
    back = {tombstone_digest(actor): utcnow()}
    assert whole.do(lambda: add_tombstones(db.session, back), write=True) == 0
