"""The administrators' pages of the clients of the installation's own record store."""

from __future__ import annotations

from flask import Blueprint, Response

from perille.administration import services
from perille.administration.client_pages import ClientPages
from perille.core.extensions import db
from perille.core.web.responses import keep_private
from perille.people.permissions import Action, require

blueprint = Blueprint("store_clients", __name__)
blueprint.after_request(keep_private)
_CLIENTS = "/<lang:lang>/manage/clients"
_manage = require(Action.RECORD_CLIENTS)


def _pages(lang: str) -> ClientPages:
    return ClientPages(blueprint.name, {"lang": lang}, services.own_store(db.session))


@blueprint.get(_CLIENTS)
@_manage
def clients(lang: str) -> Response:
    """List the record store's clients, with a form for a new one."""
    return _pages(lang).listed("clients")


@blueprint.post(_CLIENTS)
@_manage
def make_client(lang: str) -> Response:
    """Make a client, and lead to the page that shows its key and secret once."""
    return _pages(lang).make()


@blueprint.get(f"{_CLIENTS}/<key>")
@_manage
def client(lang: str, key: str) -> Response:
    """Show one client, and what can be done with it."""
    return _pages(lang).one(key)


@blueprint.post(f"{_CLIENTS}/<key>/rotate")
@_manage
def rotate_client(lang: str, key: str) -> Response:
    """Give a client a new secret, and lead to the page that shows it once."""
    return _pages(lang).rotate(key)


@blueprint.get(f"{_CLIENTS}/<key>/secret")
@_manage
def secret(lang: str, key: str) -> Response:
    """Show credentials that were just made, once."""
    return _pages(lang).secret(key)


@blueprint.post(f"{_CLIENTS}/<key>/revoke")
@_manage
def revoke_client(lang: str, key: str) -> Response:
    """Withdraw a client's credentials."""
    return _pages(lang).revoke(key)
