"""The job that sends what waits in the outbox, one message at a time, by SMTP (RFC 5321).

"sending" is committed before the server is told anything. From then on three things can be known: the server does not have the message,
the server has it, or neither, because the line broke after the message had been given. What nobody knows is not hidden as an error.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable
from typing import NamedTuple, TypeVar
from uuid import UUID

from flask import current_app

from perille.core.database import Session, run_in_transaction, utcnow
from perille.core.decoding import read_json
from perille.core.feature import notice_kinds_of
from perille.core.notice import NoticeKind
from perille.core.sealing import SealError
from perille.core.site import refresh_site
from perille.notices import outbox
from perille.notices.message import ascii_address, write_message
from perille.notices.models import Notice, Reason
from perille.notices.outbox import Outcome
from perille.notices.server import MailServer, connected, mail_server
from perille.notices.services import Content, content_seal, is_off

log = logging.getLogger(__name__)
T = TypeVar("T")
#: Messages of one run; what is left goes with the next, seconds later.
MOST = 200
#: RFC 5321 4.2.1: replies that begin with 5 are for good.
_FOR_GOOD = 500


class Claimed(NamedTuple):
    """A message that this process is at."""

    number: UUID
    lease: UUID | None


class SenderRefusedError(Exception):
    """The server takes no mail from our address: no message would go, whoever it is for."""


def send_waiting(session: Session) -> int:
    """Send what is due; return how many messages the server took. The job "mail"."""
    if run_in_transaction(session, lambda: outbox.needs_tidying(session, utcnow()), write=False):
        unrepeatable = frozenset(name for name, kind in notice_kinds_of(current_app).items() if not kind.repeats)
        _write(session, lambda: outbox.tidy(session, utcnow(), unrepeatable))
    refresh_site()
    server = run_in_transaction(session, lambda: mail_server(session), write=False)
    if server is None or not run_in_transaction(session, lambda: outbox.is_due(session, utcnow()), write=False):
        return 0
    try:
        with connected(server) as line:
            return _send_all(session, line, server)
    except (SenderRefusedError, OSError) as error:
        reason = _why(error)
        log.warning("e-mails wait: %s (%s)", reason.value, type(error).__name__)
        _write(session, lambda: outbox.postpone(session, reason, utcnow()))
        return 0


def _why(error: Exception) -> Reason:
    """Return why the server was given nothing."""
    if isinstance(error, SenderRefusedError):
        return Reason.SENDER
    return Reason.SIGN_IN if isinstance(error, smtplib.SMTPAuthenticationError) else Reason.UNREACHABLE


def _send_all(session: Session, line: smtplib.SMTP, server: MailServer) -> int:
    sent = 0
    for _number in range(MOST):
        claimed = _write(session, lambda: _claim(session, server))
        if claimed is None:
            break
        sent += _send_claimed(session, line, server, claimed)
    return sent


def _claim(session: Session, server: MailServer) -> Claimed | None:
    notice = outbox.claim(session, utcnow())
    if notice is None:
        return None
    if not notice.message_id:
        notice.message_id = f"<{notice.id}@{ascii_address(server.sender).rpartition('@')[2]}>"
    return Claimed(notice.id, notice.lease)


def _send_claimed(session: Session, line: smtplib.SMTP, server: MailServer, claimed: Claimed) -> int:
    """Send one message; one that the server was not given goes back into the outbox, whatever went wrong."""
    try:
        ready = run_in_transaction(session, lambda: _prepare(session, claimed), write=False)
        if isinstance(ready, Reason):
            _write(session, lambda: outbox.drop(session, *claimed, ready, utcnow()))
            return 0
        outcome = _give(line, server, *ready)
    except Exception as error:
        reason = _why(error)
        _write(session, lambda: outbox.give_back(session, *claimed, reason, utcnow()))
        raise
    repeats = ready[1].repeats
    _write(session, lambda: outbox.settle(session, *claimed, outcome, utcnow(), repeats=repeats))
    if outcome is Outcome.UNKNOWN:
        raise smtplib.SMTPServerDisconnected("the line broke after a message")
    return int(outcome is Outcome.SENT)


def _prepare(session: Session, claimed: Claimed) -> tuple[Notice, NoticeKind, Content] | Reason:
    """Return all of which the message is made, or why it is not sent after all: much may have happened since it was queued."""
    notice = session.get_one(Notice, claimed.number)
    kind = notice_kinds_of(current_app).get(notice.kind)
    if kind is None:
        return Reason.NO_SUCH_KIND
    if kind.switchable and is_off(session, notice.account_id, notice.recipient, notice.kind):
        return Reason.SWITCHED_OFF
    try:
        content = read_json(content_seal().open(notice.content), Content)
    except SealError:
        return Reason.NO_KEY
    session.expunge(notice)
    return notice, kind, content


def _give(line: smtplib.SMTP, server: MailServer, notice: Notice, kind: NoticeKind, content: Content) -> Outcome:
    try:
        message = write_message(current_app, notice, kind, content, server)
    except UnicodeError:
        # The domain cannot be written in ASCII: no server has it.
        return Outcome.REFUSED
    return deliver(line, server.sender, notice.recipient, message.as_bytes())


def deliver(line: smtplib.SMTP, sender: str, recipient: str, message: bytes) -> Outcome:
    """Give one message to the server. Raise SenderRefusedError, or what says that the line broke before the message was given."""
    code, _words = line.mail(ascii_address(sender))
    if code != 250:
        line.rset()
        if code >= _FOR_GOOD:
            raise SenderRefusedError
        return Outcome.LATER
    code, _words = line.rcpt(ascii_address(recipient))
    if code not in (250, 251):
        line.rset()
        return Outcome.REFUSED if code >= _FOR_GOOD else Outcome.LATER
    try:
        code, _words = line.data(message)
    except smtplib.SMTPDataError as error:
        # It did not let us begin.
        code = error.smtp_code
    except OSError:
        return Outcome.UNKNOWN
    if code == 250:
        return Outcome.SENT
    line.rset()
    return Outcome.REFUSED if code >= _FOR_GOOD else Outcome.LATER


def _write(session: Session, work: Callable[[], T]) -> T:
    return run_in_transaction(session, work, write=True, program=True)
