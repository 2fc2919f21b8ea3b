"""What e-mails bring."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from perille.core.extensions import db
from perille.core.feature import Feature, NavigationItem, Permission, Place
from perille.core.i18n import lazy_gettext
from perille.core.job import Job
from perille.core.security import proven_by_address
from perille.notices.kinds import KINDS
from perille.notices.mail_page import MANAGE
from perille.notices.mail_page import blueprint as mail_page
from perille.notices.models import Notice, NoticeSwitch
from perille.notices.sending import send_waiting
from perille.notices.status import mail_trouble
from perille.notices.views import ONE_CLICK, blueprint


def set_up(app: Flask) -> None:
    """Let mail programs press the address in an e-mail, and administrators see why e-mails wait."""
    proven_by_address.of(app).add(ONE_CLICK)
    app.jinja_env.globals["mail_trouble"] = lambda: mail_trouble(db.session)


feature = Feature(
    name="notices",
    public=frozenset(
        {
            "notices.one_click_unsubscribe",
            "notices.redirect_to_preferences",
            "notices.save_preference",
            "notices.preferences",
        }
    ),
    blueprints=(blueprint, mail_page),
    navigation=(NavigationItem(Place.MANAGE, "mail.show", lazy_gettext("E-mails"), order=20, permission=MANAGE),),
    permissions=(Permission(name=MANAGE, about="Set the mail server, and see how its test mails went"),),
    jobs=(Job("mail", send_waiting, timedelta(seconds=5), lazy_gettext("Send e-mails that wait")),),
    notices=KINDS,
    models=(Notice, NoticeSwitch),
    stays=(Notice, NoticeSwitch),
    personal_data=(Notice, NoticeSwitch),
    setup=set_up,
)
