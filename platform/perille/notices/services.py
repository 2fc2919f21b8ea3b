"""What other features use: put an e-mail into the outbox, and the switches of a person.

    notices.queue(session, kind="seminar-reminder", to=account, locale="fi", values={"place": place}, links={"open": address})

Nothing is sent here: the caller's transaction stores a row, and a job sends it (`notices.sending`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid5

import msgspec
from flask import current_app
from sqlalchemy import ColumnElement, delete, or_, select

from perille.consents.services import is_given
from perille.core.collation import alphabetical
from perille.core.current import current_config
from perille.core.database import Session, utcnow
from perille.core.feature import notice_kinds_of
from perille.core.i18n import SOURCE_LANGUAGE, language_of, offered_for
from perille.core.letters import one_line
from perille.core.notice import NoticeKind
from perille.core.sealing import Seal, app_seal
from perille.notices.models import Notice, NoticeSwitch
from perille.notices.person import Addressee, Person, address_hashes, person_of, sign

#: Characters of a value: a name of a person or a place. What is longer is cut.
LONGEST = 200
_PURPOSE = b"perille notices: words and links of e-mails that wait"
_NAMESPACE = UUID("7c0f6a34-64b7-5a9c-9a55-0d1c5f3f4a11")

Value = str | int


class Content(msgspec.Struct):
    """What an e-mail says beside the words of its template."""

    values: dict[str, Value]
    links: dict[str, str]
    #: A calendar file (RFC 5545), "" for none.
    calendar: str = ""


def written_in(locale: str) -> str:
    """Return the language in which an e-mail to somebody is written; its links lead to pages in the same one."""
    return offered_for(locale) or SOURCE_LANGUAGE


def queue(
    session: Session,
    *,
    kind: str,
    to: Addressee | str,
    locale: str,
    values: Mapping[str, Value] | None = None,
    links: Mapping[str, str] | None = None,
    expires_at: datetime | None = None,
    once: str | None = None,
    calendar: bytes = b"",
) -> Notice | None:
    """Put an e-mail into the outbox; it goes with the caller's transaction. Return None where none is to be sent.

    *to*: an account, whose stored address is used, or an address. *locale*: the person's language. *values*: shown by the template, each
    one line. *links*: name -> absolute address. *expires_at*: after it the e-mail is dropped, not sent late. *once*: names what it is sent
    for; a second one is not queued. *calendar*: a file to attach. Raise LookupError for a kind that no feature brings, and ValueError for a
    link that is no whole address.

    None is returned for an account without an address, for a kind that the person has switched off or not agreed to, and where *once* was
    queued before.
    """
    known = kind_named(kind)
    account_id, address = (None, to) if isinstance(to, str) else (to.id, to.email or "")
    queued = once is not None and _is_queued(session, once)
    if not address or queued or not is_wanted(session, known, account_id, address):
        return None
    content = _content_of(values, links, calendar)
    notice = Notice(
        kind=kind,
        account_id=account_id,
        recipient=address,
        locale=written_in(locale),
        content=content_seal().close(msgspec.json.encode(content).decode()),
        once_key=once,
        expires_at=expires_at or utcnow() + known.life,
    )
    session.add(notice)
    session.flush()
    return notice


def _content_of(values: Mapping[str, Value] | None, links: Mapping[str, str] | None, calendar: bytes) -> Content:
    addresses = dict(links or {})
    _check_links(addresses)
    return Content({name: _one_line(value) for name, value in (values or {}).items()}, addresses, calendar.decode())


def kind_named(name: str) -> NoticeKind:
    """Return a kind of e-mail; raise LookupError for one that no feature brings. Needs an app context."""
    found = notice_kinds_of(current_app).get(name)
    if found is None:
        raise LookupError(f"no feature brings the kind of notice {name!r}")
    return found


def content_seal() -> Seal:
    """Return what seals words and links of e-mails that wait. Needs an app context."""
    return app_seal(_PURPOSE)


def switchable_kinds() -> list[NoticeKind]:
    """Return the kinds that a person may switch off."""
    return [kind for kind in notice_kinds_of(current_app).values() if kind.switchable]


def kinds_for(session: Session, person: Person, came_with: str) -> list[NoticeKind]:
    """Return the kinds that a person gets and may switch off, by their words.

    *came_with*: that of the e-mail whose link was opened, which is among them. Those with a purpose go to accounts that agreed to it;
    those for staff are not told to learners.
    """
    off = switched_off(session, person)

    def may_get(kind: NoticeKind) -> bool:
        account_id = person.account_id
        agreed = account_id is not None and bool(kind.purpose) and is_given(session, account_id, kind.purpose)
        is_theirs = not kind.for_staff or kind.name in off
        return (is_theirs and (not kind.purpose or agreed)) or kind.name == came_with

    return alphabetical(filter(may_get, switchable_kinds()), language_of(), lambda kind: str(kind.title))


def is_wanted(session: Session, kind: NoticeKind, account_id: UUID | None, address: str) -> bool:
    """Tell whether a person gets a kind of e-mail: they have not switched it off, and agree to its purpose where it has one."""
    if kind.purpose and account_id is not None and not is_given(session, account_id, kind.purpose):
        return False
    return not (kind.switchable and is_off(session, account_id, address, kind.name))


def is_off(session: Session, account_id: UUID | None, address: str, kind: str) -> bool:
    """Tell whether a person has switched a kind off: for their account, or for the address it is sent to."""
    hashes = address_hashes(address, current_config().secret_keys)
    whose: list[ColumnElement[bool]] = [NoticeSwitch.address_hash.in_(hashes)]
    if account_id is not None:
        whose.append(NoticeSwitch.account_id == account_id)
    return session.scalar(select(NoticeSwitch.id).where(NoticeSwitch.kind == kind, or_(*whose))) is not None


def switched_off(session: Session, person: Person) -> set[str]:
    """Return the kinds that a person has switched off."""
    return set(session.scalars(select(NoticeSwitch.kind).where(*_of(person))))


def switch(session: Session, person: Person, kind: str, *, off: bool) -> None:
    """Switch a kind of e-mail off or on for a person; doing it twice changes nothing. Raise LookupError for a kind that has no switch."""
    if kind not in {each.name for each in switchable_kinds()}:
        raise LookupError(f"the kind of notice {kind!r} cannot be switched off")
    if not off:
        session.execute(delete(NoticeSwitch).where(NoticeSwitch.kind == kind, *_of(person)))
        return
    number = uuid5(_NAMESPACE, f"{person.key} {kind}")
    if session.get(NoticeSwitch, number) is None:
        session.add(NoticeSwitch(id=number, account_id=person.account_id, address_hash=person.address_hash, kind=kind))
        session.flush()


def switches_token(account: Addressee) -> str:
    """Return the token of an account's page of switches, for `url_for("notices.preferences", token=...)`."""
    return sign(Person(account.id), "", current_config().secret_keys)


def token_for(notice: Notice) -> str:
    """Return the token that stands in an e-mail."""
    keys = current_config().secret_keys
    return sign(person_of(notice.account_id, notice.recipient, keys), notice.kind, keys)


def _of(person: Person) -> tuple[ColumnElement[bool], ...]:
    if person.account_id is not None:
        return (NoticeSwitch.account_id == person.account_id,)
    return (NoticeSwitch.address_hash == person.address_hash,)


def _is_queued(session: Session, once: str) -> bool:
    return session.scalar(select(Notice.id).where(Notice.once_key == once)) is not None


def _one_line(value: Value) -> Value:
    """Write a value on one line: a name that holds line breaks must not look like words of ours."""
    if isinstance(value, int):
        return value
    return one_line(value)[:LONGEST]


def _check_links(links: Mapping[str, str]) -> None:
    for name, link in links.items():
        if not link.startswith(("https://", "http://")) or not link.isprintable() or " " in link:
            raise ValueError(f"the link {name!r} is no whole address")
