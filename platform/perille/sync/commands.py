"""`perille sync`: at the office a key for a laptop; on the laptop, groups are taken along and brought back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

import click
from flask import Flask

from perille.core.database import run_in_transaction
from perille.core.errors import ConfigError
from perille.core.extensions import db
from perille.core.sealing import app_seal
from perille.people.organisations import organisation_named
from perille.sync import keys
from perille.sync.client import HttpTransport, office_address, office_key
from perille.sync.response_schemas import ConnectionLost, Unreadable
from perille.sync.room import PURPOSE, Report, Room
from perille.sync.runs import CLOCK
from perille.sync.wire import SyncRefusal

OpenApp = Callable[[], Flask]
T = TypeVar("T")


@click.group()
def sync() -> None:
    """Carry groups and progress between the office and a laptop in a room without internet."""


@sync.command("key")
@click.argument("organisation")
@click.option("--label", default="", help="Which laptop it is for.")
@click.pass_obj
def make_key(open_app: OpenApp, organisation: str, label: str) -> None:
    """At the office: print a key with which a laptop speaks for ORGANISATION. It is shown once."""

    def work() -> str:
        return keys.make_key(db.session, organisation_named(db.session, organisation).id, label, None)

    with open_app().app_context():
        click.echo(run_in_transaction(db.session, work, write=True))


@sync.command("pair")
@click.argument("url")
@click.password_option("--key", confirmation_prompt=False, help="The key that the office made.")
@click.pass_obj
def pair(open_app: OpenApp, url: str, key: str) -> None:
    """On the laptop: say which office it carries to, before anybody learns on it."""
    name = _in_room(open_app, lambda room: room.pair(office_address(url), office_key(key)))
    click.echo(f"This laptop carries for {name}. Next: perille sync take")


@sync.command("groups")
@click.pass_obj
def groups(open_app: OpenApp) -> None:
    """On the laptop: list the groups that can be taken along."""
    for number, name in _in_room(open_app, lambda room: room.groups()):
        click.echo(f"{number}  {name}")


@sync.command("take")
@click.argument("names", nargs=-1)
@click.pass_obj
def take(open_app: OpenApp, names: tuple[str, ...]) -> None:
    """On the laptop: take groups along, by their names or numbers; without any, all of the organisation."""
    _print(_in_room(open_app, lambda room: room.pull(_chosen(room.groups(), names))))


@sync.command("bring")
@click.pass_obj
def bring(open_app: OpenApp) -> None:
    """On the laptop: bring to the office what is new here. May be cut off and run again at any time."""
    _print(_in_room(open_app, lambda room: room.push()))


def _chosen(known: Sequence[tuple[UUID, str]], names: Sequence[str]) -> list[UUID]:
    chosen = [number for number, name in known if not names or name in names or str(number) in names]
    missing = [each for each in names if each not in {text for number, name in known for text in (name, str(number))}]
    if missing:
        raise ConfigError(f"There is no open group {missing[0]!r} at the office. See: perille sync groups")
    return chosen


def _in_room(open_app: OpenApp, work: Callable[[Room], T]) -> T:
    with open_app().app_context():
        room = Room(db.session, app_seal(PURPOSE), HttpTransport)
        try:
            return work(room)
        except SyncRefusal as error:
            raise ConfigError(f"The office refused ({error.cause}): {error.words}") from error
        except Unreadable as error:
            raise ConfigError(str(error)) from error
        except ConnectionLost as error:
            raise ConfigError(f"{error} Run the same command again: it goes on from there.") from error


def _print(report: Report) -> None:
    for name, number in sorted(report.counts.items()):
        click.echo(f"{number:>7}  {name}")
    if not report.counts:
        click.echo("Nothing is new: all of it was carried before.")
    if report.erased:
        click.echo(f"{report.erased} people who were erased at the office are erased here too.")
    for each in report.conflicts:
        what = f"{each.row}.{each.field}" if each.field else f"{each.row}: not stored"
        click.echo(f"conflict  {what}  stands: {each.stands}  not used: {each.other}")
    if abs(report.clock) > CLOCK:
        ahead = "ahead of" if report.clock > 0 else "behind"
        click.echo(f"The clock of this computer is {abs(report.clock)} seconds {ahead} the office's. Set it right.")
