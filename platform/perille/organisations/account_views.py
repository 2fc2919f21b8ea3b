"""One's own account: name and language, organisations, and the pages that one's roles open."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, request, url_for

from perille.consents.services import is_given
from perille.core.dates import today
from perille.core.errors import NotFound
from perille.core.extensions import db
from perille.core.i18n import OFFERED
from perille.core.web.rejected_form import kept_or, see_form_again
from perille.core.web.responses import keep_private, see_other
from perille.credentials.certificate_text import hours_and_minutes
from perille.domain.refresher import MINUTES
from perille.notices.services import switches_token
from perille.organisations.account_progress import own_modules
from perille.organisations.pages import modules, page
from perille.organisations.purposes import RESULTS
from perille.people.account_form import AccountForm
from perille.people.audit import audit
from perille.people.current import current_memberships, the_account
from perille.people.landing_page import first_page, pages_for_roles
from perille.people.memberships import leave_organisation
from perille.people.models import Role
from perille.people.organisations import find_organisation
from perille.people.permissions import Action, require

blueprint = Blueprint("own", __name__)
blueprint.after_request(keep_private)
_ACCOUNT = "/<lang:lang>/account"


@blueprint.get(f"{_ACCOUNT}/first")
@require(Action.ACCOUNT_OWN)
def landing(lang: str) -> Response:
    """Lead to the page that one's roles open first."""
    return make_response(redirect(first_page(current_memberships(), lang), 302))


@blueprint.get(_ACCOUNT)
@require(Action.ACCOUNT_OWN)
def account(lang: str) -> Response:
    """Show one's account, to change it."""
    mine = the_account()
    known = {"name": mine.name, "locale": mine.locale if mine.locale in OFFERED else lang}
    places: dict[UUID, list[Role]] = {}
    for each in current_memberships():
        if each.organisation_id is not None:
            places.setdefault(each.organisation_id, []).append(each.role)
    return page(
        "account",
        form=kept_or(AccountForm, data=known),
        places=[(find_organisation(db.session, number), roles) for number, roles in places.items()],
        shown_to=[each for each, roles in places.items() if Role.MEMBER in roles and _agrees(each)],
        doors=pages_for_roles(current_memberships(), lang),
        switches=switches_token(mine),
    )


def _agrees(place_id: UUID) -> bool:
    return is_given(db.session, the_account().id, RESULTS.name, place_id)


@blueprint.post(_ACCOUNT)
@require(Action.ACCOUNT_OWN)
def update_account(lang: str) -> Response:
    """Change one's name and the language of e-mails."""
    form = AccountForm(request.form)
    if not form.validate():
        return see_form_again(url_for(".account", lang=lang), form)
    mine = the_account()
    mine.name, mine.locale = form.name.data or "", form.locale.data or ""
    return see_other(url_for(".account", lang=lang))


@blueprint.post(f"{_ACCOUNT}/organisations/<uuid:place_id>/leave")
@require(Action.ACCOUNT_OWN)
def leave(lang: str, place_id: UUID) -> Response:
    """Leave an organisation, with all roles in it: from then on it sees nothing of what one learns."""
    mine = the_account()
    if not leave_organisation(db.session, mine.id, place_id):
        raise NotFound
    audit(db.session, mine.id, "people.left", place_id, mine.id)
    return see_other(url_for(".account", lang=lang))


@blueprint.get(f"{_ACCOUNT}/modules")
@require(Action.MODULES_MINE)
def module_list(lang: str) -> Response:
    """Show one's modules: the next step, certificates with their end, hours of this year."""
    return page(
        "modules",
        mine=own_modules(db.session, the_account().id, modules()),
        today=today(),
        refresher_time=hours_and_minutes(MINUTES),
    )


@blueprint.get(f"{_ACCOUNT}/drafts")
@require(Action.DRAFTS_MINE)
def drafts(lang: str) -> Response:
    """Say which drafts wait."""
    return page("drafts")
