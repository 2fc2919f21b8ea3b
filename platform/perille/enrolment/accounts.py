"""Whether progress is kept in an account, and in which: `profiles` knows, which stands above what asks here."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from perille.core.database import Session
from perille.core.extension_state import AppSlot

#: Returns the number of the account in which a learner's progress is kept, None for an anonymous learner. Needs an app context.
account_keeping = AppSlot[Callable[[Session, UUID], UUID | None]](
    "account_keeping", lambda: lambda _session, _learner_id: None
)
#: Tells whether the browser holds a session of an account, be it over; asks no database, so it may stand on every page.
session_holding = AppSlot[Callable[[], bool]]("session_holding", lambda: lambda: False)
