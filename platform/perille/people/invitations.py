"""Invitations into an organisation: one open at a time for an address, used once, and by nobody else without the inviter's yes."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import CursorResult, delete, select, update

from perille.core.database import Session, utcnow
from perille.core.errors import BadRequest, Conflict, NotFound
from perille.core.extension_state import AppSlot
from perille.core.i18n import SOURCE_LANGUAGE, _
from perille.core.tokens import token_hash
from perille.people.address_proof import prove_address, refuse_unproven
from perille.people.addresses import email_key, read_address
from perille.people.audit import audit
from perille.people.double_submission import TOGETHER, since_first_press
from perille.people.memberships import give_role
from perille.people.models import Account, Invitation, Organisation, Role
from perille.people.permissions import Action, allowed
from perille.people.services import find_account, make_account

LIFE_DAYS = 7
#: Begins the token of a link that whoever invites has seen: to hold it does not prove that one reads the e-mails of its address.
HANDED = "h."
#: Addresses in them are kept this long after their end.
KEPT = timedelta(days=30)
#: Roles that are given in an organisation, in the order in which they are offered.
OFFERED_ROLES = (
    Role.MEMBER,
    Role.TRAINER,
    Role.MENTOR,
    Role.COORDINATOR,
    Role.AUTHOR,
    Role.REVIEWER,
    Role.TRANSLATOR,
)
#: Called in the transaction in which somebody joins an organisation as a professional: its session, the account, the organisation and the
#: language in which they read what its coordinators will see. Set by what keeps that answer.
on_joining = AppSlot[Callable[[Session, UUID, UUID, str], None]]("on_joining")


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """An open invitation, and where it leads."""

    invitation: Invitation
    organisation: Organisation


def invite_into(
    session: Session, organisation: Organisation, address: str, role: Role, *, by: Account, token: str = ""
) -> tuple[Invitation, str]:
    """Make an invitation, and end an open one of the same address; return it and its token, of which a hash is kept.

    *token*: its token, where a form's second press must find the same one; else a new one.
    Raise BadRequest for no address, and Conflict for an organisation that was closed.
    """
    if role is Role.ADMINISTRATOR:
        raise BadRequest(_("This role is not given here."))
    if organisation.closed_at is not None:
        raise Conflict(_("This organisation was closed."))
    key = email_key(address)
    same = Invitation.organisation_id == organisation.id, Invitation.email_key == key, Invitation.used_at.is_(None)
    session.execute(delete(Invitation).where(*same))
    token = token or secrets.token_urlsafe(24)
    made = Invitation(
        token_hash=token_hash(token),
        email=read_address(address),
        email_key=key,
        organisation_id=organisation.id,
        role=role.value,
        created_by=by.id,
        expires_at=utcnow() + timedelta(days=LIFE_DAYS),
    )
    session.add(made)
    session.flush()
    audit(session, by.id, "people.invited", organisation.id, made.id, role=role)
    return made, token


def just_invited(session: Session, organisation_id: UUID, address: str, role: Role, by: UUID) -> bool:
    """Tell whether this account has invited an address in the same role within the last minute: then it is the second press of one button.

    Raise BadRequest for no address.
    """
    query = select(Invitation.id).where(
        Invitation.created_at > since_first_press(session, by),
        Invitation.organisation_id == organisation_id,
        Invitation.email_key == email_key(address),
        Invitation.role == role.value,
        Invitation.created_by == by,
        Invitation.used_at.is_(None),
    )
    return session.scalar(query.limit(1)) is not None


def open_invitations(session: Session, organisation_id: UUID) -> list[Invitation]:
    """Return the invitations of an organisation that nobody has used yet, those that were too late too."""
    query = select(Invitation).where(Invitation.organisation_id == organisation_id, Invitation.used_at.is_(None))
    return list(session.scalars(query.order_by(Invitation.id.desc())))


def newest_invitation(session: Session, organisation_id: UUID, address: str) -> Invitation | None:
    """Return the newest invitation of an address into an organisation, also one that was used; None where there is none."""
    query = select(Invitation).where(
        Invitation.organisation_id == organisation_id, Invitation.email_key == email_key(address)
    )
    return session.scalar(query.order_by(Invitation.id.desc()).limit(1))


def give_new_links(
    session: Session,
    organisation: Organisation,
    found: Sequence[Invitation],
    token_of: Callable[[Invitation], str],
    by: UUID,
) -> None:
    """Give open invitations new links for another week, to be shown to *by*; those before end, and with them who waits for a yes.

    Raise Conflict for an organisation that was closed.
    """
    if organisation.closed_at is not None:
        raise Conflict(_("This organisation was closed."))
    for each in found:
        each.created_by, each.expires_at = by, utcnow() + timedelta(days=LIFE_DAYS)
        each.token_hash, each.mailed, each.claimed_by = token_hash(token_of(each)), True, None
    session.flush()
    note_links(session, organisation, len(found), by)


def note_links(session: Session, organisation: Organisation, count: int, by: UUID) -> None:
    """Write into the audit table how many links of invitations somebody is shown."""
    audit(session, by, "people.invitation-links", organisation.id, count=count)


def must_sign_in(session: Session, offer: OpenInvitation, token: str) -> bool:
    """Tell whether the account of an invitation's address must sign in by its own ways, since others have seen the link."""
    return token.startswith(HANDED) and find_account(session, offer.invitation.email) is not None


def find_offer(session: Session, token: str) -> OpenInvitation | None:
    """Return the open invitation of a token, or None where it was used, withdrawn or replaced, or is too old."""
    query = (
        select(Invitation, Organisation)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .where(Invitation.token_hash == token_hash(token), Invitation.used_at.is_(None))
        .where(Invitation.expires_at > utcnow(), Organisation.closed_at.is_(None))
    )
    found = session.execute(query).one_or_none()
    if found is None or not _may_still_invite(session, found[0]):
        return None
    return OpenInvitation(found[0], found[1])


def just_accepted(session: Session, token: str, account: Account) -> bool:
    """Tell whether an account has used an invitation within the last minute: then this is the second press of one button."""
    query = select(Invitation.id).where(
        Invitation.token_hash == token_hash(token),
        Invitation.used_at > utcnow() - TOGETHER,
        Invitation.email_key == account.email_key,
    )
    return session.scalar(query) is not None


def offer_of(session: Session, invitation_id: UUID) -> OpenInvitation | None:
    """Return an invitation that is still open, None where it was used, withdrawn or replaced, or is too old."""
    found = session.get(Invitation, invitation_id)
    organisation = session.get(Organisation, found.organisation_id) if found is not None else None
    if found is None or organisation is None or found.used_at is not None or organisation.closed_at is not None:
        return None
    return (
        OpenInvitation(found, organisation)
        if found.expires_at > utcnow() and _may_still_invite(session, found)
        else None
    )


def _may_still_invite(session: Session, invitation: Invitation) -> bool:
    """Whether whoever invited still may: an invitation of somebody who was let go opens nothing."""
    inviter = session.get(Account, invitation.created_by) if invitation.created_by is not None else None
    return allowed(session, inviter, Action.PEOPLE_INVITE, invitation.organisation_id)


def is_for(offer: OpenInvitation, account: Account) -> bool:
    """Tell whether an invitation was sent to the address of an account."""
    return account.email_key == offer.invitation.email_key


def accept(session: Session, offer: OpenInvitation, language: str, *, handed: bool = False) -> Account | None:
    """Use an invitation up for the account of its address, made now if there is none.

    *language*: in which its page was read, which says what the organisation will see. *handed*: others have seen the link; any other one
    was read in the mailbox of the address. Return None where somebody was faster, or the account is disabled.
    """
    known = find_account(session, offer.invitation.email)
    if (known is not None and known.disabled_at is not None) or not _use_up(session, offer.invitation.id):
        return None
    # After it was used up, so that of many presses at once one makes the account.
    account = make_account(session, offer.invitation.email)
    if not handed:
        prove_address(session, account)
    elif known is None:
        account.address_proven = False
    _let_in(session, offer.invitation, account.id, language)
    return account


def _use_up(session: Session, invitation_id: UUID) -> bool:
    # One statement decides: of many presses at once one is the first.
    used = (
        update(Invitation).where(Invitation.id == invitation_id, Invitation.used_at.is_(None)).values(used_at=utcnow())
    )
    result = session.execute(used, execution_options={"synchronize_session": False})
    assert isinstance(result, CursorResult)
    return bool(result.rowcount)


def _let_in(session: Session, invitation: Invitation, account_id: UUID, language: str) -> None:
    role = Role(invitation.role)
    account = session.get(Account, account_id)
    if account is not None:
        account.name = account.name or invitation.name
        account.locale = account.locale or invitation.locale
    give_role(session, account_id, role, invitation.organisation_id, by=invitation.created_by)
    if role is Role.MEMBER:
        # Who presses "Join" has just read what the coordinators will see.
        on_joining()(session, account_id, invitation.organisation_id, language)
    audit(session, account_id, "people.joined", invitation.organisation_id, account_id, role=role)


def ask_to_use(session: Session, offer: OpenInvitation, account: Account) -> None:
    """Note that somebody with another address holds the invitation: whoever may invite says yes or no."""
    offer.invitation.claimed_by = account.id
    audit(session, account.id, "people.asked-to-join", offer.organisation.id, account.id)


def find_invitation(session: Session, organisation_id: UUID, invitation_id: UUID) -> Invitation:
    """Return an open invitation of an organisation; raise NotFound for one of another organisation too."""
    found = session.get(Invitation, invitation_id)
    if found is None or found.organisation_id != organisation_id or found.used_at is not None:
        raise NotFound(_("There is no such invitation. It was used, withdrawn or replaced."))
    return found


def say_yes(session: Session, invitation: Invitation, by: UUID) -> None:
    """Let the account in that holds an invitation sent to another address; raise Conflict where none asks, or it was too late."""
    if invitation.claimed_by is None or invitation.expires_at <= utcnow() or not _use_up(session, invitation.id):
        raise Conflict(_("Nobody waits for an answer to this invitation any more."))
    audit(session, by, "people.allowed-to-join", invitation.organisation_id, invitation.claimed_by)
    holder = session.get_one(Account, invitation.claimed_by)
    refuse_unproven(holder, Role(invitation.role))
    _let_in(session, invitation, holder.id, holder.locale or SOURCE_LANGUAGE)


def withdraw(session: Session, invitation: Invitation, by: UUID) -> None:
    """End an invitation that nobody has used."""
    audit(session, by, "people.invitation-withdrawn", invitation.organisation_id, invitation.id)
    session.delete(invitation)
    session.flush()


def forget_old_invitations(session: Session) -> int:
    """Delete invitations that ended, or were used, so long ago that nobody asks for them; return how many."""
    old = delete(Invitation).where(Invitation.expires_at < utcnow() - KEPT).returning(Invitation.id)
    return len(session.scalars(old).all())
