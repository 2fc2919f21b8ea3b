"""A certificate that counts longer: its last day moves on, its code stays, and paper and check say when and by what."""

from __future__ import annotations

from datetime import date

from perille.core.database import Session
from perille.credentials.models import Credential
from perille.credentials.services import last_day
from perille.domain.refresher import is_open


def extend(session: Session, credential: Credential, *, day: date, months: int, minutes: int) -> bool:
    """Let a certificate count *months* longer from its last day, or from *day* where that is over; tell whether it does so now.

    *minutes*: of the refresher. Nothing changes where it was extended just now, was withdrawn or replaced, or is not open to be extended.
    """
    row = session.get_one(Credential, credential.id, with_for_update=True, populate_existing=True)
    if row.revoked_at is not None or row.replaced_on is not None or row.expires_on is None:
        return False
    if not is_open(row.expires_on, day):
        return False
    row.expires_on = last_day(max(row.expires_on, day), months)
    row.extended_on, row.extended_minutes = day, minutes
    session.flush()
    return True
