"""`perille privacy`: what is kept of whom, and how it goes."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from uuid import UUID

import click
from flask import Flask

from perille.database import run_in_transaction, utcnow
from perille.enrolment.models import Learner
from perille.errors import NotThere
from perille.extensions import db
from perille.privacy.services import SLICE, erase, expire, export, find_learner

MakeApp = Callable[[], Flask]


@click.group()
def privacy() -> None:
    """What is kept of learners."""


@privacy.command("expire")
@click.pass_obj
def expire_command(make_app: MakeApp) -> None:
    """Delete what is older than was promised; `perille serve` does this every day."""
    with make_app().app_context():
        click.echo(f"{expire_all()} learners")


def expire_all() -> int:
    """Delete in slices what is older than was promised; return how many learners there were. Needs an app context."""
    total = 0
    while True:
        count = run_in_transaction(db.session, lambda: expire(db.session, utcnow().date()), write=True)
        total += count
        if count < SLICE:
            return total


@privacy.command("export")
@click.argument("learner", type=click.UUID)
@click.pass_obj
def export_command(make_app: MakeApp, learner: UUID) -> None:
    """Print all that is kept of LEARNER (their number, or that of a registration) as JSON."""
    with make_app().app_context():
        kept = run_in_transaction(db.session, lambda: export(db.session, _known(learner)), write=False)
    json.dump(kept, sys.stdout, ensure_ascii=False, indent=2)
    click.echo()


@privacy.command("erase")
@click.argument("learner", type=click.UUID)
@click.pass_obj
def erase_command(make_app: MakeApp, learner: UUID) -> None:
    """Erase LEARNER, and print what a search still finds: nothing."""
    with make_app().app_context():
        left = run_in_transaction(db.session, lambda: erase(db.session, _known(learner)), write=True)
    for table, count in left.items():
        click.echo(f"{table}: {count}")


def _known(number: UUID) -> Learner:
    learner = find_learner(db.session, number)
    if learner is None:
        raise NotThere(f"There is no learner of the number {number}")
    return learner
