"""The blueprint of all pages of signing in, and what its views share."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for

from perille.core.current import current_config
from perille.core.database import utcnow
from perille.core.extensions import db
from perille.core.web.cookies import set_cookie
from perille.core.web.idempotency_key import secret_of_press
from perille.core.web.leaving import is_left, reopen
from perille.core.web.responses import keep_private, no_store, see_other
from perille.people.double_submission import TOGETHER
from perille.people.landing_page import first_page as address_of_first_page
from perille.people.memberships import memberships_of
from perille.people.models import Account, VerifiedBy
from perille.people.return_address import asked_address, asked_path
from perille.people.services import COOKIE, SESSION_LIFE, sign_out
from perille.people.sign_in.factors import needs_factor
from perille.people.sign_in.passkeys import RelyingParty, relying_party
from perille.people.sign_in.sessions import device_label, session_of, start_session

blueprint = Blueprint("sign_in", __name__)
#: The browser that waits for a mail; the browser that is on its way to an organisation; the accounts that were in on this device.
WAITING, ON_THE_WAY, DEVICE = "perille_sign_in", "perille_oidc", "perille_known"
YEAR = 365 * 24 * 3600
blueprint.after_request(keep_private)


def page(name: str, status: int = 200, **words: object) -> Response:
    """Make a page of signing in."""
    return make_response(
        render_template(f"people/sign_in/{name}.html", site=this_site(), to=asked_path(), **words), status
    )


def this_site() -> RelyingParty | None:
    """Return who this site is to a passkey, None where none works."""
    return relying_party(current_config())


def cookie(name: str) -> str:
    """Return a cookie, "" in a browser that was left."""
    return "" if is_left() else request.cookies.get(name, "")


def token_of_press(used: str) -> str:
    """Return the token of the session that a form makes which uses something up, such as a link: the same for both its presses.

    The browser drops the answer to the first press, and with it the cookie: the second one finds its session by this (`let_in_again`).
    """
    return urlsafe_b64encode(secret_of_press("signing in", used)).decode().rstrip("=")


def let_in_again(lang: str, token: str) -> Response | None:
    """Let a browser in whose first press has made the session *token* within the last minute; None where there is no such session."""
    row = session_of(db.session, token)
    if row is None or row.created_at < utcnow() - TOGETHER:
        return None
    return keep_signed_in(_lead_in(lang, row.account_id, asked=row.user_verified_at is not None), token)


def let_in(
    lang: str,
    account: Account,
    verified_by: VerifiedBy,
    *,
    user_verified: bool = False,
    may_enrol: bool = False,
    token: str = "",
) -> Response:
    """Sign an account in in this browser and lead to the page that it came for or its first one, after its second factor if needed.

    *token*: that of the session, from `token_of_press`; else a new one.
    """
    # Who was signed in here is no more: one browser is one person.
    sign_out(db.session, request.cookies.get(COOKIE, ""))
    token = start_session(
        db.session,
        account,
        verified_by,
        user_verified=user_verified,
        may_enrol=may_enrol,
        device=device_label(request.user_agent.string),
        token=token,
    )
    return keep_signed_in(_lead_in(lang, account.id, asked=user_verified), token)


def _lead_in(lang: str, account_id: UUID, *, asked: bool) -> Response:
    if not asked and needs_factor(db.session, account_id):
        return see_other(url_for("sign_in.second_factor", lang=lang, to=asked_path()))
    return see_other(next_page(account_id, lang))


def keep_signed_in(response: Response, token: str) -> Response:
    """Give the browser the cookie of its session; one that was left is reopened."""
    set_cookie(response, COOKIE, token, seconds=int(SESSION_LIFE.total_seconds()))
    return no_store(reopen(response))


def keep_device(response: Response, marks: str) -> Response:
    """Remember on this device which accounts were in."""
    set_cookie(response, DEVICE, marks, seconds=YEAR)
    return response


def next_page(account_id: UUID, lang: str) -> str:
    """Return the address of the page that somebody came for who signs in, else of the one that their account opens first."""
    return asked_address() or first_page(account_id, lang)


def first_page(account_id: UUID, lang: str) -> str:
    """Return the address of the page that an account opens first."""
    return address_of_first_page(memberships_of(db.session, account_id), lang)
