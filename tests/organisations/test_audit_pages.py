"""Who did what: seen by administrators everywhere and by coordinators at home, and no name or answer in it."""

from __future__ import annotations

import json
from datetime import timedelta

import time_machine
from sqlalchemy import select

from perille.core.database import utcnow
from perille.core.extensions import db
from perille.people.audit import KEPT
from perille.people.audit_words import ACTIONS
from perille.people.feature import forget_old
from perille.people.models import Account, AuditEntry, Role
from perille.people.services import make_account
from support.people import place_of, sign_in_as
from support.whole import Whole

ODD = "Zzyzx Ödd"
ADDRESS = "zzyzx.odd@odd.example"


def test_no_entry_holds_a_name_an_address_or_an_answer(whole: Whole) -> None:
    """People with odd names do all that leaves a line; then every line is searched for them."""
    administrator = sign_in_as(whole, Role.ADMINISTRATOR, ADDRESS)
    administrator.post("/en/account", {"name": ODD, "locale": "en"})
    administrator.post("/en/manage/organisations", {"name": f"{ODD} office", "kind": "ngo"})
    coordinator = sign_in_as(whole, Role.COORDINATOR, f"c.{ADDRESS}", place=f"{ODD} office")
    office = whole.do(lambda: place_of(Role.MEMBER, f"{ODD} office"))
    coordinator.post(f"/en/organisations/{office}/invitations", {"email": f"i.{ADDRESS}", "role": "member"})
    administrator.post("/en/manage/clients", {"name": ODD, "scopes": ["state"], "last_day": ""})
    administrator.post("/en/manage/issuers", {"name": ODD})
    mine = whole.do(lambda: make_account(db.session, f"c.{ADDRESS}").id)
    here = f"/en/organisations/{office}/people/{mine}"
    for act, form in (("roles", {"role": "trainer"}), ("roles/trainer/take", {}), ("disable", {}), ("enable", {})):
        administrator.post(f"{here}/{act}", form)
    administrator.post(f"/en/manage/organisations/{office}/close")
    entries = whole.scalars(select(AuditEntry))
    assert len({entry.action for entry in entries}) >= 10
    lines = [f"{entry.action} {json.dumps(entry.details)} {entry.target_id}".casefold() for entry in entries]
    found = [line for line in lines for odd in ("zzyzx", "ödd", "odd.example") if odd in line]
    assert found == []


def test_a_coordinator_reads_the_lines_of_their_own_organisation_alone(whole: Whole) -> None:
    office = sign_in_as(whole, Role.COORDINATOR, "mari@example.org")
    school = sign_in_as(whole, Role.COORDINATOR, "bo@example.org", place="The school")
    numbers = [whole.do(lambda name=name: place_of(Role.MEMBER, name)) for name in ("The office", "The school")]
    mine, theirs = (
        office.get(f"/en/organisations/{numbers[0]}/audit"),
        school.get(f"/en/organisations/{numbers[1]}/audit"),
    )
    assert ("mari@example.org" in mine.text, "bo@example.org" in mine.text) == (True, False)
    assert ("mari@example.org" in theirs.text, "bo@example.org" in theirs.text) == (False, True)
    assert office.get(f"/en/organisations/{numbers[1]}/audit").status == 403
    assert office.get("/en/manage/audit").status == 403
    everything = sign_in_as(whole, Role.ADMINISTRATOR).get("/en/manage/audit").text
    assert ("mari@example.org" in everything, "bo@example.org" in everything) == (True, True)


def test_a_person_who_is_gone_is_a_number_in_the_lines(whole: Whole) -> None:
    administrator = sign_in_as(whole, Role.ADMINISTRATOR)
    sign_in_as(whole, Role.TRAINER, "bo@example.org")
    bo = whole.do(lambda: make_account(db.session, "bo@example.org").id)
    assert "bo@example.org" in administrator.get("/en/manage/audit").text
    whole.do(lambda: db.session.delete(db.session.get_one(Account, bo)), write=True)
    page = administrator.get("/en/manage/audit").text
    assert ("bo@example.org" in page, str(bo) in page) == (False, True)


def test_older_lines_are_on_further_pages_and_none_twice(whole: Whole) -> None:
    administrator = sign_in_as(whole, Role.ADMINISTRATOR)
    at = utcnow()
    rows = [
        AuditEntry(action="role.given", at=at - timedelta(seconds=index // 3), details={"count": index})
        for index in range(250)
    ]
    whole.do(lambda: db.session.add_all(rows), write=True)
    seen: list[str] = []
    address = "/en/manage/audit"
    while address:
        page = administrator.get(address)
        seen += [row.words.rsplit("Number: ", 1)[1] for row in page.all("tr") if "Number: " in row.words]
        address = next((link["href"] for link in page.all("a") if link.words == "Older"), "")
    assert sorted(map(int, seen)) == list(range(250))
    assert administrator.get("/en/manage/audit?before=x").status == 200


def test_lines_go_after_two_years(whole: Whole) -> None:
    sign_in_as(whole, Role.TRAINER)
    assert whole.scalars(select(AuditEntry)) != []
    for travelled, left in ((KEPT - timedelta(days=1), True), (KEPT + timedelta(days=1), False)):
        with time_machine.travel(utcnow() + travelled), whole.app.app_context():
            forget_old(db.session)
            db.session.remove()
        assert (whole.scalars(select(AuditEntry)) != []) is left


def test_lines_are_in_the_words_of_the_reader(whole: Whole) -> None:
    administrator = sign_in_as(whole, Role.ADMINISTRATOR)
    assert "Role given" in administrator.get("/en/manage/audit").text
    page = administrator.get("/ar/manage/audit")
    assert (page.language, str(ACTIONS["role.given"]) in page.text, "أُعطي دور" in page.text) == ("ar", False, True)
