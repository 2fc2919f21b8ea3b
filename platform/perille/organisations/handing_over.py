"""Links of invitations on a site without a mail server: whoever invites sees them once, and hands them over.

A link is kept as a hash alone; both presses of one form show the same one. With a mail server only who gets the e-mail sees a link.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from functools import partial
from uuid import UUID

import segno
from flask import Blueprint, Response, url_for

from perille.core.collation import alphabetical
from perille.core.extensions import db
from perille.core.tokens import token_hash
from perille.core.web.flash_cookie import show_once, shown_once
from perille.core.web.idempotency_key import secret_of_press
from perille.core.web.responses import keep_private, see_other
from perille.core.web.site_address import external_url
from perille.notices.notifiers import can_send
from perille.notices.services import written_in
from perille.organisations.pages import day, page
from perille.organisations.report_views import csv_answer
from perille.people import invitations as services
from perille.people.addresses import email_key
from perille.people.current import the_account
from perille.people.double_submission import since_first_press
from perille.people.models import Invitation, Organisation, Role
from perille.people.organisations import find_organisation, first_language
from perille.people.permissions import Action, require

blueprint = Blueprint("invitation_links", __name__)
blueprint.after_request(keep_private)
_OF_ONE = "/<lang:lang>/organisations/<uuid:organisation_id>/invitations"
_LINK = f"{_OF_ONE}/<uuid:invitation_id>/link"
_SHOWN = "invitation link"
#: Of the table: as that of people who are brought in, with the link behind it.
_COLUMNS = ("email", "name", "role", "link", "until")


def language_for(organisation: Organisation, invitation: Invitation, lang: str) -> str:
    """Return the language in which somebody who is invited is written to."""
    return written_in(invitation.locale or first_language(organisation, lang))


def hand_over(organisation: Organisation, address: str, role: Role, lang: str) -> Response:
    """Invite an address, and lead to the page that shows the link once."""
    by = the_account()
    # Of two presses at once the second one waits here, and finds what the first one made.
    since_first_press(db.session, by.id)
    secret = secret_of_press("invitation", organisation.id, by.id, email_key(address), role)
    made = services.newest_invitation(db.session, organisation.id, address)
    if made is None or not _is_of(made, secret):
        made, _token = services.invite_into(db.session, organisation, address, role, by=by)
        services.give_new_links(db.session, organisation, [made], partial(_token_of, secret), by.id)
    return _show(lang, made, _token_of(secret, made))


@blueprint.get(_LINK)
@require(Action.PEOPLE_INVITE)
def show(lang: str, organisation_id: UUID, invitation_id: UUID) -> Response:
    """Show a link that was just made; it is nowhere else."""
    token = shown_once(_SHOWN)
    if not isinstance(token, str):
        return see_other(_people(lang, organisation_id))
    found = services.find_invitation(db.session, organisation_id, invitation_id)
    organisation = find_organisation(db.session, organisation_id)
    address = _address(organisation, found, token, lang)
    return page(
        "invitation_link",
        organisation=organisation,
        invitation=found,
        address=address,
        picture=segno.make(address, error="m").svg_data_uri(scale=5, border=4),
    )


@blueprint.post(_LINK)
@require(Action.PEOPLE_INVITE)
def renew(lang: str, organisation_id: UUID, invitation_id: UUID) -> Response:
    """Give an open invitation a new link, and lead to the page that shows it once."""
    organisation = find_organisation(db.session, organisation_id)
    if can_send(db.session):
        return see_other(_people(lang, organisation_id))
    by = the_account().id
    since_first_press(db.session, by)
    found = services.find_invitation(db.session, organisation_id, invitation_id)
    secret = secret_of_press("new link of an invitation", invitation_id, by)
    if not _is_of(found, secret):
        services.give_new_links(db.session, organisation, [found], partial(_token_of, secret), by)
    return _show(lang, found, _token_of(secret, found))


@blueprint.post(f"{_OF_ONE}/links.csv")
@require(Action.PEOPLE_INVITE)
def export_new_links(lang: str, organisation_id: UUID) -> Response:
    """Give all open invitations new links, and return them as a file: after a table of people was brought in."""
    organisation = find_organisation(db.session, organisation_id)
    if can_send(db.session):
        return see_other(_people(lang, organisation_id))
    by = the_account().id
    secret = secret_of_press("new links of all invitations", organisation_id, by)
    found = services.open_invitations(db.session, organisation_id)
    if not all(_is_of(each, secret) for each in found):
        services.give_new_links(db.session, organisation, found, partial(_token_of, secret), by)
    rows = [
        [
            *(each.email, each.name, each.role),
            _address(organisation, each, _token_of(secret, each), lang),
            day(each.expires_at),
        ]
        for each in alphabetical(found, lang, lambda each: each.name or each.email)
    ]
    return csv_answer("invitations", _COLUMNS, rows, organisation_id, lang)


def _token_of(secret: bytes, invitation: Invitation) -> str:
    """Return the token that a press gives an invitation until its present end: one that ended comes back by no further press."""
    about = f"{invitation.id} {invitation.expires_at.isoformat()}"
    return services.HANDED + urlsafe_b64encode(hmac.digest(secret, about.encode(), "sha256")[:24]).decode()


def _is_of(invitation: Invitation, secret: bytes) -> bool:
    """Tell whether the same press has given the invitation its link before."""
    return invitation.token_hash == token_hash(_token_of(secret, invitation))


def _show(lang: str, invitation: Invitation, token: str) -> Response:
    number = invitation.organisation_id
    address = url_for("invitation_links.show", lang=lang, organisation_id=number, invitation_id=invitation.id)
    return show_once(address, _SHOWN, token)


def _address(organisation: Organisation, invitation: Invitation, token: str, lang: str) -> str:
    return external_url("invitations.show", lang=language_for(organisation, invitation, lang), token=token)


def _people(lang: str, organisation_id: UUID) -> str:
    return url_for("org_people.index", lang=lang, organisation_id=organisation_id) + "#invitations"
