"""Commands for the stores that statements go on to, and the job that sends them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

import click
from flask import Flask

from perille.core.database import Session, run_in_transaction
from perille.core.extensions import db
from perille.core.sealing import store_seal
from perille.lrs.stores import chosen_store
from perille.lrs.transfer import forwarding, forwards
from perille.lrs.transfer.transport import HttpTransport

T = TypeVar("T")
MakeApp = Callable[[], Flask]
_SECRET = click.password_option("--secret", confirmation_prompt=False, help="The secret that goes with it.")
_HTTP = click.option("--allow-http", is_flag=True, help="Also over http, where everybody on the way can read it.")
_VERBS = click.option("--verb", "verbs", multiple=True, help="Only statements with this verb, an IRI.")
_NAME = click.argument("name")


@click.group()
def forward() -> None:
    """Manage the stores that statements go on to."""


@forward.command("add")
@click.option("--name", required=True, help="What the other store is called in lists.")
@click.option("--endpoint", required=True, help="Its address, as in https://lrs.example.org/xapi.")
@click.option("--key", required=True, help="The key it gave you.")
@_SECRET
@_VERBS
@_HTTP
@click.option("--from-start", is_flag=True, help="Also what is stored already.")
@click.pass_obj
def add(
    make_app: MakeApp,
    name: str,
    endpoint: str,
    key: str,
    secret: str,
    verbs: tuple[str, ...],
    allow_http: bool,
    from_start: bool,
) -> None:
    """Begin to forward statements."""

    def work(session: Session, store: UUID) -> None:
        credentials = (key, secret)
        forwards.add_forward(
            session,
            store,
            name,
            endpoint,
            credentials,
            seal=store_seal(),
            verbs=verbs,
            from_start=from_start,
            allow_http=allow_http,
        )

    _do(make_app, work)


@forward.command("list")
@click.pass_obj
def list_forwards(make_app: MakeApp) -> None:
    """Show how far each forward is, what was refused, and what went wrong last."""
    for lag in _do(make_app, forwards.forward_statuses, write=False):
        state = (" store closed," if lag.closed else "") + (" paused," if lag.paused else "")
        counts = f"{lag.waiting} waiting, {lag.refused} refused, {lag.failures} failures"
        click.echo(f"{lag.name}:{state} {counts} {lag.last_error}".rstrip())


@forward.command("refused")
@_NAME
@click.pass_obj
def refused(make_app: MakeApp, name: str) -> None:
    """Show the statements that NAME did not take, and what it said."""
    for one in _do(make_app, lambda session, store: forwards.refused_by(session, store, name), write=False):
        click.echo(f"{one.statement_id}  {one.at:%Y-%m-%d %H:%M}  {one.reason}{'  (goes again)' if one.again else ''}")


@forward.command("retry")
@_NAME
@click.pass_obj
def retry(make_app: MakeApp, name: str) -> None:
    """Send what NAME refused again, with the next run."""
    count = _do(make_app, lambda session, store: forwards.retry_refused(session, store, name))
    click.echo(f"{count} statements go again with the next run")


@forward.command("change")
@_NAME
@click.option("--endpoint", help="Its new address.")
@_VERBS
@click.option("--all-verbs", is_flag=True, help="Statements with any verb.")
@_HTTP
@click.pass_obj
def change(
    make_app: MakeApp, name: str, endpoint: str | None, verbs: tuple[str, ...], all_verbs: bool, allow_http: bool
) -> None:
    """Change where NAME leads and which statements it takes; what is not said stays."""

    def work(session: Session, store: UUID) -> None:
        row = forwards.find_forward(session, store, name)
        taken = () if all_verbs else verbs or tuple(row.verbs.split())
        forwards.change_forward(
            session,
            store,
            name,
            endpoint=endpoint or row.endpoint,
            verbs=taken,
            allow_http=allow_http or row.allow_http,
        )

    _do(make_app, work)


@forward.command("rotate")
@_NAME
@click.option("--key", required=True, help="The new key.")
@_SECRET
@click.pass_obj
def rotate(make_app: MakeApp, name: str, key: str, secret: str) -> None:
    """Give NAME new credentials."""
    _do(
        make_app,
        lambda session, store: forwards.rotate_forward(session, store, name, (key, secret), seal=store_seal()),
    )


@forward.command("pause")
@_NAME
@click.pass_obj
def pause(make_app: MakeApp, name: str) -> None:
    """Stop forwarding to NAME; statements wait."""
    _do(make_app, lambda session, store: forwards.pause_forward(session, store, name, paused=True))


@forward.command("resume")
@_NAME
@click.pass_obj
def resume(make_app: MakeApp, name: str) -> None:
    """Let NAME go on where it was paused."""
    _do(make_app, lambda session, store: forwards.pause_forward(session, store, name, paused=False))


@forward.command("remove")
@_NAME
@click.pass_obj
def remove(make_app: MakeApp, name: str) -> None:
    """Forget NAME and its credentials; what it has taken it keeps."""
    _do(make_app, lambda session, store: forwards.remove_forward(session, store, name))


@forward.command("run")
@click.option("--once", is_flag=True, help="Send what is due and end, instead of going on.")
@click.pass_obj
def run(make_app: MakeApp, once: bool) -> None:
    """Send what is to be forwarded; runs until it is stopped."""
    with make_app().app_context():
        while True:
            forward_all()
            if once:
                return
            time.sleep(1)


def forward_all() -> int:
    """Send all that is due to other stores, and return how many statements went out. Needs an app context."""
    seal = store_seal()
    forwarding.seal_credentials(db.session(), seal)
    transport, total = HttpTransport(seal), 0
    try:
        while sent := forwarding.forward_due(db.session(), transport):
            total += sent
            db.session.remove()
    finally:
        transport.close()
    return total


def _do(make_app: MakeApp, work: Callable[[Session, UUID], T], *, write: bool = True) -> T:
    """Do something with the store that was chosen, in a transaction."""
    with make_app().app_context():
        session = db.session()
        return run_in_transaction(session, lambda: work(session, chosen_store(session)), write=write)
