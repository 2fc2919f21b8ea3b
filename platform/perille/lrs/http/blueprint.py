"""The blueprint of the record store: `app.register_blueprint(blueprint)` mounts it under /xapi."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Flask
from flask.blueprints import BlueprintSetupState

from perille.core.web.site_address import RECORD_STORE
from perille.lrs.http.wsgi import RecordStoreMiddleware

blueprint = Blueprint("record_store", __name__, url_prefix=RECORD_STORE)


@blueprint.record
def wrap_wsgi_app(state: BlueprintSetupState) -> None:
    """Answer everything under the blueprint's address by the record store's WSGI middleware, before Flask's routing."""
    app = cast(Flask, state.app)
    app.wsgi_app = RecordStoreMiddleware(app, app.wsgi_app, state.url_prefix or RECORD_STORE)  # type: ignore[method-assign]  # what wsgi_app is for
