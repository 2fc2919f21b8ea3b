"""What signing in leaves behind and nobody needs any more."""

from __future__ import annotations

from sqlalchemy import delete

from perille.core.database import Session, run_in_transaction, utcnow
from perille.people.models import SignInLink
from perille.people.sign_in.models import OidcLogin, PasskeyChallenge, SignInRequest


def forget_what_expired(session: Session) -> None:
    """Delete challenges, waiting browsers, logins under way and links that nobody asked for with a known address, once they expired."""

    def work() -> None:
        now = utcnow()
        for model in (OidcLogin, PasskeyChallenge, SignInRequest):
            session.execute(delete(model).where(model.expires_at < now))
        session.execute(delete(SignInLink).where(SignInLink.account_id.is_(None), SignInLink.expires_at < now))

    run_in_transaction(session, work, write=True, program=True)
