"""The administrators' page of the OpenID issuers whose tokens the record store accepts."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request, url_for
from wtforms import StringField

from perille.administration.pages import account_id, page
from perille.administration.store_forms import IssuerForm
from perille.core.errors import BadRequest
from perille.core.extensions import db
from perille.core.web.rejected_form import kept_or, see_form_again
from perille.core.web.responses import keep_private, see_other
from perille.lrs.clients import Scope
from perille.lrs.oidc import issuers
from perille.lrs.oidc.tokens import ALGORITHMS
from perille.lrs.services import default_store
from perille.people.audit import audit
from perille.people.permissions import Action, require

blueprint = Blueprint("issuers", __name__)
blueprint.after_request(keep_private)
_ISSUERS = "/<lang:lang>/manage/issuers"


@blueprint.get(_ISSUERS)
@require(Action.RECORD_ISSUERS)
def index(lang: str) -> Response:
    """List the issuers, with a form for a new one."""
    form = kept_or(IssuerForm, data={"claim": "scope", "algorithms": [*ALGORITHMS]})
    return page("issuers", form=form, issuers=issuers.issuers(db.session(), default_store(db.session)))


@blueprint.post(_ISSUERS)
@require(Action.RECORD_ISSUERS)
def add(lang: str) -> Response:
    """Accept the tokens of an issuer."""
    form = IssuerForm(request.form)
    made = _add(form) if form.validate() else None
    if made is None:
        return see_form_again(url_for(".index", lang=lang), form)
    audit(db.session, account_id(), "lrs-issuer.added", None, made.id, scopes=made.scopes)
    return see_other(url_for(".index", lang=lang))


def _add(form: IssuerForm) -> issuers.IssuerView | None:
    """Add the issuer of a valid form; None where the record store does not take it, and the form says why."""
    try:
        return issuers.add_issuer(
            db.session(),
            default_store(db.session),
            name=form.name.data or "",
            issuer=_typed(form.issuer),
            audience=_typed(form.audience),
            scopes=[scope for scope in Scope if scope.value in (form.scopes.data or ())],
            jwks_url=_typed(form.jwks_url),
            jwks=_typed(form.jwks).encode(),
            algorithms=[each for each in ALGORITHMS if each in (form.algorithms.data or ())],
            claim=_typed(form.claim),
            scope_map=form.scope_map,
        )
    except BadRequest as error:
        form.form_errors = [error.message]
        return None


def _typed(field: StringField) -> str:
    return (field.data or "").strip()


@blueprint.post(f"{_ISSUERS}/<uuid:issuer_id>/remove")
@require(Action.RECORD_ISSUERS)
def remove(lang: str, issuer_id: UUID) -> Response:
    """Accept the tokens of an issuer no more."""
    issuers.remove_issuer(db.session(), default_store(db.session), issuer_id)
    audit(db.session, account_id(), "lrs-issuer.removed", None, issuer_id)
    return see_other(url_for(".index", lang=lang))
