"""Leaving quickly signs out: the session of an account ends on the server, however the server comes to know that the browser was left.

A press of the exit tells it at once. Without a line the page's script leaves a marker, and whatever the browser asks for next tells it.
Then a GET writes: the session of the browser that asks can end by it, after "leave and forget" its place among the phones, nothing else.
Other devices of the account stay signed in. Nobody waits for any of it to leave: the exit works while the database does not.
"""

from __future__ import annotations

from flask import Flask, Response, g, request
from sqlalchemy.exc import SQLAlchemyError

from perille.core.database import run_in_transaction
from perille.core.extensions import db
from perille.core.logs import get_logger
from perille.core.web.leaving import FORGOTTEN, MARKER, SIGNING_IN, drop_account, is_left
from perille.enrolment.cookies import COOKIE as LEARNER
from perille.enrolment.cookies import current_phone, sleeping_phones
from perille.people.services import COOKIE, sign_out

log = get_logger(__name__)
_LEAVE, _FORGET = "safety.leave", "safety.leave_and_forget"
#: Where a request notes that the session has been looked at.
_DONE = "perille.signed_out"


def _is_pressed(*endpoints: str) -> bool:
    # The worker's second question, for copies of pages alone, ends nothing: somebody may have begun anew since the first.
    return request.method == "POST" and request.endpoint in endpoints and request.form.get("quiet") != "cache"


def end_left_session() -> None:
    """End what is open in a browser that is or was left, before anything of the request is looked at."""
    if not (is_left() or _is_pressed(_LEAVE, _FORGET)):
        return
    request.environ[_DONE] = True
    if COOKIE not in request.cookies and not (_is_forgetting() and LEARNER in request.cookies):
        return
    try:
        run_in_transaction(db.session, _end_here, write=True)
    except SQLAlchemyError:
        # The browser loses its cookies all the same: nobody goes on there. The session runs out by itself, or is ended from the list.
        log.warning("the session of a browser that was left could not be ended")
    g.pop("phone", None)


def _is_forgetting() -> bool:
    """Whether "leave and forget" is pressed, or was pressed without a line."""
    return _is_pressed(_FORGET) or request.cookies.get(MARKER) == FORGOTTEN


def _end_here() -> None:
    if _is_forgetting():
        _forget_phone()
    sign_out(db.session, request.cookies.get(COOKIE, ""))


def _forget_phone() -> None:
    # Of a browser that was left before, the first of those asleep is the one that was open then.
    here = [current_phone(), *sleeping_phones()[:1]] if is_left() else [current_phone()]
    for phone in here:
        # A row with the learner's own number stands for all phones of before November 2026: the others keep theirs.
        if phone is not None and phone.id != phone.learner_id:
            db.session.delete(phone)


def drop_left_account(response: Response) -> Response:
    """Take from a browser that was left what signed it in."""
    # A cache on the way may keep a public answer for others, and sign them out with it: the next answer takes the cookies.
    if not is_left() or response.cache_control.public:
        return response
    if _DONE not in request.environ:
        # The request was refused before anybody looked: it came from another site, say.
        end_left_session()
    return drop_account(response, SIGNING_IN)


def configure_signing_out(app: Flask) -> None:
    """Look at each request of a browser that was left."""
    app.before_request(end_left_session)
    app.after_request(drop_left_account)
