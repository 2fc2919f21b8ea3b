"""`perille tracking`: the learning record and what is read from it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import click
from flask import Flask

from perille.core.base_url import base_address
from perille.core.current import config_of
from perille.core.database import run_in_transaction
from perille.core.extensions import db
from perille.core.web.site_address import RECORD_STORE
from perille.lrs.clients import peppers_of
from perille.tracking.services import launch, rebuild


@click.group()
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
    config = config_of(app)
    lasts, peppers = timedelta(minutes=minutes), peppers_of(config.store_keys)
    with app.app_context():
        ticket, about = run_in_transaction(
            db.session, lambda: launch(db.session, registration, unit, lasts=lasts, peppers=peppers), write=True
        )
    site = base_address(config)
    home_page, name = about.account
    parameters = {
        "endpoint": f"{site}{RECORD_STORE}/",
        "fetch": f"{site}{RECORD_STORE}/launch?token={ticket.fetch_token}",
        "actor": {"objectType": "Agent", "account": {"homePage": home_page, "name": name}},
        "registration": str(registration),
        "activityId": about.activity,
        "expires": ticket.expires_at.isoformat(timespec="seconds"),
    }
    click.echo(json.dumps(parameters, indent=2))
