"""What is wrong with the e-mails, for administrators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from perille.core.database import Session
from perille.core.i18n import _, ngettext
from perille.notices.kinds import TEST
from perille.notices.models import Notice, NoticeState, Reason
from perille.notices.notifiers import can_send


def mail_trouble(session: Session) -> str:
    """Say in one sentence why e-mails wait, "" where none waits or nothing is wrong."""
    query = select(Notice.reason, func.count()).where(Notice.state == NoticeState.QUEUED.value).group_by(Notice.reason)
    waiting = {Reason(reason): number for reason, number in session.execute(query)}
    number = sum(waiting.values())
    if not number:
        return ""
    if not can_send(session):
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


@dataclass(frozen=True, slots=True)
class SentTest:
    """A test mail, for the page that it was ordered on."""

    at: datetime
    #: How it went, in words.
    words: str


def sent_tests(session: Session) -> list[SentTest]:
    """Return how the last test mails went, the newest first."""
    query = select(Notice).where(Notice.kind == TEST).order_by(Notice.created_at.desc()).limit(5)
    return [SentTest(each.created_at, outcome_words(each)) for each in session.scalars(query)]


def outcome_words(notice: Notice) -> str:
    """Say where an e-mail stands."""
    reasons = {
        Reason.SIGN_IN: _("Waits: the mail server does not accept the name and the password."),
        Reason.SENDER: _("Waits: the mail server takes no e-mails from the address of this site."),
        Reason.UNREACHABLE: _("Waits: the mail server does not answer, or not with the encryption that you chose."),
        Reason.LATER: _("Waits: the mail server asked to try again later."),
        Reason.EXPIRED: _("Not sent: the mail server did not take it in time."),
        Reason.REFUSED: _("Not sent: the mail server refused the address or the message."),
    }
    states = {
        NoticeState.QUEUED: _("Waits, and is sent in a few seconds."),
        NoticeState.SENDING: _("Is being sent."),
        NoticeState.SENT: _("The mail server took it. Look whether it arrived."),
        NoticeState.UNKNOWN: _("The line broke: nobody knows whether the mail server has it."),
        NoticeState.DROPPED: _("Not sent."),
    }
    return reasons.get(Reason(notice.reason)) or states[NoticeState(notice.state)]
