"""By which way notices go out: the notifier that the settings name, e-mail where they name none."""

from __future__ import annotations

from perille.api import Notifier, Plugin
from perille.core.database import Session
from perille.core.extension_state import AppSlot
from perille.notices.by_email import EMAIL

plugin = Plugin(notifiers=(EMAIL,))

current_notifier = AppSlot[Notifier]("notifier", lambda: EMAIL)


def can_send(session: Session) -> bool:
    """Tell whether the way out is set up. Needs an app context."""
    return current_notifier().connect(session) is not None
