"""The reminder that a certificate is about to expire, for people who keep their progress in an account with an e-mail address."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from uuid import UUID

from flask import Flask, current_app
from sqlalchemy import select

from perille.core.base_url import base_address
from perille.core.consent import Purpose
from perille.core.current import current_config
from perille.core.database import Session, run_in_transaction
from perille.core.dates import long_date, today
from perille.core.extensions import db
from perille.core.fault_isolation import one_by_one
from perille.core.i18n import SOURCE_LANGUAGE, lazy_gettext, offered_for
from perille.core.notice import NoticeKind
from perille.core.web.site_address import link_to
from perille.courses.addresses import ADDRESSES
from perille.credentials.models import Credential
from perille.domain.refresher import MINUTES, test_of
from perille.enrolment.accounts import account_keeping
from perille.enrolment.models import Enrolment
from perille.notices.person import Person
from perille.notices.services import queue, switch
from perille.packs.published.library import current_library
from perille.people.models import Account

#: Days before the last one on which a certificate counts.
AHEAD = timedelta(days=60)
_NAME = "certificate-expiring"
#: Switched on again with the yes: who said no by the link in an e-mail has changed their mind.
REMINDERS = Purpose(
    name="reminders",
    version=1,
    question=lazy_gettext("Remind you by e-mail before a certificate ends?"),
    about=lazy_gettext(
        "One e-mail comes 60 days before. It names no course. Take it back, and none comes any more, not even one that waits already."
    ),
    on_given=lambda account_id: switch(db.session, Person(account_id), _NAME, off=False),
)
EXPIRING = NoticeKind(
    name=_NAME,
    title=lazy_gettext("Reminders that a certificate ends"),
    subject=lazy_gettext("A reminder"),
    template="credentials/expiring.txt",
    purpose=REMINDERS.name,
    life=timedelta(days=14),
)


def remind(session: Session) -> int:
    """Queue a reminder for each certificate that ends soon, once; return how many were queued. The job "expiring-certificates"."""
    due = run_in_transaction(session, lambda: _due(session), write=False)
    return one_by_one(session, due, partial(_remind, session), job="expiring-certificates")


def _due(session: Session) -> list[UUID]:
    """Return the certificates that end soon, of learners whose progress is kept in an account with an address."""
    day = today()
    query = (
        select(Credential.id, Enrolment.learner_id)
        .join(Enrolment, Enrolment.id == Credential.enrolment_id)
        .where(Credential.expires_on >= day, Credential.expires_on <= day + AHEAD)
        .where(Credential.revoked_at.is_(None), Credential.replaced_on.is_(None))
    )
    return [number for number, learner in session.execute(query).all() if _account(session, learner) is not None]


def _account(session: Session, learner_id: UUID) -> Account | None:
    number = account_keeping()(session, learner_id)
    account = session.get(Account, number) if number is not None else None
    return account if account is not None and account.email and account.disabled_at is None else None


def _remind(session: Session, number: UUID) -> bool:
    credential = session.get(Credential, number)
    enrolment = session.get(Enrolment, credential.enrolment_id) if credential is not None else None
    account = _account(session, enrolment.learner_id) if enrolment is not None else None
    if credential is None or account is None or credential.expires_on is None:
        return False
    language = offered_for(account.locale or credential.language) or SOURCE_LANGUAGE
    made = queue(
        session,
        kind=EXPIRING.name,
        to=account,
        locale=language,
        values={"day": long_date(credential.expires_on, language), "minutes": MINUTES},
        links={"open": _address(current_app, credential, language), **_refresher(current_app, credential, language)},
        once=f"expiring:{credential.id}:{credential.expires_on}",
    )
    return made is not None


def _refresher(app: Flask, credential: Credential, language: str) -> dict[str, str]:
    """Return where the certificate can be made to count longer, nothing for one whose module has no refresher."""
    edition = current_library().newest(credential.pack_id)
    if edition is None or test_of(edition.structure) is None:
        return {}
    base, slug = base_address(current_config()), edition.summary.slug
    return {"refresher": link_to(app, base, "refreshers.current", lang=language, kind="modules", slug=slug)}


def _address(app: Flask, credential: Credential, language: str) -> str:
    base = base_address(current_config())
    summary = current_library().summary(credential.pack_id)
    if summary is None:
        return link_to(app, base, "catalogue.home", lang=language)
    kind = ADDRESSES[summary.kind]
    return link_to(app, base, "credentials.certificate", lang=language, kind=kind, slug=summary.slug)
