"""The mail server: where it is, how its line is protected, and who the e-mails are from."""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from perille.core.current import current_config
from perille.core.database import Session
from perille.core.sealing import SealError, app_seal
from perille.operator.services import saved_values

log = logging.getLogger(__name__)
#: Seconds that a server may take for one answer.
TIMEOUT = 20.0


class Protection(StrEnum):
    """How a line to the server is encrypted."""

    #: TLS from the first byte (RFC 8314 3.3); usual port 465.
    TLS = "smtps"
    #: STARTTLS (RFC 3207), required: without it nothing is sent; usual port 587.
    STARTTLS = "smtp"
    #: None; for a server on the same machine.
    NONE = "smtp+plain"


_PORTS = {Protection.TLS: 465, Protection.STARTTLS: 587, Protection.NONE: 25}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """A server that takes our e-mails."""

    host: str
    port: int
    protection: Protection
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)


#: Settings of the page, which go before those of the environment.
NAMES = ("mail_host", "mail_port", "mail_protection", "mail_user", "mail_password", "mail_from")
_PURPOSE = b"perille notices: password of the mail server"


def mail_server(session: Session) -> MailServer | None:
    """Return the server that e-mails are given to, None where none is set: that of the page, else that of the environment.

    Needs an app context. A password that no key of this installation opens counts as none: the server then says so.
    """
    saved, config = saved_values(session, NAMES), current_config()
    if not saved.get("mail_host"):
        return parse_server(config.mail_server, config.mail_from) if config.mail_server and config.mail_from else None
    protection = Protection(saved["mail_protection"])
    return MailServer(
        host=saved["mail_host"],
        port=int(saved.get("mail_port") or _PORTS[protection]),
        protection=protection,
        sender=saved["mail_from"],
        user=saved.get("mail_user", ""),
        password=_opened(saved.get("mail_password", "")),
    )


def sealed_password(password: str) -> str:
    """Return a password as it is kept."""
    return app_seal(_PURPOSE).close(password)


def _opened(sealed: str) -> str:
    try:
        return app_seal(_PURPOSE).open(sealed) if sealed else ""
    except SealError:
        log.warning("no key of this installation opens the password of the mail server: give it again")
        return ""


def parse_server(address: str, sender: str) -> MailServer:
    """Read an address such as `smtps://name:password@mail.example.org`.

    >>> parse_server("smtp://perille:s%40fe@mail.example.org", "learn@example.org")
    MailServer(host='mail.example.org', port=587, protection=<Protection.STARTTLS: 'smtp'>, sender='learn@example.org', user='perille')
    """
    parts = urlsplit(address)
    protection = Protection(parts.scheme)
    return MailServer(
        host=parts.hostname or "",
        port=parts.port or _PORTS[protection],
        protection=protection,
        sender=sender,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


@contextmanager
def connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    """Open a line to the server and sign in; raise OSError or smtplib.SMTPException where that cannot be done."""
    # Our own name for the greeting: looking up that of the machine may take seconds.
    ours = server.sender.rpartition("@")[2] or "localhost"
    context = ssl.create_default_context()
    if server.protection is Protection.TLS:
        line: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, ours, timeout=TIMEOUT, context=context)
    else:
        line = smtplib.SMTP(server.host, server.port, ours, timeout=TIMEOUT)
    try:
        if server.protection is Protection.STARTTLS:
            line.starttls(context=context)
        line.ehlo_or_helo_if_needed()
        if server.user:
            line.login(server.user, server.password)
        yield line
    finally:
        # The messages are with the server: what a goodbye answers changes nothing.
        with suppress(OSError, smtplib.SMTPException):
            line.quit()
        line.close()
