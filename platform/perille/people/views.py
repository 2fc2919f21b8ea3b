"""Signing out."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from perille.core.extensions import db
from perille.core.web.leaving import drop_account
from perille.core.web.responses import no_store, see_other
from perille.people.services import COOKIE, sign_out

blueprint = Blueprint("people", __name__)


@blueprint.post("/<lang:lang>/sign-out")
def log_out(lang: str) -> Response:
    """Sign out, here and on the server."""
    sign_out(db.session, request.cookies.get(COOKIE, ""))
    response = see_other(url_for("catalogue.home", lang=lang))
    return no_store(drop_account(response))
