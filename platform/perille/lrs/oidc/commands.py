"""Commands for the issuers whose tokens the record store accepts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TextIO

import click
from flask import Flask

from perille.core.database import run_in_transaction
from perille.core.errors import NotFound
from perille.core.extensions import db
from perille.lrs.clients import Scope
from perille.lrs.oidc import issuers
from perille.lrs.oidc.bearer import BearerAuthenticator
from perille.lrs.oidc.faults import BearerFault
from perille.lrs.oidc.tokens import ALGORITHMS
from perille.lrs.stores import chosen_store

MakeApp = Callable[[], Flask]
_SCOPES = click.Choice([scope.value for scope in Scope])


@click.group()
def issuer() -> None:
    """Manage the OpenID issuers whose tokens are accepted."""


@issuer.command("add")
@click.argument("name")
@click.option("--issuer", "address", required=True, help="Its `iss`, exactly as it stands in tokens.")
@click.option("--audience", required=True, help="What must stand in `aud`.")
@click.option("--jwks-url", default="", help="Where its public keys are, over https.")
@click.option("--jwks", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A file of its public keys.")
@click.option("--scope", "scopes", multiple=True, required=True, type=_SCOPES, help="The most that a token may do.")
@click.option("--claim", default="scope", show_default=True, help="The claim that says what a token may do.")
@click.option("--map", "lines", multiple=True, help="A word of that claim and its scopes: `writer=statements/write`.")
@click.option("--algorithm", "algorithms", multiple=True, type=click.Choice([*ALGORITHMS]), default=[*ALGORITHMS])
@click.pass_obj
def add(
    make_app: MakeApp,
    name: str,
    address: str,
    audience: str,
    jwks_url: str,
    jwks: Path | None,
    scopes: tuple[str, ...],
    claim: str,
    lines: tuple[str, ...],
    algorithms: tuple[str, ...],
) -> None:
    """Accept the tokens of an issuer."""
    scope_map = issuers.read_scope_map(lines)
    with make_app().app_context():
        work = partial(
            issuers.add_issuer,
            name=name,
            issuer=address,
            audience=audience,
            scopes=[Scope(each) for each in scopes],
            jwks_url=jwks_url,
            jwks=jwks.read_bytes() if jwks else b"",
            algorithms=algorithms,
            claim=claim,
            scope_map=scope_map,
        )
        run_in_transaction(db.session(), lambda: work(db.session(), chosen_store(db.session())), write=True)


@issuer.command("list")
@click.pass_obj
def list_issuers(make_app: MakeApp) -> None:
    """List the issuers."""
    with make_app().app_context():
        session = db.session()
        found = run_in_transaction(session, lambda: issuers.issuers(session, chosen_store(session)), write=False)
    for each in found:
        keys = each.jwks_url or "pasted keys"
        click.echo(f"{each.name}  {each.issuer}  {each.audience}  {keys}  {' '.join(each.scopes)}")


@issuer.command("remove")
@click.argument("name")
@click.pass_obj
def remove(make_app: MakeApp, name: str) -> None:
    """Accept the tokens of an issuer no more."""

    def work() -> None:
        session = db.session()
        store = chosen_store(session)
        found = next((each for each in issuers.issuers(session, store) if each.name == name), None)
        if found is None:
            raise NotFound(f"There is no issuer {name}")
        issuers.remove_issuer(session, store, found.id)

    with make_app().app_context():
        run_in_transaction(db.session(), work, write=True)


@issuer.command("check")
@click.argument("token", type=click.File())
@click.pass_obj
def check(make_app: MakeApp, token: TextIO) -> None:
    """Say what a token in a file (- for the standard input) would be accepted as, or why it would not."""
    with make_app().app_context():
        try:
            client = BearerAuthenticator().client(db.engine, token.read().strip())
        except BearerFault as fault:
            click.echo(f"{fault.reason}: {fault.message}")
            raise click.exceptions.Exit(1) from fault
    click.echo(f"{client.name}  {' '.join(sorted(client.scopes))}")
