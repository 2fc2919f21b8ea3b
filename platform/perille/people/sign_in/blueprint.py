"""The blueprint of all pages of signing in, and what its views share."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for

from perille.core.current import current_config
from perille.core.extensions import db
from perille.core.web.cookies import set_cookie
from perille.core.web.leaving import is_left, reopen
from perille.core.web.responses import keep_private, no_store, see_other
from perille.people.first_page import first_page as address_of_first_page
from perille.people.memberships import memberships_of
from perille.people.models import Account, VerifiedBy
from perille.people.services import COOKIE, SESSION_LIFE, sign_out
from perille.people.sign_in.factors import needs_factor
from perille.people.sign_in.passkeys import RelyingParty, relying_party
from perille.people.sign_in.sessions import device_label, start_session

blueprint = Blueprint("sign_in", __name__)
#: The browser that waits for a mail; the browser that is on its way to an organisation; the accounts that were in on this device.
WAITING, ON_THE_WAY, DEVICE = "perille_sign_in", "perille_oidc", "perille_known"
YEAR = 365 * 24 * 3600
blueprint.after_request(keep_private)


def page(name: str, status: int = 200, **words: object) -> Response:
    """Make a page of signing in."""
    return make_response(render_template(f"people/sign_in/{name}.html", site=this_site(), **words), status)


def this_site() -> RelyingParty | None:
    """Return who this site is to a passkey, None where none works."""
    return relying_party(current_config())


def cookie(name: str) -> str:
    """Return a cookie, "" in a browser that was left."""
    return "" if is_left() else request.cookies.get(name, "")


def let_in(
    lang: str, account: Account, verified_by: VerifiedBy, *, user_verified: bool = False, may_enrol: bool = False
) -> Response:
    """Sign an account in in this browser and lead to its first page, or to that of the second factor where it needs one."""
    # Who was signed in here is no more: one browser is one person.
    sign_out(db.session, request.cookies.get(COOKIE, ""))
    token = start_session(
        db.session,
        account,
        verified_by,
        user_verified=user_verified,
        may_enrol=may_enrol,
        device=device_label(request.user_agent.string),
    )
    asks = not user_verified and needs_factor(db.session, account.id)
    response = see_other(url_for("sign_in.verify", lang=lang) if asks else first_page(account.id, lang))
    return keep_signed_in(response, token)


def keep_signed_in(response: Response, token: str) -> Response:
    """Give the browser the cookie of its session; one that was left is reopened."""
    set_cookie(response, COOKIE, token, seconds=int(SESSION_LIFE.total_seconds()))
    return no_store(reopen(response))


def keep_device(response: Response, marks: str) -> Response:
    """Remember on this device which accounts were in."""
    set_cookie(response, DEVICE, marks, seconds=YEAR)
    return response


def first_page(account_id: UUID, lang: str) -> str:
    """Return the address of the page that an account opens first."""
    return address_of_first_page(memberships_of(db.session, account_id), lang)
