"""Second factors: who needs one, who may add one, and how another administrator takes those away that were lost."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, func, select

from perille.core.database import Session
from perille.core.errors import Forbidden
from perille.core.i18n import _
from perille.people.audit import audit
from perille.people.memberships import memberships_of
from perille.people.models import Account, AccountSession, Role
from perille.people.sign_in.links import end_asked_links
from perille.people.sign_in.models import Authenticator, OidcIdentity, Passkey, RecoveryCode
from perille.people.sign_in.totp import has_authenticator, recovery_codes_left


@dataclass(frozen=True, slots=True)
class Factors:
    """What an account can show beside a link."""

    passkeys: int
    app: bool
    codes: int

    @property
    def any(self) -> bool:
        """Whether there is a second factor; recovery codes stand in for one that was lost."""
        return bool(self.passkeys or self.app or self.codes)


def factors_of(session: Session, account_id: UUID) -> Factors:
    """Return the second factors of an account."""
    passkeys = select(func.count()).select_from(Passkey).where(Passkey.account_id == account_id)
    return Factors(
        session.scalar(passkeys) or 0, has_authenticator(session, account_id), recovery_codes_left(session, account_id)
    )


def needs_factor(session: Session, account_id: UUID) -> bool:
    """Tell whether an account must show a second factor: it is an administrator's."""
    return any(held.role is Role.ADMINISTRATOR for held in memberships_of(session, account_id))


def may_change_factors(session: Session, row: AccountSession) -> bool:
    """Tell whether second factors may be added, removed or renewed in a session.

    An administrator has shown one, or has none yet and came by an invitation or a link of the command line: a link that was asked for by
    e-mail opens nothing to whoever reads somebody's mail. All others get in by e-mail alone, so nothing is gained by asking them.
    """
    if row.user_verified_at is not None or not needs_factor(session, row.account_id):
        return True
    return row.may_enrol and not factors_of(session, row.account_id).any


def reset_factors(session: Session, account: Account, by: AccountSession) -> None:
    """Take all second factors of a person away who lost them, and sign them out everywhere.

    Raise Forbidden for one's own, and in a session without a second factor. Who may do it at all is asked by `require`.
    """
    if account.id == by.account_id:
        raise Forbidden(_("You cannot do this for yourself. Ask another administrator."))
    if by.user_verified_at is None:
        raise Forbidden(_("Show first that it is you."))
    remove_factors(session, account, by.account_id)


def remove_factors(session: Session, account: Account, by: UUID | None) -> None:
    """Take all second factors of an account away and sign it out everywhere. *by*: who did it, None at the command line."""
    for model in (Passkey, Authenticator, RecoveryCode, OidcIdentity, AccountSession):
        session.execute(delete(model).where(model.account_id == account.id))
    end_asked_links(session, account.id)
    audit(session, by, "second-factor.reset", target_id=account.id)
    session.flush()
