"""Inviting many people: a table is sent, looked at, and brought in by a second press."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request, url_for

from perille.core.errors import BadRequest, NotFound
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.security import takes_files
from perille.core.web.flash_cookie import show_once, shown_once
from perille.core.web.rejected_form import kept_form, see_again
from perille.core.web.responses import keep_private, see_other
from perille.notices.notifiers import can_send
from perille.organisations import importing
from perille.organisations.import_rows import COLUMNS, MOST_BYTES, MOST_ROWS, SHOWN, decode
from perille.organisations.pages import page
from perille.people.current import the_account
from perille.people.invitations import OFFERED_ROLES
from perille.people.organisations import find_organisation
from perille.people.permissions import Action, require

blueprint = Blueprint("people_import", __name__)
blueprint.after_request(keep_private)
_ASK = "/<lang:lang>/organisations/<uuid:organisation_id>/import"
_LOOK = f"{_ASK}/<uuid:table_id>"
bring = require(Action.PEOPLE_IMPORT)


@blueprint.get(_ASK)
@bring
def upload_form(lang: str, organisation_id: UUID) -> Response:
    """Ask for a table."""
    return page(
        "import",
        organisation=find_organisation(db.session, organisation_id),
        form=kept_form("table"),
        done=shown_once("invited"),
        columns=COLUMNS,
        roles=OFFERED_ROLES,
        most=MOST_ROWS,
        sends_mail=can_send(db.session),
    )


@blueprint.post(_ASK)
@takes_files(MOST_BYTES)
@bring
def upload_table(lang: str, organisation_id: UUID) -> Response:
    """Keep a table, and lead to what it would do."""
    find_organisation(db.session, organisation_id)
    try:
        text = _sent_text()
    except BadRequest as error:
        here = url_for(".upload_form", lang=lang, organisation_id=organisation_id)
        return see_again(here, "table", errors={"": [error.message]}, without=("rows",))
    kept = importing.keep_table(db.session, organisation_id, the_account().id, text)
    return see_other(url_for(".preview_import", lang=lang, organisation_id=organisation_id, table_id=kept.id))


def _sent_text() -> str:
    file = request.files.get("file")
    text = decode(file.read()) if file is not None and file.filename else request.form.get("rows", "")
    if not text.strip():
        raise BadRequest(_("Choose a file, or paste the table."))
    return text.replace("\0", "")


@blueprint.get(_LOOK)
@bring
def preview_import(lang: str, organisation_id: UUID, table_id: UUID) -> Response:
    """Show what a table would do, with all its faults; nothing is changed yet."""
    kept = importing.kept_table(db.session, organisation_id, the_account().id, table_id)
    found = importing.look_at(db.session, kept)
    number = max(0, min(request.args.get("page", 0, int), (len(found.table.faults) - 1) // SHOWN))
    return page(
        "import_look",
        organisation=find_organisation(db.session, organisation_id),
        look=found,
        faults=found.table.faults[number * SHOWN : (number + 1) * SHOWN],
        number=number,
        size=SHOWN,
        table_id=table_id,
        sends_mail=can_send(db.session),
    )


@blueprint.post(_LOOK)
@bring
def apply_import(lang: str, organisation_id: UUID, table_id: UUID) -> Response:
    """Invite everybody of a table. A second press says what the first one did."""
    mine = the_account().id
    before = importing.just_brought_in(db.session, organisation_id, mine)
    try:
        kept = importing.kept_table(db.session, organisation_id, mine, table_id)
    except NotFound:
        if before is None:
            raise
        return show_once(url_for(".upload_form", lang=lang, organisation_id=organisation_id), "invited", before)
    if importing.look_at(db.session, kept).table.faults:
        return see_other(url_for(".preview_import", lang=lang, organisation_id=organisation_id, table_id=table_id))
    count = importing.bring_in(db.session, kept, mine)
    return show_once(url_for(".upload_form", lang=lang, organisation_id=organisation_id), "invited", count)
