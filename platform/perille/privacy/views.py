"""A learner takes along all that is kept of them."""

from __future__ import annotations

import msgspec
from flask import Blueprint, Response

from perille.core.errors import NotFound
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.ratelimit import rate_limit
from perille.core.web.responses import no_store
from perille.enrolment.cookies import current_learner
from perille.privacy.services import export

blueprint = Blueprint("privacy", __name__)


@blueprint.post("/<lang:lang>/my-data")
def my_data(lang: str) -> Response:
    """Give all that is kept under this learner's number as a JSON file."""
    learner = current_learner()
    if learner is None:
        raise NotFound(_("Nothing is kept of you: this phone has no number here."))
    # By learner: a class behind one line may take its data along in the same minute.
    rate_limit("my-data", burst=10, per_minute=2, caller=str(learner.id))
    body = msgspec.json.format(msgspec.json.encode(export(db.session, learner)), indent=2)
    response = Response(body, mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    no_store(response)
    return response
