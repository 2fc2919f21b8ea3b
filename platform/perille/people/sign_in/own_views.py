"""How one signs in: passkeys, authenticator app, recovery codes, and where one is signed in."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import segno
from flask import Response, request, url_for

from perille.core.current import current_config
from perille.core.errors import Forbidden, NotFound
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.permissions import require
from perille.core.ratelimit import rate_limit
from perille.core.web.flash_cookie import show_once, shown_once
from perille.core.web.leaving import drop_account
from perille.core.web.rejected_form import kept_form, kept_or, see_again
from perille.core.web.responses import see_other
from perille.people.current import current_account, current_session
from perille.people.models import Account, AccountSession, VerifiedBy
from perille.people.permissions import Action
from perille.people.return_address import asked_address, asked_path
from perille.people.services import COOKIE
from perille.people.sign_in import totp
from perille.people.sign_in.blueprint import blueprint, first_page, next_page, page
from perille.people.sign_in.factors import Factors, factors_of, may_change_factors, needs_factor
from perille.people.sign_in.forms import CodeForm, RecoveryForm
from perille.people.sign_in.models import Authenticator, Pin
from perille.people.sign_in.oidc import identities_of, offered_providers
from perille.people.sign_in.passkeys import passkeys_of
from perille.people.sign_in.sessions import end_all_sessions, end_session, mark_verified, sessions_of

_MINE = "/<lang:lang>/account/sign-in"
_FACTOR = "/<lang:lang>/sign-in/second-factor"
_CODES = "recovery codes"


def own_session() -> tuple[Account, AccountSession]:
    """Return who is signed in and their session; raise Forbidden for nobody."""
    account, row = current_account(), current_session()
    if account is None or row is None:
        raise Forbidden(_("Sign in first."))
    return account, row


def changing() -> tuple[Account, AccountSession]:
    """Return who is signed in and may change second factors; raise Forbidden."""
    account, row = own_session()
    if not may_change_factors(db.session, row):
        raise Forbidden(_("Show first that it is you."))
    return account, row


@blueprint.get(_MINE)
@require(Action.ACCOUNT_OWN)
def sign_in_methods(lang: str) -> Response:
    """Show one's ways of signing in, and where one is signed in."""
    account, row = own_session()
    kept = kept_form("ways")
    return page(
        "ways",
        account=account,
        error=kept.error if kept is not None else "",
        passkeys=passkeys_of(db.session, account.id),
        factors=factors_of(db.session, account.id),
        may_change=may_change_factors(db.session, row),
        sessions=sessions_of(db.session, account.id, request.cookies.get(COOKIE, "")),
        pin=db.session.get(Pin, account.id),
        identities=identities_of(db.session, account.id),
        providers=offered_providers(db.session),
        next=first_page(account.id, lang),
    )


@blueprint.post(f"{_MINE}/sessions/<uuid:session_id>/end")
@require(Action.ACCOUNT_OWN)
def end_own_session(lang: str, session_id: UUID) -> Response:
    """Sign out on one device."""
    account, row = own_session()
    if row.id == session_id:
        return _signed_out(lang, lambda: end_session(db.session, account.id, session_id))
    if not end_session(db.session, account.id, session_id):
        raise NotFound
    return see_other(url_for(".sign_in_methods", lang=lang) + "#devices")


@blueprint.post(f"{_MINE}/sessions/end")
@require(Action.ACCOUNT_OWN)
def end_own_sessions(lang: str) -> Response:
    """Sign out everywhere."""
    account, _row = own_session()
    return _signed_out(lang, lambda: end_all_sessions(db.session, account.id))


def _signed_out(lang: str, end: Callable[[], object]) -> Response:
    end()
    response = see_other(url_for("catalogue.home", lang=lang))
    return drop_account(response)


@blueprint.get(_FACTOR)
@require(Action.ACCOUNT_OWN)
def second_factor(lang: str) -> Response:
    """Ask for the second factor; who has none and may set one up is shown how."""
    account, row = own_session()
    if row.user_verified_at is not None:
        return see_other(next_page(account.id, lang))
    return page(
        "verify",
        form=kept_or(CodeForm),
        recovery=kept_or(RecoveryForm),
        factors=factors_of(db.session, account.id),
        may_change=may_change_factors(db.session, row),
        needed=needs_factor(db.session, account.id),
    )


@blueprint.post(_FACTOR)
@require(Action.ACCOUNT_OWN)
def use_app_code(lang: str) -> Response:
    """Take a code of the authenticator app."""
    account, row = own_session()
    trial = rate_limit("second factor", burst=5, per_minute=1, caller=str(account.id))
    code = request.form.get("code", "")[:60]
    if not totp.use_code(db.session, account.id, code, totp.seal_of(current_config().secret_keys)):
        wrong = {"code": [_("This code does not work, or it was used already. Wait for the next one in the app.")]}
        address = url_for(".second_factor", lang=lang, to=asked_path())
        return see_again(f"{address}#errors", "CodeForm", errors=wrong, without=("code",))
    trial.succeeded()
    mark_verified(db.session, row, VerifiedBy.TOTP)
    return see_other(next_page(account.id, lang))


@blueprint.post(f"{_FACTOR}/recovery")
@require(Action.ACCOUNT_OWN)
def use_recovery_code(lang: str) -> Response:
    """Take a recovery code, and lead to the page that somebody came for, or to where a lost factor is replaced."""
    account, row = own_session()
    trial = rate_limit("second factor", burst=5, per_minute=1, caller=str(account.id))
    typed = request.form.get("recovery", "")
    if not totp.use_recovery_code(db.session, account.id, typed, current_config().resume_keys):
        wrong = {"recovery": [_("This code does not work, or it was used already.")]}
        address = url_for(".second_factor", lang=lang, to=asked_path())
        return see_again(f"{address}#errors", "RecoveryForm", errors=wrong, without=("recovery",))
    trial.succeeded()
    mark_verified(db.session, row, VerifiedBy.TOTP)
    return see_other(asked_address() or url_for(".sign_in_methods", lang=lang))


def is_last_factor(account_id: UUID, factors: Factors) -> bool:
    """Tell whether an account that needs a second factor has only one: without it, nobody could open what it opens."""
    return factors.passkeys + factors.app == 1 and needs_factor(db.session, account_id)


def keep_last(lang: str) -> Response:
    """Say why the last second factor stays."""
    words = _("This is your last second factor. Add another one first, then remove this one.")
    return see_again(f"{url_for('.sign_in_methods', lang=lang)}#errors", "ways", errors={"": [words]})


def after_first_factor(lang: str, row: AccountSession, verified_by: VerifiedBy) -> Response:
    """Note that the first second factor was shown; who needs one is led to the page that shows recovery codes once."""
    mark_verified(db.session, row, verified_by)
    if needs_factor(db.session, row.account_id):
        return _show_codes(lang, row.account_id)
    return see_other(url_for(".sign_in_methods", lang=lang))


def _show_codes(lang: str, account_id: UUID) -> Response:
    codes = totp.make_recovery_codes(db.session, account_id, current_config().resume_keys[0])
    return show_once(url_for(".recovery_codes", lang=lang), _CODES, codes)


@blueprint.post(f"{_MINE}/authenticator")
@require(Action.ACCOUNT_OWN)
def begin_authenticator(lang: str) -> Response:
    """Begin to set up an authenticator app."""
    account, _row = changing()
    if not totp.has_authenticator(db.session, account.id):
        totp.begin_authenticator(db.session, account.id, totp.seal_of(current_config().secret_keys))
    return see_other(url_for(".authenticator_setup", lang=lang))


@blueprint.get(f"{_MINE}/authenticator")
@require(Action.ACCOUNT_OWN)
def authenticator_setup(lang: str) -> Response:
    """Show the QR code of an app that is set up now."""
    account, row = own_session()
    found = db.session.get(Authenticator, account.id)
    if found is None or found.confirmed_at is not None or not may_change_factors(db.session, row):
        return see_other(url_for(".sign_in_methods", lang=lang))
    seal = totp.seal_of(current_config().secret_keys)
    secret, address = totp.setup_address(account, found, seal, current_config().issuer)
    picture = segno.make(address, error="m").svg_data_uri(scale=5, border=4)
    grouped = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return page("app", form=kept_or(CodeForm), picture=picture, secret=grouped, address=address)


@blueprint.post(f"{_MINE}/authenticator/code")
@require(Action.ACCOUNT_OWN)
def confirm_authenticator(lang: str) -> Response:
    """Take the first code of a new app: it works from now on."""
    account, row = changing()
    trial = rate_limit("second factor", burst=5, per_minute=1, caller=str(account.id))
    code = request.form.get("code", "")[:60]
    if not totp.use_code(db.session, account.id, code, totp.seal_of(current_config().secret_keys), setting_up=True):
        wrong = {"code": [_("This is not the code that the app shows now. Look again.")]}
        return see_again(
            url_for(".authenticator_setup", lang=lang) + "#errors", "CodeForm", errors=wrong, without=("code",)
        )
    trial.succeeded()
    return after_first_factor(lang, row, VerifiedBy.TOTP)


@blueprint.post(f"{_MINE}/authenticator/remove")
@require(Action.ACCOUNT_OWN)
def remove_authenticator(lang: str) -> Response:
    """Remove the authenticator app."""
    account, _row = changing()
    if is_last_factor(account.id, factors_of(db.session, account.id)):
        return keep_last(lang)
    totp.remove_authenticator(db.session, account.id)
    return see_other(url_for(".sign_in_methods", lang=lang))


@blueprint.post(f"{_MINE}/recovery-codes")
@require(Action.ACCOUNT_OWN)
def new_recovery_codes(lang: str) -> Response:
    """Make ten new recovery codes; the old ones end."""
    account, _row = changing()
    return _show_codes(lang, account.id)


@blueprint.get(f"{_MINE}/recovery-codes")
@require(Action.ACCOUNT_OWN)
def recovery_codes(lang: str) -> Response:
    """Show codes that were just made; they are nowhere else."""
    account, _row = own_session()
    shown = shown_once(_CODES)
    if not isinstance(shown, list):
        return see_other(url_for(".sign_in_methods", lang=lang))
    return page("recovery_codes", codes=shown, next=first_page(account.id, lang))
