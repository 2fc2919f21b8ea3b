"""`perille assessment`: marking again when an item was wrong, and more time for one person."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import click
import msgspec
from flask import Flask
from sqlalchemy import select

from perille.assessment.attempts import set_extra_time
from perille.assessment.grading import AttemptFilter
from perille.assessment.regrading import mark_again
from perille.assessment.reports import statistics_of
from perille.core.database import run_in_transaction
from perille.core.errors import NotFound
from perille.core.extensions import db
from perille.enrolment.models import Enrolment
from perille.packs.published.library import current_library
from perille.people.audit import audit

MakeApp = Callable[[], Flask]


@click.group()
def assessment() -> None:
    """Tests of professionals."""


@assessment.command("regrade")
@click.argument("pack")
@click.argument("unit")
@click.option("--question", default="", help="Only attempts that asked the question of this key.")
@click.option("--attempt", type=click.UUID, help="Only this attempt.")
@click.option("--apply", is_flag=True, help="Change the marks; without it, only say what would change.")
@click.pass_obj
def regrade_command(make_app: MakeApp, pack: str, unit: str, question: str, attempt: UUID | None, apply: bool) -> None:
    """Mark attempts at UNIT of PACK again by the newest questions, with the refreshers that ask them; a pass that was given stays."""
    which = AttemptFilter(question=question, attempt=attempt)
    with make_app().app_context():
        shelf = current_library()
        changes = run_in_transaction(
            db.session, lambda: mark_again(db.session, shelf, pack, unit, which, apply=apply), write=apply
        )
    for change in changes:
        click.echo(
            f"{change.registration}  {change.attempt_id}  {change.old_score:.0%} -> {change.new_score:.0%}"
            + ("  now passed" if change.new_passed and not change.old_passed else "")
        )
    click.echo(f"{len(changes)} attempts {'changed' if apply else 'would change; add --apply to change them'}")


@assessment.command("statistics")
@click.argument("pack")
@click.argument("unit")
@click.option("--json", "as_json", is_flag=True, help="All figures as JSON.")
@click.pass_obj
def statistics_command(make_app: MakeApp, pack: str, unit: str, as_json: bool) -> None:
    """Show how the questions of UNIT of PACK work: how hard, how telling, and where one language is out of line."""
    with make_app().app_context():
        found = run_in_transaction(db.session, lambda: statistics_of(db.session, pack, unit), write=False)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
        return
    click.echo(f"{'question':<32}{'asked':>7}{'right':>7}{'telling':>9}  out of line in")
    for key, each in sorted(found.items(), key=lambda pair: pair[1].facility):
        telling = "-" if each.discrimination is None else f"{each.discrimination:.2f}"
        wrong = ", ".join(language.language for language in each.languages if language.out_of_line)
        click.echo(f"{key:<32}{each.count:>7}{each.facility:>7.0%}{telling:>9}  {wrong}")
    if not found:
        click.echo("Not enough people have taken this test yet")


@assessment.command("extra-time")
@click.argument("registration", type=click.UUID)
@click.argument("percent", type=click.IntRange(0, 400))
@click.pass_obj
def extra_time_command(make_app: MakeApp, registration: UUID, percent: int) -> None:
    """Give the learner of REGISTRATION more time in tests with a limit; 0 takes it away."""
    with make_app().app_context():
        run_in_transaction(db.session, lambda: _extra_time(registration, percent), write=True)
    click.echo(f"{percent} % more time from the next attempt on")


def _extra_time(registration: UUID, percent: int) -> None:
    enrolment = db.session.scalar(select(Enrolment).where(Enrolment.registration == registration))
    if enrolment is None:
        raise NotFound(f"There is no registration {registration}")
    set_extra_time(db.session, enrolment, percent)
    audit(db.session, None, "assessment.extra-time", None, registration, percent=percent)
