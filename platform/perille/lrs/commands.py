"""The record store's commands: clients, export and import."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import click
import msgspec
from flask import Flask

from perille.core.current import config_of
from perille.core.database import run_in_transaction, utcnow
from perille.core.extensions import db
from perille.lrs import services
from perille.lrs.clients import Peppers, Scope, peppers_of
from perille.lrs.oidc.commands import issuer
from perille.lrs.rejected import rejected_requests
from perille.lrs.storage import terms
from perille.lrs.storage.query import Filter
from perille.lrs.stores import CHOSEN, chosen_store, stores
from perille.lrs.transfer import exporting, importing
from perille.lrs.transfer.forward_commands import forward
from perille.lrs.xapi import validators
from perille.lrs.xapi.ifi import account_key

#: A SHA-2 of 224 to 512 bits.
_HASH = re.compile(r"[0-9a-f]{56,128}")
MakeApp = Callable[[], Flask]


@click.group()
@click.option(
    "--store", type=click.UUID, help="The number of an organisation's store; without it the installation's own."
)
@click.pass_context
def lrs(context: click.Context, store: UUID | None) -> None:
    """Manage the record store."""
    context.meta[CHOSEN] = store


lrs.add_command(forward)
lrs.add_command(issuer)


@lrs.command("stores")
@click.pass_obj
def list_stores(make_app: MakeApp) -> None:
    """List the stores of organisations: number, name, and whether it is closed."""
    with make_app().app_context():
        session = db.session()
        for each in run_in_transaction(session, lambda: stores(session), write=False):
            click.echo(f"{each.id}  {each.name}  {'closed' if each.closed_at else 'open'}")


@lrs.group()
def client() -> None:
    """Manage the clients of the record store."""


@client.command("add")
@click.option("--name", required=True, help="What the client is called in lists and in its statements.")
@click.option("--scope", "scopes", multiple=True, type=click.Choice([scope.value for scope in Scope]), default=["all"])
@click.option("--days", type=click.IntRange(min=1), help="After how many days it expires; without it never.")
@click.option(
    "--rate", type=click.IntRange(min=1), help="How many requests a minute it may send; without it any number."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def add(
    make_app: MakeApp, name: str, scopes: tuple[str, ...], days: int | None, rate: int | None, as_json: bool
) -> None:
    """Make a client and print its key and secret, once."""
    app = make_app()
    expires_at = utcnow() + timedelta(days=days) if days else None

    def work() -> tuple[str, str]:
        return services.make_client(
            db.session(),
            name,
            [Scope(scope) for scope in scopes],
            peppers=_peppers(app),
            store_id=chosen_store(db.session()),
            expires_at=expires_at,
            rate=rate,
        )

    with app.app_context():
        key, secret = run_in_transaction(db.session(), work, write=True)
    if as_json:
        click.echo(msgspec.json.encode({"name": name, "key": key, "secret": secret, "scopes": sorted(scopes)}).decode())
    else:
        click.echo(f"key     {key}\nsecret  {secret}\nThe secret is shown this once.")


@client.command("list")
@click.pass_obj
def list_clients(make_app: MakeApp) -> None:
    """List the clients."""
    with make_app().app_context():
        rows = run_in_transaction(
            db.session(), lambda: services.clients_of(db.session(), chosen_store(db.session())), write=False
        )
        for row in rows:
            state = (
                "revoked"
                if row.revoked_at
                else "expired"
                if row.expires_at and row.expires_at <= utcnow()
                else "active"
            )
            click.echo(f"{row.key}  {state:8}  {row.scopes}  {row.name}")


@client.command("rotate")
@click.argument("key")
@click.pass_obj
def rotate(make_app: MakeApp, key: str) -> None:
    """Give a client a new secret and print it, once."""
    app = make_app()
    with app.app_context():
        secret = run_in_transaction(
            db.session(), lambda: services.rotate_client(db.session(), key, peppers=_peppers(app)), write=True
        )
    click.echo(secret)


@client.command("revoke")
@click.argument("key")
@click.pass_obj
def revoke(make_app: MakeApp, key: str) -> None:
    """Withdraw a client's credentials; its statements stay."""
    with make_app().app_context():
        run_in_transaction(db.session(), lambda: services.revoke_client(db.session(), key), write=True)


@client.command("refused")
@click.argument("key", default="")
@click.option("--text", default="", help="Only those in which this stands: part of what the client was answered.")
@click.pass_obj
def refused(make_app: MakeApp, key: str, text: str) -> None:
    """Show the newest requests that were refused, of the client of KEY or of all, with rule, clause and place."""
    with make_app().app_context():
        found = run_in_transaction(
            db.session(),
            lambda: rejected_requests(db.session(), chosen_store(db.session()), key=key, text=text),
            write=False,
        )
    for one in reversed(found):
        clause = f" ({one.clause})" if one.clause else ""
        at = one.at.isoformat(timespec="seconds")
        click.echo(f"{at} {one.method} {one.resource} {one.status} {one.path} {one.message}{clause}")


_CONTENTS = click.option(
    "--attachments",
    "contents",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the contents of attachments, a file each, called by its hash.",
)


@lrs.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--csv", "as_csv", is_flag=True, help="Write CSV instead of JSON lines.")
@click.option("--since", type=click.DateTime(), help="Only what was stored after this moment (UTC).")
@click.option("--until", type=click.DateTime(), help="Only what was stored up to this moment (UTC).")
@click.option("--verb", help="Only statements with this verb, an IRI.")
@click.option("--activity", help="Only statements about this activity, an IRI.")
@click.option("--account", nargs=2, help="Only statements of this account: its home page and its name.")
@click.option("--registration", type=click.UUID, help="Only statements of this registration.")
@_CONTENTS
@click.pass_obj
def export(make_app: MakeApp, /, file: Path, as_csv: bool, contents: Path | None, **narrow: Any) -> None:
    """Write statements to a file, oldest first: JSON lines, or CSV."""
    asked = _filter(**narrow)
    with make_app().app_context(), file.open("wb") as target, _bar("Exported") as progress:
        session = db.session()
        store_id = run_in_transaction(session, lambda: chosen_store(session), write=False)
        if as_csv:
            target.writelines(row.encode() for row in exporting.export_csv(session, store_id, asked, progress=progress))
        else:
            keep = _keeper(contents) if contents else None
            target.writelines(exporting.export(session, store_id, asked, progress=progress, keep=keep))


@lrs.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_CONTENTS
@click.option(
    "--trusted", is_flag=True, help="The file is an export of this very store: its statements count for progress."
)
@click.pass_obj
def import_file(make_app: MakeApp, file: Path, contents: Path | None, trusted: bool) -> None:
    """Store the statements of a file of JSON lines; run it again if it was broken off."""
    with make_app().app_context(), file.open("rb") as lines, _bar("Read") as progress:
        session = db.session()
        store_id = run_in_transaction(session, lambda: chosen_store(session), write=True)
        find = _finder(contents) if contents else lambda _sha2: None
        report = importing.import_lines(session, store_id, lines, progress=progress, find=find, trusted=trusted)
    for number, reason in report.refused:
        click.echo(f"line {number}: {reason}", err=True)
    click.echo(f"{report.stored} stored, {report.repeated} were here, {len(report.refused)} refused")
    if report.restamped:
        click.echo(
            f"{report.restamped} got the time of this import: the store has statements that are later than theirs"
        )
    if report.refused:
        raise click.exceptions.Exit(1)


def _keeper(folder: Path) -> Callable[[str, bytes], None]:
    """Return what writes a content into a folder; what is there already is the same, for its name is its hash."""
    folder.mkdir(parents=True, exist_ok=True)

    def keep(sha2: str, content: bytes) -> None:
        if not (folder / sha2).exists():
            half = folder / f"{sha2}.part"
            half.write_bytes(content)
            half.rename(folder / sha2)

    return keep


def _finder(folder: Path) -> Callable[[str], bytes | None]:
    """Return what reads a content from a folder. A hash comes from a file of strangers: only a hash may name a file."""

    def find(sha2: str) -> bytes | None:
        path = folder / sha2
        return path.read_bytes() if _HASH.fullmatch(sha2) and path.is_file() else None

    return find


def _filter(
    since: datetime | None,
    until: datetime | None,
    verb: str | None,
    activity: str | None,
    account: tuple[str, str] | None,
    registration: UUID | None,
) -> Filter:
    """Make a filter of the options."""
    return Filter(
        since=validators.micros(since.replace(tzinfo=UTC)) if since else None,
        until=validators.micros(until.replace(tzinfo=UTC)) if until else None,
        verb=terms.VERB + verb if verb else None,
        activity=terms.ACTIVITY + activity if activity else None,
        agent=terms.AGENT + account_key(*account) if account else None,
        registration=terms.REGISTRATION + str(registration) if registration else None,
    )


@contextmanager
def _bar(word: str) -> Iterator[Callable[[int], None]]:
    """Show on the error stream how far it is, when a person looks on."""

    def show(done: int) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r{word} {done:,}", err=True, nl=False)

    yield show
    if sys.stderr.isatty():
        click.echo(err=True)


def _peppers(app: Flask) -> Peppers:
    config = config_of(app)
    return peppers_of(config.store_keys)
