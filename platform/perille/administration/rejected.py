"""The administrators' page of requests that the record store refused, for whoever develops a client."""

from __future__ import annotations

from flask import Blueprint, Response, request

from perille.administration import services
from perille.administration.pages import page
from perille.core.extensions import db
from perille.core.web.responses import keep_private
from perille.lrs.rejected import KEPT, KEPT_FOR, rejected_requests
from perille.lrs.services import default_store
from perille.people.permissions import Action, require

blueprint = Blueprint("rejected", __name__)
blueprint.after_request(keep_private)


@blueprint.get("/<lang:lang>/manage/refused")
@require(Action.RECORD_REJECTED)
def index(lang: str) -> Response:
    """Show the newest refused requests, of one client or of all, and those alone in which a text stands."""
    # PostgreSQL refuses a question for a text with U+0000 in it.
    key, text = request.args.get("client", "").replace("\0", ""), request.args.get("text", "").strip()[:300]
    known = services.clients(db.session, services.own_store(db.session))
    return page(
        "rejected",
        found=rejected_requests(db.session, default_store(db.session), key=key, text=text),
        clients=known,
        key=key,
        text=text,
        kept=KEPT,
        days=KEPT_FOR.days,
    )
