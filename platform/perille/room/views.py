"""The page of a room without internet: what works there and what does not, and how another phone comes in."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template

from perille.core.current import current_config
from perille.core.errors import NotFound
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.web.responses import no_store
from perille.core.web.site_address import external_url, site_address
from perille.groups.pages import picture_of
from perille.sync.room import organisation_of_office

blueprint = Blueprint("room", __name__)


@blueprint.get("/<lang:lang>/room")
def show(lang: str) -> Response:
    """Say what does not work over plain http, and show the way in. Elsewhere there is no such page."""
    config = current_config()
    if not config.room_addresses:
        raise NotFound(_("This page is for rooms without internet."))
    page = render_template(
        "room/show.html",
        address=site_address(),
        qr=picture_of(external_url("catalogue.redirect_to_language")),
        office=organisation_of_office(db.session),
    )
    return no_store(make_response(page))
