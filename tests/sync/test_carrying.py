"""A group goes to a laptop and back: nothing is lost, nothing is there twice."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import delete, select, update

from groups.school import make_school
from perille.core.errors import BadRequest
from perille.core.extensions import db
from perille.credentials.codes import make_code
from perille.credentials.models import Credential
from perille.enrolment.models import Enrolment, Learner, MergedEnrolment
from perille.groups.models import Attendance, Group, GroupMember
from perille.groups.services import list_people
from perille.people.models import Account, AuditEntry, Membership, Role
from perille.sync import sending, wire
from perille.sync.models import SyncBase, SyncConflict, SyncRun
from perille.sync.response_schemas import ConnectionLost
from perille.tracking.models import CourseProgress, Installation
from support.people import sign_in_as
from support.records import acts, by_id, progress
from support.visitor import Visitor
from support.whole import Whole
from sync.pair import Two, put_together_at_the_office

COURSE = "/en/courses/way"
CARRIED = (
    "learning_group", "group_course", "group_member", "group_session", "attendance", "learner", "enrolment", "attempt",
    "attempt_answer", "credential", "lrs_statement", "unit_progress", "course_progress", "group_waiver",
)  # fmt: skip


def counts(site: Whole) -> dict[str, int]:
    """Return how many rows there are of what is carried."""
    return {name: number for name, number in site.counts().items() if name in CARRIED}


def work_on_laptop(two: Two) -> Visitor:
    """Take the group along, and let somebody join, learn and be present there."""
    two.take()
    phone = two.joined_on_laptop("Nour")
    phone.start()
    phone.post(f"{COURSE}/hello/next")
    phone.answer(f"{COURSE}/check", "fire", "call")
    with two.laptop.app.app_context():
        member = db.session.scalars(select(GroupMember)).one()
        number = member.id
    trainer = two.trainer_on_laptop()
    meeting = trainer.post(f"{two.office.page}/meetings").location
    trainer.post(meeting, {"present": number.hex})
    return phone


def test_a_group_is_taken_along_with_its_people_their_progress_and_who_leads_it(two: Two) -> None:
    phone = two.office.joined("Amal")
    phone.start()
    phone.post(f"{COURSE}/hello/next")
    report = two.take()
    assert report.counts["learning_group"] == 1
    assert counts(two.laptop) == counts(two.office.whole)
    assert progress(two.laptop) == progress(two.office.whole)
    assert [row.name for row in two.laptop.scalars(select(GroupMember))] == ["Amal"]
    assert two.group(two.laptop).join_key == two.office.key
    (trainer,) = two.laptop.scalars(select(Account))
    assert (trainer.id, trainer.email) == (two.office.account, "eva@example.org")
    assert [each.role for each in two.laptop.scalars(select(Membership))] == [Role.TRAINER]
    assert two.take().counts == {}, "a second time changes nothing"


def test_only_what_the_group_needs_leaves_the_office(two: Two) -> None:
    make_school(two.office.whole, "other@example.org", "The school").joined("Zaid")
    stranger = two.office.whole.visitor()
    stranger.start()
    two.office.joined("Amal")
    two.take()
    assert [row.name for row in two.laptop.scalars(select(GroupMember))] == ["Amal"]
    assert len(two.laptop.scalars(select(Learner))) == 1
    assert two.laptop.scalars(select(Enrolment)) == []
    assert "other@example.org" not in str(two.laptop.scalars(select(Account.email)))


def test_what_was_done_in_the_room_is_at_the_office_and_a_second_run_changes_nothing(two: Two) -> None:
    work_on_laptop(two)
    report = two.bring()
    assert report.conflicts == []
    assert counts(two.office.whole) == counts(two.laptop)
    assert progress(two.office.whole) == progress(two.laptop)
    assert [row.name for row in two.office.whole.scalars(select(GroupMember))] == ["Nour"]
    (tick,) = two.office.whole.scalars(select(Attendance))
    assert (tick.present, tick.offline, tick.taken_by) == (True, True, two.office.account)
    assert {key: value[3] for key, value in by_id(two.office.whole).items()} == {
        key: value[3] for key, value in by_id(two.laptop).items()
    }
    before = by_id(two.office.whole)
    two.line.asked.clear()
    assert two.bring().counts == {}
    assert [each for each in two.line.asked if each == "POST /sync/v1/rows"] == []
    assert by_id(two.office.whole) == before


def test_what_was_done_after_a_run_comes_with_the_next_one(two: Two) -> None:
    phone = work_on_laptop(two)
    two.bring()
    phone.post(f"{COURSE}/second/next")
    two.bring()
    assert "completed second" in acts(two.office.whole)
    assert progress(two.office.whole) == progress(two.laptop)
    assert len(acts(two.office.whole)) == len(set(by_id(two.office.whole)))


@pytest.mark.parametrize(("arrives", "of_answer"), [(False, None), (True, None), (True, 0), (True, 12)])
def test_a_line_that_is_cut_at_every_step_loses_nothing_and_doubles_nothing(
    two: Two, monkeypatch: pytest.MonkeyPatch, arrives: bool, of_answer: int | None
) -> None:
    work_on_laptop(two)
    for module in (wire, sending):
        monkeypatch.setattr(module, "MOST_LINES", 5)
    two.line.arrives, two.line.bytes_of_answer = arrives, of_answer
    cuts = 0
    for step in range(1, 60):
        two.line.asked.clear()
        two.line.cut_at = step
        try:
            two.bring()
        except ConnectionLost:
            cuts += 1
        else:
            break
    assert cuts >= 4
    two.line.cut_at = 0
    two.bring()
    assert counts(two.office.whole) == counts(two.laptop)
    assert progress(two.office.whole) == progress(two.laptop)
    assert two.office.whole.scalars(select(SyncConflict)) == []


def test_taking_along_may_be_cut_at_every_step(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    phone = two.office.joined("Amal")
    phone.start()
    phone.post(f"{COURSE}/hello/next")
    for module in (wire, sending):
        monkeypatch.setattr(module, "MOST_LINES", 4)
    for step in range(1, 60):
        two.line.asked.clear()
        two.line.cut_at = step
        try:
            two.take()
        except ConnectionLost:
            assert set(counts(two.laptop)) == set(CARRIED)
        else:
            break
    assert counts(two.laptop) == counts(two.office.whole)
    assert progress(two.laptop) == progress(two.office.whole)


def certificate(two: Two) -> Credential:
    """Give somebody on the laptop a certificate."""
    (enrolment,) = two.laptop.scalars(select(Enrolment))
    row = Credential(
        enrolment_id=enrolment.id, code=make_code(), kind="completion", pack_id="course_way", title="The way course",
        local_title="The way course", language="en", minutes=10, issuer="The office", printed_name="Nour",
        awarded_on=date(2026, 11, 26),
    )  # fmt: skip
    two.laptop.do(lambda: db.session.add(row), write=True)
    return two.laptop.scalars(select(Credential))[0]


def test_a_certificate_of_the_room_keeps_its_code_and_verifies_at_the_office(two: Two) -> None:
    work_on_laptop(two)
    made = certificate(two)
    visitor = two.office.whole.visitor()
    assert visitor.get(f"/verify/{made.code}").status == 404
    two.bring()
    page = visitor.get(f"/verify/{made.code}")
    assert page.status == 200
    assert "The way course" in page.text
    (there,) = two.office.whole.scalars(select(Credential))
    assert (there.id, there.printed_name, there.replaced_on) == (made.id, "Nour", None)


def test_who_began_a_course_here_and_there_has_the_progress_of_both(two: Two) -> None:
    phone = two.office.joined("Amal")
    two.take()
    learner = two.laptop.scalars(select(Learner))[0]
    structure = two.office.whole
    phone.start()
    phone.post(f"{COURSE}/hello/next")
    (there,) = structure.scalars(select(Enrolment))
    row = Enrolment(learner_id=learner.id, pack_id="course_way", structure_hash=there.structure_hash)
    two.laptop.do(lambda: db.session.add(row), write=True)
    two.bring()
    (merged,) = two.office.whole.scalars(select(MergedEnrolment))
    assert merged.into_id == there.id
    assert two.bring().counts == {}


def test_two_people_with_one_number_on_both_lists_are_both_there(two: Two) -> None:
    two.take()
    for site, name in ((two.office.whole, "Anna"), (two.laptop, "Bo")):

        def work(name: str = name) -> None:
            list_people(db.session, db.session.get_one(Group, two.office.group), [name])

        site.do(work, write=True)
    two.bring()
    two.take()
    for site in (two.office.whole, two.laptop):
        rows = site.scalars(select(GroupMember).order_by(GroupMember.number))
        assert sorted(row.name for row in rows) == ["Anna", "Bo"]
        assert sorted(row.number for row in rows) == [1, 2]
    assert two.bring().counts == {}


def rename(site: Whole, two: Two, **values: object) -> None:
    """Change the group on one side."""
    site.do(lambda: db.session.execute(update(Group).where(Group.id == two.office.group).values(**values)), write=True)


def test_different_fields_that_both_sides_changed_are_both_kept(two: Two) -> None:
    two.take()
    rename(two.office.whole, two, name="Tuesday")
    rename(two.laptop, two, places=12)
    assert two.bring().conflicts == []
    for site in (two.office.whole, two.laptop):
        assert (two.group(site).name, two.group(site).places) == ("Tuesday", 12)


def test_the_same_field_changed_on_both_sides_is_told_in_words_and_the_offices_stands(two: Two) -> None:
    two.take()
    rename(two.office.whole, two, name="Tuesday")
    rename(two.laptop, two, name="Friday")
    (told,) = two.bring().conflicts
    assert (told.stands, told.other) == ('"Tuesday"', '"Friday"')
    assert two.group(two.office.whole).name == two.group(two.laptop).name == "Tuesday"
    page = two.office.trainer.get(f"/en/organisations/{two.office.organisation}/sync")
    assert "Groups, Name: “Tuesday” stands, “Friday” was not used." in page.text
    assert "From the room to the office" in page.text
    assert len(two.laptop.scalars(select(SyncConflict))) == 1
    assert two.bring().conflicts == []
    assert len(two.office.whole.scalars(select(SyncConflict))) == 1


def test_who_was_there_counts_as_there_where_the_two_lists_differ(two: Two) -> None:
    work_on_laptop(two)
    two.bring()
    for site, present in ((two.office.whole, False), (two.laptop, False)):
        site.do(lambda present=present: db.session.execute(update(Attendance).values(present=present)), write=True)  # type: ignore[misc]
    assert two.bring().conflicts == []
    two.laptop.do(lambda: db.session.execute(update(Attendance).values(present=True)), write=True)
    two.bring()
    assert [each.present for each in two.office.whole.scalars(select(Attendance))] == [True]


def test_a_laptop_that_was_restored_or_copied_doubles_nothing(two: Two) -> None:
    work_on_laptop(two)
    two.bring()
    before = (counts(two.office.whole), by_id(two.office.whole))
    two.laptop.do(lambda: db.session.execute(delete(SyncBase)), write=True)
    two.bring()
    assert (counts(two.office.whole), by_id(two.office.whole)) == before
    assert two.office.whole.scalars(select(SyncConflict)) == []


@pytest.mark.parametrize("year", [1970, 2031])
def test_a_wrong_clock_of_the_laptop_is_told_and_decides_nothing(
    two: Two, monkeypatch: pytest.MonkeyPatch, year: int
) -> None:
    work_on_laptop(two)
    wrong = date(year, 1, 1)
    two.laptop.do(lambda: db.session.execute(update(Learner).values(last_seen_on=wrong)), write=True)
    rename(two.laptop, two, name="Friday")
    rename(two.office.whole, two, name="Tuesday")
    now = wire.datetime.fromisoformat(f"{year}-01-01T00:00:00+00:00")
    monkeypatch.setattr("perille.sync.client.utcnow", lambda: now)
    two.bring()
    (learner,) = two.office.whole.scalars(select(Learner))
    assert learner.last_seen_on.year == date.today().year  # noqa: DTZ011
    assert two.group(two.office.whole).name == "Tuesday"
    assert "The clock of the laptop is wrong" in two.office.trainer.get(
        f"/en/organisations/{two.office.organisation}/sync"
    ).text  # fmt: skip


def test_each_run_leaves_a_line_and_an_audit_entry_without_a_name(two: Two) -> None:
    work_on_laptop(two)
    two.bring()
    runs = two.office.whole.scalars(select(SyncRun).order_by(SyncRun.began_at))
    assert [(run.direction, run.label, run.ended_at is not None) for run in runs] == [
        ("take", "Laptop 1", True),
        ("bring", "Laptop 1", True),
    ]
    assert runs[1].counts["group_member"] == 1
    entries = two.office.whole.scalars(select(AuditEntry).where(AuditEntry.action.in_(("sync.take", "sync.bring"))))
    assert len(entries) == 2
    assert "Nour" not in str([each.details for each in entries])


def test_a_laptop_on_which_people_learned_under_its_own_name_is_not_paired(whole: Whole, two: Two) -> None:
    from_before = two.laptop.visitor()
    from_before.start()
    own = update(Installation).values(actor_home=f"https://x.example/{uuid4()}")
    two.laptop.do(lambda: db.session.execute(own), write=True)
    with pytest.raises(BadRequest, match="new data folder"):
        two.pair()


def test_somebody_from_another_organisation_sees_nothing_of_it(two: Two) -> None:
    other = sign_in_as(two.office.whole, Role.TRAINER, "other@example.org", place="The school")
    assert other.get(f"/en/organisations/{two.office.organisation}/sync").status in (403, 404)


def test_a_group_made_in_the_room_is_led_by_its_trainer_at_the_office_too(two: Two) -> None:
    two.take()
    made = two.trainer_on_laptop().post(
        f"{two.office.groups}/new", {"name": "Evening", "language": "en", "packs": "course_way"}
    )
    assert made.status == 303
    two.bring()
    assert "Evening" in two.office.trainer.get("/en/groups").text
    assert two.bring().counts == {}


def test_who_was_put_together_with_another_learner_at_the_office_goes_on_in_the_room(two: Two) -> None:
    phone = work_on_laptop(two)
    two.bring()
    (older,) = two.laptop.scalars(select(Learner))
    put_together_at_the_office(two, older)
    site = two.office.whole
    phone.post(f"{COURSE}/second/next")
    two.bring()
    assert "completed second" in acts(site)
    (course,) = site.scalars(select(CourseProgress))
    assert course.pack_id == "course_way"
    assert two.bring().counts == {}


def test_a_name_on_the_list_that_is_given_a_phone_in_the_room_has_its_progress_at_the_office(two: Two) -> None:
    def listed() -> None:
        list_people(db.session, db.session.get_one(Group, two.office.group), ["Anna"])

    two.office.whole.do(listed, write=True)
    two.take()
    phone = two.laptop.visitor()
    phone.start()
    phone.post(f"{COURSE}/hello/next")
    (learner,) = two.laptop.scalars(select(Learner.id))
    two.laptop.do(lambda: db.session.execute(update(GroupMember).values(learner_id=learner)), write=True)
    two.bring()
    (member,) = two.office.whole.scalars(select(GroupMember))
    assert (member.name, member.learner_id) == ("Anna", learner)
    assert progress(two.office.whole) == progress(two.laptop)
    assert two.bring().counts == {}
