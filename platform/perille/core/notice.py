"""What a kind of e-mail is: words for its subject, a template for its body, and whether a person may switch it off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeKind:
    """One kind of e-mail. `perille.notices` renders, sends and counts them; a feature only queues them."""

    #: Unique among all kinds of the installation: "sign-in-link".
    name: str
    #: What it is, for lists of kinds, in the reader's language (`lazy_gettext`): "Reminders of seminars".
    title: str
    #: The subject (`lazy_gettext`). It takes no value: who looks over a shoulder at a list of mails learns no course, name or code.
    subject: str
    #: Template of the plain-text body; it may use `values`, `links` and `_()`, and extends "notices/mail.txt".
    template: str
    #: Whether a person may switch it off. Links for signing in and invitations are asked for and cannot be.
    switchable: bool = True
    #: Whether only staff gets it: it stands on the page of switches of who opened it from such an e-mail, or has switched it off.
    for_staff: bool = False
    #: Name of the `core.consent.Purpose` to which an account must have agreed, "" for none: it is not sent without.
    purpose: str = ""
    #: Whether it is sent a second time where nobody knows whether the first arrived. A link for signing in is not: a press makes a new one.
    repeats: bool = True
    #: How long it is worth sending, unless `queue` is told a moment. A mail server may be away for a day.
    life: timedelta = timedelta(days=5)
