"""What is wrong with the e-mails, for administrators."""

from __future__ import annotations

from sqlalchemy import func, select

from perille.core.database import Session
from perille.core.i18n import _, ngettext
from perille.notices.models import Notice, NoticeState, Reason
from perille.notices.server import mail_server


def mail_trouble(session: Session) -> str:
    """Say in one sentence why e-mails wait, "" where none waits or nothing is wrong; asks the database once."""
    query = select(Notice.reason, func.count()).where(Notice.state == NoticeState.QUEUED.value).group_by(Notice.reason)
    waiting = {Reason(reason): number for reason, number in session.execute(query)}
    number = sum(waiting.values())
    if not number:
        return ""
    if mail_server() is None:
        why = _("There is no mail server.")
    elif Reason.SIGN_IN in waiting:
        why = _("The mail server does not accept the name and the password.")
    elif Reason.SENDER in waiting:
        why = _("The mail server takes no e-mails from the address of this site.")
    elif Reason.UNREACHABLE in waiting:
        why = _("The mail server does not answer.")
    else:
        return ""
    count = ngettext("%(num)s e-mail waits.", "%(num)s e-mails wait.", number)
    return f"{why} {count}"
