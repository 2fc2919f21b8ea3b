"""Passkeys: what the page's script asks for, and what it sends back in a form."""

from __future__ import annotations

from uuid import UUID

from flask import Response, jsonify, request, url_for

from perille.core.errors import BadRequest, NotFound
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.permissions import require
from perille.core.ratelimit import rate_limit
from perille.core.web.rejected_form import see_again
from perille.core.web.responses import see_other
from perille.people.audit import audit
from perille.people.models import VerifiedBy
from perille.people.permissions import Action
from perille.people.return_address import asked_path
from perille.people.sign_in import passkeys
from perille.people.sign_in.blueprint import blueprint, let_in, this_site
from perille.people.sign_in.factors import factors_of
from perille.people.sign_in.own_views import after_first_factor, changing, is_last_factor, keep_last
from perille.people.sign_in.passkeys import PasskeyRefused, RelyingParty, SignCountDecreased
from perille.people.sign_in.sessions import device_label

_MINE = "/<lang:lang>/account/sign-in/passkeys"


def _site() -> RelyingParty:
    site = this_site()
    if site is None:
        raise NotFound(_("Passkeys do not work here: the address of this site is not https."))
    return site


@blueprint.post("/<lang:lang>/sign-in/passkey/options")
def passkey_options(lang: str) -> Response:
    """Give the page's script a challenge for signing in."""
    rate_limit("passkey options", burst=600, per_minute=120)
    return jsonify(passkeys.authentication_options(db.session, _site()))


@blueprint.post("/<lang:lang>/sign-in/passkey")
def use_passkey(lang: str) -> Response:
    """Sign in with a passkey. What does not prove itself ends in words and the way by e-mail."""
    trial = rate_limit("sign-in", burst=100, per_minute=20)
    try:
        found = passkeys.use_passkey(
            db.session,
            _site(),
            challenge_id=request.form.get("challenge", ""),
            credential=request.form.get("credential", ""),
        )
    except SignCountDecreased as refused:
        # No failure of the person's: nothing counts against them, and there is a line for whoever looks.
        trial.succeeded()
        audit(db.session, refused.account_id, "second-factor.refused", why="counter")
        return _again(lang, _("This passkey may have been copied, so it was not used. Ask for a link by e-mail."))
    except PasskeyRefused:
        return _again(lang, _("This passkey did not work here. Ask for a link by e-mail."))
    trial.succeeded()
    return let_in(lang, found.account, VerifiedBy.PASSKEY, user_verified=found.user_verified)


def _again(lang: str, words: str) -> Response:
    address = url_for(".start", lang=lang, to=asked_path())
    return see_again(f"{address}#errors", "sign-in", errors={"": [words]}, without=("credential", "challenge"))


@blueprint.post(f"{_MINE}/options")
@require(Action.ACCOUNT_OWN)
def new_passkey_options(lang: str) -> Response:
    """Give the page's script what it makes a passkey by."""
    account, _row = changing()
    return jsonify(passkeys.registration_options(db.session, account, _site()))


@blueprint.post(_MINE)
@require(Action.ACCOUNT_OWN)
def add_passkey(lang: str) -> Response:
    """Keep a passkey that was made on this device."""
    account, row = changing()
    first = not factors_of(db.session, account.id).any
    try:
        passkeys.add_passkey(
            db.session,
            account,
            _site(),
            challenge_id=request.form.get("challenge", ""),
            credential=request.form.get("credential", ""),
            label=device_label(request.user_agent.string),
        )
    except BadRequest:
        words = _("The passkey was not kept. Try again, or use another device.")
        address = url_for(".sign_in_methods", lang=lang)
        return see_again(f"{address}#errors", "ways", errors={"": [words]}, without=("credential", "challenge"))
    return (
        after_first_factor(lang, row, VerifiedBy.PASSKEY)
        if first
        else see_other(url_for(".sign_in_methods", lang=lang))
    )


@blueprint.post(f"{_MINE}/<uuid:passkey_id>/remove")
@require(Action.ACCOUNT_OWN)
def remove_passkey(lang: str, passkey_id: UUID) -> Response:
    """Remove a passkey."""
    account, _row = changing()
    if is_last_factor(account.id, factors_of(db.session, account.id)):
        return keep_last(lang)
    passkeys.remove_passkey(db.session, account.id, passkey_id)
    return see_other(url_for(".sign_in_methods", lang=lang))
