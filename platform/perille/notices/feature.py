"""What e-mails bring."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from perille.core.extensions import db
from perille.core.feature import Feature
from perille.core.i18n import lazy_gettext
from perille.core.job import Job
from perille.core.notice import NoticeKind
from perille.core.security import proven_by_address
from perille.notices.models import Notice, NoticeSwitch
from perille.notices.sending import send_waiting
from perille.notices.status import mail_trouble
from perille.notices.views import ONE_CLICK, blueprint

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


def set_up(app: Flask) -> None:
    """Let mail programs press the address in an e-mail, and administrators see why e-mails wait."""
    proven_by_address.of(app).add(ONE_CLICK)
    app.jinja_env.globals["mail_trouble"] = lambda: mail_trouble(db.session)


feature = Feature(
    name="notices",
    public=frozenset(
        {
            "notices.one_click",
            "notices.opened",
            "notices.press",
            "notices.switches",
        }
    ),
    blueprints=(blueprint,),
    jobs=(Job("mail", send_waiting, timedelta(seconds=5), lazy_gettext("Send e-mails that wait")),),
    notices=(SIGN_IN_LINK, INVITATION),
    models=(Notice, NoticeSwitch),
    personal_data=(Notice, NoticeSwitch),
    setup=set_up,
)
