"""`perille accounts`: accounts of staff."""

from __future__ import annotations

from collections.abc import Callable

import click
from flask import Flask

from perille.core.current import config_of
from perille.core.database import run_in_transaction
from perille.core.extensions import db
from perille.core.served_at import base_address
from perille.core.web.site_address import link_to
from perille.people.models import Role
from perille.people.services import INVITABLE, invite


@click.group()
def accounts() -> None:
    """Accounts of staff."""


@accounts.command("invite")
@click.argument("email")
@click.option(
    "--role", type=click.Choice([role.value for role in INVITABLE]), required=True, help="What the account may do."
)
@click.pass_obj
def invite_account(open_app: Callable[[], Flask], email: str, role: str) -> None:
    """Print a one-time sign-in link for EMAIL."""
    app = open_app()
    with app.app_context():
        token = run_in_transaction(db.session, lambda: invite(db.session, email, Role(role)), write=True)
    click.echo(link_to(app, base_address(config_of(app)), "people.link", lang="en", token=token))
