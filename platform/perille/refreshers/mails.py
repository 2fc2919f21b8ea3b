"""The daily job: an e-mail to who wants one when a question waits, and forgetting what was kept long enough."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from flask import current_app

from perille.consents.services import is_given, yes_since
from perille.core.base_url import base_address
from perille.core.current import current_config
from perille.core.database import Session, run_in_transaction, utcnow
from perille.core.fault_isolation import one_by_one
from perille.core.i18n import SOURCE_LANGUAGE, lazy_gettext, offered_for
from perille.core.notice import NoticeKind
from perille.core.web.site_address import link_to
from perille.notices.services import queue
from perille.people.models import Account
from perille.refreshers.purposes import MAILS, NOTICE, QUESTIONS
from perille.refreshers.spaced import forget_old_answers, past_answers, waiting

WAITS = NoticeKind(
    name=NOTICE,
    title=lazy_gettext("Questions that wait"),
    subject=lazy_gettext("A question waits for you"),
    template="refreshers/waits.txt",
    purpose=MAILS.name,
    life=timedelta(days=3),
)


def tell_and_forget(session: Session) -> int:
    """Queue an e-mail for each question that waits, once; return how many were queued. The job "spaced-questions"."""
    now = utcnow()
    run_in_transaction(session, lambda: forget_old_answers(session, now), write=True)
    found = run_in_transaction(session, lambda: yes_since(session, MAILS.name), write=False)
    return one_by_one(session, found.items(), partial(_tell, session, now), job="spaced-questions")


def _tell(session: Session, now: datetime, whose: tuple[UUID, tuple[datetime, str]]) -> bool:
    account_id, (since, read_in) = whose
    account = session.get(Account, account_id)
    if account is None or not account.email or account.disabled_at is not None:
        return False
    # Who was invited by a link alone has no language yet: that of their yes is one that they read.
    language = offered_for(account.locale or read_in) or SOURCE_LANGUAGE
    if (
        not is_given(session, account_id, QUESTIONS.name)
        or waiting(session, account_id, language, now).question is None
    ):
        return False
    past = past_answers(session, account_id)
    # One e-mail for each question, however long it waits; who switched everything off and on again is told anew.
    last = max(since, past[-1].at) if past else since
    made = queue(
        session,
        kind=WAITS.name,
        to=account,
        locale=language,
        links={"open": link_to(current_app, base_address(current_config()), "own.module_list", lang=language)},
        once=f"spaced:{account_id}:{last.isoformat()}",
    )
    return made is not None
