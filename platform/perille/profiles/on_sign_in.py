"""What happens to the progress on a phone when somebody signs in there, and when they start a course while they are signed in."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Response, g, request, url_for

from perille.consents.services import is_given
from perille.core.database import run_in_transaction
from perille.core.extensions import db
from perille.core.i18n import language_of
from perille.core.web.cookies import given_cookie
from perille.enrolment.cookies import (
    current_phone,
    keep_phones,
    locked_phones,
    open_phone_ids,
    profiles,
)
from perille.enrolment.models import Phone
from perille.enrolment.phones import add_phone, has_progress, pictures_on, tell_apart
from perille.people.current import current_session
from perille.people.models import AccountSession
from perille.people.services import COOKIE, signed_in
from perille.profiles.services import account_of_learner, keep_in_account, learners_of

#: Name of the purpose "keep progress in the account" (`profiles.purposes`).
RECORD = "record"


def arrive(response: Response) -> Response:
    """Follow a sign-in, by whatever way: progress of nobody's account is asked about, else that of the account is opened."""
    token = given_cookie(response, COOKIE)
    if not token or response.status_code != 303:
        return response
    run_in_transaction(db.session, lambda: _arrive(response, token), write=True)
    g.pop("phone", None)
    return response


def _arrive(response: Response, token: str) -> None:
    g.pop("phone", None)
    row, account = signed_in(db.session, token)
    here = current_phone()
    if row is None or account is None:
        return
    owner = account_of_learner(db.session, here.learner_id) if here is not None else None
    if owner == account.id:
        return
    if here is not None and owner is None and has_progress(db.session, here.learner):
        following = urlencode({"to": response.location})
        response.location = f"{url_for('profiles.confirm_keep_progress', lang=language_of())}?{following}"
        return
    _open_kept(response, row)


def _open_kept(response: Response, row: AccountSession) -> None:
    kept = learners_of(db.session, row.account_id)
    if kept:
        phone = open_by_session(row, kept[0].id)
        keep_phones(response, [phone.id, *open_phone_ids()])


def open_by_session(row: AccountSession, learner_id: object) -> Phone:
    """Return the phone row by which an account's progress is open in this browser, made now if there is none."""
    here = profiles()
    phone = next((each for each in here if each.learner_id == learner_id), None)
    if phone is None:
        everybody = [*here, *locked_phones()]
        phone = add_phone(db.session, learners_of(db.session, row.account_id)[0], pictures_on(everybody))
        bind_to_session(phone, row)
        tell_apart([*everybody, phone])
    g.phone = phone
    return phone


def bind_to_session(phone: Phone, row: AccountSession) -> None:
    """Let a phone hold its progress only for as long as a session of an account: signing out closes it."""
    phone.session_id, phone.open_until = row.id, row.expires_at


def keep_new_learner(phone: Phone) -> None:
    """Keep the progress of a learner who was just made in the account that is signed in, where none is kept in it yet."""
    row = _session_that_keeps()
    if row is not None:
        keep_in_account(db.session, row.account_id, phone.learner, ())
        bind_to_session(phone, row)


def holds_session() -> bool:
    """Whether this browser holds a session of an account: what is begun here may be kept in it, and is not without a name."""
    return COOKIE in request.cookies


def _session_that_keeps() -> AccountSession | None:
    """Return the session whose account keeps the progress of whoever begins now: it may, and keeps none yet."""
    row = current_session() if holds_session() else None
    if row is None or not is_given(db.session, row.account_id, RECORD):
        return None
    return None if learners_of(db.session, row.account_id) else row
