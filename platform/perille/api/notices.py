"""How a plugin sends the notices of the outbox by another way than our e-mail: a gateway, or a service with an interface of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from perille.core.database import Session


class Delivery(StrEnum):
    """How a try to send went."""

    SENT = "sent"
    #: The other side may have the message: it goes once more where its kind may, and never a third time.
    UNKNOWN = "unknown"
    #: The other side does not have it and may take it later.
    LATER = "later"
    #: The other side does not take it at all.
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingNotice:
    """A message as it goes out, in its person's language. Nothing of it may be logged: it may hold a link that signs in."""

    id: UUID
    #: Name of its kind, such as "sign-in-link".
    kind: str
    #: E-mail address.
    recipient: str
    #: The name of who runs the site.
    sender: str
    #: Code of the language.
    language: str
    #: Neutral: it names no course and no person.
    subject: str
    #: Plain text.
    text: str
    #: An appointment as iCalendar (RFC 5545), "" for none.
    calendar: str = ""
    created_at: datetime
    #: The same at each try, as `Notifier.reference` gave it.
    reference: str
    #: Whole address of the page where the person switches this kind off, "" for a kind that has no switch.
    switches: str = ""
    #: Whole address that takes one POST to switch it off (RFC 8058), "" likewise.
    one_click: str = ""


#: Sends one message. Raises OSError where the line broke before the message was given: it then waits.
Deliver = Callable[[OutgoingNotice], Delivery]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notifier:
    """A way out of the outbox; the setting PERILLE_NOTIFIER chooses one by its name.

    The outbox remembers what was sent and when to try again; a notifier only hands over. It is called outside any transaction, in the
    job "mail".
    """

    name: str
    #: What it sends by, in English.
    about: str
    #: Takes a session to read settings with, in a transaction that writes nothing. Returns None where it is not set up: messages wait.
    #: Entering what it returns opens the line, and raises OSError where nobody answers.
    connect: Callable[[Session], AbstractContextManager[Deliver] | None]
    #: Gives a message its reference, as a Message-ID is; kept, so that it is the same at each try.
    reference: Callable[[Session, UUID], str] = lambda _session, number: str(number)
