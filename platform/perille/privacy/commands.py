"""`perille privacy`: what is kept of whom, and how it goes."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from flask import Flask

from perille.core.current import config_of, current_config
from perille.core.database import run_in_transaction, utcnow
from perille.core.errors import ConfigError, Conflict, NotFound
from perille.core.extensions import db
from perille.core.logs import get_logger
from perille.privacy.archive import removed, restore
from perille.privacy.cleaning import clean
from perille.privacy.erasing import erase, finish_erasures
from perille.privacy.models import RemovedLearner
from perille.privacy.people import PersonIdentifiers, find_target, known_learner
from perille.privacy.reporting import describe_removed, describe_state, report_lines
from perille.privacy.retention import (
    Failed,
    HoldReason,
    allowance,
    believe_clock,
    expire,
    is_anybody_due,
    look_at_clock,
    state_of,
    tidy,
)
from perille.privacy.services import export
from perille.startup import is_empty, migrate

log = get_logger(__name__)
MakeApp = Callable[[], Flask]


@click.group()
def privacy() -> None:
    """What is kept of learners."""


def _be_ready() -> None:
    """Bring the database of a site to this version; refuse a folder without one, where a search would find nobody. Needs an app context."""
    if is_empty():
        raise ConfigError(
            "There is no site in this data folder. Set PERILLE_DATA_DIR to the folder that `perille serve` uses"
        )
    migrate()


@privacy.command("expire")
@click.option("--clock-is-right", is_flag=True, help="Do not wait: you have compared the clock with another one.")
@click.pass_obj
def expire_command(make_app: MakeApp, /, clock_is_right: bool) -> None:
    """Remove what is older than was promised; `perille serve` does this every day.

    Nothing goes while the clock may be wrong, and at most a share of the learners goes on one day. What was removed can be restored for
    30 days.
    """
    with make_app().app_context():
        _be_ready()
        if clock_is_right:
            run_in_transaction(db.session, lambda: believe_clock(db.session, None, utcnow()), write=True)
        count = expire_all()
        state = run_in_transaction(db.session, lambda: describe_state(state_of(db.session)), write=True)
    click.echo(f"{count} learners")
    click.echo(state)


def expire_all() -> int:
    """Remove in slices what is older than was promised; return how many learners there were. Needs an app context.

    What kept somebody from being removed is raised once all others are gone.
    """
    now = utcnow()
    if run_in_transaction(db.session, lambda: look_at_clock(db.session, now), write=True) is not HoldReason.NONE:
        return 0
    run_in_transaction(db.session, lambda: tidy(db.session, now), write=True)
    total, failed = 0, Failed()
    # Whoever is looked at is due no longer: removed, found to have been here lately, or left for the next run.
    while run_in_transaction(db.session, lambda: is_anybody_due(db.session, now, failed), write=False):
        left = run_in_transaction(db.session, lambda: allowance(db.session, now), write=True)
        if not left:
            break
        total += run_in_transaction(db.session, partial(expire, db.session, now, left, failed), write=True)
    if total:
        log.info("learners removed whose time was over", count=total)
    for each in failed.values():
        raise each
    return total


@privacy.command("removed")
@click.pass_obj
def removed_command(make_app: MakeApp) -> None:
    """List learners whom retention removed and who can still be restored."""
    with make_app().app_context():
        rows = run_in_transaction(db.session, lambda: list(map(describe_removed, removed(db.session))), write=False)
    for line in rows:
        click.echo(line)


@privacy.command("restore")
@click.argument("numbers", metavar="[LEARNER]...", nargs=-1, type=click.UUID)
@click.option("--all", "everybody", is_flag=True, help="Everybody whom retention removed.")
@click.pass_obj
def restore_command(make_app: MakeApp, numbers: tuple[UUID, ...], everybody: bool) -> None:
    """Restore learners whom retention removed in the last 30 days."""
    if bool(numbers) is everybody:
        raise click.UsageError("Say whom: numbers of learners, or --all.")
    with make_app().app_context():
        _be_ready()
        ids = run_in_transaction(db.session, lambda: [row.id for row in removed(db.session, numbers)], write=False)
        if not ids:
            raise NotFound("None of these learners was removed in the last 30 days. Nothing was changed")
        # The newest first: who was removed in two steps is whole again after the first of them.
        refused = sum(run_in_transaction(db.session, partial(_restore, row_id), write=True) for row_id in ids[::-1])
    click.echo(f"{len(ids)} restored, {refused} parts of them could not be: newer ones stand in their place")


def _restore(row_id: UUID) -> int:
    return restore(db.session, db.session.get_one(RemovedLearner, row_id), utcnow())


@privacy.command("export")
@click.argument("learner", type=click.UUID)
@click.pass_obj
def export_command(make_app: MakeApp, learner: UUID) -> None:
    """Print all that is kept of LEARNER (their number, or that of a registration) as JSON."""
    with make_app().app_context():
        kept = run_in_transaction(
            db.session, lambda: export(db.session, known_learner(db.session, learner)), write=False
        )
    json.dump(kept, sys.stdout, ensure_ascii=False, indent=2)
    click.echo()


@privacy.command("erase")
@click.argument("numbers", metavar="[LEARNER]...", nargs=-1, type=click.UUID)
@click.option(
    "--mbox", "mailboxes", multiple=True, metavar="ADDRESS", help="An e-mail address; its SHA-1 is erased too."
)
@click.option("--sha1", "sha1s", multiple=True, metavar="HASH", help="The SHA-1 of an e-mail address (mbox_sha1sum).")
@click.option("--openid", "openids", multiple=True, metavar="IRI", help="An OpenID.")
@click.option(
    "--account", "accounts", multiple=True, nargs=2, metavar="HOME_PAGE NAME", help="An account of any system."
)
@click.option(
    "--ids",
    "ids_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file which statements went to which other stores, for their keepers.",
)
@click.pass_obj
def erase_command(make_app: MakeApp, /, ids_file: Path | None, **known: Any) -> None:
    """Erase one person, and prove it by a search through all tables and files.

    LEARNER is the number of a learner, of their actor or of a registration of theirs. Several identifiers are taken for the same
    person. The site may run meanwhile. Ends with 0 only if the search finds nothing.
    """
    wanted = PersonIdentifiers(**known)
    if not any(known.values()):
        raise click.UsageError("Say who: the number of a learner, or --mbox, --sha1, --openid or --account.")
    app = make_app()
    config = config_of(app)
    with app.app_context():
        _be_ready()
        target = run_in_transaction(db.session, lambda: find_target(db.session, wanted), write=True)
        outcome = erase(db.session, db.engine, config.data_dir, target)
    if ids_file is not None:
        ids_file.write_text("".join(f"{id_} {each.endpoint}\n" for each in outcome.told for id_ in each.statements))
    if not outcome.total and not target.learners:
        raise NotFound("Nothing of this person was kept here. Is every identifier written as the record store has it?")
    for line in report_lines(outcome):
        click.echo(line)
    if not (outcome.cleaned and outcome.proof.clean):
        raise click.exceptions.Exit(1)


@privacy.command("finish")
@click.pass_obj
def finish_command(make_app: MakeApp) -> None:
    """Finish erasures that were asked for on pages, and clean the database's files; `perille serve` does this within seconds."""
    with make_app().app_context():
        _be_ready()
        click.echo(f"{finish_all()} erasures")
        if not clean(db.engine):
            raise Conflict(
                "Somebody reads the database all the time, so its write-ahead log could not be emptied. Run this again"
            )


def finish_all() -> int:
    """Finish erasures that were asked for; return how many there were. Needs an app context."""
    config = current_config()
    count = finish_erasures(db.session, db.engine, config.data_dir)
    db.session.remove()
    if count:
        log.info("erasures finished", count=count)
    return count
