"""What is said of a moment that was set, and the e-mail about one at which nothing happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from perille.core.database import Session
from perille.core.dates import moment
from perille.core.i18n import SOURCE_LANGUAGE, in_language, lazy_gettext, offered_for
from perille.core.notice import NoticeKind
from perille.core.web.site_address import mailed_url
from perille.notices.services import queue
from perille.people.memberships import accounts_with
from perille.people.models import Account, Role
from perille.studio.models import StudioDraft, StudioSchedule
from perille.studio.publishing import BlockerCode

#: values: `title`, `when`, `why`; links: `open`. It is about something that one has set oneself or answers for, so there is no switch.
STOPPED = NoticeKind(
    name="studio-schedule-stopped",
    title=lazy_gettext("Courses that were not published at the moment that was set"),
    subject=lazy_gettext("It did not happen by itself"),
    template="studio/schedule_stopped.txt",
    switchable=False,
)
#: Why something did not happen, in words.
REASONS: Mapping[str, str] = {
    BlockerCode.ERRORS: lazy_gettext("There are errors in it by now. They stand at their places."),
    BlockerCode.LIBRARY: lazy_gettext(
        "It is a library, which only an administrator can publish, as a draft of no organisation."
    ),
    BlockerCode.ADDRESS: lazy_gettext("Its address belongs to another course by now."),
    BlockerCode.APPROVAL: lazy_gettext("It is not approved any more, and it may not be published without."),
    BlockerCode.OVERTAKEN: lazy_gettext("Another version was published meanwhile."),
    BlockerCode.ASIDE: lazy_gettext("The draft was put aside."),
    BlockerCode.HANDED_OVER: lazy_gettext("The draft was given to another organisation."),
    BlockerCode.NOT_PUBLISHED: lazy_gettext("It was in no list any more."),
    BlockerCode.ROLE: lazy_gettext("Who had set it may not publish this course any more."),
    BlockerCode.WITHDRAWN: lazy_gettext("The course was taken out of the lists by hand."),
}


def tell_stopped(session: Session, draft: StudioDraft, row: StudioSchedule) -> None:
    """Queue the e-mails that say why nothing happened. Needs an app context.

    They go to who set the moment; where that person may not publish any more, to who answers for the draft instead.
    """
    for account in _responsible(session, draft) if row.why == BlockerCode.ROLE else _maker(session, row):
        _tell(session, draft, row, account)


def _maker(session: Session, row: StudioSchedule) -> Sequence[Account]:
    account = session.get(Account, row.made_by) if row.made_by is not None else None
    return () if account is None or account.disabled_at is not None else (account,)


def _responsible(session: Session, draft: StudioDraft) -> Sequence[Account]:
    """Return the coordinators of a draft's organisation; the administrators, where there is none."""
    local = accounts_with(session, Role.COORDINATOR, draft.organisation_id) if draft.organisation_id else ()
    return local or accounts_with(session, Role.ADMINISTRATOR, None)


def _tell(session: Session, draft: StudioDraft, row: StudioSchedule, account: Account) -> None:
    language = offered_for(account.locale or SOURCE_LANGUAGE) or SOURCE_LANGUAGE
    with in_language(language):
        when, why = moment(row.at, language, row.country), str(REASONS[row.why])
    address = mailed_url("studio.publication", lang=language, draft_id=draft.id)
    queue(
        session,
        kind=STOPPED.name,
        to=account,
        locale=language,
        values={"title": draft.title, "when": when, "why": why},
        links={"open": address},
        once=f"studio-schedule {row.id} {account.id}",
    )
