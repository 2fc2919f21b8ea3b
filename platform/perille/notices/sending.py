"""The job that sends what waits in the outbox, one message at a time, by the notifier that is chosen.

"sending" is committed before the other side is told anything. From then on three things can be known: it does not have the message,
it has it, or neither, because the line broke after the message had been given. What nobody knows is not hidden as an error.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable
from typing import NamedTuple, TypeVar
from uuid import UUID

from flask import current_app

from perille.api import Deliver, Delivery, Notifier
from perille.core.database import Session, run_in_transaction, utcnow
from perille.core.decoding import read_json
from perille.core.feature import notice_kinds_of
from perille.core.notice import NoticeKind
from perille.core.sealing import SealError
from perille.core.site import refresh_site
from perille.notices import outbox
from perille.notices.by_email import SenderRefusedError
from perille.notices.message import outgoing_notice
from perille.notices.models import Notice, Reason
from perille.notices.notifiers import current_notifier
from perille.notices.services import Content, content_seal, is_wanted

log = logging.getLogger(__name__)
T = TypeVar("T")
#: Messages of one run; what is left goes with the next, seconds later.
MOST = 200


class ClaimedNotice(NamedTuple):
    """A message that this process is at."""

    number: UUID
    lease: UUID | None


def send_waiting(session: Session) -> int:
    """Send what is due; return how many messages the server took. The job "mail"."""
    if run_in_transaction(session, lambda: outbox.needs_tidying(session, utcnow()), write=False):
        unrepeatable = frozenset(name for name, kind in notice_kinds_of(current_app).items() if not kind.repeats)
        _write(session, lambda: outbox.tidy(session, utcnow(), unrepeatable))
    refresh_site()
    notifier = current_notifier()
    line = run_in_transaction(session, lambda: notifier.connect(session), write=False)
    if line is None or not run_in_transaction(session, lambda: outbox.is_due(session, utcnow()), write=False):
        return 0
    try:
        with line as deliver:
            return _send_all(session, deliver, notifier)
    except OSError as error:
        reason = _why(error)
        log.warning("e-mails wait: %s (%s)", reason.value, type(error).__name__)
        _write(session, lambda: outbox.postpone(session, reason, utcnow()))
        return 0


def _why(error: Exception) -> Reason:
    """Return why the server was given nothing."""
    if isinstance(error, SenderRefusedError):
        return Reason.SENDER
    return Reason.SIGN_IN if isinstance(error, smtplib.SMTPAuthenticationError) else Reason.UNREACHABLE


def _send_all(session: Session, deliver: Deliver, notifier: Notifier) -> int:
    sent = 0
    for _number in range(MOST):
        claimed = _write(session, lambda: _claim(session, notifier))
        if claimed is None:
            break
        sent += _send_claimed(session, deliver, claimed)
    return sent


def _claim(session: Session, notifier: Notifier) -> ClaimedNotice | None:
    notice = outbox.claim(session, utcnow())
    if notice is None:
        return None
    if not notice.message_id:
        notice.message_id = notifier.reference(session, notice.id)[:200]
    return ClaimedNotice(notice.id, notice.lease)


def _send_claimed(session: Session, deliver: Deliver, claimed: ClaimedNotice) -> int:
    """Send one message; one that the server was not given goes back into the outbox, whatever went wrong."""
    try:
        ready = run_in_transaction(session, lambda: _prepare(session, claimed), write=False)
        if isinstance(ready, Reason):
            _write(session, lambda: outbox.drop(session, *claimed, ready, utcnow()))
            return 0
        outcome = _give(deliver, *ready)
    except Exception as error:
        reason = _why(error)
        _write(session, lambda: outbox.give_back(session, *claimed, reason, utcnow()))
        raise
    repeats = ready[1].repeats
    _write(session, lambda: outbox.record_outcome(session, *claimed, outcome, utcnow(), repeats=repeats))
    if outcome is Delivery.UNKNOWN:
        raise smtplib.SMTPServerDisconnected("the line broke after a message")
    return int(outcome is Delivery.SENT)


def _prepare(session: Session, claimed: ClaimedNotice) -> tuple[Notice, NoticeKind, Content] | Reason:
    """Return all of which the message is made, or why it is not sent after all: much may have happened since it was queued."""
    notice = session.get_one(Notice, claimed.number)
    kind = notice_kinds_of(current_app).get(notice.kind)
    if kind is None:
        return Reason.NO_SUCH_KIND
    if not is_wanted(session, kind, notice.account_id, notice.recipient):
        return Reason.SWITCHED_OFF
    try:
        content = read_json(content_seal().open(notice.content), Content)
    except SealError:
        return Reason.NO_KEY
    session.expunge(notice)
    return notice, kind, content


def _give(deliver: Deliver, notice: Notice, kind: NoticeKind, content: Content) -> Delivery:
    outcome = deliver(outgoing_notice(current_app, notice, kind, content))
    if not isinstance(outcome, Delivery):
        raise TypeError(f"the notifier {current_notifier().name} gave no Delivery")
    return outcome


def _write(session: Session, work: Callable[[], T]) -> T:
    return run_in_transaction(session, work, write=True, program=True)
