"""The command line: a plain click group. A wrong setting is one line and exit status 2, never a traceback."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import NoReturn
from uuid import UUID

import click
from flask import Flask
from sqlalchemy.exc import DBAPIError

from perille import __version__
from perille.accounts.models import Role
from perille.accounts.services import INVITABLE, invite
from perille.assessment.commands import assessment
from perille.backup.commands import backup, restore
from perille.core.config import Config, load_config, no_installation, shown_url, sqlite_file
from perille.core.database import run_in_transaction
from perille.core.errors import PerilleError
from perille.core.extensions import db
from perille.core.served_at import base_address
from perille.core.settings_page import settings_page
from perille.credentials.commands import credentials
from perille.lrs.clients import peppers_of
from perille.lrs.commands import lrs
from perille.packs.commands import packs
from perille.privacy.commands import privacy
from perille.serving import jobs_command, make_app, prepare_command, serve
from perille.startup import is_empty, migrate
from perille.tracking.services import launch, rebuild


class _Group(click.Group):
    """A group whose option --create may stand anywhere on the line: who is told to add it adds it at the end."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Move --create to where the group takes it."""
        if "--create" in args:
            args = ["--create", *(word for word in args if word != "--create")]
        return super().parse_args(ctx, args)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="perille")
@click.option("--create", is_flag=True, help="Let a command other than `serve` begin an empty installation.")
@click.pass_context
def perille(context: click.Context, create: bool) -> None:
    """Perille: a learning platform that takes people all the way there."""
    context.obj = partial(open_installation, create=create)


def open_installation(*, create: bool = False) -> Flask:
    """Make the application for a command, on a database that is there and up to date.

    Raise SettingError where there is none, unless *create* is set: a command in the wrong folder must not begin an empty installation
    and say that all is well.
    """
    config = load_config(create=create)
    if not create and config.sqlite and not sqlite_file(config).is_file():
        raise no_installation(sqlite_file(config))
    app = make_app()
    with app.app_context():
        if not create and is_empty():
            raise no_installation(shown_url(config))
        migrate()
    return app


@perille.group()
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
    click.echo(f"{base_address(app.config['PERILLE'])}/en/sign-in/{token}")


@perille.group()
def tracking() -> None:
    """The learning record and what is read from it."""


@tracking.command("rebuild")
@click.pass_obj
def rebuild_progress(open_app: Callable[[], Flask]) -> None:
    """Drop the progress tables and make them again from the statements."""
    app = open_app()
    with app.app_context():
        count = run_in_transaction(db.session, lambda: rebuild(db.session), write=True)
    click.echo(f"{count} statements replayed")


@tracking.command("launch")
@click.argument("registration", type=click.UUID)
@click.argument("unit")
@click.option("--minutes", default=240, show_default=True, type=click.IntRange(1, 24 * 60), help="How long it lasts.")
@click.pass_obj
def launch_content(open_app: Callable[[], Flask], registration: UUID, unit: str, minutes: int) -> None:
    """Print what content needs to report on UNIT of a REGISTRATION, as JSON: the parameters of a cmi5 launch, the fetch URL good once."""
    app = open_app()
    config: Config = app.config["PERILLE"]
    lasts, peppers = timedelta(minutes=minutes), peppers_of(config.store_keys)
    with app.app_context():
        ticket, about = run_in_transaction(
            db.session, lambda: launch(db.session, registration, unit, lasts=lasts, peppers=peppers), write=True
        )
    site = base_address(config)
    home_page, name = about.account
    parameters = {
        "endpoint": f"{site}/xapi/",
        "fetch": f"{site}/xapi/launch?token={ticket.fetch_token}",
        "actor": {"objectType": "Agent", "account": {"homePage": home_page, "name": name}},
        "registration": str(registration),
        "activityId": about.activity,
        "expires": ticket.expires_at.isoformat(timespec="seconds"),
    }
    click.echo(json.dumps(parameters, indent=2))


@perille.command("settings")
def print_settings() -> None:
    """Print every setting, what it is and what it is unless set, as Markdown."""
    click.echo(settings_page(), nl=False)


for command in (serve, prepare_command, jobs_command):
    perille.add_command(command)
perille.add_command(backup)
perille.add_command(restore)
perille.add_command(assessment)
perille.add_command(credentials)
perille.add_command(packs)
perille.add_command(lrs)
perille.add_command(privacy)


def main(run: Callable[..., object] = perille) -> None:
    """Run the command line; an error that we know is one line."""
    try:
        code = run(standalone_mode=False)
    except PerilleError as error:
        _stop(error.message)
    except click.BadParameter as error:
        _stop(error.format_message())
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
    except DBAPIError as error:
        _stop(f"the database cannot be used: {str(error.orig).strip().splitlines()[0]}")
    if isinstance(code, int):
        sys.exit(code)


def _stop(message: str) -> NoReturn:
    click.echo(f"perille: {message}", err=True)
    sys.exit(2)


if __name__ == "__main__":
    main()
