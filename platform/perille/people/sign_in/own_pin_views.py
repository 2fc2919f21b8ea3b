"""A user name and a PIN that somebody makes for themselves: drawn here, and shown once on a card to write down."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request, url_for

from perille.core.database import run_in_transaction
from perille.core.extensions import db
from perille.core.permissions import require
from perille.core.ratelimit import rate_limit
from perille.core.web.before_transaction import Prepared
from perille.core.web.flash_cookie import show_once, shown_once
from perille.core.web.idempotency_key import is_old_press, secret_of_press
from perille.core.web.responses import no_store, see_other
from perille.people.current import current_account
from perille.people.gate import may_in
from perille.people.permissions import Action
from perille.people.sign_in import pins
from perille.people.sign_in.blueprint import blueprint, first_page, page
from perille.people.sign_in.hashing import current_hasher
from perille.people.sign_in.models import PinKind
from perille.people.sign_in.own_views import own_session
from perille.people.sign_in.pin_views import address_of

_NEW = "/<lang:lang>/sign-in/name/new"
_OWN = "/<lang:lang>/account/sign-in/pin"
_CARD = "pin card"


def _draw() -> pins.DrawnPin:
    """Draw a PIN of the kind that was pressed, the same for a second press, and hash it before the transaction begins."""
    # A class behind one line makes its names within minutes and does not feel this; a program that makes rows does.
    rate_limit("new name", burst=300, per_minute=60)
    kind = PinKind.chosen(request.form)
    return pins.draw_pins(current_hasher(), kind, 1, secret_of_press("new name", kind))[0]


def _draw_own() -> pins.DrawnPin | None:
    """Draw a PIN for who is signed in, the same for a second press; None where the view will not let them in: a hash takes 20 ms."""
    account_id = run_in_transaction(db.session, _who_may, write=False)
    if account_id is None or is_old_press():
        return None
    # People of a class on one line change their own PINs; a program that has one session does it all day.
    rate_limit("own PIN", burst=20, per_minute=2, caller=str(account_id))
    kind = PinKind.chosen(request.form)
    return pins.draw_pins(current_hasher(), kind, 1, secret_of_press("own PIN", account_id, kind))[0]


def _who_may() -> UUID | None:
    account = current_account()
    return account.id if account is not None and may_in(Action.ACCOUNT_OWN, None) else None


drawn_pin, own_drawn_pin = Prepared(_draw), Prepared(_draw_own)


@blueprint.get(_NEW)
def new_pin_account(lang: str) -> Response:
    """Offer a user name with a PIN of digits or of pictures; afterwards show it once, as a card."""
    card = shown_once(_CARD)
    if isinstance(card, list):
        return _card(lang, str(card[0]), str(card[1]), address_of(str(card[0]), lang))
    return page("new_name", action=url_for(".create_pin_account", lang=lang))


@blueprint.post(_NEW)
@drawn_pin
def create_pin_account(lang: str) -> Response:
    """Make an account of a user name, and lead to its card; a second press of one form leads to the same card.

    Signing in comes after: whoever can type the PIN has it.
    """
    drawn = drawn_pin.result()
    account = pins.add_nameless(db.session, drawn, locale=lang)
    if account is None:
        # Its PIN was changed since: the one of this form is no more.
        return no_store(see_other(url_for(".new_pin_account", lang=lang)))
    return show_once(url_for(".new_pin_account", lang=lang), _CARD, [account.username, drawn.pin])


@blueprint.get(_OWN)
@require(Action.ACCOUNT_OWN)
def own_pin(lang: str) -> Response:
    """Offer a new PIN to who is signed in; afterwards show it once."""
    account, _row = own_session()
    card = shown_once(_CARD)
    if isinstance(card, list):
        return _card(lang, str(card[0]), str(card[1]), first_page(account.id, lang))
    return page("new_name", action=url_for(".change_pin", lang=lang), own=True)


@blueprint.post(_OWN)
@require(Action.ACCOUNT_OWN)
@own_drawn_pin
def change_pin(lang: str) -> Response:
    """Give who is signed in a new PIN; the old one ends. A second press of one form gives the same one again."""
    account, _row = own_session()
    drawn = own_drawn_pin.result()
    if drawn is None:
        # Sent again from a page of before: the PIN that it made then may be on paper. Or the session is newer than the look before.
        return no_store(see_other(url_for(".own_pin", lang=lang)))
    pins.set_pin(db.session, account, drawn, by=account.id)
    return show_once(url_for(".own_pin", lang=lang), _CARD, [account.username, drawn.pin])


def _card(lang: str, username: str, pin: str, next_address: str) -> Response:
    chosen = pin.split()
    pictures = {each: pins.PICTURES[each] for each in chosen if each in pins.PICTURES}
    return page("card", username=username, pin=pin, pictures=pictures, next=next_address)
