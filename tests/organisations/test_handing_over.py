"""Without a mail server whoever invites sees the link once and hands it over; it signs nobody in to an account that is there already."""

from __future__ import annotations

import csv
import io
import re
from uuid import UUID

import pytest
from sqlalchemy import select, update

from perille.core.extensions import db
from perille.core.tokens import token_hash
from perille.notices.models import Notice
from perille.organisations.importing import mail_invitations
from perille.organisations.models import PeopleTable
from perille.people.models import Account, AuditEntry, Invitation, Membership, Organisation, Role
from support.people import invite_as, place_of, sign_in_as
from support.visitor import Page, Visitor
from support.whole import Whole

AINO = {"email": "aino@example.org", "role": "trainer"}
NO_MAIL = "No e-mail was sent: this site has no mail server."


@pytest.fixture
def coordinator(whole: Whole) -> Visitor:
    """Somebody who coordinates the office."""
    return sign_in_as(whole, Role.COORDINATOR)


@pytest.fixture
def office(whole: Whole, coordinator: Visitor) -> str:
    """The address of the office."""
    return f"/en/organisations/{whole.do(lambda: place_of(Role.MEMBER))}"


def press(page: Page, ending: str) -> tuple[str, dict[str, str]]:
    """Return where a form of a page leads, and its hidden fields."""
    form = next(each for each in page.all("form") if each.attributes.get("action", "").endswith(ending))
    inside = [each for each in page.all("input", type="hidden") if form in each.parents]
    return form["action"], {each["name"]: each["value"] for each in inside}


def invited(coordinator: Visitor, office: str) -> Page:
    """Invite Aino, and return the page to which that leads."""
    here, hidden = press(coordinator.get(f"{office}/people"), "/invitations")
    return coordinator.submit(here, AINO | hidden)


def link(page: Page) -> str:
    """Return the path of the link that a page shows."""
    return re.sub(r"https?://[^/]+", "", page.one("code", id="link").words)


def roles(whole: Whole, email: str = AINO["email"]) -> list[str]:
    query = select(Membership.role).join(Account, Account.id == Membership.account_id).where(Account.email == email)
    return sorted(whole.scalars(query))


def test_the_link_is_shown_once_and_is_nowhere_else(whole: Whole, coordinator: Visitor, office: str) -> None:
    page = invited(coordinator, office)
    assert (page.heading, page.headers["Cache-Control"]) == ("A link to hand over", "no-store")
    assert NO_MAIL in page.text
    assert page.one("img", class_="qr")["src"].startswith("data:image/svg+xml")
    assert page.one("button", data_copies="link")
    token = link(page).rpartition("/")[2]
    (row,) = whole.scalars(select(Invitation))
    assert row.token_hash == token_hash(token)
    assert whole.scalars(select(Notice)) == [], "an e-mail that goes out later would hold another link"
    lines = whole.scalars(select(AuditEntry))
    assert {"people.invited", "people.invitation-links"} <= {each.action for each in lines}
    assert not any(token in f"{each.details}" for each in lines)
    again = coordinator.get(f"{office}/invitations/{row.id}/link")
    assert (again.status, again.location) == (303, f"{office}/people#invitations")
    assert token not in coordinator.get(f"{office}/people").html


def test_two_tabs_that_invite_at_once_show_both_links(whole: Whole, coordinator: Visitor, office: str) -> None:
    """The second tab is sent before the first one's page is there."""
    people = {"aino@example.org": "", "ben@example.org": "", "ciri@example.org": ""}
    for email in people:
        here, hidden = press(coordinator.get(f"{office}/people"), "/invitations")
        people[email] = coordinator.post(here, AINO | hidden | {"email": email}).location
    links = {}
    for email, page in people.items():
        shown = coordinator.get(page)
        assert email in shown.text
        links[email] = link(shown)
        assert coordinator.get(page).status == 303, "it is shown once"
    for email, address in links.items():
        assert email in whole.visitor().get(address).text


def test_the_link_lets_its_person_in_once(whole: Whole, coordinator: Visitor, office: str) -> None:
    address = link(invited(coordinator, office))
    aino = whole.visitor()
    assert aino.get(address).status == 200
    assert aino.submit(address).status == 200
    assert "The office" in aino.get("/en/account").text
    assert roles(whole) == ["trainer"]
    assert whole.visitor().submit(address).status == 410


def test_both_presses_of_one_form_show_the_same_link(whole: Whole, coordinator: Visitor, office: str) -> None:
    here, hidden = press(coordinator.get(f"{office}/people"), "/invitations")
    first, second = (link(coordinator.submit(here, AINO | hidden)) for _press in range(2))
    assert first == second
    assert len(whole.scalars(select(Invitation))) == 1
    count = select(AuditEntry).where(AuditEntry.action == "people.invitation-links")
    assert len(whole.scalars(count)) == 1


def test_a_new_link_ends_the_one_before(whole: Whole, coordinator: Visitor, office: str) -> None:
    old = link(invited(coordinator, office))
    here, hidden = press(coordinator.get(f"{office}/people"), "/link")
    first, second = (link(coordinator.submit(here, hidden)) for _press in range(2))
    assert first == second != old
    assert whole.visitor().get(old).status == 410
    assert whole.visitor().get(first).status == 200
    assert len(whole.scalars(select(Invitation))) == 1


@pytest.mark.parametrize("ended", ["withdrawn", "by a new link", "by another invitation"])
def test_a_link_that_ended_comes_back_by_no_second_press_of_its_form(
    whole: Whole, coordinator: Visitor, office: str, ended: str
) -> None:
    """The form stands in a second tab, or is shown again by Back."""
    here, hidden = press(coordinator.get(f"{office}/people"), "/invitations")
    old = link(coordinator.submit(here, AINO | hidden))
    page = coordinator.get(f"{office}/people")
    if ended == "by another invitation":
        invited(coordinator, office)
    else:
        end, pressed = press(page, "/withdraw" if ended == "withdrawn" else "/link")
        coordinator.submit(end, pressed)
    first, second = (link(coordinator.submit(here, AINO | hidden)) for _press in range(2))
    assert first == second != old
    assert whole.visitor().get(old).status == 410
    assert whole.visitor().get(first).status == 200


def test_a_new_link_that_ended_comes_back_by_no_second_press_either(
    whole: Whole, coordinator: Visitor, office: str
) -> None:
    invited(coordinator, office)
    here, hidden = press(coordinator.get(f"{office}/people"), "/link")
    old = link(coordinator.submit(here, hidden))
    coordinator.submit(*press(coordinator.get(f"{office}/people"), "/link"))
    assert link(coordinator.submit(here, hidden)) != old
    assert whole.visitor().get(old).status == 410


def test_whoever_must_sign_in_first_comes_back_to_the_invitation(
    whole: Whole, coordinator: Visitor, office: str
) -> None:
    way_in = invite_as(whole, Role.MENTOR, AINO["email"])
    address = link(invited(coordinator, office))
    aino = whole.visitor()
    to = aino.get(address).one("a", class_="main")["href"].partition("?")[2]
    assert aino.post(f"{way_in}?{to}").location == address
    assert aino.submit(address).status == 200
    assert roles(whole) == ["mentor", "trainer"]


def test_a_link_that_others_have_seen_signs_nobody_in_to_an_account_that_is_there(
    whole: Whole, coordinator: Visitor, office: str
) -> None:
    """A coordinator would else be whoever they invite: a coordinator of another organisation, an administrator."""
    aino = sign_in_as(whole, Role.COORDINATOR, AINO["email"], place="The school")
    address = link(invited(coordinator, office))
    stranger = whole.visitor()
    page = stranger.get(address)
    assert "Sign in first." in page.text
    assert [each for each in page.all("form", method="post") if "action" not in each.attributes] == []
    assert stranger.submit(address).heading == page.heading
    assert stranger.get("/en/account").status == 403
    assert roles(whole) == ["coordinator"]
    assert aino.submit(address).status == 200
    assert roles(whole) == ["coordinator", "trainer"]


def test_nobody_but_who_may_invite_sees_or_makes_a_link(whole: Whole, coordinator: Visitor, office: str) -> None:
    page = invited(coordinator, office)
    (row,) = whole.scalars(select(Invitation))
    here = f"{office}/invitations/{row.id}/link"
    school = sign_in_as(whole, Role.COORDINATOR, "mari@example.org", place="The school")
    theirs = f"/en/organisations/{whole.do(lambda: place_of(Role.MEMBER, 'The school'))}/invitations"
    for visitor in (whole.visitor(), school, sign_in_as(whole, Role.TRAINER, "bo@example.org")):
        assert (visitor.get(here).status, visitor.post(here).status) == (403, 403)
        assert visitor.post(f"{office}/invitations/links.csv").status == 403
    assert school.post(f"{theirs}/{row.id}/link").status == 404
    assert whole.visitor().get(link(page)).status == 200, "the link is as it was"


def test_a_closed_organisation_gives_no_links(whole: Whole, coordinator: Visitor, office: str) -> None:
    invited(coordinator, office)
    (row,) = whole.scalars(select(Invitation))
    administrator = sign_in_as(whole, Role.ADMINISTRATOR, "root@example.org")
    number = UUID(office.rpartition("/")[2])
    administrator.post(f"/en/manage/organisations/{number}/close")
    for address in (f"{office}/invitations/{row.id}/link", f"{office}/invitations/links.csv"):
        assert administrator.post(address).status == 409


def bring_in(whole: Whole, coordinator: Visitor, office: str) -> tuple[Page, Page]:
    """Bring two people in from a table; return the page before the second press, and the one after it."""
    rows = "email,name,role\naino@example.org,=Aino,trainer\nbo@example.org,Bo,\n"
    look = coordinator.submit(f"{office}/import", {"rows": rows})
    (table,) = whole.scalars(select(PeopleTable))
    return look, coordinator.submit(f"{office}/import/{table.id}")


def test_a_table_of_people_says_before_that_no_e_mail_goes_out_and_has_all_links_after(
    whole: Whole, coordinator: Visitor, office: str
) -> None:
    look, done = bring_in(whole, coordinator, office)
    assert "no e-mail goes out" in coordinator.get(f"{office}/import").text
    assert "no e-mail goes out" in look.text
    assert NO_MAIL in done.text
    assert "on its way" not in done.text
    here, hidden = press(done, "/links.csv")
    first, second = (coordinator.post(here, hidden) for _press in range(2))
    assert first.html == second.html, "a second press of one button ends nothing"
    assert (first.headers["Cache-Control"], first.response.mimetype) == ("no-store", "text/csv")
    assert "attachment" in first.headers["Content-Disposition"]
    table = list(csv.DictReader(io.StringIO(first.html.lstrip("\ufeff"))))
    assert [(each["email"], each["name"], each["role"]) for each in table] == [
        ("aino@example.org", "'=Aino", "trainer"),
        ("bo@example.org", "Bo", "member"),
    ]
    for each in table:
        assert whole.visitor().submit(re.sub(r"https?://[^/]+", "", each["link"])).status == 200
    assert roles(whole) == ["trainer"]
    assert roles(whole, "bo@example.org") == ["member"]


def mail_now(whole: Whole) -> list[str]:
    """Run the job that sends invitations from tables; return who gets an e-mail."""
    with whole.app.app_context():
        mail_invitations(db.session)
        db.session.remove()
    return sorted(whole.scalars(select(Notice.recipient)))


def test_people_from_a_table_wait_for_a_mail_server_and_links_that_were_handed_over_go_on(
    whole: Whole, coordinator: Visitor, office: str, request: pytest.FixtureRequest
) -> None:
    bring_in(whole, coordinator, office)
    assert mail_now(whole) == []
    aino = next(each for each in whole.scalars(select(Invitation)) if each.email == AINO["email"])
    address = link(coordinator.submit(f"{office}/invitations/{aino.id}/link"))
    request.getfixturevalue("sends_mail")
    assert mail_now(whole) == ["bo@example.org"]
    assert whole.visitor().get(address).status == 200


@pytest.mark.usefixtures("sends_mail")
def test_with_a_mail_server_nobody_sees_a_link(whole: Whole, coordinator: Visitor, office: str) -> None:
    page = invited(coordinator, office)
    assert page.heading == "The office"
    assert whole.scalars(select(Notice.kind)) == ["invitation"]
    (row,) = whole.scalars(select(Invitation))
    for address in (f"{office}/invitations/{row.id}/link", f"{office}/invitations/links.csv"):
        assert coordinator.post(address).location == f"{office}/people#invitations"
        assert address not in page.html
    assert whole.scalars(select(Invitation.token_hash)) == [row.token_hash]
    assert "They get an e-mail" in page.text


def test_an_organisation_without_a_country_asks_for_it_and_takes_the_first_one(
    whole: Whole, coordinator: Visitor, office: str
) -> None:
    words = "times of seminars and of attendance are in UTC"
    administrator = sign_in_as(whole, Role.ADMINISTRATOR, "root@example.org")
    overview = administrator.get("/en/manage")
    assert words in overview.text
    assert "The office" in [each.words for each in overview.all("a")]
    here, _hidden = press(coordinator.get(f"{office}/people"), "/country")
    assert "Not a valid choice" in coordinator.submit(here, {"country": "XX"}).text
    page = coordinator.submit(here, {"country": "LT"})
    assert (page.status, words in page.text) == (200, False)
    coordinator.post(here, {"country": "FI"})
    query = select(Organisation).where(Organisation.name == "The office")
    assert [each.countries for each in whole.scalars(query)] == [["LT"]]
    assert words not in administrator.get("/en/manage").text


def test_a_closed_organisation_is_not_asked_for(whole: Whole, coordinator: Visitor, office: str) -> None:
    administrator = sign_in_as(whole, Role.ADMINISTRATOR, "root@example.org")
    whole.do(lambda: db.session.execute(update(Organisation).values(closed_at=Organisation.created_at)), write=True)
    assert "UTC" not in administrator.get(f"{office}/people").text
    assert "Organisations without a country" not in administrator.get("/en/manage").text
