"""A button that is pressed twice makes one thing: the same wish of the same account within a minute is the same press.

For what an account makes and every page can show again. What is made without an account, or is a secret that is shown once, is known by
its form instead (`core.web.idempotency_key`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from perille.core.database import Session, utcnow
from perille.people.models import Account

#: Between two presses of one wish: a slow line makes people press again.
TOGETHER = timedelta(minutes=1)


def since_first_press(session: Session, account_id: UUID) -> datetime:
    """Return the time since which an equal wish of an account is the same press.

    Takes the account's row, so that the second of two presses that come at once waits for the first one and finds what it made.
    """
    session.execute(select(Account.id).where(Account.id == account_id).with_for_update())
    return utcnow() - TOGETHER
