"""`perille accounts`: invited, listed, disabled, enabled, given and taken roles at the command line."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from perille.people.commands import accounts
from perille.people.models import Account, AccountSession, Membership, Organisation
from support.whole import Whole


def run(whole: Whole, *arguments: str) -> Result:
    return CliRunner().invoke(accounts, arguments, obj=lambda: whole.app)


def roles(whole: Whole) -> list[str]:
    return sorted(whole.scalars(select(Membership.role)))


def link(result: Result) -> str:
    found = re.search(r"/en/sign-in/\S+", result.output)
    assert found, result.output
    return found[0]


def test_an_invitation_prints_a_link_and_makes_the_organisation_once(whole: Whole) -> None:
    first = run(whole, "invite", "mari@example.org", "--role", "coordinator", "--organisation", "The office")
    run(whole, "invite", "bo@example.org", "--role", "trainer", "--organisation", "The office")
    assert [each.name for each in whole.scalars(select(Organisation))] == ["The office"]
    visitor = whole.visitor()
    assert visitor.post(link(first)).status == 303
    assert visitor.get("/en/account").status == 200


def test_an_organisation_gets_its_first_country_and_no_other(whole: Whole) -> None:
    office = ("--role", "trainer", "--organisation", "The office")
    assert run(whole, "invite", "mari@example.org", *office).exit_code == 0
    assert whole.scalars(select(Organisation.countries)) == [[]]
    for _time in range(2):
        assert run(whole, "invite", "bo@example.org", *office, "--country", "ee").exit_code == 0
        assert whole.scalars(select(Organisation.countries)) == [["EE"]]
    assert "EE. Change them" in str(run(whole, "invite", "eva@example.org", *office, "--country", "FI").exception)
    assert run(whole, "invite", "eva@example.org", *office, "--country", "XX").exit_code == 2
    assert whole.scalars(select(Organisation.countries)) == [["EE"]]
    assert whole.scalars(select(Account.email).where(Account.email == "eva@example.org")) == []


def test_every_role_but_the_administrators_needs_an_organisation(whole: Whole) -> None:
    assert "Say where" in str(run(whole, "invite", "mari@example.org", "--role", "coordinator").exception)
    assert run(whole, "invite", "eva@example.org", "--role", "administrator").exit_code == 0
    assert roles(whole) == ["administrator"]


def test_accounts_are_listed_with_their_roles_and_places(whole: Whole) -> None:
    assert run(whole, "list").output == "No accounts\n"
    run(whole, "invite", "eva@example.org", "--role", "administrator")
    run(whole, "invite", "eva@example.org", "--role", "trainer", "--organisation", "The office")
    run(whole, "invite", "bo@example.org", "--role", "member", "--organisation", "The office")
    run(whole, "disable", "bo@example.org")
    lines = run(whole, "list").output.splitlines()
    assert lines == [
        "eva@example.org  administrator, trainer of The office",
        "bo@example.org  member of The office  disabled",
    ]


def test_a_disabled_account_is_signed_out_and_may_come_back(whole: Whole) -> None:
    visitor = whole.visitor()
    visitor.post(link(run(whole, "invite", "eva@example.org", "--role", "trainer", "--organisation", "Office")))
    assert run(whole, "disable", "EVA@example.org").output == "Disabled\n"
    assert (visitor.get("/en/account").status, whole.scalars(select(AccountSession))) == (403, [])
    assert run(whole, "enable", "eva@example.org").output == "Enabled\n"
    assert [each.disabled_at for each in whole.scalars(select(Account))] == [None]


def test_roles_are_given_and_taken(whole: Whole) -> None:
    run(whole, "invite", "bo@example.org", "--role", "member", "--organisation", "The office")
    place = ("--organisation", "The office")
    assert run(whole, "roles", "bo@example.org", "--give", "trainer", *place).output == "Given: trainer\n"
    assert run(whole, "roles", "bo@example.org", "--give", "trainer", *place).output == "Nothing to change\n"
    assert roles(whole) == ["member", "trainer"]
    assert run(whole, "roles", "bo@example.org", "--take", "member", *place).output == "Taken: member\n"
    assert run(whole, "roles", "bo@example.org", "--take", "member", *place).output == "Nothing to change\n"
    assert roles(whole) == ["trainer"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("roles", "bo@example.org"),
        ("roles", "bo@example.org", "--give", "trainer", "--take", "member"),
        ("roles", "bo@example.org", "--give", "trainer"),
        ("roles", "bo@example.org", "--give", "trainer", "--organisation", "Nowhere"),
        ("roles", "nobody@example.org", "--give", "administrator"),
        ("disable", "nobody@example.org"),
        ("invite", "no address", "--role", "administrator"),
        ("invite", "bo@example.org", "--role", "king"),
    ],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(whole: Whole, arguments: tuple[str, ...]) -> None:
    run(whole, "invite", "bo@example.org", "--role", "member", "--organisation", "The office")
    before = whole.counts()
    result = run(whole, *arguments)
    assert (result.exit_code != 0, whole.counts() == before) == (True, True)
