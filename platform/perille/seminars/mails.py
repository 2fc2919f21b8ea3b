"""E-mails about a seminar: they go into the outbox in the transaction that changes what they tell of."""

from __future__ import annotations

from datetime import datetime

from perille.core.current import current_config
from perille.core.database import Session
from perille.core.dates import moment
from perille.core.i18n import SOURCE_LANGUAGE, in_language, lazy_gettext, offered_for
from perille.core.notice import NoticeKind
from perille.core.web.site_address import mailed_url
from perille.notices.services import queue
from perille.people.models import Account, Organisation
from perille.seminars.calendar_file import calendar_file
from perille.seminars.models import EntryState, Seminar, SeminarEntry
from perille.seminars.services import UNCONFIRMED_KEPT, entry_token

#: values: `title`, `when`, `place`; links: `open`.
CONFIRM = NoticeKind(
    name="seminar-confirm",
    title=lazy_gettext("Sign-ups for seminars that wait for a press"),
    subject=lazy_gettext("Please confirm"),
    template="seminars/confirm.txt",
    switchable=False,
    life=UNCONFIRMED_KEPT,
)
#: values: `state`, `cancelled`, `title`, `when`, `place`, `until`; links: `open`, `join`.
NEWS = NoticeKind(
    name="seminar-news",
    title=lazy_gettext("News of seminars that you signed up for"),
    subject=lazy_gettext("About your sign-up"),
    template="seminars/news.txt",
)
REMINDER = NoticeKind(
    name="seminar-reminder",
    title=lazy_gettext("Reminders of seminars"),
    subject=lazy_gettext("A reminder"),
    template="seminars/reminder.txt",
)


def country_of(session: Session, seminar: Seminar) -> str:
    """Return the country by whose clock a seminar is told: the first one of its organisation, "" for none."""
    organisation = session.get(Organisation, seminar.organisation_id)
    return next(iter(organisation.countries), "") if organisation is not None else ""


def ask_to_confirm(session: Session, seminar: Seminar, entry: SeminarEntry, now: datetime) -> None:
    """Queue the e-mail with the link that makes a sign-up count; at most one an hour, whoever asks for it."""
    once = f"seminar-confirm {entry.id} {now:%Y%m%d%H}"
    _queue(session, CONFIRM, seminar, entry, {}, once=once)


def queue_mail(session: Session, seminar: Seminar, entry: SeminarEntry) -> None:
    """Queue the e-mail that says where a sign-up stands."""
    values: dict[str, str | int] = {"state": entry.state, "cancelled": int(seminar.cancelled_at is not None)}
    has_place = entry.state == EntryState.TAKEN.value
    file = calendar_file(seminar, with_link=True) if has_place else b""
    _queue(session, NEWS, seminar, entry, values, calendar=file, expires_at=entry.offered_until)


def remind(session: Session, seminar: Seminar, entry: SeminarEntry) -> bool:
    """Queue a reminder, once for each time that the seminar was given; tell whether there was none yet."""
    once = f"seminar-reminder {entry.id} {seminar.sequence}"
    return _queue(session, REMINDER, seminar, entry, {}, once=once, expires_at=seminar.starts_at)


def _queue(
    session: Session,
    kind: NoticeKind,
    seminar: Seminar,
    entry: SeminarEntry,
    values: dict[str, str | int],
    *,
    once: str | None = None,
    calendar: bytes = b"",
    expires_at: datetime | None = None,
) -> bool:
    account = session.get(Account, entry.account_id) if entry.account_id is not None else None
    to = account if account is not None else entry.email
    if not (account.email if account is not None else entry.email):
        return False
    language = offered_for(entry.locale) or SOURCE_LANGUAGE
    links = {"open": _address(language, entry)}
    if seminar.link and entry.state == EntryState.TAKEN.value:
        links["join"] = seminar.link
    made = queue(
        session,
        kind=kind.name,
        to=to,
        locale=language,
        values={**_words(session, seminar, entry, language), **values},
        links=links,
        once=once,
        calendar=calendar,
        expires_at=expires_at,
    )
    return made is not None


def _words(session: Session, seminar: Seminar, entry: SeminarEntry, language: str) -> dict[str, str | int]:
    country = country_of(session, seminar)
    with in_language(language):
        until = moment(entry.offered_until, language, country) if entry.offered_until is not None else ""
        when = moment(seminar.starts_at, language, country)
    return {"title": seminar.title, "when": when, "place": seminar.place, "until": until}


def _address(language: str, entry: SeminarEntry) -> str:
    token = entry_token(entry, current_config().secret_keys)
    return mailed_url("seminars.entry", lang=language, token=token)
