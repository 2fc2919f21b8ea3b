"""The kinds of e-mail that are no feature's own."""

from __future__ import annotations

from datetime import timedelta

from perille.core.i18n import lazy_gettext
from perille.core.notice import NoticeKind

#: values: `code` (read aloud into the page that waits; may be left out), `minutes`; links: `open`.
SIGN_IN_LINK = NoticeKind(
    name="sign-in-link",
    title=lazy_gettext("Links for signing in"),
    subject=lazy_gettext("Your link"),
    template="notices/sign_in_link.txt",
    switchable=False,
    repeats=False,
    life=timedelta(minutes=15),
)
#: values: `organisation`, `days`; links: `open`.
INVITATION = NoticeKind(
    name="invitation",
    title=lazy_gettext("Invitations"),
    subject=lazy_gettext("An invitation for you"),
    template="notices/invitation.txt",
    switchable=False,
    life=timedelta(days=2),
)
TEST = "test"
_TEST = NoticeKind(
    name=TEST,
    title=lazy_gettext("Test mails"),
    subject=lazy_gettext("A test"),
    template="notices/test.txt",
    switchable=False,
    life=timedelta(hours=1),
)
KINDS = (SIGN_IN_LINK, INVITATION, _TEST)
