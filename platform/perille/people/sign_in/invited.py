"""Accepting an invitation by signing in with the organisation's service.

Whoever holds the link of an invitation has read the mail. The service says who they are, and that it has checked the same address: so the
identity may be tied to the account of that address, which by itself no word of a provider does. A link that whoever invites has seen
(`invitations.HANDED`) proves nothing of the kind, and comes to none of this.
"""

from __future__ import annotations

from perille.core.database import Session
from perille.core.errors import BadRequest, Conflict
from perille.people.addresses import email_key
from perille.people.audit import audit
from perille.people.invitations import OpenInvitation, accept, offer_of
from perille.people.models import Account
from perille.people.services import find_account
from perille.people.sign_in.factors import needs_factor
from perille.people.sign_in.id_token_claims import ProviderIdentity
from perille.people.sign_in.models import OidcIdentity, OidcLogin


class OtherPersonError(Conflict):
    """The invitation is over, or the provider names another address, or has not checked it."""


def accept_by_identity(
    session: Session, login: OidcLogin, identity: OidcIdentity | None, person: ProviderIdentity, language: str
) -> Account:
    """Use the invitation of a login up, and return the account that it lets in. Nothing is used up where this raises.

    Raise OtherPersonError where it is over or not for whom the provider names, Conflict where somebody else signs in with the identity.
    """
    offer = offer_of(session, login.invitation_id) if login.invitation_id is not None else None
    if offer is None or not _is_for(offer, person):
        raise OtherPersonError
    _give_address(session, offer, identity)
    account = accept(session, offer, language)
    if account is None or (identity is not None and identity.account_id != account.id):
        raise Conflict("Somebody else here signs in with it.")
    account.name = account.name or person.name
    # What an administrator signs in with is added by themselves, with a second factor.
    if identity is None and not needs_factor(session, account.id):
        session.add(OidcIdentity(provider_id=login.provider_id, subject=person.subject, account_id=account.id))
        audit(session, account.id, "sign-in-service.tied", offer.organisation.id, login.provider_id)
    session.flush()
    return account


def _is_for(offer: OpenInvitation, person: ProviderIdentity) -> bool:
    try:
        return email_key(person.checked_address) == offer.invitation.email_key
    except BadRequest:
        return False


def _give_address(session: Session, offer: OpenInvitation, identity: OidcIdentity | None) -> None:
    """Let who has signed in with the service before, without an address, keep their account: the invited address is theirs."""
    holder = session.get(Account, identity.account_id) if identity is not None else None
    if holder is not None and holder.email is None and find_account(session, offer.invitation.email) is None:
        holder.email, holder.email_key = offer.invitation.email, offer.invitation.email_key
        session.flush()
