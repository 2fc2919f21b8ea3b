"""The notifier that comes with Perille: e-mails by SMTP (RFC 5321)."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from uuid import UUID

from perille.api import Deliver, Delivery, Notifier, OutgoingNotice
from perille.core.database import Session
from perille.notices.message import ascii_address, write_message
from perille.notices.server import MailServer, connected, mail_server

#: RFC 5321 4.2.1: replies that begin with 5 are for good.
_FOR_GOOD = 500


class SenderRefusedError(OSError):
    """The server takes no mail from our address: no message would go, whoever it is for."""


def connect(session: Session) -> AbstractContextManager[Deliver] | None:
    """Return a line to the mail server that is set, None for none."""
    server = mail_server(session)
    return None if server is None else _line(server)


@contextmanager
def _line(server: MailServer) -> Iterator[Deliver]:
    with connected(server) as line:
        yield lambda notice: send_over(line, server, notice)


def message_id(session: Session, number: UUID) -> str:
    """Return a Message-ID (RFC 5322 3.6.4) in the domain of the sender."""
    server = mail_server(session)
    domain = ascii_address(server.sender).rpartition("@")[2] if server is not None else "localhost"
    return f"<{number}@{domain}>"


def send_over(line: smtplib.SMTP, server: MailServer, notice: OutgoingNotice) -> Delivery:
    """Send a notice by an open line; as `deliver`."""
    try:
        message = write_message(notice, server)
    except UnicodeError:
        # The domain cannot be written in ASCII: no server has it.
        return Delivery.REFUSED
    return deliver(line, server.sender, notice.recipient, message.as_bytes())


def deliver(line: smtplib.SMTP, sender: str, recipient: str, message: bytes) -> Delivery:
    """Give one message to the server. Raise SenderRefusedError, or what says that the line broke before the message was given."""
    code, _words = line.mail(ascii_address(sender))
    if code != 250:
        line.rset()
        if code >= _FOR_GOOD:
            raise SenderRefusedError
        return Delivery.LATER
    code, _words = line.rcpt(ascii_address(recipient))
    if code not in (250, 251):
        line.rset()
        return Delivery.REFUSED if code >= _FOR_GOOD else Delivery.LATER
    try:
        code, _words = line.data(message)
    except smtplib.SMTPDataError as error:
        # It did not let us begin.
        code = error.smtp_code
    except OSError:
        return Delivery.UNKNOWN
    if code == 250:
        return Delivery.SENT
    line.rset()
    return Delivery.REFUSED if code >= _FOR_GOOD else Delivery.LATER


EMAIL = Notifier(name="e-mail", about="E-mails by a mail server (SMTP)", connect=connect, reference=message_id)
