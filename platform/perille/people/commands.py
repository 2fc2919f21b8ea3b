"""`perille accounts`: who may sign in, and as what."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import click
from flask import Flask
from sqlalchemy import select

from perille.core.base_url import base_address
from perille.core.countries import countries
from perille.core.current import config_of
from perille.core.database import run_in_transaction
from perille.core.errors import BadRequest
from perille.core.extensions import db
from perille.core.web.site_address import link_to
from perille.people.address_proof import refuse_unproven
from perille.people.memberships import all_memberships, give_role, take_role
from perille.people.models import Account, LinkKind, Organisation, Role
from perille.people.organisations import find_or_make_organisation, organisation_named, set_first_country
from perille.people.services import LINK_LIFE, disable, enable, find_account, invite
from perille.people.sign_in.factors import remove_factors
from perille.people.sign_in.links import make_link

OpenApp = Callable[[], Flask]
_ROLES = click.Choice([role.value for role in Role])


@click.group()
def accounts() -> None:
    """Accounts of staff and professionals, and their roles."""


@accounts.command("invite")
@click.argument("email")
@click.option("--role", type=_ROLES, required=True, help="What the account may do.")
@click.option("--organisation", help="Where; made now if there is none of that name. An administrator has none.")
@click.option(
    "--country",
    type=click.Choice([*countries()], case_sensitive=False),
    help="Where the organisation is, if it has no country yet: the time there is that of its seminars and lists.",
)
@click.pass_obj
def invite_account(open_app: OpenApp, email: str, role: str, organisation: str | None, country: str | None) -> None:
    """Print a one-time sign-in link for EMAIL."""
    app = open_app()

    def work() -> str:
        account = find_account(db.session, email)
        if account is not None:
            refuse_unproven(account, Role(role))
        return invite(db.session, email, Role(role), _place(Role(role), organisation, country))

    with app.app_context():
        token = run_in_transaction(db.session, work, write=True)
    click.echo(link_to(app, base_address(config_of(app)), "sign_in.link", lang="en", token=token))


def _place(role: Role, organisation: str | None, country: str | None) -> UUID | None:
    if role is Role.ADMINISTRATOR:
        return None
    if not organisation:
        raise BadRequest("Say where, with --organisation NAME.")
    found = find_or_make_organisation(db.session, organisation)
    if (
        country is not None
        and not set_first_country(db.session, found, country, None)
        and country not in found.countries
    ):
        raise BadRequest(f"{organisation} has other countries: {', '.join(found.countries)}. Change them on its page.")
    return found.id


@accounts.command("reset")
@click.argument("email")
@click.pass_obj
def reset_account(open_app: OpenApp, email: str) -> None:
    """Take the second factors of EMAIL away, which were lost, sign it out everywhere, and print a link that sets up new ones."""
    app, tokens = open_app(), list[str]()

    def work(account: Account) -> bool:
        remove_factors(db.session, account, None)
        tokens[:] = [make_link(db.session, account.id, LinkKind.INVITATION, LINK_LIFE)]
        return True

    _change(lambda: app, email, work)
    click.echo(link_to(app, base_address(config_of(app)), "sign_in.link", lang="en", token=tokens[0]))


@accounts.command("list")
@click.pass_obj
def list_accounts(open_app: OpenApp) -> None:
    """List all accounts with their roles."""
    with open_app().app_context():
        lines = run_in_transaction(db.session, _lines, write=False)
    for line in lines or ["No accounts"]:
        click.echo(line)


def _lines() -> list[str]:
    names = {each.id: each.name for each in db.session.scalars(select(Organisation))}
    roles: dict[UUID, list[str]] = {}
    for row in all_memberships(db.session):
        place = f" of {names[row.organisation_id]}" if row.organisation_id is not None else ""
        roles.setdefault(row.account_id, []).append(f"{row.role}{place}")
    return [
        f"{each.email or each.username or each.id}  {', '.join(sorted(roles.get(each.id, []))) or 'no role'}"
        f"{'  disabled' if each.disabled_at else ''}"
        for each in db.session.scalars(select(Account).order_by(Account.created_at, Account.id))
    ]


@accounts.command("disable")
@click.argument("email")
@click.pass_obj
def disable_account(open_app: OpenApp, email: str) -> None:
    """Sign the account of EMAIL out everywhere, and let it in no more."""
    _change(open_app, email, lambda account: disable(db.session, account, None))
    click.echo("Disabled")


@accounts.command("enable")
@click.argument("email")
@click.pass_obj
def enable_account(open_app: OpenApp, email: str) -> None:
    """Let the account of EMAIL sign in again."""
    _change(open_app, email, lambda account: enable(db.session, account, None))
    click.echo("Enabled")


@accounts.command("roles")
@click.argument("email")
@click.option("--give", type=_ROLES, help="A role that the account gets.")
@click.option("--take", type=_ROLES, help="A role that it has no more, from the next request on.")
@click.option("--organisation", help="Where. An administrator has none.")
@click.pass_obj
def roles_of_account(
    open_app: OpenApp, email: str, give: str | None, take: str | None, organisation: str | None
) -> None:
    """Give the account of EMAIL a role, or take one away."""
    if (give is None) == (take is None):
        raise click.UsageError("Say --give or --take.")
    role = Role(give or take or "")

    def work(account: Account) -> bool:
        place = organisation_named(db.session, organisation).id if organisation else None
        if give is not None:
            refuse_unproven(account, role)
            return give_role(db.session, account.id, role, place)
        return take_role(db.session, account.id, role, place)

    changed = _change(open_app, email, work)
    click.echo(f"{'Given' if give else 'Taken'}: {role.value}" if changed else "Nothing to change")


def _change(open_app: OpenApp, email: str, work: Callable[[Account], bool]) -> bool:
    def change() -> bool:
        account = find_account(db.session, email)
        if account is None:
            raise BadRequest(f"There is no account {email}")
        return work(account)

    with open_app().app_context():
        return run_in_transaction(db.session, change, write=True)
