"""Leaving quickly signs out: the session of an account ends on the server, however the server comes to know that the browser was left.

A press of the exit tells it at once. Without a line the page's script leaves a marker, and whatever the browser asks for next tells it.
Then a GET writes: the session of the browser that asks can end by it, once, and nothing else.
Other devices of the account stay signed in.
"""

from __future__ import annotations

from flask import Flask, Response, request
from sqlalchemy.exc import SQLAlchemyError

from perille.core.database import run_in_transaction
from perille.core.extensions import db
from perille.core.logs import get_logger
from perille.core.web.leaving import SIGNING_IN, drop_account, is_left
from perille.people.services import COOKIE, sign_out

log = get_logger(__name__)


def end_session_here() -> None:
    """End the session of the account of this browser, and with it what it opened of the account's progress; in a transaction."""
    sign_out(db.session, request.cookies.get(COOKIE, ""))


def end_left_session() -> None:
    """End the session of a browser that was left, before anything of the request is looked at."""
    if not is_left() or COOKIE not in request.cookies:
        return
    try:
        run_in_transaction(db.session, end_session_here, write=True)
    except SQLAlchemyError:
        # While the marker is there nobody is signed in, and the next request tries again; the cookie goes with this one.
        log.warning("the session of a browser that was left could not be ended")


def drop_left_account(response: Response) -> Response:
    """Take from a browser that was left what signed it in."""
    return drop_account(response, SIGNING_IN) if is_left() else response


def configure_signing_out(app: Flask) -> None:
    """Look at each request of a browser that was left."""
    app.before_request(end_left_session)
    app.after_request(drop_left_account)
