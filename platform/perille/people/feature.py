"""What accounts and organisations bring."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Response, url_for

from perille.core.feature import Feature
from perille.core.i18n import language_of, lazy_gettext
from perille.core.job import Job
from perille.core.notice import NoticeKind
from perille.core.permissions import current_gate
from perille.core.web.responses import see_other
from perille.people.commands import accounts
from perille.people.gate import refuse, verification
from perille.people.models import Account, AccountSession, AuditEntry, Membership, Organisation, SignInLink
from perille.people.permissions import permissions
from perille.people.services import LINK_LIFE
from perille.people.sign_in.jobs import forget_what_expired
from perille.people.sign_in.models import MODELS, PERSONAL
from perille.people.sign_in.reset_views import RESET_NOTICE
from perille.people.sign_in.views import PUBLIC
from perille.people.sign_in.views import blueprint as sign_in
from perille.people.views import blueprint

#: Tells somebody that an administrator reset how they sign in; values: `days`; links: `open`.
RESET = NoticeKind(
    name=RESET_NOTICE,
    title=lazy_gettext("Resets of how one signs in"),
    subject=lazy_gettext("Your link"),
    template="people/sign_in/reset_mail.txt",
    switchable=False,
    life=LINK_LIFE,
)


def guard_pages(app: Flask) -> None:
    """Let pages of all features ask what the account may do that is signed in."""
    current_gate.set(app, refuse)
    verification.set(app, lead_to_second_factor)


def lead_to_second_factor() -> Response:
    """Lead somebody whose session must be verified to where they show that it is them."""
    return see_other(url_for("sign_in.verify", lang=language_of()))


feature = Feature(
    name="people",
    public=frozenset({"people.leave"}) | PUBLIC,
    blueprints=(blueprint, sign_in),
    commands=(accounts,),
    models=(Account, Organisation, Membership, SignInLink, AccountSession, AuditEntry, *MODELS),
    personal_data=(Account, Membership, SignInLink, AccountSession, AuditEntry, *PERSONAL),
    jobs=(
        Job("sign-in", forget_what_expired, timedelta(hours=1), lazy_gettext("Forget sign-ins that were not finished")),
    ),
    notices=(RESET,),
    permissions=permissions(),
    setup=guard_pages,
)
