"""An organisation that is deleted with people in it: closed first, its name written, and then what goes and what stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from people.test_closed_everywhere import Office, naming, naming_any, numbers_below, office, shut
from perille.core.database import utcnow, uuid7
from perille.core.errors import BadRequest
from perille.core.extensions import db
from perille.enrolment.models import Learner
from perille.lrs import emptying
from perille.lrs.storage.models import LrsClient, LrsRejectedRequest, LrsStatement, LrsStore
from perille.organisations.deleting import empty_stores
from perille.people.models import Account, AuditEntry, Organisation, Role
from perille.seminars.models import Seminar, SeminarEntry
from perille.seminars.services import ENTRIES_KEPT, forget_old, note_attendance
from perille.studio.models import StudioDraft, StudioLink
from perille.sync.models import SyncOffice
from perille.sync.people import organisation_row, take_organisation
from seminars.desk import soon
from support.people import sign_in_as
from support.visitor import Visitor

__all__ = ["office"]
NAME = "The office"


@pytest.fixture
def admin(office: Office) -> Visitor:
    """Return the administrator's browser."""
    return sign_in_as(office.whole, Role.ADMINISTRATOR, "ada@example.org")


def page_of(office: Office) -> str:
    return f"/en/manage/organisations/{office.school.organisation}"


def deleted(office: Office) -> None:
    """Close the office and delete it."""
    admin = sign_in_as(office.whole, Role.ADMINISTRATOR, "ada@example.org")
    admin.post(f"{page_of(office)}/close")
    written = f" \u2066{NAME.upper()}\u2069  "
    assert admin.post(f"{page_of(office)}/delete", {"confirmed": written}).location.endswith("/en/manage/organisations")


def test_it_is_closed_first_and_its_name_is_written(office: Office, admin: Visitor) -> None:
    before = office.whole.counts()
    assert "Delete this organisation for good" not in admin.get(page_of(office)).text
    assert admin.post(f"{page_of(office)}/delete", {"confirmed": NAME}).status == 409
    shut(office)
    shown = admin.get(page_of(office)).text
    goes = ("People: 6", "Groups: 1", "Seminars: 1", "Statements: 0", "Documents: 0")
    for words in (*goes, "certificates, which can still be checked"):
        assert words in shown
    for wrong in ("", "The other office"):
        assert (
            "This is not the name of this organisation."
            in admin.submit(f"{page_of(office)}/delete", {"confirmed": wrong}).text
        )
    assert admin.get(page_of(office)).status == 200
    assert {table: count for table, count in office.whole.counts().items() if before[table] > count} == {}


def test_only_an_administrator_deletes(office: Office) -> None:
    shut(office)
    for visitor in (*office.staff.values(), office.school.trainer, office.whole.visitor()):
        assert visitor.post(f"{page_of(office)}/delete", {"confirmed": NAME}).status in (403, 404)
    assert office.scalar(select(Organisation)).deleted_at is None


def test_no_row_names_it_but_those_that_say_what_was(office: Office) -> None:
    below = numbers_below(office)
    assert below
    deleted(office)
    assert naming(office) == {"organisation", "audit_entry", "lrs_store"}
    assert naming_any(office, below) == {"audit_entry"}
    (line,) = office.whole.scalars(select(AuditEntry).where(AuditEntry.action == "organisation.deleted"))
    assert line.organisation_id == office.school.organisation


def test_its_pages_are_gone_and_it_is_not_opened_again(office: Office, admin: Visitor) -> None:
    deleted(office)
    here = f"/en/organisations/{office.school.organisation}"
    assert NAME not in admin.get("/en/manage/organisations").text
    sign_in = f"{page_of(office)}/sign-in"
    below = ("people", "record-store", "audit", "sync", "reports")
    for page in (page_of(office), sign_in, *(f"{here}/{each}" for each in below)):
        assert admin.get(page).status == 404, page
    service = {"name": "Oulu", "issuer": "https://login.example.org", "client_id": "perille"}
    assert admin.post(sign_in, service).status == 404
    for page in ("groups/new", "seminars"):
        assert admin.get(f"{here}/{page}").status == 403, page
    assert admin.post(f"{page_of(office)}/reopen").status == 404
    assert admin.post(f"{page_of(office)}/delete", {"confirmed": NAME}).status == 404
    who_did_what = admin.get("/en/manage/audit").text
    assert "Organisation deleted" in who_did_what
    assert NAME in who_did_what


def test_people_keep_their_accounts_and_their_progress(office: Office) -> None:
    accounts = set(office.whole.scalars(select(Account.email)))
    learners = set(office.whole.scalars(select(Learner.id)))
    deleted(office)
    assert set(office.whole.scalars(select(Account.email))) == accounts | {"ada@example.org"}
    assert set(office.whole.scalars(select(Learner.id))) == learners
    assert office.staff[Role.MEMBER].get("/en/account/modules").status == 200
    assert office.learner.get("/en/group").status == 200


def test_who_came_to_a_seminar_has_a_certificate_that_can_be_checked(office: Office) -> None:
    office.desk.sign_up("came@example.org", "Came")
    office.desk.sign_up("missed@example.org", "Missed")

    def attend() -> str:
        seminar = db.session.scalars(select(Seminar)).one()
        entry = db.session.scalars(select(SeminarEntry).where(SeminarEntry.email == "came@example.org")).one()
        seminar.starts_at, seminar.ends_at = entry.created_at, entry.created_at.replace(year=2099)
        note_attendance(db.session, seminar, [entry.id])
        assert entry.code is not None
        return entry.code

    code = office.whole.do(attend, write=True)
    deleted(office)
    assert office.whole.scalars(select(SeminarEntry.email)) == ["came@example.org"]
    page = office.whole.visitor().get(f"/en/seminars/attended/{code}")
    assert office.scalar(select(Seminar.title)) in page.text
    assert office.whole.visitor().get("/en/seminars").text.count(office.scalar(select(Seminar.title))) == 0


def test_drafts_go_to_the_administrators_without_the_private_links(office: Office) -> None:
    deleted(office)
    assert office.whole.scalars(select(StudioDraft.organisation_id)) == [None]
    assert office.whole.scalars(select(StudioLink)) == []


def test_a_large_record_store_is_emptied_by_the_job(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emptying, "ROWS", 2)
    store = office.scalar(select(Organisation.store_id))
    number = office.scalar(select(LrsStore.number).where(LrsStore.id == store))

    def fill() -> None:
        for place in range(1, 8):
            db.session.add(
                LrsStatement(
                    store_id=number, seq=place, id=bytes([place]) * 16, stored=place, agent_id=1, verb_id=2,
                    activity_id=3, registration_id=4, authority_id=1, marks=0, dictionary=0, extras=b"", body=b"{}",
                )
            )  # fmt: skip
        db.session.get_one(LrsStore, store).last_term = 4
        client = {"name": "City", "key": "k", "secret_hash": b"x" * 32, "scopes": "", "authority": b"{}"}
        db.session.add(LrsClient(store_id=number, created_at=utcnow(), **client))

    office.whole.do(fill, write=True)
    own = office.whole.counts()["lrs_statement"] - 7
    deleted(office)
    assert office.whole.counts()["lrs_statement"] == own + 5
    with office.whole.app.app_context():
        assert empty_stores(db.session()) == 1
        assert empty_stores(db.session()) == 0
    assert office.whole.counts()["lrs_statement"] == own
    assert office.whole.counts()["lrs_client"] == 0
    assert office.scalar(select(LrsStore.last_term).where(LrsStore.id == store)) == 0


def test_a_store_of_which_only_refused_requests_are_left_is_emptied_too(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emptying, "ROWS", 2)
    number = office.scalar(select(LrsStore.number).where(LrsStore.id == office.scalar(select(Organisation.store_id))))

    def fill() -> None:
        for _request in range(5):
            words = {"method": "GET", "resource": "statements", "rule": "SCOPE", "path": "", "message": ""}
            db.session.add(LrsRejectedRequest(store_id=number, client_id=uuid7(), at=utcnow(), status=403, **words))

    office.whole.do(fill, write=True)
    deleted(office)
    assert office.whole.counts()["lrs_rejected_request"] == 3
    with office.whole.app.app_context():
        assert empty_stores(db.session()) == 1
        assert empty_stores(db.session()) == 0
    assert office.whole.counts()["lrs_rejected_request"] == 0


def test_a_seminar_goes_with_the_last_certificate_of_who_came(office: Office) -> None:
    office.desk.sign_up("came@example.org", "Came")

    def attend() -> None:
        seminar = db.session.scalars(select(Seminar)).one()
        entry = db.session.scalars(select(SeminarEntry).where(SeminarEntry.email == "came@example.org")).one()
        seminar.starts_at = entry.created_at
        note_attendance(db.session, seminar, [entry.id])

    office.whole.do(attend, write=True)
    deleted(office)
    over = office.scalar(select(Seminar.ends_at)) + ENTRIES_KEPT
    for moment, left in ((over - timedelta(days=1), 1), (over + timedelta(days=1), 0)):
        office.whole.do(lambda moment=moment: forget_old(db.session, moment), write=True)
        assert office.whole.counts()["seminar"] == left


def test_a_laptop_forgets_the_office_and_takes_nothing_more_of_it(office: Office) -> None:
    organisation = office.scalar(select(Organisation))
    office.whole.do(
        lambda: db.session.add(
            SyncOffice(url="https://office.example", organisation_id=organisation.id, sealed_key="sealed")
        ),
        write=True,
    )
    deleted(office)
    assert office.whole.counts()["sync_office"] == 0
    with pytest.raises(BadRequest, match="deleted on this laptop"):
        office.whole.do(lambda: take_organisation(db.session, organisation_row(organisation)), write=True)


def test_a_laptop_of_it_is_told_that_its_key_is_not_known(office: Office) -> None:
    deleted(office)
    head = {"Authorization": f"Bearer {office.sync_key}"}
    answer = office.whole.app.test_client(use_cookies=False).get("/sync/v1/hello", headers=head)
    assert (answer.status_code, b"does not know this key" in answer.data) == (401, True)


def test_who_signed_up_for_a_coming_seminar_is_told_before_it_goes(office: Office) -> None:
    office.desk.sign_up("aino@example.org")
    office.desk.sign_up("bo@example.org")
    office.desk.sign_up("waits@example.org")
    office.desk.ask("never-pressed@example.org")
    deleted(office)
    assert office.whole.counts()["seminar_entry"] == 0
    for address, file in (("aino@example.org", True), ("bo@example.org", True), ("waits@example.org", False)):
        kind, mail = office.desk.mails(address)[-1]
        assert (kind, mail.values["cancelled"], mail.values["title"]) == ("seminar-news", 1, "Interpreting well")
        assert ("METHOD:CANCEL" in mail.calendar, "STATUS:CANCELLED" in mail.calendar) == (file, file), address
    assert [kind for kind, _mail in office.desk.mails("never-pressed@example.org")] == ["seminar-confirm"]


def test_nobody_is_told_of_a_seminar_that_is_over_or_was_cancelled_before(office: Office) -> None:
    office.desk.sign_up("aino@example.org")
    before = len(office.desk.mails("aino@example.org"))
    office.desk.change(starts_at=soon(-3), ends_at=soon(-1))
    deleted(office)
    assert len(office.desk.mails("aino@example.org")) == before
