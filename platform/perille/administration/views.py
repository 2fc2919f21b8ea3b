"""The administrators' first page: which packs are there, and what is wrong with those that are not."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, make_response, render_template

from perille.accounts.models import Role
from perille.accounts.views import current_account, only
from perille.domain.course import PackKind
from perille.extensions import db
from perille.packs.services import problems
from perille.packs.shelf import Shelf

blueprint = Blueprint("administration", __name__)


@blueprint.get("/<lang:lang>/manage")
@only(Role.ADMINISTRATOR)
def overview(lang: str) -> Response:
    """Show the packs and their problems."""
    shelf: Shelf = current_app.extensions["perille_shelf"]
    account = current_account()
    body = render_template(
        "administration/overview.html",
        account=account,
        packs=[*shelf.summaries(PackKind.COURSE), *shelf.summaries(PackKind.MODULE)],
        problems=problems(db.session),
    )
    response = make_response(body)
    response.headers["Cache-Control"] = "no-store"
    return response
