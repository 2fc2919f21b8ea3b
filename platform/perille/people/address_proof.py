"""Whose an address is: an account that a handed link opened belongs to whoever pressed, until a link or code from its mailbox is used.

Until then it gets no role in which it would be in charge of others because of its address alone. What was set up before the proof ends
with it: somebody else may have set it up.
"""

from __future__ import annotations

from perille.core.database import Session
from perille.core.errors import Conflict
from perille.core.i18n import _
from perille.people.models import Account, Role
from perille.people.sign_in.factors import remove_factors

IN_CHARGE = frozenset({Role.ADMINISTRATOR, Role.COORDINATOR})


def prove_address(session: Session, account: Account) -> bool:
    """Note that whoever signs in now reads the mail of the account's address; return False where that was known.

    Its passkeys, app, recovery codes, identities and sessions end, for they are of a time when it was not.
    """
    if account.address_proven:
        return False
    remove_factors(session, account, account.id)
    account.address_proven = True
    session.flush()
    return True


def refuse_unproven(account: Account, role: Role) -> None:
    """Raise Conflict where a role would put in charge whoever opened an account with a handed link."""
    if role in IN_CHARGE and not account.address_proven:
        raise Conflict(unproven_words())


def unproven_words() -> str:
    """Return why a role is not given, and the way out."""
    return _(
        "A link that was handed over opened this account: nobody knows yet whether its address is theirs."
        " Ask them to sign in by a link from an e-mail, then give the role. Without a mail server, whoever runs the server"
        " prints a link with “perille accounts reset”."
    )
