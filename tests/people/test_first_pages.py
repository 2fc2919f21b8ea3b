"""What each role opens first; nobody ends at a closed door."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from perille.people.models import Account, Role
from support.people import place_of, sign_in_as
from support.visitor import Page, Visitor
from support.whole import Whole

FIRST = {
    Role.ADMINISTRATOR: ("/en/manage", "Administration"),
    Role.COORDINATOR: ("/en/organisations", "The office"),
    Role.TRAINER: ("/en/groups", "My groups"),
    Role.MENTOR: ("/en/mentoring", "My pairs"),
    Role.AUTHOR: ("/en/account/drafts", "Drafts"),
    Role.REVIEWER: ("/en/account/drafts", "Drafts"),
    Role.TRANSLATOR: ("/en/account/drafts", "Drafts"),
    Role.MEMBER: ("/en/account/modules", "My modules"),
}


@pytest.mark.parametrize("role", Role)
def test_each_role_opens_a_page_of_its_own_first(whole: Whole, role: Role) -> None:
    visitor = sign_in_as(whole, role)
    page = visitor.get("/en/account/first")
    address = page.location
    while page.status == 302:
        page = visitor.get(page.location)
    start, heading = FIRST[role]
    assert page.status == 200
    assert address.startswith(start)
    assert page.heading == heading
    assert page.headers["Cache-Control"] == "no-store"
    # There one signs out, and finds the pages of one's other roles.
    assert "/en/account" in [link["href"] for link in page.all("a")]


@pytest.mark.parametrize("role", Role)
def test_every_page_that_a_role_is_led_to_opens(whole: Whole, role: Role) -> None:
    visitor = sign_in_as(whole, role)
    own = visitor.get("/en/account")
    ways = [link["href"] for link in own.all("a") if any(up.attributes.get("class") == "places" for up in link.parents)]
    assert len(ways) >= 1
    for address in ways:
        page = visitor.get(address)
        assert page.status in (200, 302), address
        if page.status == 302:
            assert visitor.get(page.location).status == 200


@pytest.mark.parametrize("role", [Role.TRAINER, Role.MEMBER, Role.COORDINATOR])
def test_a_page_of_others_leads_to_ones_own(whole: Whole, role: Role) -> None:
    visitor = sign_in_as(whole, role)
    page = visitor.get("/en/manage")
    assert page.status == 403
    (link,) = [each for each in page.all("a", class_="main") if "/account" in each["href"]]
    assert visitor.get(link["href"]).status == 200


def test_an_account_without_any_role_still_has_its_own_pages(whole: Whole) -> None:
    visitor = sign_in_as(whole, Role.MEMBER)
    page = visitor.get("/en/account")
    (form,) = [each for each in page.all("form") if "/organisations/" in each["action"]]
    assert visitor.post(form["action"]).status == 303
    assert visitor.get("/en/account").all("h2", id="places") == []
    assert "The office" not in visitor.get("/en/account").text
    assert visitor.get(visitor.get("/en/account/first").location).heading == "My modules"
    assert visitor.post(form["action"]).status == 404


def test_what_only_an_administrator_can_mend_is_told_to_administrators_alone(whole: Whole) -> None:
    words = "Readers cannot see yet who runs this site."
    assert words in sign_in_as(whole, Role.ADMINISTRATOR).get("/en/account").text
    for role in (Role.COORDINATOR, Role.TRAINER, Role.MEMBER):
        page = sign_in_as(whole, role, f"{role}@example.org").get("/en/account")
        assert (page.status, words in page.text) == (200, False)


def test_ones_account_leads_to_sign_in_and_to_which_e_mails_one_gets(whole: Whole) -> None:
    member = sign_in_as(whole, Role.MEMBER)
    links = {tag.words: tag["href"] for tag in member.get("/en/account").all("a")}
    for words in ("Ways to sign in, and where you are signed in", "E-mails that you get"):
        assert member.get(links[words]).status == 200


#: Pages of a coordinator that begin with a line back, and where it leads. {} is the organisation.
BACK = {
    "/en/organisations/{}/seminars": "/en/groups",
    "/en/organisations/{}/sync": "/en/groups",
    "/en/manage/organisations/{}/sign-in": "/en/organisations/{}/people",
    "/en/my-data": "/en/account",
    "/en/studio": "/en/account",
}


@pytest.mark.parametrize("address", BACK)
def test_no_page_of_staff_is_an_end(whole: Whole, address: str) -> None:
    visitor = sign_in_as(whole, Role.COORDINATOR)
    office = whole.do(lambda: place_of(Role.COORDINATOR))
    assert lines_back(visitor.get(address.format(office))) == [BACK[address].format(office)]


def test_the_page_of_ones_emails_leads_back_to_the_account(whole: Whole) -> None:
    visitor = sign_in_as(whole, Role.TRAINER)
    links = [link["href"] for link in visitor.get("/en/account").all("a")]
    (switches,) = [each for each in links if "/notices/" in each]
    assert lines_back(visitor.get(switches)) == ["/en/account"]


def test_who_does_not_mean_to_reset_anybody_is_led_back(whole: Whole) -> None:
    visitor = sign_in_as(whole, Role.ADMINISTRATOR)
    (account,) = whole.scalars(select(Account))
    assert lines_back(visitor.get(f"/en/manage/accounts/{account.id}/reset-sign-in")) == ["/en/manage"]


@pytest.mark.parametrize("address", ["/en/modules", "/en/resume", "/en/group"])
def test_who_has_an_account_finds_the_way_in_from_the_foot_of_any_page(visitor: Visitor, address: str) -> None:
    assert address in [link["href"] for link in visitor.get("/en/").all("a")]
    ways = [link for link in visitor.get(address).all("a") if link["href"] == "/en/sign-in"]
    assert ["".join(link.text).strip() for link in ways] == ["I have an account"]
    assert visitor.get("/en/sign-in").heading == "Sign in"


def test_who_is_signed_in_already_is_led_to_the_account(whole: Whole) -> None:
    page = sign_in_as(whole, Role.TRAINER).get("/en/sign-in")
    mains = [each for name in ("a", "button") for each in page.all(name) if each.attributes.get("class") == "main"]
    assert [each.attributes.get("href") for each in mains] == ["/en/account"]


def lines_back(page: Page) -> list[str]:
    """Return where the line above the heading leads."""
    return [link["href"] for link in page.all("a") if any(up.attributes.get("class") == "crumb" for up in link.parents)]


@pytest.mark.parametrize("path", ["/en/groups", "/en/account", "/en/studio"])
def test_the_foot_of_a_page_for_who_is_signed_in_leads_to_the_account(whole: Whole, path: str) -> None:
    trainer = sign_in_as(whole, Role.TRAINER)
    assert foot_of(trainer.get(path))[0] == "/en/account"
    # Pages that are the same for everybody tell nobody that there is an account.
    assert "/en/account" not in foot_of(trainer.get("/en/"))


def foot_of(page: Page) -> list[str]:
    return [tag["href"] for tag in page.all("a") if any(up.name == "footer" for up in tag.parents)]
