"""`perille doctor`: looks at an installation and says what to do. It changes nothing and asks no other machine but the database's."""

from __future__ import annotations

from collections.abc import Iterator

import click
from flask import Flask
from sqlalchemy.exc import DBAPIError

from perille.core.config import load_config
from perille.core.current import config_of
from perille.core.errors import ConfigError
from perille.core.extensions import db
from perille.doctor.database import (
    check_clock,
    check_database,
    check_file,
    check_jobs,
    check_packs,
)
from perille.doctor.findings import Finding, Level, fault
from perille.doctor.settings import check_disk, check_keys, check_mail, check_settings


@click.command("doctor")
@click.option("--faults", is_flag=True, help="Print only what is to be done.")
@click.pass_context
def doctor(context: click.Context, faults: bool) -> None:
    """Look at settings, keys, disk, database, clock, packs and jobs, and say what to do.

    The exit status is 1 where something does not work or endangers data or people.
    """
    try:
        load_config(create=False)
        found = list(examine(context.obj(unprepared=True)))
    except ConfigError as error:
        found = [fault("settings", error.message, "mend the setting")]
    for each in found:
        if not faults or each.level is not Level.OK:
            click.echo(each)
    if any(each.level is Level.FAULT for each in found):
        context.exit(1)


def examine(app: Flask) -> Iterator[Finding]:
    """Yield all that was found of an installation. A database that cannot be used is asked nothing more."""
    config = config_of(app)
    yield from check_settings(config)
    yield from check_keys(config)
    yield from check_disk(config)
    with app.app_context():
        try:
            found = list(check_database(db.engine, config))
            yield from found
            yield from check_file(db.engine, config)
            if not any(each.level is Level.FAULT for each in found):
                session = db.session()
                yield from check_clock(session, db.engine)
                yield from check_packs(session)
                yield from check_jobs(session)
        except DBAPIError as error:
            yield fault(
                "database",
                f"it failed while it was looked at ({type(error.orig).__name__})",
                "see the log of the database",
            )
        finally:
            db.session.remove()
    yield from check_mail()
