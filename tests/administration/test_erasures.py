"""An administrator has anybody erased from a page, by any identifier, wherever it stands; others stay."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from lrs.samples import agent, statement
from perille.core.database import utcnow
from perille.core.extensions import db
from perille.core.sealing import Seal
from perille.enrolment.models import Learner
from perille.lrs import services
from perille.lrs.storage import documents
from perille.lrs.storage.connection import raw_connection
from perille.lrs.storage.documents import Condition, DocumentKind, Owner
from perille.lrs.storage.lock import store_number
from perille.lrs.storage.models import LrsAuthority, LrsForward
from perille.lrs.transfer import forwards
from perille.lrs.xapi.versions import Version
from perille.people.models import AuditEntry
from perille.privacy.commands import finish_all
from perille.privacy.models import Erasure, RetentionState
from support.records import STRANGER, send, statements
from support.visitor import Visitor
from support.whole import Whole

HERE = "/en/manage/erasures"
MAIL = "anna.virta@example.org"
SHA1 = hashlib.sha1(b"mailto:" + MAIL.encode(), usedforsecurity=False).hexdigest()
OPENID = "https://anna.openid.example/"
SHORT = {"homePage": "https://lms.example", "name": "anna"}
#: One person, as each line of the form names her, with what other systems call her.
FORMS: dict[str, dict[str, Any]] = {
    MAIL: {"mbox": f"mailto:{MAIL}"},
    SHA1: {"mbox_sha1sum": SHA1},
    OPENID: {"openid": OPENID},
    "https://lms.example anna": {"account": SHORT},
}


def ask(whole: Whole, administrator: Visitor, who: str) -> None:
    """Ask on the page, and let the job do it."""
    assert administrator.post(HERE, {"who": who, "sure": "yes"}).status == 303
    with whole.app.app_context():
        finish_all()
        db.session.remove()


def everywhere(who: dict[str, Any]) -> list[dict[str, Any]]:
    """Return statements with a person in every place that a statement has."""
    other = agent("teacher")
    hidden = json.dumps(who)
    return [
        statement(actor=who),
        statement(object={"objectType": "Agent", **who}),
        statement(actor={"objectType": "Group", "member": [other, who]}),
        statement(context={"instructor": who}),
        statement(context={"team": {"objectType": "Group", "member": [who]}}),
        statement(object={**statement(actor=who, id=None), "objectType": "SubStatement"}),
        statement(actor=other, result={"extensions": {"https://x.example/by": {"deep": [who]}}}),
        statement(actor=other, result={"extensions": {"urn:x:y": who.get("account", hidden)}}),
    ]  # fmt: skip


def alike() -> list[dict[str, Any]]:
    """Return statements of people who are called nearly the same."""
    return [
        statement(actor={"mbox": f"mailto:jo{MAIL}"}),
        statement(actor={"mbox": f"mailto:{MAIL}.fi"}),
        statement(actor={"openid": "https://anna.openid.example.org/"}),
        statement(actor={"account": {"homePage": "https://lms.example", "name": "annabel"}}),
        statement(actor={"account": {"homePage": "https://other.example", "name": "anna"}}),
        statement(actor=agent("teacher"), result={"response": "Hello anna"}),
    ]


@pytest.mark.parametrize("line", FORMS)
def test_anybody_is_erased_by_any_identifier_wherever_it_stands(
    whole: Whole, administrator: Visitor, line: str
) -> None:
    others = alike()
    send(whole, *everywhere(FORMS[line]), *others)
    ask(whole, administrator, line)
    assert [each["id"] for each in statements(whole)] == [each["id"] for each in others]
    page = administrator.get(HERE)
    assert "Nothing is left" in page.text
    assert line not in page.text
    assert page.all("td")[1].words == "8"


def test_an_address_is_erased_by_its_sha1_and_the_sha1_by_its_address(whole: Whole, administrator: Visitor) -> None:
    for line in (MAIL, SHA1):
        send(whole, statement(actor={"mbox": f"mailto:{MAIL}"}), statement(actor={"mbox_sha1sum": SHA1.upper()}))
        ask(whole, administrator, line)
        assert statements(whole) == []


def test_a_person_of_several_identifiers_is_erased_at_once(whole: Whole, administrator: Visitor) -> None:
    send(whole, *(statement(actor=who) for who in FORMS.values()))
    ask(whole, administrator, "\n".join(FORMS))
    assert statements(whole) == []


def test_documents_names_definitions_and_attachments_that_mention_somebody_go(
    whole: Whole, administrator: Visitor
) -> None:
    content, told = f"essay of {MAIL}".encode(), f"taught by {MAIL}"
    sha2 = hashlib.sha256(content).hexdigest()
    activity = {"id": "https://x.example/a", "definition": {"name": {"en": "A"}, "description": {"en": told}}}
    kept = statement(actor={"mbox": "mailto:bo@example.org", "name": "Bo"}, object={"id": "https://x.example/a"})
    send(whole, kept, statement(object=activity))

    def add() -> None:
        store_id = services.default_store(db.session)
        driver, number = raw_connection(db.session), store_number(db.session, store_id)
        driver.run(
            "INSERT INTO lrs_attachment (store_id, sha2, content_type, body) VALUES (?, ?, ?, ?)",
            number, sha2, "text/plain", content,
        )  # fmt: skip
        seq = driver.one("SELECT min(seq) FROM lrs_statement")
        assert seq is not None
        driver.run("INSERT INTO lrs_attachment_use (store_id, seq, sha2) VALUES (?, ?, ?)", number, seq[0], sha2)
        owner = Owner(DocumentKind.ACTIVITY_PROFILE, activity="https://x.example/a")
        for name, body in ((f"profile:{MAIL}", b"{}"), ("seen", told.encode()), ("other", b"nothing")):
            unseen = Condition(None, "*")
            documents.put(driver, number, owner, name, ("text/plain", body), unseen, Version.V2)

    whole.do(add, write=True)
    ask(whole, administrator, MAIL)
    assert [each["id"] for each in statements(whole)] == [kept["id"]]
    left = whole.do(lambda: [row[0] for row in db.session.execute(text("SELECT name FROM lrs_document"))])
    assert left == ["other"]
    assert whole.counts()["lrs_attachment"] == 0
    assert "Nothing is left" in administrator.get(HERE).text


def test_a_voucher_loses_the_name_and_what_they_vouched_for_stays(whole: Whole, administrator: Visitor) -> None:
    vouched = statement(actor=agent("bo"))

    def store(*sent: dict[str, Any]) -> None:
        bodies = [json.dumps(each).encode() for each in sent]
        store_id = services.default_store(db.session)
        services.store_statements(db.session, bodies, store_id=store_id, authority={"mbox": f"mailto:{MAIL}"})

    whole.do(lambda: store(vouched, statement(actor={"mbox": f"mailto:{MAIL}"})), write=True)
    ask(whole, administrator, MAIL)
    assert [each["id"] for each in statements(whole)] == [vouched["id"]]
    (row,) = [each for each in whole.scalars(select(LrsAuthority)) if b"erased" in each.body]
    assert json.loads(row.body)["account"]["homePage"] == "https://perille.invalid/erased"
    assert "Nothing is left" in administrator.get(HERE).text


def test_stores_that_were_sent_statements_are_named_with_their_ids(whole: Whole, administrator: Visitor) -> None:
    sent, seal = statement(actor=FORMS[MAIL]), Seal(["k" * 40])

    def add() -> None:
        store_id = services.default_store(db.session)
        forwards.add_forward(db.session, store_id, "City", "https://city.example/xapi", ("k", "s"), seal=seal)
        forwards.add_forward(db.session, store_id, "None yet", "https://new.example/xapi", ("k", "s"), seal=seal)

    whole.do(add, write=True)
    send(whole, sent)

    def went() -> None:
        for row in db.session.scalars(select(LrsForward)):
            row.after = 100 if row.name == "City" else 0

    whole.do(went, write=True)
    ask(whole, administrator, MAIL)
    page = administrator.get(HERE)
    assert "https://city.example/xapi" in page.text
    assert sent["id"] in page.text
    assert "new.example" not in page.text


def test_a_learner_is_erased_by_their_number(whole: Whole, administrator: Visitor) -> None:
    learner = whole.visitor()
    learner.start()
    (row,) = whole.scalars(select(Learner))
    ask(whole, administrator, str(row.actor_name))
    assert whole.scalars(select(Learner)) == []
    assert statements(whole) == []


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"who": MAIL}, "Mark the box first"),
        ({"who": " ", "sure": "yes"}, "at least one identifier"),
        ({"who": "anna", "sure": "yes"}, "This is no identifier: anna"),
        ({"who": str(uuid4()), "sure": "yes"}, "There is no learner of the number"),
    ],
)
def test_what_cannot_be_used_is_said_beside_the_field_and_kept_in_it(
    whole: Whole, administrator: Visitor, form: dict[str, str], says: str
) -> None:
    page = administrator.submit(HERE, form)
    assert page.status == 200
    assert says in page.one("span", id="sure-error" if "sure" not in form else "who-error").words
    assert page.one("textarea").words == form["who"].strip()
    assert whole.scalars(select(Erasure)) == []


def test_who_is_not_here_is_said_not_to_be_found(whole: Whole, administrator: Visitor) -> None:
    ask(whole, administrator, MAIL)
    page = administrator.get(HERE)
    assert "Nobody was found." in page.text
    assert "Nothing is left" not in page.text


def test_neither_the_page_nor_the_audit_table_keeps_who_was_erased(whole: Whole, administrator: Visitor) -> None:
    send(whole, {**statement(actor=FORMS[MAIL]), "context": {"instructor": STRANGER}})
    ask(whole, administrator, MAIL)
    (row,) = whole.scalars(select(Erasure))
    assert row.person is None
    entries = whole.scalars(select(AuditEntry).where(AuditEntry.action == "privacy.erased"))
    assert [(entry.target_id, entry.details["statements"]) for entry in entries] == [(None, 1)]
    assert entries[0].account_id == row.account_id


def test_only_administrators_come_here(whole: Whole, visitor: Visitor) -> None:
    assert visitor.get(HERE).status == 403
    assert visitor.post(HERE, {"who": MAIL, "sure": "yes"}).status == 403
    assert visitor.post("/en/manage/retention").status == 403


def test_an_administrator_is_told_of_a_clock_that_may_be_wrong_and_says_that_it_is_right(
    whole: Whole, administrator: Visitor
) -> None:
    assert "Is the clock" not in administrator.get("/en/manage").text
    held = RetentionState(id=1, hold="jumped", checked_at=utcnow(), steady_since=utcnow())
    whole.do(lambda: db.session.add(held), write=True)
    assert "It jumped, or the program did not run." in administrator.get("/en/manage").text
    assert administrator.post("/en/manage/retention").status == 303
    assert "Is the clock" not in administrator.get("/en/manage").text
    (entry,) = whole.scalars(select(AuditEntry).where(AuditEntry.action == "privacy.clock-believed"))
    assert entry.account_id is not None
