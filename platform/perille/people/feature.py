"""What accounts and their roles in organisations bring."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Response, url_for

from perille.core.database import Session, run_in_transaction
from perille.core.feature import Feature
from perille.core.i18n import language_of, lazy_gettext
from perille.core.job import Job
from perille.core.notice import NoticeKind
from perille.core.permissions import current_gate
from perille.core.synced_tables import SyncedTable
from perille.core.web.responses import see_other
from perille.notices.own_address import own_address
from perille.people.audit import forget_old_entries
from perille.people.commands import accounts
from perille.people.current import current_account
from perille.people.gate import may, refuse, verification
from perille.people.invitations import forget_old_invitations
from perille.people.models import (
    Account,
    AccountSession,
    AuditEntry,
    Invitation,
    Membership,
    Organisation,
    SignInLink,
)
from perille.people.permissions import permissions
from perille.people.return_address import refused_path
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


def forget_old(session: Session) -> None:
    """Delete entries of the audit table that were kept long enough, and invitations that ended a month ago."""

    def work() -> None:
        forget_old_entries(session)
        forget_old_invitations(session)

    run_in_transaction(session, work, write=True)


def guard_pages(app: Flask) -> None:
    """Let pages of all features ask what the account may do that is signed in, and those of e-mails offer its address."""
    current_gate.set(app, refuse)
    app.jinja_env.globals["may"] = may
    verification.set(app, lead_to_second_factor)
    own_address.set(app, lambda: account.email if (account := current_account()) is not None else None)


def lead_to_second_factor() -> Response:
    """Lead somebody whose session must be verified to where they show that it is them."""
    return see_other(url_for("sign_in.second_factor", lang=language_of(), to=refused_path()))


feature = Feature(
    name="people",
    public=frozenset({"people.log_out"}) | PUBLIC,
    blueprints=(blueprint, sign_in),
    commands=(accounts,),
    models=(
        Account,
        Organisation,
        Membership,
        Invitation,
        SignInLink,
        AccountSession,
        AuditEntry,
        *MODELS,
    ),
    # Of these, who leads the group and the organisation's name alone (`perille.sync.people`).
    carried=(
        SyncedTable(model=Organisation, reached="learning_group.organisation_id", to_room=True),
        SyncedTable(model=Account, reached="group_trainer.account_id", to_room=True),
        SyncedTable(model=Membership, through="account_id", to_room=True),
    ),
    stays=(Invitation, SignInLink, AccountSession, AuditEntry, *MODELS),
    personal_data=(Account, Membership, Invitation, SignInLink, AccountSession, AuditEntry, *PERSONAL),
    notices=(RESET,),
    permissions=permissions(),
    jobs=(
        Job("audit-table", forget_old, timedelta(days=1), lazy_gettext("Forget old entries of the audit table")),
        Job("sign-in", forget_what_expired, timedelta(hours=1), lazy_gettext("Forget sign-ins that were not finished")),
    ),
    setup=guard_pages,
)
