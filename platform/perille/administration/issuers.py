"""The administrators' page of the OpenID issuers whose tokens the record store accepts."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, request, url_for

from perille.accounts.models import Role
from perille.accounts.services import audit
from perille.accounts.views import require_role
from perille.administration.views import account_id, keep_private, page
from perille.core.errors import BadRequest
from perille.core.extensions import db
from perille.core.web.pages import DeferredResponse
from perille.lrs.clients import Scope
from perille.lrs.oidc import issuers
from perille.lrs.oidc.tokens import ALGORITHMS
from perille.lrs.services import default_store

blueprint = Blueprint("issuers", __name__)
blueprint.after_request(keep_private)
_ISSUERS = "/<lang:lang>/manage/issuers"
_FIELDS = ("name", "issuer", "audience", "jwks_url", "jwks", "claim", "map")


@blueprint.get(_ISSUERS)
@require_role(Role.ADMINISTRATOR)
def listed(lang: str) -> Response:
    """List the issuers, with a form for a new one."""
    return _page({"claim": "scope"}, set(), set(ALGORITHMS))


@blueprint.post(_ISSUERS)
@require_role(Role.ADMINISTRATOR)
def add(lang: str) -> Response:
    """Accept the tokens of an issuer."""
    values = {name: request.form.get(name, "").strip() for name in _FIELDS}
    scopes, algorithms = set(request.form.getlist("scopes")), set(request.form.getlist("algorithms"))
    try:
        made = _add(values, scopes, algorithms)
    except BadRequest as error:
        message = error.message
        return DeferredResponse(lambda: _page(values, scopes, algorithms, message))
    audit(db.session, account_id(), "lrs-issuer.added", str(made.id), issuer=made.issuer, scopes=made.scopes)
    return make_response(redirect(url_for(".listed", lang=lang), 303))


def _add(values: Mapping[str, str], scopes: set[str], algorithms: set[str]) -> issuers.IssuerView:
    return issuers.add_issuer(
        db.session(),
        default_store(db.session),
        name=" ".join(values["name"].split()),
        issuer=values["issuer"],
        audience=values["audience"],
        scopes=[scope for scope in Scope if scope.value in scopes],
        jwks_url=values["jwks_url"],
        jwks=values["jwks"].encode(),
        algorithms=[each for each in ALGORITHMS if each in algorithms],
        claim=values["claim"],
        scope_map=issuers.read_scope_map(values["map"].splitlines()),
    )


@blueprint.post(f"{_ISSUERS}/<uuid:issuer_id>/remove")
@require_role(Role.ADMINISTRATOR)
def remove(lang: str, issuer_id: UUID) -> Response:
    """Accept the tokens of an issuer no more."""
    gone = issuers.remove_issuer(db.session(), default_store(db.session), issuer_id)
    audit(db.session, account_id(), "lrs-issuer.removed", str(issuer_id), issuer=gone.issuer)
    return make_response(redirect(url_for(".listed", lang=lang), 303))


def _page(values: Mapping[str, str], scopes: set[str], algorithms: set[str], error: str = "") -> Response:
    return page(
        "issuers",
        BadRequest.status if error else 200,
        issuers=issuers.issuers(db.session(), default_store(db.session)),
        values=values,
        wished=scopes,
        algorithms=ALGORITHMS,
        chosen=algorithms,
        error=error,
    )
