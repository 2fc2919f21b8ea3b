"""Who was erased stays erased, on both sides."""

from __future__ import annotations

from sqlalchemy import select

from groups.school import make_school
from perille.core.extensions import db
from perille.enrolment.models import Learner
from perille.enrolment.services import erase_learner
from perille.enrolment.tombstones import Tombstone, tombstone_digest
from perille.groups.models import GroupMember
from perille.sync.models import SyncBase
from support.whole import Whole
from sync.pair import Two, put_together_at_the_office
from sync.test_carrying import COURSE, counts, work_on_laptop


def erase(site: Whole) -> None:
    """Erase the only learner of a site."""
    site.do(lambda: erase_learner(db.session, db.session.scalars(select(Learner)).one()), write=True)


def test_who_was_erased_at_the_office_is_not_brought_back_and_goes_from_the_laptop(two: Two) -> None:
    phone = work_on_laptop(two)
    two.bring()
    erase(two.office.whole)
    phone.post(f"{COURSE}/second/next")
    report = two.bring()
    assert report.erased == 1
    for site in (two.office.whole, two.laptop):
        assert site.scalars(select(Learner)) == []
        assert site.scalars(select(GroupMember)) == []
        assert counts(site)["lrs_statement"] == 0
    two.take()
    assert two.laptop.scalars(select(Learner)) == []


def test_who_was_erased_on_the_laptop_goes_from_the_office_and_is_not_taken_along_again(two: Two) -> None:
    phone = two.office.joined("Amal")
    phone.start()
    two.take()
    erase(two.laptop)
    two.take()
    for site in (two.office.whole, two.laptop):
        assert site.scalars(select(Learner)) == []
        assert len(site.scalars(select(Tombstone))) == 1


def test_a_laptop_from_before_the_erasure_brings_nobody_back(two: Two) -> None:
    """Its database is a copy of before: it knows no tombstone, and that both sides agreed is forgotten."""
    work_on_laptop(two)
    two.bring()
    erase(two.office.whole)

    def forget() -> None:
        for row in db.session.scalars(select(SyncBase)):
            db.session.delete(row)

    two.laptop.do(forget, write=True)
    two.bring()
    assert two.office.whole.scalars(select(Learner)) == []


def test_a_laptop_erases_nobody_of_another_organisation(two: Two) -> None:
    other = make_school(two.office.whole, "other@example.org", "The school")
    other.joined("Zaid")
    (learner,) = two.office.whole.scalars(select(Learner))

    def pretend() -> None:
        db.session.add(Tombstone(digest=tombstone_digest(learner.actor_name)))

    two.laptop.do(pretend, write=True)
    two.take()
    assert len(two.office.whole.scalars(select(Learner))) == 1


def test_who_counts_as_another_learner_at_the_office_is_erased_there_too(two: Two) -> None:
    work_on_laptop(two)
    two.bring()
    (older,) = two.laptop.scalars(select(Learner))
    put_together_at_the_office(two, older)
    erase(two.laptop)
    two.bring()
    assert two.office.whole.scalars(select(Learner)) == []
    two.take()
    assert two.laptop.scalars(select(Learner)) == []
