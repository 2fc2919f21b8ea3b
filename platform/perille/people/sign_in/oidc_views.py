"""Signing in with the service of an organisation: there by a page that leads on, and back.

The way back is the one GET of this site that writes: a provider sends the browser here with nothing but an address. It uses up a login
that a POST began in the same browser.
"""

from __future__ import annotations

import secrets
import time
from uuid import UUID

from flask import Response, g, request, url_for

from perille.core.current import current_config
from perille.core.database import run_in_transaction
from perille.core.errors import BadRequest, Conflict
from perille.core.extensions import db
from perille.core.i18n import _, language_of, offered_languages
from perille.core.logs import get_logger
from perille.core.permissions import require
from perille.core.sealing import Seal
from perille.core.web.before_transaction import Prepared
from perille.core.web.cookies import set_cookie
from perille.core.web.leaving import UNASKED, reopen
from perille.core.web.rejected_form import see_again
from perille.core.web.responses import see_other
from perille.core.web.site_address import external_url
from perille.people.current import current_account
from perille.people.invitations import HANDED, find_offer
from perille.people.models import Account, VerifiedBy
from perille.people.permissions import Action
from perille.people.return_address import with_path
from perille.people.sign_in import oidc
from perille.people.sign_in.blueprint import ON_THE_WAY, YEAR, blueprint, cookie, first_page, let_in, page
from perille.people.sign_in.id_token_claims import ProviderError, ProviderIdentity, SignInFailure
from perille.people.sign_in.invited import OtherPersonError
from perille.people.sign_in.models import OidcProvider
from perille.people.sign_in.oidc_client import authorization_address, current_providers, exchange_code
from perille.people.sign_in.own_views import own_session

log = get_logger(__name__)
#: Before the language in a state: the way back has no language in its address, and the browser's may be another.
_LANGUAGE = "~"
_SECONDS = int(oidc.LOGIN_LIFE.total_seconds())


def provider_seal() -> Seal:
    """Return what seals the secrets of our clients at providers."""
    return Seal(current_config().secret_keys, oidc.PURPOSE)


@blueprint.post("/<lang:lang>/sign-in/organisation/<uuid:provider_id>")
def begin_oidc(lang: str, provider_id: UUID) -> Response:
    """Begin to sign in with an organisation's service, or to tie it to the account that is signed in."""
    account = current_account()
    browser = cookie(ON_THE_WAY) or secrets.token_urlsafe(24)
    invitation_id = _invitation(provider_id) if account is None else None
    departure = oidc.depart(
        db.session,
        provider_id,
        browser,
        account.id if account is not None else None,
        invitation_id,
        state=with_path(f"{secrets.token_urlsafe(24)}{_LANGUAGE}{lang}"),
    )
    # Not straight to the provider: a form may lead to this site only (Content-Security-Policy, form-action).
    response = see_other(url_for(".redirect_to_provider", lang=lang, state=departure.state))
    set_cookie(response, ON_THE_WAY, browser, seconds=_SECONDS)
    return reopen(response)


def _invitation(provider_id: UUID) -> UUID | None:
    """Return which invitation of the provider's own organisation is to be accepted, None for none.

    None by a link that whoever invites has seen: they say, too, which service the organisation has, and it whose address somebody has.
    """
    token = request.form.get("invitation", "")[:200]
    found = None if token.startswith(HANDED) else find_offer(db.session, token)
    provider = db.session.get(OidcProvider, provider_id)
    if found is None or provider is None or provider.organisation_id != found.organisation.id:
        return None
    return found.invitation.id


def _under_way(state: str) -> oidc.PendingLogin | None:
    row = oidc.find_login(db.session, cookie(ON_THE_WAY), state)
    if row is None or row.used_at is not None:
        return None
    return oidc.under_way(
        db.session,
        row,
        seal=provider_seal(),
        redirect_uri=external_url("sign_in.oidc_callback"),
        loopback=not current_config().production,
    )


def _address() -> tuple[str, str] | ProviderError | None:
    """Ask the provider where the browser goes, outside of any transaction: the address, and what the provider is called."""
    state = str((request.view_args or {})["state"])
    login = run_in_transaction(db.session, lambda: _under_way(state), write=False)
    if login is None:
        return None
    anew = UNASKED not in request.cookies
    try:
        address = authorization_address(
            current_providers(), login.client, state=state, nonce=login.nonce, verifier=login.verifier, anew=anew
        )
    except ProviderError as trouble:
        return trouble
    return address, login.provider_name


_asked = Prepared(_address)


@blueprint.get("/<lang:lang>/sign-in/organisation/go/<state>")
@_asked
def redirect_to_provider(lang: str, state: str) -> Response:
    """Lead on to the provider, by itself or by a press."""
    found = _asked.result()
    if found is None:
        return _start_again(lang)
    if isinstance(found, ProviderError):
        return _trouble(found)
    return page("on_the_way", address=found[0], provider=found[1])


def _come_back() -> Response:
    """Exchange the code outside of any transaction; then finish the login in one of its own."""
    state = request.args.get("state", "")[:200]
    _take_language(state)
    login = run_in_transaction(db.session, lambda: _under_way(state), write=False)
    if login is None:
        return run_in_transaction(db.session, lambda: _not_under_way(state), write=False)
    try:
        person = _person(login)
        return run_in_transaction(db.session, lambda: _arrived(login, person, state), write=True)
    except ProviderError as trouble:
        return _trouble(trouble)
    except OtherPersonError:
        return _refused(
            _(
                "The sign-in of your organisation does not say that the invited address is yours, or the invitation is over."
                " Open the invitation again and press “Join”, or ask whoever invited you."
            )
        )
    except Conflict:
        return _refused(_("Somebody else here signs in with this, or the account is disabled."))


def _take_language(state: str) -> None:
    """Go on in the language of the page from which somebody left."""
    language = state.partition(".")[0].partition(_LANGUAGE)[2]
    if language in offered_languages():
        g.language = language


def _person(login: oidc.PendingLogin) -> ProviderIdentity:
    code = request.args.get("code", "")[:4000]
    if not code:
        raise ProviderError(SignInFailure.REFUSED, request.args.get("error", "")[:60])
    return exchange_code(
        current_providers(),
        login.client,
        code=code,
        issuer=request.args.get("iss", "")[:1000],
        nonce=login.nonce,
        verifier=login.verifier,
        now=time.time(),
    )


def _arrived(login: oidc.PendingLogin, person: ProviderIdentity, state: str) -> Response:
    lang, account = language_of(), current_account()
    if login.account_id is not None and (account is None or account.id != login.account_id):
        # On a phone that several use somebody else may have come back.
        return _refused(_("Sign in first, then add the sign-in of your organisation again."))
    try:
        found = oidc.arrive(db.session, login.state_hash, person, lang)
    except BadRequest:
        return _not_under_way(state)
    if found is None:
        return see_other(url_for(".confirm_new_account", lang=lang, state=state))
    if login.account_id is not None:
        return see_other(url_for(".sign_in_methods", lang=lang))
    return _let_in(lang, found)


def _let_in(lang: str, account: Account) -> Response:
    response = let_in(lang, account, VerifiedBy.OIDC)
    set_cookie(response, UNASKED, "1", seconds=YEAR)
    return response


def _not_under_way(state: str) -> Response:
    """Answer for a login that is over: Back after it goes on quietly, all else begins again."""
    account = current_account()
    if account is not None:
        return see_other(first_page(account.id, language_of()))
    row = oidc.find_login(db.session, cookie(ON_THE_WAY), state)
    if row is not None and row.subject:
        return see_other(url_for(".confirm_new_account", lang=language_of(), state=state))
    return _start_again(language_of())


_returned = Prepared(_come_back)


@blueprint.get("/sign-in-return")
@_returned
def oidc_callback() -> Response:
    """Take whoever comes back from a provider in; `_come_back` has done it."""
    return _returned.result()


@blueprint.get("/<lang:lang>/sign-in/organisation/welcome/<state>")
def confirm_new_account(lang: str, state: str) -> Response:
    """Ask somebody who has no account here whether one is to be made."""
    row = oidc.find_login(db.session, cookie(ON_THE_WAY), state)
    if row is None or not row.subject:
        return _start_again(lang)
    provider = db.session.get_one(OidcProvider, row.provider_id)
    return page("welcome", claimed=row.name, provider=provider.name, state=state)


@blueprint.post("/<lang:lang>/sign-in/organisation/welcome/<state>")
def create_oidc_account(lang: str, state: str) -> Response:
    """Make an account for somebody who comes from an organisation's service."""
    account = oidc.open_account(db.session, cookie(ON_THE_WAY), state, lang)
    if account is None or account.disabled_at is not None:
        return _start_again(lang)
    return _let_in(lang, account)


@blueprint.post("/<lang:lang>/account/sign-in/organisations/<uuid:identity_id>/remove")
@require(Action.ACCOUNT_OWN)
def unlink_identity(lang: str, identity_id: UUID) -> Response:
    """Sign in with an organisation's service no more."""
    account, _row = own_session()
    oidc.unlink_identity(db.session, account.id, identity_id)
    return see_other(url_for(".sign_in_methods", lang=lang))


def _start_again(lang: str) -> Response:
    return _refused(_("That took too long, or it began in another browser. Please begin again."), lang)


def _refused(words: str, lang: str = "") -> Response:
    address = url_for("sign_in.start", lang=lang or language_of())
    return see_again(f"{address}#errors", "sign-in", errors={"": [words]})


def _trouble(trouble: ProviderError) -> Response:
    log.warning("the sign-in of an organisation failed", why=trouble.trouble.value, detail=trouble.message)
    return _refused(_words(trouble))


def _words(trouble: ProviderError) -> str:
    if trouble.trouble is SignInFailure.AWAY:
        return _("The sign-in of your organisation does not answer. Try again later, or ask for a link by e-mail.")
    if trouble.trouble is SignInFailure.REFUSED:
        return _("The sign-in of your organisation did not let you in. Try again, or ask for a link by e-mail.")
    if trouble.trouble is SignInFailure.CLOCK:
        return _(
            "The clock of your organisation’s sign-in and the clock of this site differ by %(seconds)s seconds."
            " Tell the people who run them, or ask for a link by e-mail.",
            seconds=abs(trouble.seconds),
        )
    return _(
        "The sign-in of your organisation answered in a way that cannot be trusted. Ask for a link by e-mail,"
        " and tell the people who run it."
    )
