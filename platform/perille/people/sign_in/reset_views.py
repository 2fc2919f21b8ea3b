"""How an administrator lets somebody in again who lost a second factor."""

from __future__ import annotations

from uuid import UUID

from flask import Response, url_for

from perille.core.database import utcnow
from perille.core.errors import Forbidden, NotFound
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.permissions import require
from perille.core.web.flash_cookie import show_once, shown_once
from perille.core.web.responses import see_other
from perille.core.web.site_address import mailed_url
from perille.notices.notifiers import can_send
from perille.notices.services import queue, written_in
from perille.people.current import current_session
from perille.people.models import Account, LinkKind
from perille.people.permissions import Action
from perille.people.services import LINK_LIFE
from perille.people.sign_in.blueprint import blueprint, page
from perille.people.sign_in.factors import Factors, factors_of, reset_factors
from perille.people.sign_in.links import make_link
from perille.people.sign_in.own_views import own_session

#: The e-mail that tells somebody, and brings a link.
RESET_NOTICE = "sign-in-reset"
_WHOSE = "whose sign-in was reset"
_RESET = "/<lang:lang>/manage/accounts/<uuid:account_id>/reset-sign-in"


def _person(account_id: UUID) -> tuple[Account, Factors]:
    account = db.session.get(Account, account_id)
    if account is None or account.disabled_at is not None or account.email is None:
        raise NotFound
    return account, factors_of(db.session, account.id)


@blueprint.get(_RESET)
@require(Action.PEOPLE_RESET)
def confirm_reset(lang: str, account_id: UUID) -> Response:
    """Say what a reset does, with one button."""
    account, factors = _person(account_id)
    mine, _row = own_session()
    sends_mail = can_send(db.session)
    return page("reset", person=account, factors=factors, is_me=account.id == mine.id, sends_mail=sends_mail)


@blueprint.post(_RESET)
@require(Action.PEOPLE_RESET)
def reset_second_factors(lang: str, account_id: UUID) -> Response:
    """Take somebody's second factors away, sign them out everywhere, and mail them a link where mail goes out."""
    account, _factors = _person(account_id)
    row = current_session()
    if row is None:
        raise Forbidden(_("Sign in first."))
    reset_factors(db.session, account, row)
    if not can_send(db.session):
        # A link that an administrator sees would let them be somebody else; the command line prints it to who runs the server.
        return show_once(url_for(".reset_done", lang=lang), _WHOSE, account.email)
    _mail_link(account, lang)
    return see_other(url_for(".reset_done", lang=lang))


def _mail_link(account: Account, lang: str) -> None:
    token = make_link(db.session, account.id, LinkKind.INVITATION, LINK_LIFE)
    language = written_in(account.locale or lang)
    queue(
        db.session,
        kind=RESET_NOTICE,
        to=account,
        locale=language,
        values={"days": LINK_LIFE.days},
        links={"open": mailed_url("sign_in.link", lang=language, token=token)},
        expires_at=utcnow() + LINK_LIFE,
    )


@blueprint.get("/<lang:lang>/manage/accounts/reset-sign-in/done")
@require(Action.PEOPLE_RESET)
def reset_done(lang: str) -> Response:
    """Say that it is done."""
    return page("reset_done", sends_mail=can_send(db.session), email=shown_once(_WHOSE, keep=True))
