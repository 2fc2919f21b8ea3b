"""The administrators' pages of organisations."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request, url_for

from perille.core.collation import alphabetical
from perille.core.extensions import db
from perille.core.web.rejected_form import kept_or, see_form_again
from perille.core.web.responses import keep_private, see_other
from perille.lrs.viewer.figures import count_words
from perille.organisations.deleting import delete_for_good, figures
from perille.organisations.forms import DeletionForm, OrganisationForm
from perille.organisations.pages import page
from perille.people import organisations as services
from perille.people.current import the_account
from perille.people.models import OrganisationKind
from perille.people.permissions import Action, require

blueprint = Blueprint("organisations", __name__)
blueprint.after_request(keep_private)
_ALL = "/<lang:lang>/manage/organisations"
_ONE = f"{_ALL}/<uuid:organisation_id>"
manage = require(Action.ORGANISATIONS_MANAGE)


@blueprint.get(_ALL)
@manage
def index(lang: str) -> Response:
    """List the organisations, with a form for a new one."""
    rows = alphabetical(services.organisations(db.session), lang, lambda each: each.name)
    counts = services.people_counts(db.session)
    return page("organisations", rows=rows, counts=counts, form=kept_or(OrganisationForm))


@blueprint.post(_ALL)
@manage
def create(lang: str) -> Response:
    """Make an organisation, and lead to its people: next somebody is invited."""
    form = OrganisationForm(request.form)
    if not form.validate():
        return see_form_again(url_for(".index", lang=lang), form)
    made = services.make_organisation(
        db.session,
        form.name.data or "",
        OrganisationKind(form.kind.data),
        languages=form.chosen_languages,
        countries=form.chosen_countries,
        by=the_account().id,
    )
    return see_other(url_for("org_people.index", lang=lang, organisation_id=made.id))


@blueprint.get(_ONE)
@manage
def show(lang: str, organisation_id: UUID) -> Response:
    """Show one organisation, to change or to close it."""
    row = services.find_organisation(db.session, organisation_id)
    known = {"name": row.name, "kind": row.kind, "languages": row.languages, "countries": row.countries}
    goes = figures(db.session, row) if row.closed_at is not None else None
    form, deletion = kept_or(OrganisationForm, data=known), kept_or(DeletionForm)
    return page("organisation", organisation=row, form=form, goes=goes, deletion=deletion, count_words=count_words)


@blueprint.post(_ONE)
@manage
def update(lang: str, organisation_id: UUID) -> Response:
    """Change what is said of an organisation."""
    row = services.find_organisation(db.session, organisation_id)
    form = OrganisationForm(request.form)
    if not form.validate():
        return see_form_again(url_for(".show", lang=lang, organisation_id=organisation_id), form)
    row.name, row.kind = form.name.data or "", form.kind.data
    row.languages, row.countries = form.chosen_languages, form.chosen_countries
    services.note(db.session, the_account().id, "organisation.changed", row)
    return see_other(url_for(".show", lang=lang, organisation_id=organisation_id))


@blueprint.post(f"{_ONE}/<any(close, reopen):act>")
@manage
def open_or_close(lang: str, organisation_id: UUID, act: str) -> Response:
    """Close an organisation, whose roles then count no more, or open it again; its people and records stay."""
    row = services.find_organisation(db.session, organisation_id)
    services.close_organisation(db.session, row, closed=act == "close", by=the_account().id)
    return see_other(url_for(".show", lang=lang, organisation_id=organisation_id))


@blueprint.post(f"{_ONE}/delete")
@manage
def delete(lang: str, organisation_id: UUID) -> Response:
    """Delete a closed organisation for good, after its name was written."""
    row = services.find_organisation(db.session, organisation_id)
    form = DeletionForm(request.form)
    form.expected = row.name
    if not form.validate():
        return see_form_again(url_for(".show", lang=lang, organisation_id=organisation_id), form)
    delete_for_good(db.session, row, by=the_account().id)
    return see_other(url_for(".index", lang=lang))
