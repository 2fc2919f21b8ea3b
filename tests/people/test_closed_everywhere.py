"""A closed organisation: every row that names it is found in every table, and none of them lets anybody do anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from groups.school import School, make_school
from perille.core.database import utcnow
from perille.core.extensions import db
from perille.core.sealing import Seal
from perille.core.tokens import token_hash
from perille.groups.models import Attendance, Group, GroupSession
from perille.lrs.transfer import forwarding
from perille.lrs.transfer.forwards import add_forward
from perille.notices.models import Notice
from perille.organisations.importing import mail_invitations
from perille.organisations.models import PeopleTable
from perille.people.memberships import memberships_of
from perille.people.models import Account, Invitation, Membership, Organisation, Role
from perille.people.organisations import close_organisation, find_organisation
from perille.people.services import make_account
from perille.people.sign_in import oidc
from perille.seminars.models import Seminar
from perille.studio.models import StudioDraft, StudioLink
from perille.sync.keys import make_key
from perille.sync.wire import pack
from seminars.desk import Desk, make_desk
from support.filling import rows_of
from support.people import sign_in_as
from support.visitor import Visitor
from support.whole import KEY, Whole

#: Tables that say what was: nothing is opened by a row of them.
PAST = {"audit_entry", "organisation"}
TOKEN = "an-invitation-that-nobody-has-used"
INVITATION = f"/en/invitation/{TOKEN}"
ROLES = (Role.COORDINATOR, Role.MENTOR, Role.AUTHOR, Role.MEMBER)


@dataclass
class Office:
    """An office with all that it can have, before it is closed."""

    school: School
    desk: Desk
    learner: Visitor
    staff: dict[Role, Visitor]
    code: str
    sync_key: str
    #: The ways in that work while it is open.
    sign_up: str = ""
    ticket: str = ""
    sent: list[str] = field(default_factory=list)

    @property
    def whole(self) -> Whole:
        return self.school.whole

    def scalar(self, statement: Any) -> Any:
        return self.whole.scalars(statement)[0]


@pytest.fixture
def office(whole: Whole, sends_mail: None) -> Office:
    desk = make_desk(whole)
    school = make_school(whole, "otto@example.org")
    staff = {role: sign_in_as(whole, role, f"{role.value}@example.org") for role in ROLES}
    made = Office(school, desk, school.joined("Amal"), staff, school.open_door(), "")
    desk.ask("late@example.org")
    made.sign_up = desk.link("late@example.org")
    made.ticket = whole.visitor().post("/en/group", {"code": made.code}).location
    made.sync_key = whole.do(lambda: _fill(school.organisation, school.account), write=True)
    return made


def _fill(organisation: UUID, trainer: UUID) -> str:
    """Give the office what has no short way over its pages; return the key of its laptop."""
    coordinator = db.session.scalars(select(Account).where(Account.email == "coordinator@example.org")).one()
    for mailed, token in ((True, TOKEN), (False, "of a table")):
        address = f"{'one' if mailed else 'table'}@example.org"
        db.session.add(
            Invitation(
                token_hash=token_hash(token), email=address, email_key=address, organisation_id=organisation,
                role=Role.TRAINER.value, created_by=coordinator.id, mailed=mailed,
                expires_at=utcnow() + timedelta(days=7), claimed_by=make_account(db.session, "other@example.org").id,
            )
        )  # fmt: skip
    db.session.add(PeopleTable(organisation_id=organisation, account_id=coordinator.id, content="email\nx@example.org"))
    draft = StudioDraft(pack_id="", title="", origin="", organisation_id=organisation)
    db.session.add(draft)
    db.session.flush()
    db.session.add(StudioLink(token_hash=b"x" * 32, draft_id=draft.id, expires_at=utcnow() + timedelta(days=7)))
    oidc.add_provider(
        db.session, organisation, name="City of Oulu", issuer="https://login.example.org/", client_id="perille",
        client_secret="hush hush", seal=Seal([KEY], oidc.PURPOSE), loopback=False, by=organisation,
    )  # fmt: skip
    store = db.session.get_one(Organisation, organisation).store_id
    add_forward(db.session, store, "City", "https://lrs.example.org/xapi", ("k", "s"), seal=Seal([KEY]))
    return make_key(db.session, organisation, "Laptop 1", trainer)


def shut(office: Office, *, closed: bool = True) -> None:
    def work() -> None:
        close_organisation(
            db.session, find_organisation(db.session, office.school.organisation), closed=closed, by=None
        )

    office.whole.do(work, write=True)


def naming(office: Office) -> set[str]:
    """Return the tables in which a row names the organisation, in whatever column, also inside of texts and JSON."""
    return naming_any(office, {office.school.organisation.hex})


def naming_any(office: Office, words: set[str]) -> set[str]:
    """Return the tables in which a row holds one of *words*, in whatever column."""
    with office.whole.engine.connect() as connection:
        tables = rows_of(connection)
    return {
        name
        for name, rows in tables.items()
        if any(word in str(value).replace("-", "").lower() for row in rows for value in row.values() for word in words)
    }


def numbers_below(office: Office) -> set[str]:
    """Return the numbers of the organisation's groups and seminars."""
    return {each.hex for table in (Group.id, Seminar.id) for each in office.whole.scalars(select(table))}


def naming_below(office: Office) -> set[str]:
    """Return the tables in which no row names the organisation, but one of its groups or seminars."""
    return naming_any(office, numbers_below(office)) - naming(office)


def no_role(office: Office) -> None:
    accounts = office.whole.scalars(select(Membership.account_id))
    assert len(accounts) >= len(ROLES)
    held = office.whole.do(lambda: [memberships_of(db.session, number) for number in accounts])
    assert set(held) == {()}
    here = f"/en/organisations/{office.school.organisation}"
    for visitor in (*office.staff.values(), office.school.trainer, office.desk.trainer):
        assert visitor.get(f"{here}/people").status in (403, 404)
        assert visitor.get(office.school.page).status in (403, 404)
        assert visitor.post(f"{here}/invitations", {"email": "new@example.org", "role": "member"}).status in (403, 404)


def no_invitation(office: Office) -> None:
    before = len(office.whole.scalars(select(Membership)))
    stranger = office.whole.visitor()
    stranger.post(INVITATION)
    number = office.scalar(select(Invitation.id).where(Invitation.mailed.is_(True)))
    here = f"/en/organisations/{office.school.organisation}/invitations/{number}"
    assert office.staff[Role.COORDINATOR].post(f"{here}/allow").status in (403, 404)
    with office.whole.app.app_context():
        mail_invitations(db.session())
    assert office.whole.scalars(select(Notice).where(Notice.recipient == "table@example.org")) == []
    assert len(office.whole.scalars(select(Membership))) == before


def table_of(office: Office) -> str:
    return f"/en/organisations/{office.school.organisation}/import/{office.scalar(select(PeopleTable.id))}"


def no_table(office: Office) -> None:
    assert office.staff[Role.COORDINATOR].post(table_of(office)).status in (403, 404)


def no_door(office: Office) -> None:
    before = len(office.school.members())
    for address in (office.ticket, office.school.link):
        assert office.whole.visitor().post(address, {"name": "Late"}).status == 404
    assert not office.whole.visitor().post("/en/group", {"code": office.code}).location.startswith("/en/group/")
    assert len(office.school.members()) == before
    assert office.learner.get("/en/group").all("form", action=here_of(office)) == []
    office.learner.post(here_of(office))
    assert office.whole.scalars(select(Attendance)) == []


def here_of(office: Office) -> str:
    return f"/en/group/mine/{office.school.group}/here"


def no_place(office: Office) -> None:
    office.whole.visitor().post(office.sign_up, {"do": "confirm"})
    office.desk.ask("later@example.org")
    assert office.desk.states() == {"late@example.org": "unconfirmed"}
    assert office.desk.page not in office.whole.visitor().get("/en/seminars").html


def no_laptop(office: Office) -> None:
    client = office.whole.app.test_client(use_cookies=False)
    head = {"Authorization": f"Bearer {office.sync_key}"}
    for path in ("/sync/v1/hello", "/sync/v1/rows"):
        answer = client.open(path, method="GET" if path.endswith("hello") else "POST", data=pack([]), headers=head)
        assert answer.status_code in (401, 403, 405), path


def no_service(office: Office) -> None:
    assert "City of Oulu" not in office.whole.visitor().get("/en/sign-in").text
    number = office.scalar(select(oidc.OidcProvider.id))
    assert office.whole.visitor().post(f"/en/sign-in/organisation/{number}").status == 404


def no_draft(office: Office) -> None:
    number = office.scalar(select(StudioDraft.id))
    assert office.staff[Role.AUTHOR].get(f"/en/studio/{number}").status in (403, 404)


def no_forward(office: Office) -> None:
    def send(*_request: object) -> None:
        office.sent.append("statements")

    with office.whole.app.app_context():
        assert forwarding.forward_due(db.session(), send) == 0  # type: ignore[arg-type]
    assert office.sent == []


def no_results(office: Office) -> None:
    here = f"/en/organisations/{office.school.organisation}/people"
    number = office.scalar(select(Account.id).where(Account.email == "member@example.org"))
    assert office.staff[Role.COORDINATOR].get(f"{here}/{number}").status in (403, 404)


def pages_of_group(office: Office) -> dict[str, str]:
    """Return table -> a page of the trainer that shows what its rows are for."""
    page, meeting = office.school.page, office.scalar(select(GroupSession.id))
    return {
        "group_course": f"{page}/done",
        "group_member": f"{page}/people",
        "group_session": f"{page}/meetings/{meeting}",
    }


def no_lesson(office: Office) -> None:
    assert office.school.trainer.get(pages_of_group(office)["group_course"]).status in (403, 404)


def no_member(office: Office) -> None:
    assert office.school.trainer.get(pages_of_group(office)["group_member"]).status in (403, 404)
    no_door(office)


def no_meeting(office: Office) -> None:
    page = pages_of_group(office)["group_session"]
    assert office.school.trainer.get(page).status in (403, 404)
    assert office.school.trainer.post(page, {"do": "all"}).status in (403, 404)
    no_door(office)


#: Table whose rows name an organisation -> what shows that none of them is of use once it is closed.
USELESS: dict[str, Callable[[Office], None]] = {
    "consent": no_results,
    "invitation": no_invitation,
    "learning_group": no_door,
    "membership": no_role,
    "oidc_provider": no_service,
    "people_table": no_table,
    "lrs_store": no_forward,
    "seminar": no_place,
    "studio_draft": no_draft,
    "sync_key": no_laptop,
}


#: Table whose rows name a group or a seminar alone -> what shows the same.
USELESS_BELOW: dict[str, Callable[[Office], None]] = {
    "group_course": no_lesson,
    "group_member": no_member,
    "group_session": no_meeting,
    "group_trainer": no_role,
    "seminar_entry": no_place,
}


def test_every_table_that_names_an_organisation_is_looked_at(office: Office) -> None:
    shut(office)
    assert naming(office) == {*USELESS, *PAST}
    assert naming_below(office) == {*USELESS_BELOW}


@pytest.mark.parametrize("table", [*USELESS, *USELESS_BELOW])
def test_what_a_closed_organisation_has_is_of_no_use(office: Office, table: str) -> None:
    shut(office)
    {**USELESS, **USELESS_BELOW}[table](office)


def test_all_of_it_is_of_use_before(office: Office) -> None:
    here = f"/en/organisations/{office.school.organisation}"
    coordinator = office.staff[Role.COORDINATOR]
    for page in pages_of_group(office).values():
        assert office.school.trainer.get(page).status == 200, page
    for page in (f"{here}/people", table_of(office), office.school.page):
        assert coordinator.get(page).status == 200, page
    member = office.scalar(select(Account.id).where(Account.email == "member@example.org"))
    assert coordinator.get(f"{here}/people/{member}").status == 200
    assert office.whole.visitor().get(INVITATION).status == 200
    assert "City of Oulu" in office.whole.visitor().get("/en/sign-in").text
    assert office.desk.page in office.whole.visitor().get("/en/seminars").html
    assert len(office.learner.get("/en/group").all("form", action=here_of(office))) == 1
    with office.whole.app.app_context():
        assert len(forwarding._due(db.session())) == 1


def test_where_it_is_opened_again_the_doors_are_as_they_were(office: Office) -> None:
    shut(office)
    shut(office, closed=False)
    assert office.whole.visitor().post(office.ticket, {"name": "Late"}).location == "/en/group"
    office.learner.post(here_of(office))
    assert len(office.whole.scalars(select(Attendance))) == 1
    with office.whole.app.app_context():
        mail_invitations(db.session())
    assert len(office.whole.scalars(select(Notice).where(Notice.recipient == "table@example.org"))) == 1
