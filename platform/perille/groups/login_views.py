"""Cards with user names and PINs: made by a trainer for a list of names, shown once, for paper."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request, url_for

from perille.core.current import current_config
from perille.core.database import run_in_transaction
from perille.core.dates import today
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.web.before_transaction import Prepared
from perille.core.web.flash_cookie import show_once, shown_once
from perille.core.web.idempotency_key import is_old_press, secret_of_press
from perille.core.web.rejected_form import kept_or, see_form_again
from perille.core.web.responses import see_other
from perille.core.web.site_address import external_url, site_address
from perille.groups import logins, services
from perille.groups.forms import CardsForm
from perille.groups.guards import GROUP, manage, stay_in_organisation, the_group
from perille.groups.logins import LoginCard
from perille.groups.pages import picture_of
from perille.groups.services import MANAGE
from perille.groups.views import page
from perille.people.current import the_account
from perille.people.gate import may_in
from perille.people.sign_in.hashing import current_hasher
from perille.people.sign_in.models import PinKind
from perille.people.sign_in.pin_views import scanned_address_of
from perille.people.sign_in.pins import PICTURES, DrawnPin, draw_pins

blueprint = Blueprint("group_logins", __name__)
stay_in_organisation(blueprint)
_CARDS = "group cards"
_PIN = f"{GROUP}/people/<uuid:member_id>/pin"


def _may_draw() -> bool:
    """Tell whether the view will let in who asks: a hash takes 20 ms, which a stranger's request must not cost."""
    organisation_id = (request.view_args or {})["organisation_id"]
    return run_in_transaction(db.session, lambda: may_in(MANAGE, organisation_id), write=False)


def _draw_list() -> list[DrawnPin]:
    """Draw a PIN for each line that was written, the same for a second press, and hash them before the transaction begins."""
    form = CardsForm(request.form)
    if not _may_draw() or not form.validate():
        return []
    seed = secret_of_press("cards of a group", request.path, PinKind.chosen(request.form), *form.lines)
    return draw_pins(current_hasher(), PinKind.chosen(request.form), len(form.lines), seed)


def _draw_one() -> list[DrawnPin]:
    """Draw a PIN of each kind, the same for a second press: which one somebody has is looked up in the transaction."""
    if not _may_draw():
        return []
    seed = secret_of_press("new PIN", request.path)
    return [draw_pins(current_hasher(), kind, 1, seed)[0] for kind in PinKind]


drawn_list = Prepared(_draw_list)
drawn_one = Prepared(_draw_one)


@blueprint.post(GROUP + "/people/logins")
@drawn_list
@manage
def create_logins(lang: str, group_id: UUID) -> Response:
    """Make user names with PINs for a list of names, and lead to their cards."""
    form = CardsForm(request.form)
    here = url_for(".login_cards", lang=lang, group_id=group_id)
    if not form.validate():
        return see_form_again(here, form)
    group, drawn = the_group(group_id, lock=True), drawn_list.result()
    if len(drawn) != len(form.lines):
        # Whoever asks got the role between the look before and now.
        return see_form_again(here, form)
    if group.closed_at is not None:
        form.names.errors = [_("This group is closed. Open it first.")]
        return see_form_again(here, form)
    made = logins.make_logins(db.session, group, form.lines, drawn, by=the_account().id, day=today())
    if not made:
        form.names.errors = [_("Everybody on this list has a user name already.")]
        return see_form_again(here, form)
    return _lead_to(lang, group_id, made)


@blueprint.get(_PIN)
@manage
def confirm_new_pin(lang: str, group_id: UUID, member_id: UUID) -> Response:
    """Ask whether somebody is to get a new PIN: the one on their card ends."""
    group = the_group(group_id)
    member = services.member_of(db.session, group, member_id)
    logins.kind_of(db.session, member)
    return page("new_pin", group=group, member=member)


@blueprint.post(_PIN)
@drawn_one
@manage
def reset_pin(lang: str, group_id: UUID, member_id: UUID) -> Response:
    """Give somebody who forgot their PIN a new one of the same kind; the old one ends. A second press gives the same one again."""
    member = services.member_of(db.session, the_group(group_id, lock=True), member_id)
    if is_old_press() or not drawn_one.result():
        # Sent again from a page of before: the PIN that it made then may be on paper. Or the role is newer than the look before.
        return see_other(url_for(".confirm_new_pin", lang=lang, group_id=group_id, member_id=member_id))
    kind = logins.kind_of(db.session, member)
    drawn = next(each for each in drawn_one.result() if each.kind is kind)
    return _lead_to(lang, group_id, [logins.new_pin(db.session, member, drawn, by=the_account().id)])


def _lead_to(lang: str, group_id: UUID, made: list[LoginCard]) -> Response:
    # Names are long in some scripts, and are read from the list again.
    shown = [[each.number, each.username, each.pin] for each in made]
    return show_once(url_for(".login_cards", lang=lang, group_id=group_id), _CARDS, shown)


@blueprint.get(GROUP + "/people/logins")
@manage
def login_cards(lang: str, group_id: UUID) -> Response:
    """Show the cards that were just made, for ten minutes in this browser: only hashes of the PINs are kept. Else ask for names.

    With `?more` names are asked for at once: somebody comes late, and their card does not wait until the others are gone.
    """
    group = the_group(group_id)
    found = [] if "more" in request.args else _rows(shown_once(_CARDS, keep=True))
    if not found:
        return page("logins", group=group, form=kept_or(CardsForm), room=bool(current_config().room_addresses))
    names = {member.number: member.name for member in services.members_of(db.session, group.id)}
    made = [LoginCard(number, names.get(number, ""), username, pin) for number, username, pin in found]
    ways = {each.username: picture_of(_way_in(each, group.language)) for each in made}
    at = external_url("sign_in.user_name_form", lang=group.language)
    return page("pin_cards", group=group, cards=made, ways=ways, pictures=PICTURES, at=at)


def _rows(found: object) -> list[tuple[int, str, str]]:
    return (
        [(int(number), str(username), str(pin)) for number, username, pin in found] if isinstance(found, list) else []
    )


def _way_in(card: LoginCard, lang: str) -> str:
    """Return the absolute address at which a card's user name is asked for its PIN."""
    return site_address() + scanned_address_of(card.username, lang)[len(request.script_root) :]
