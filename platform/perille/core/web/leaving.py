"""The marker that a phone was left, and the removal of what a browser keeps.

Leaving has two levels. *Left*: the cookies stay, every page treats the browser as a stranger until its owner reopens it, so that a
mistaken press costs nothing. *Forgotten*: the browser drops everything. Both are marked by one plain cookie without an id, which
the page itself can set while the network is down.
"""

from __future__ import annotations

from flask import Flask, Response, request

from perille.core.web.cookies import delete_cookie, set_cookie
from perille.core.web.look import COOKIE as LOOK
from perille.core.web.responses import no_store

#: Name of the marker; its value is LEFT or FORGOTTEN.
MARKER = "perille_left"
LEFT = "1"
FORGOTTEN = "forget"
#: Cookies that say who somebody is here: a learner, an account of staff.
IDENTITIES = ("perille_learner", "perille_account")
#: What one page shows once (`core.web.once`).
SHOWN_ONCE = "perille_shown"
#: That somebody has pressed the pictures before their progress (`enrolment.held_phones`).
UNLOCKED = "perille_unlocked"
#: Beside the marker, for minutes after leaving without script (`safety.after_leaving`).
JUST_LEFT = "perille_just_left"
#: Of signing in: a browser that waits for a mail, one on its way to an organisation's service, and accounts that were in on the device.
SIGNING_IN = ("perille_sign_in", "perille_oidc", "perille_known")
#: All cookies that the site ever sets.
COOKIES = (
    *IDENTITIES,
    SHOWN_ONCE,
    UNLOCKED,
    JUST_LEFT,
    *SIGNING_IN,
    "perille_try",
    "perille_profile",
    "lang",
    LOOK,
    MARKER,
)
CLEAR_ALL = '"cache", "cookies", "storage"'
_YEAR = 365 * 24 * 3600


def is_left() -> bool:
    """Whether this browser was left: the request is answered as one of a stranger."""
    return request.cookies.get(MARKER) in (LEFT, FORGOTTEN)


def mark_left(response: Response) -> Response:
    """Mark the browser as left. The page's own script sets the same cookie, so it is readable by scripts."""
    set_cookie(response, MARKER, LEFT, seconds=_YEAR, for_scripts=True)
    return _closed(response)


def reopen(response: Response) -> Response:
    """Remove the marker, where there is one."""
    if MARKER in request.cookies:
        delete_cookie(response, MARKER)
        delete_cookie(response, JUST_LEFT)
        _closed(response)
    return response


def _closed(response: Response) -> Response:
    """Drop what a page was still to show, and lock what was unlocked: whoever goes on here later may be somebody else."""
    for name in (SHOWN_ONCE, UNLOCKED):
        if name in request.cookies:
            delete_cookie(response, name)
    return response


def clear_browser(response: Response) -> Response:
    """Delete all cookies of the site, and ask the browser to delete what else it keeps (encrypted connections only)."""
    for name in COOKIES:
        delete_cookie(response, name)
    response.headers["Clear-Site-Data"] = CLEAR_ALL
    no_store(response)
    return response


def drop_forgotten(response: Response) -> Response:
    """Finish a "leave and forget" that was pressed without a connection: the browser is cleared at its next contact."""
    if request.cookies.get(MARKER) == FORGOTTEN and not request.path.startswith("/static/"):
        return clear_browser(response)
    return response


def configure_leaving(app: Flask) -> None:
    """Clear browsers that were told to forget."""
    app.after_request(drop_forgotten)
