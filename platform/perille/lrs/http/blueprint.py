"""The blueprint by which an application takes the record store in: `app.register_blueprint(blueprint)`, under /xapi."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Flask
from flask.blueprints import BlueprintSetupState

from perille.core.web.site_address import RECORD_STORE
from perille.lrs.http.wsgi import RecordStoreMiddleware

blueprint = Blueprint("record_store", __name__, url_prefix=RECORD_STORE)


@blueprint.record
def wrap_wsgi_app(state: BlueprintSetupState) -> None:
    """Let everything under the blueprint's address come in by the record store's own door."""
    app = cast(Flask, state.app)
    app.wsgi_app = RecordStoreMiddleware(app, app.wsgi_app, state.url_prefix or RECORD_STORE)  # type: ignore[method-assign]  # what wsgi_app is for
