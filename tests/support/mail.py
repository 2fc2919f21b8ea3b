"""A real mail server of the test's own (aiosmtpd), which keeps what it is given and can misbehave as servers do."""

from __future__ import annotations

import socket
from asyncio import WriteTransport
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from ssl import SSLContext
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

OK = "250 OK"


class Mailbox:
    """What a mail server has been given, and how it answers."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        #: The same messages as they came, by lines: a parser takes back what a mail program would not.
        self.lines: list[list[str]] = []
        self.recipients: list[str] = []
        #: Answers instead of "250 OK": to the sender, to the recipient, and to the message.
        self.to_sender = self.to_recipient = self.to_message = OK
        #: How many messages are taken whose acknowledgement is then lost with the line.
        self.lose_acknowledgements = 0
        #: Called with each message before it is acknowledged.
        self.on_message: Any = None

    async def handle_MAIL(  # noqa: N802  (the names of aiosmtpd)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer to MAIL FROM."""
        if self.to_sender == OK:
            envelope.mail_from = address
        return self.to_sender

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer to RCPT TO."""
        if self.to_recipient == OK:
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a message."""
        if self.to_message != OK:
            return self.to_message
        octets = envelope.original_content or b""
        self.lines.append(octets.decode("ascii").split("\r\n"))
        message = message_from_bytes(octets, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        self.recipients += envelope.rcpt_tos
        if self.on_message is not None:
            self.on_message(message)
        if self.lose_acknowledgements:
            self.lose_acknowledgements -= 1
            assert isinstance(server.transport, WriteTransport)
            server.transport.abort()
        return OK

    def body(self) -> str:
        """The body of the only message."""
        (message,) = self.messages
        body = message.get_body()
        assert body is not None
        content: str = body.get_content()
        return content.replace("\r\n", "\n")


class MailTestServer:
    """A mail server on a port of this machine."""

    def __init__(self, **options: Any) -> None:
        self.box = Mailbox()
        self.port = free_port()
        self._options = options
        self._controller: Controller | None = None

    def start(self) -> None:
        """Listen."""
        self._controller = Controller(self.box, hostname="127.0.0.1", port=self.port, **self._options)
        self._controller.start()

    def stop(self) -> None:
        """Listen no more; what was taken stays in `box`."""
        if self._controller is not None:
            with suppress(AssertionError):
                self._controller.stop()
        self._controller = None


@contextmanager
def running_mail_server(**options: Any) -> Iterator[MailTestServer]:
    """Run a mail server; *options* are those of aiosmtpd's controller."""
    server = MailTestServer(**options)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def with_password(name: str, password: str, tls: SSLContext | None = None) -> dict[str, Any]:
    """Return the options of a server that takes mail only from somebody with this name and password."""

    def check(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
        given = isinstance(data, LoginPassword) and (data.login.decode(), data.password.decode())
        return AuthResult(success=given == (name, password), handled=False)

    needs_tls = tls is not None
    return {"authenticator": check, "auth_required": True, "auth_require_tls": needs_tls, "tls_context": tls}


def free_port() -> int:
    """Return a port that nothing listens on (aiosmtpd cannot choose one itself)."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
