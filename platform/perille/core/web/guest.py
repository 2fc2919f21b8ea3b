"""Whether somebody learns in this browser as a guest: of whom nothing is kept, neither here nor on the server.

A guest meets the browser as whoever it was left to (`leaving.is_left`): what others learn here is asleep, an account is signed out. Their
courses are those that leave no trace. One cookie says so; it goes when the browser is closed, when the visit is ended, and when progress
is opened. It holds how pages looked before, so that the end brings that back.
"""

from __future__ import annotations

from flask import Response, has_request_context, request

from perille.core.security import MARK, OWN

COOKIE = "perille_guest"


def is_guest() -> bool:
    """Tell whether this request is one of a guest."""
    return has_request_context() and COOKIE in request.cookies


def leave_no_copy(response: Response) -> Response:
    """Let the browser keep no copy of what a guest was sent, pictures of a course included; for `after_request`.

    Style sheets and scripts are those of every page, and tell nothing.
    """
    if is_guest() and request.endpoint != "static.shipped":
        response.headers["Cache-Control"] = "no-store"
        response.headers[MARK] = OWN
    return response
