"""Progress that was opened on a phone without a line: the server hears of it with the next request.

The page that opened it (`static/offline/answers.js`) can write no cookie that we signed. It writes into the one for scripts whose it is,
with a mark; that chooses among those whom a press opens on this phone, and never one before whom three pictures stand.
"""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from flask import Response, g, request

from perille.core.database import run_in_transaction
from perille.core.extensions import db
from perille.core.web.leaving import is_left
from perille.enrolment.browser_phones import is_noted, lock_again
from perille.enrolment.cookies import (
    COOKIE,
    cookie_phone_ids,
    held_phones,
    keep_phones,
    open_here,
    profiles,
    sets_cookie,
    tell_scripts,
)
from perille.enrolment.opened_cookie import OPEN_COOKIE
from perille.enrolment.profile_tokens import tokens_of

_MARK = ".1"
#: Where a request keeps whose progress it opened: the number of their phone row, None where the mark named nobody here.
_SWITCHED = "perille.switched_to"


def follow_switch() -> None:
    """Open in this request whose progress was opened on the phone."""
    value = request.cookies.get(OPEN_COOKIE, "")
    if not value.endswith(_MARK) or COOKIE not in request.cookies or request.blueprint == "static" or is_left():
        return
    name = value.removesuffix(_MARK).rpartition(".")[2]
    chosen = run_in_transaction(db.session, lambda: _named(name), write=False)
    g.pop("phone", None)
    request.environ[_SWITCHED] = chosen
    if chosen is not None:
        open_here(chosen)


def _named(name: str) -> UUID | None:
    locks = held_phones().locks
    return next((each.id for each in profiles() if each.id not in locks and name in tokens_of([each.learner])), None)


def keep_switch(response: Response) -> Response:
    """Let the browser know whose progress is open."""
    if _SWITCHED not in request.environ or response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return response
    if response.cache_control.public:
        # A cache on the way may keep it for others: no cookie of this browser goes along. The next answer has it.
        return response
    chosen: UUID | None = request.environ[_SWITCHED]
    if chosen is not None and not is_noted(response):
        # A lock closes when another number stands first.
        lock_again(response)
    if not sets_cookie(response):
        g.pop("phone", None)
        run_in_transaction(db.session, lambda: _keep(response, chosen), write=False)
    return response


def _keep(response: Response, chosen: UUID | None) -> None:
    if chosen is None:
        tell_scripts(response)
    else:
        keep_phones(response, cookie_phone_ids())
