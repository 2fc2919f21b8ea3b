"""The page of an invitation. Looking uses nothing up; one press does, and only for the address that it was sent to."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request, url_for

from perille.core.extensions import db
from perille.core.ratelimit import rate_limit
from perille.core.web.rejected_form import see_form_again
from perille.core.web.responses import keep_private, see_other
from perille.core.web.site_address import mailed_url
from perille.notices.notifiers import can_send
from perille.notices.services import queue
from perille.organisations.forms import InvitationForm
from perille.organisations.handing_over import hand_over, language_for
from perille.organisations.pages import page
from perille.people import invitations as services
from perille.people.addresses import masked_address
from perille.people.current import current_account, the_account
from perille.people.invitations import OpenInvitation, find_offer
from perille.people.models import Organisation, Role, VerifiedBy
from perille.people.organisations import find_organisation
from perille.people.permissions import Action, require
from perille.people.sign_in.blueprint import let_in, let_in_again, token_of_press
from perille.people.sign_in.oidc import providers_of

blueprint = Blueprint("invitations", __name__)
blueprint.after_request(keep_private)
_LINK = "/<lang:lang>/invitation/<token>"
_OF_ONE = "/<lang:lang>/organisations/<uuid:organisation_id>/invitations"


@blueprint.post(_OF_ONE)
@require(Action.PEOPLE_INVITE)
def invite(lang: str, organisation_id: UUID) -> Response:
    """Send an invitation, or show its link where there is no mail server; one that is open for the address ends."""
    organisation = find_organisation(db.session, organisation_id)
    form = InvitationForm(request.form)
    if not form.validate():
        return see_form_again(_people(lang, organisation_id), form)
    address, role = form.email.data or "", Role(form.role.data)
    if not can_send(db.session):
        return hand_over(organisation, address, role, lang)
    if not services.just_invited(db.session, organisation.id, address, role, the_account().id):
        send(organisation, address, role, lang)
    return see_other(f"{_people(lang, organisation_id)}#invitations")


def send(organisation: Organisation, address: str, role: Role, lang: str) -> None:
    """Make an invitation and put its e-mail into the outbox."""
    made, token = services.invite_into(db.session, organisation, address, role, by=the_account())
    language = language_for(organisation, made, lang)
    queue(
        db.session,
        kind="invitation",
        to=made.email,
        locale=language,
        values={"organisation": organisation.name, "days": services.LIFE_DAYS},
        links={"open": mailed_url("invitations.show", lang=language, token=token)},
        expires_at=made.expires_at,
    )


@blueprint.post(f"{_OF_ONE}/<uuid:invitation_id>/<any(withdraw, allow):act>")
@require(Action.PEOPLE_INVITE)
def withdraw_or_allow(lang: str, organisation_id: UUID, invitation_id: UUID, act: str) -> Response:
    """Withdraw an invitation, or let in who holds it with another address."""
    found = services.find_invitation(db.session, organisation_id, invitation_id)
    (services.withdraw if act == "withdraw" else services.say_yes)(db.session, found, the_account().id)
    return see_other(f"{_people(lang, organisation_id)}#invitations")


@blueprint.get(_LINK)
def show(lang: str, token: str) -> Response:
    """Say where the invitation leads, to whom it was sent, and who is signed in here."""
    found = find_offer(db.session, token)
    if found is None:
        return page("invitation_over", 410)
    account = current_account()
    return page(
        "invitation",
        offer=found,
        sent_to=masked_address(found.invitation.email) if account is not None else found.invitation.email,
        same=account is not None and services.is_for(found, account),
        asked=account is not None and found.invitation.claimed_by == account.id,
        services_of=(
            providers_of(db.session, found.organisation.id)
            if account is None and not token.startswith(services.HANDED)
            else []
        ),
        token=token,
        joins=Role(found.invitation.role) is Role.MEMBER,
        must_sign_in=account is None and services.must_sign_in(db.session, found, token),
    )


@blueprint.post(_LINK)
def accept_invitation(lang: str, token: str) -> Response:
    """Use the invitation up, for its own address; another account asks first. A second press of one form leads on as the first one did."""
    trial = rate_limit("invitation", burst=20, per_minute=10)
    found = find_offer(db.session, token)
    if found is None:
        return _answered_before(lang, token)
    trial.succeeded()
    account = current_account()
    if account is not None and not services.is_for(found, account):
        services.ask_to_use(db.session, found, account)
        return see_other(url_for(".show", lang=lang, token=token))
    return _join(lang, token, found)


def _join(lang: str, token: str, found: OpenInvitation) -> Response:
    if current_account() is None and services.must_sign_in(db.session, found, token):
        return see_other(url_for(".show", lang=lang, token=token))
    before = current_account()
    was_proven = before is None or before.address_proven
    account = services.accept(db.session, found, lang, handed=token.startswith(services.HANDED))
    if account is None:
        return _answered_before(lang, token)
    # The proof of an address ends what was signed in before it.
    if before is None or account.address_proven is not was_proven:
        return let_in(lang, account, VerifiedBy.LINK, token=token_of_press(token))
    return see_other(url_for("own.account", lang=lang))


def _answered_before(lang: str, token: str) -> Response:
    """Lead on who pressed twice as the first press did, and anybody else to the page which says that the invitation is over."""
    account = current_account()
    if account is not None and services.just_accepted(db.session, token, account):
        return see_other(url_for("own.account", lang=lang))
    return let_in_again(lang, token_of_press(token)) or see_other(url_for(".show", lang=lang, token=token))


def _people(lang: str, organisation_id: UUID) -> str:
    return url_for("org_people.index", lang=lang, organisation_id=organisation_id)
