"""The record store of an organisation, for its coordinators: its clients, how much it holds, all of it as a file.

It holds what the organisation's own programs write, and nothing else. What people learn on this site is in the installation's own store,
from which progress and certificates follow; coordinators see of it what people agree to, in lists of people and of groups.
"""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response

from perille.administration.client_pages import ClientPages
from perille.administration.pages import account_id
from perille.administration.services import ManagedStore
from perille.core.database import utcnow
from perille.core.errors import Conflict
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.web.deferred import DeferredResponse
from perille.core.web.responses import keep_private
from perille.lrs.viewer import saving
from perille.lrs.viewer.figures import count_words, figures_of
from perille.lrs.viewer.search import StatementSearch
from perille.people.audit import audit
from perille.people.models import Organisation
from perille.people.organisations import find_organisation
from perille.people.permissions import Action, require

blueprint = Blueprint("organisation_store", __name__)
blueprint.after_request(keep_private)
_STORE = "/<lang:lang>/organisations/<uuid:organisation_id>/record-store"
_manage = require(Action.RECORD_OWN)


def _pages(lang: str, organisation: Organisation) -> ClientPages:
    values = {"lang": lang, "organisation_id": organisation.id}
    return ClientPages(blueprint.name, values, ManagedStore(organisation.store_id, organisation.id))


def _of(lang: str, organisation_id: UUID) -> ClientPages:
    return _pages(lang, find_organisation(db.session, organisation_id))


def _of_open(lang: str, organisation_id: UUID) -> ClientPages:
    organisation = find_organisation(db.session, organisation_id)
    if organisation.closed_at is not None:
        raise Conflict(_("This organisation was closed. Programs are refused; what they stored is still here."))
    return _pages(lang, organisation)


@blueprint.get(_STORE)
@_manage
def clients(lang: str, organisation_id: UUID) -> Response:
    """Show how much the store holds, and its clients with a form for a new one."""
    organisation = find_organisation(db.session, organisation_id)
    figures = figures_of(db.session, organisation.store_id)
    words = {
        "organisation": organisation,
        "figures": figures,
        "stored": count_words(figures.statements),
        "documents": count_words(figures.documents),
    }
    return _pages(lang, organisation).listed("organisation_store", words)


@blueprint.post(_STORE)
@_manage
def make_client(lang: str, organisation_id: UUID) -> Response:
    """Make a client, and lead to the page that shows its key and secret once."""
    return _of_open(lang, organisation_id).make()


@blueprint.post(f"{_STORE}/save")
@_manage
def export_statements(lang: str, organisation_id: UUID) -> Response:
    """Give all statements of the store as JSON lines, and note who took them."""
    store_id, engine = find_organisation(db.session, organisation_id).store_id, db.engine
    audit(db.session, account_id(), "lrs-statements.saved", organisation_id, file="json")
    name = f"statements-{utcnow():%Y-%m-%d-%H%M}.jsonl"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}

    def make() -> Response:
        body = saving.json_lines(engine, store_id, StatementSearch())
        return Response(body, content_type="application/jsonl", headers=headers)

    return DeferredResponse(make)


@blueprint.get(f"{_STORE}/<key>")
@_manage
def client(lang: str, organisation_id: UUID, key: str) -> Response:
    """Show one client, and what can be done with it."""
    return _of(lang, organisation_id).one(key)


@blueprint.post(f"{_STORE}/<key>/rotate")
@_manage
def rotate_client(lang: str, organisation_id: UUID, key: str) -> Response:
    """Give a client a new secret, and lead to the page that shows it once."""
    return _of_open(lang, organisation_id).rotate(key)


@blueprint.get(f"{_STORE}/<key>/secret")
@_manage
def secret(lang: str, organisation_id: UUID, key: str) -> Response:
    """Show credentials that were just made, once."""
    return _of(lang, organisation_id).secret(key)


@blueprint.post(f"{_STORE}/<key>/revoke")
@_manage
def revoke_client(lang: str, organisation_id: UUID, key: str) -> Response:
    """Withdraw a client's credentials."""
    return _of(lang, organisation_id).revoke(key)
