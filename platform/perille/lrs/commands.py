"""The record store's commands: `perille lrs client add`, `list`, `rotate`, `revoke`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import click
import msgspec
from flask import Flask

from perille.config import Config
from perille.database import run_in_transaction, utcnow
from perille.extensions import db
from perille.lrs import services
from perille.lrs.clients import Peppers, Scope, peppers_of

MakeApp = Callable[[], Flask]


@click.group()
def lrs() -> None:
    """Manage the record store."""


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
            store_id=services.default_store(db.session()),
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
            db.session(), lambda: services.clients_of(db.session(), services.default_store(db.session())), write=False
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


def _peppers(app: Flask) -> Peppers:
    config: Config = app.config["PERILLE"]
    return peppers_of(config.secret_keys)
