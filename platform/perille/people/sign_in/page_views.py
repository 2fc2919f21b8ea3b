"""The sign-in page, and the link by e-mail with its short code."""

from __future__ import annotations

from flask import Response, request, url_for

from perille.core.database import utcnow
from perille.core.errors import TooManyRequests
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.ratelimit import rate_limit
from perille.core.web.cookies import delete_cookie, set_cookie
from perille.core.web.leaving import reopen
from perille.core.web.rejected_form import kept_form, kept_or, see_again, see_form_again
from perille.core.web.responses import see_other
from perille.core.web.site_address import mailed_url
from perille.notices.notifiers import can_send
from perille.notices.services import queue, written_in
from perille.people.address_proof import prove_address
from perille.people.addresses import email_key
from perille.people.current import current_account
from perille.people.models import LinkKind, VerifiedBy
from perille.people.return_address import asked_path
from perille.people.sign_in import links
from perille.people.sign_in.blueprint import (
    WAITING,
    blueprint,
    cookie,
    let_in,
    let_in_again,
    page,
    token_of_press,
)
from perille.people.sign_in.forms import AddressForm, CodeForm
from perille.people.sign_in.oidc import offered_providers

#: The e-mail with a link.
NOTICE = "sign-in-link"
#: Where the mail to nobody would go: an address that cannot exist (RFC 2606).
_NOWHERE = "nobody@example.invalid"
_SENT = "/<lang:lang>/sign-in/sent"


@blueprint.get("/<lang:lang>/sign-in")
def start(lang: str) -> Response:
    """Offer the ways in."""
    kept = kept_form("sign-in")
    return page(
        "start",
        form=kept_or(AddressForm),
        error=kept.error if kept is not None else "",
        providers=offered_providers(db.session),
        account=current_account(),
        sends_mail=can_send(db.session),
    )


@blueprint.post("/<lang:lang>/sign-in")
def send_link(lang: str) -> Response:
    """Send a link and a short code to an address, if somebody has it; the answer is the same where nobody does."""
    form = AddressForm(request.form)
    if not form.validate():
        return see_form_again(url_for(".start", lang=lang, to=asked_path()), form)
    address = form.email.data or ""
    _slow_down(address)
    asked = links.ask_for_link(db.session, address)
    with db.session.begin_nested() as savepoint:
        _mail(lang, asked)
        if asked.to is None:
            # Whoever measures is told nothing by the time: the same was done, and is undone.
            savepoint.rollback()
    response = see_other(url_for(".link_sent", lang=lang, to=asked_path()))
    set_cookie(response, WAITING, asked.browser, seconds=int(links.REQUEST_LIFE.total_seconds()))
    return reopen(response)


def _slow_down(address: str) -> None:
    """Raise TooManyRequests where three links to an address are open, whoever has it, and where one line asks for very many."""
    try:
        minutes = links.REQUEST_LIFE.total_seconds() / 60
        rate_limit("link line", burst=300, per_minute=60)
        rate_limit("link", burst=links.MOST_OPEN, per_minute=links.MOST_OPEN / minutes, caller=email_key(address))
    except TooManyRequests as refused:
        raise TooManyRequests(
            _("A link to this address was asked for three times. Use the newest e-mail, or wait and ask again."),
            retry_after=refused.retry_after,
        ) from None


def _mail(lang: str, asked: links.RequestedLink) -> None:
    account = asked.to
    language = written_in((account.locale if account is not None else "") or lang)
    queue(
        db.session,
        kind=NOTICE,
        to=_NOWHERE if account is None else account.email or _NOWHERE,
        locale=language,
        values={"code": f"{asked.code[:3]} {asked.code[3:]}", "minutes": int(links.REQUEST_LIFE.total_seconds() // 60)},
        links={"open": mailed_url("sign_in.link", lang=language, token=asked.token, to=asked_path())},
        expires_at=utcnow() + links.REQUEST_LIFE,
    )


@blueprint.get(_SENT)
def link_sent(lang: str) -> Response:
    """Wait for the mail: its short code signs this browser in, its link the one that opens it."""
    waits = links.waiting_request(db.session, cookie(WAITING))
    return page("sent", form=kept_or(CodeForm), waits=waits is not None)


@blueprint.post(_SENT)
def use_code(lang: str) -> Response:
    """Sign in with the short code. A second press of one form leads on as the first one did."""
    trial = rate_limit("sign-in", burst=100, per_minute=20)
    session_token = token_of_press(cookie(WAITING))
    account = links.use_short_code(db.session, cookie(WAITING), request.form.get("code", "")[:60])
    if account is None and (again := let_in_again(lang, session_token)) is not None:
        trial.succeeded()
        return again
    if account is None:
        wrong = {"code": [_("This is not the code of the newest e-mail. Look again, or ask for a new e-mail.")]}
        return see_again(url_for(".link_sent", lang=lang, to=asked_path()) + "#errors", "CodeForm", errors=wrong)
    trial.succeeded()
    prove_address(db.session, account)
    response = let_in(lang, account, VerifiedBy.LINK, token=session_token)
    delete_cookie(response, WAITING)
    return response


@blueprint.post("/<lang:lang>/sign-in/not-me")
def revoke_requested_links(lang: str) -> Response:
    """End the links and codes that were asked for in this browser's stead; nothing else changes."""
    link = links.open_link(db.session, request.form.get("token", "")[:100])
    if link is not None:
        links.end_asked_links(db.session, link.account_id)
    return see_other(url_for(".start", lang=lang))


@blueprint.get("/<lang:lang>/sign-in/<token>")
def link(lang: str, token: str) -> Response:
    """Show whose link it is, and one button: a program that looks through mails must not use the link up."""
    found = links.open_link(db.session, token)
    account = current_account()
    other = account if account is not None and found is not None and account.id != found.account_id else None
    return page("link", 200 if found is not None else 410, link=found, other=other, token=token)


@blueprint.post("/<lang:lang>/sign-in/<token>")
def use_link(lang: str, token: str) -> Response:
    """Sign in. A second press of one form leads on as the first one did."""
    trial = rate_limit("sign-in", burst=100, per_minute=20)
    session_token = token_of_press(token)
    found = links.use_link(db.session, token)
    if found is None:
        # The page of the link says that it does not work any more.
        return let_in_again(lang, session_token) or see_other(url_for(".link", lang=lang, token=token))
    trial.succeeded()
    account, kind = found
    prove_address(db.session, account)
    return let_in(lang, account, VerifiedBy.LINK, may_enrol=kind is not LinkKind.ASKED, token=session_token)
