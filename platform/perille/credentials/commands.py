"""`perille credentials`: withdrawing a certificate."""

from __future__ import annotations

from collections.abc import Callable

import click
from flask import Flask

from perille.core.database import run_in_transaction
from perille.core.errors import NotFound
from perille.core.extensions import db
from perille.credentials.codes import normalise, pretty
from perille.credentials.services import find, revoke


@click.group()
def credentials() -> None:
    """Certificates."""


@credentials.command("revoke")
@click.argument("code")
@click.pass_obj
def revoke_command(make_app: Callable[[], Flask], code: str) -> None:
    """Withdraw the certificate of CODE; whoever checks it is told so."""
    with make_app().app_context():
        shown = run_in_transaction(db.session, lambda: _revoke(code), write=True)
    click.echo(f"{shown} is withdrawn")


def _revoke(code: str) -> str:
    plain = normalise(code)
    credential = find(db.session, plain) if plain is not None else None
    if credential is None:
        raise NotFound(f"There is no certificate of the code {code}")
    revoke(db.session, credential, None)
    return pretty(credential.code)
