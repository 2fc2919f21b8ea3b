"""One press answers and one takes it back, on the page of all that is kept and where a question stands beside what it is about."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request, url_for

from perille.consents.pages import joined_organisations
from perille.consents.services import answer, purpose_named
from perille.core.errors import NotFound
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.permissions import require
from perille.core.web.responses import no_store, see_other
from perille.people.current import the_account
from perille.people.permissions import Action

blueprint = Blueprint("consents", __name__)


@blueprint.post("/<lang:lang>/my-data/agree/<purpose>")
@require(Action.ACCOUNT_OWN)
def record_consent(lang: str, purpose: str) -> Response:
    """Note a yes or a no to a purpose, for one organisation where the form names one."""
    place = _organisation(purpose)
    given = request.form.get("answer") == "yes"
    response = no_store(see_other(_back(lang)))
    changed = answer(db.session, the_account().id, purpose, place, given=given, language=lang)
    ended = purpose_named(purpose).on_end
    if changed and not given and ended is not None:
        ended(the_account().id, response)
    return response


def _organisation(purpose: str) -> UUID | None:
    """Return for which organisation the answer is; raise NotFound for one that the person has not joined, and for no purpose of ours."""
    try:
        declared = purpose_named(purpose)
    except LookupError as fault:
        raise NotFound from fault
    if not declared.by_organisation:
        return None
    wanted = request.form.get("organisation", "")
    found = next((each.id for each in joined_organisations() if each.id.hex == wanted), None)
    if found is None:
        raise NotFound(_("You are not in this organisation any more."))
    return found


def _back(lang: str) -> str:
    if request.form.get("from") == "modules":
        return url_for("own.module_list", lang=lang)
    return f"{url_for('privacy.stored_data', lang=lang)}#agreed"
