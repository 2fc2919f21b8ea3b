"""An e-mail as a message (RFC 5322): neutral subject, plain text in the person's language, and how to switch its kind off."""

from __future__ import annotations

import re
from datetime import UTC
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime

from flask import Flask

from perille.api import OutgoingNotice
from perille.core.base_url import base_address
from perille.core.current import config_of
from perille.core.i18n import in_language
from perille.core.notice import NoticeKind
from perille.core.site import current_site
from perille.core.web.site_address import link_to
from perille.notices.models import Notice
from perille.notices.server import MailServer
from perille.notices.services import Content, token_for

_ONE_PRESS = "List-Unsubscribe"
#: What a calendar file asks of the program that opens it (RFC 5545 3.7.2).
_METHOD = re.compile(r"^METHOD:([A-Z]+)\r?$", re.MULTILINE)


class _AddressesWhole(EmailPolicy):
    """Write the address of one press as it is (RFC 2369 2): the standard library encodes what has no place to fold."""

    def fold(self, name: str, value: str) -> str:
        """Return the lines of a header, as EmailPolicy does."""
        return f"{name}: {value}{self.linesep}" if name == _ONE_PRESS else super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        """Return the same as octets."""
        return self.fold(name, value).encode("ascii") if name == _ONE_PRESS else super().fold_binary(name, value)


#: Octets only of ASCII: a message that every server takes (RFC 5321 2.3.1).
_POLICY = _AddressesWhole(cte_type="7bit", max_line_length=78, linesep="\r\n")


def outgoing_notice(app: Flask, notice: Notice, kind: NoticeKind, content: Content) -> OutgoingNotice:
    """Return a row of the outbox as its person reads it. Needs an app context, and works outside a request."""
    base, token = base_address(config_of(app)), token_for(notice)
    sender = current_site().operator or current_site().issuer
    with in_language(notice.locale):
        page = link_to(app, base, "notices.preferences", lang=notice.locale, token=token) if kind.switchable else ""
        subject = str(kind.subject)
        body = app.jinja_env.get_template(kind.template).render(
            values=content.values, links=content.links, switches=page, operator=sender, site=base
        )
    return OutgoingNotice(
        id=notice.id,
        kind=kind.name,
        recipient=notice.recipient,
        sender=sender,
        language=notice.locale,
        subject=subject,
        text=_tidy(body),
        calendar=content.calendar,
        created_at=notice.created_at,
        reference=notice.message_id,
        switches=page,
        one_click=link_to(app, base, "notices.one_click_unsubscribe", token=token) if kind.switchable else "",
    )


def write_message(notice: OutgoingNotice, server: MailServer) -> EmailMessage:
    """Return a notice as an e-mail; raise UnicodeError for a domain that cannot be written in ASCII."""
    message = EmailMessage(_POLICY)
    message["Subject"] = notice.subject
    message["From"] = Address(notice.sender, addr_spec=ascii_address(server.sender))
    message["To"] = ascii_address(notice.recipient)
    message["Date"] = format_datetime(notice.created_at.astimezone(UTC))
    message["Message-ID"] = notice.reference
    message["Content-Language"] = notice.language
    # No answers of absence to a program (RFC 3834 5).
    message["Auto-Submitted"] = "auto-generated"
    if notice.one_click:
        # One press in the mail program (RFC 8058); its address takes a POST without cookie and without Origin.
        message[_ONE_PRESS] = f"<{notice.one_click}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(notice.text)
    if notice.calendar:
        message.add_attachment(
            notice.calendar.encode(),
            maintype="text",
            subtype="calendar",
            filename="event.ics",
            # Without the first a part of type text is ASCII (RFC 2046 4.1.2); the second is that of the file (RFC 6047 2.4).
            params={"charset": "utf-8", "method": _method(notice.calendar)},
        )
    return message


def _method(calendar: str) -> str:
    found = _METHOD.search(calendar)
    return found[1] if found is not None else "PUBLISH"


def ascii_address(address: str) -> str:
    """Write an address with its domain in ASCII (RFC 5891): older servers take no other.

    >>> ascii_address("aino@sää.example")
    'aino@xn--s-0faa.example'
    """
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.encode('idna').decode()}"


def _tidy(body: str) -> str:
    """Drop spaces at ends of lines and more than one empty line after another, which a template leaves."""
    lines: list[str] = []
    for line in body.strip().splitlines():
        if line.strip() or (lines and lines[-1]):
            # Two dashes and a space begin a signature (RFC 3676 4.3).
            lines.append(line if line == "-- " else line.rstrip())
    return "\n".join(lines) + "\n"
