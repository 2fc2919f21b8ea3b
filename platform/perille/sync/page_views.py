"""The trainer's page of what was carried, when, and what was in conflict; and the administrator's keys for laptops."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for
from wtforms import Form, StringField

from perille.core.dates import moment
from perille.core.extensions import db
from perille.core.i18n import lazy_gettext
from perille.core.permissions import require
from perille.core.web.flash_cookie import show_once, shown_once
from perille.core.web.idempotency_key import secret_of_press
from perille.core.web.rejected_form import kept_or
from perille.core.web.responses import keep_private, no_store, see_other
from perille.people.current import the_account
from perille.people.organisations import find_organisation
from perille.people.permissions import allowed
from perille.sync.keys import keys_of, make_key, revoke_key
from perille.sync.run_summaries import conflict_words, count_words
from perille.sync.runs import CLOCK, conflicts_of, runs_of

READ, KEYS = "sync.read", "sync.keys"
blueprint = Blueprint("sync", __name__)
blueprint.after_request(keep_private)
_PAGE = "/<lang:lang>/organisations/<uuid:organisation_id>/sync"


class KeyForm(Form):
    """Which laptop a key is for."""

    label = StringField(
        lazy_gettext("Which laptop is it for?"), render_kw={"dir": "auto", "autocomplete": "off", "maxlength": 80}
    )


@blueprint.get(_PAGE)
@require(READ)
def show(lang: str, organisation_id: UUID) -> Response:
    """Show what was carried and what was in conflict."""
    organisation = find_organisation(db.session, organisation_id)
    country = next(iter(organisation.countries), "")
    runs = [
        (run, moment(run.began_at, lang, country), count_words(run.counts))
        for run in runs_of(db.session, organisation.id)
    ]
    told = [
        (moment(each.at, lang, country), conflict_words(each)) for each in conflicts_of(db.session, organisation.id)
    ]
    may_make = allowed(db.session, the_account(), KEYS, organisation.id)
    body = render_template(
        "sync/show.html",
        organisation=organisation,
        runs=runs,
        conflicts=told,
        clock=CLOCK,
        keys=keys_of(db.session, organisation.id) if may_make else (),
        form=kept_or(KeyForm) if may_make else None,
        made=shown_once("sync-key") if may_make else None,
    )
    return no_store(make_response(body))


@blueprint.post(f"{_PAGE}/keys")
@require(KEYS)
def create_key(lang: str, organisation_id: UUID) -> Response:
    """Make a key for a laptop, and lead to the page that shows it once."""
    organisation = find_organisation(db.session, organisation_id)
    label = KeyForm(request.form).label.data or ""
    secret = secret_of_press("sync key", organisation.id, the_account().id, label)
    text = make_key(db.session, organisation.id, label, the_account().id, secret)
    return show_once(url_for(".show", lang=lang, organisation_id=organisation_id), "sync-key", text)


@blueprint.post(f"{_PAGE}/keys/<uuid:key_id>/revoke")
@require(KEYS)
def revoke(lang: str, organisation_id: UUID, key_id: UUID) -> Response:
    """Take a key back."""
    revoke_key(db.session, organisation_id, key_id, the_account().id)
    return no_store(see_other(url_for(".show", lang=lang, organisation_id=organisation_id)))
