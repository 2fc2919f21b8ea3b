"""A user name and a PIN that somebody makes for themselves: drawn here, and shown once on a card to write down."""

from __future__ import annotations

from flask import Response, request, url_for

from perille.core.extensions import db
from perille.core.permissions import require
from perille.core.ratelimit import rate_limit
from perille.core.web.once import show_once, shown_once
from perille.core.web.prepared import Prepared
from perille.people.permissions import Action
from perille.people.sign_in import pins
from perille.people.sign_in.blueprint import blueprint, first_page, page
from perille.people.sign_in.hashing import current_hasher
from perille.people.sign_in.models import PinKind
from perille.people.sign_in.own_views import own
from perille.people.sign_in.pin_views import address_of

_NEW = "/<lang:lang>/sign-in/name/new"
_OWN = "/<lang:lang>/account/sign-in/pin"
_CARD = "pin card"


def _draw() -> pins.DrawnPin:
    """Draw a PIN of the kind that was pressed, and hash it before the transaction begins."""
    # A class behind one line makes its names within minutes and does not feel this; a program that makes rows does.
    rate_limit("new name", burst=300, per_minute=60)
    kind = PinKind.PICTURES if request.form.get("kind") == PinKind.PICTURES.value else PinKind.DIGITS
    return pins.draw_pins(current_hasher(), kind, 1)[0]


drawn_pin = Prepared(_draw)


@blueprint.get(_NEW)
def new_name(lang: str) -> Response:
    """Offer a user name with a PIN of digits or of pictures; afterwards show it once, as a card."""
    card = shown_once(_CARD)
    if isinstance(card, list):
        return _card(lang, str(card[0]), str(card[1]), address_of(str(card[0]), lang))
    return page("new_name", action=url_for(".make_name", lang=lang))


@blueprint.post(_NEW)
@drawn_pin
def make_name(lang: str) -> Response:
    """Make an account of a user name, and lead to its card. Signing in comes after: whoever can type the PIN has it."""
    drawn = drawn_pin.result()
    account = pins.add_username(db.session, pins.free_username(db.session), drawn, locale=lang)
    return show_once(url_for(".new_name", lang=lang), _CARD, [account.username, drawn.pin])


@blueprint.get(_OWN)
@require(Action.ACCOUNT_OWN)
def own_pin(lang: str) -> Response:
    """Offer a new PIN to who is signed in; afterwards show it once."""
    account, _row = own()
    card = shown_once(_CARD)
    if isinstance(card, list):
        return _card(lang, str(card[0]), str(card[1]), first_page(account.id, lang))
    return page("new_name", action=url_for(".change_pin", lang=lang))


@blueprint.post(_OWN)
@require(Action.ACCOUNT_OWN)
@drawn_pin
def change_pin(lang: str) -> Response:
    """Give who is signed in a new PIN; the old one ends."""
    account, _row = own()
    drawn = drawn_pin.result()
    pins.set_pin(db.session, account, drawn, by=account.id)
    return show_once(url_for(".own_pin", lang=lang), _CARD, [account.username, drawn.pin])


def _card(lang: str, username: str, pin: str, next_address: str) -> Response:
    chosen = pin.split()
    pictures = {each: pins.PICTURES[each] for each in chosen if each in pins.PICTURES}
    return page("card", username=username, pin=pin, pictures=pictures, next=next_address)
