"""The marker that a phone was left, and the removal of what a browser keeps.

Leaving has two levels. *Left*: every page treats the browser as a stranger until its owner reopens it, so that a mistaken press costs
no progress; whoever was signed in with an account is signed out. *Forgotten*: the browser drops everything. Both are marked by one
plain cookie without an id, which the page itself can set while the network is down.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, Response, request

from perille.core.security import MARK, OWN
from perille.core.web import guest
from perille.core.web.cookies import delete_cookie, given_cookie, set_cookie
from perille.core.web.display_preferences import COOKIE as LOOK
from perille.core.web.responses import no_store

#: Name of the marker; its value is LEFT or FORGOTTEN.
MARKER = "perille_left"
LEFT = "1"
FORGOTTEN = "forget"
#: Cookies that say who somebody is here: a learner, an account of staff.
IDENTITIES = ("perille_learner", "perille_account")
#: What one page shows once (`core.web.flash_cookie`): a long value in the first; short ones in the others, so that two tabs keep both.
SHOWN_ONCE = ("perille_shown", "perille_shown_1", "perille_shown_2", "perille_shown_3")
#: That somebody has pressed the pictures before their progress (`enrolment.browser_phones`).
UNLOCKED = "perille_unlocked"
#: Beside the marker, for minutes after leaving without script (`safety.after_leaving`).
JUST_LEFT = "perille_just_left"
#: That an organisation's service may let somebody in again without asking who they are: they never left this browser nor signed out of it.
UNASKED = "perille_unasked"
#: An account that is signed in. They go when it signs out.
ACCOUNT = ("perille_account", UNASKED)
#: Which accounts were in on the device: it opens nothing, and spares its owner waiting for somebody else's wrong PINs. It stays when one
#: signs out, and goes with leaving: whoever looks through a phone that was left must not learn from it that an account was here.
KNOWN = "perille_known"
#: The same, a browser that waits for a mail with a sign-in code, and one on its way to an organisation's service. They go with leaving.
SIGNING_IN = (*ACCOUNT, "perille_sign_in", "perille_oidc", KNOWN)
#: All cookies that the site or its pages ever set.
COOKIES = (
    *IDENTITIES,
    *SHOWN_ONCE,
    UNLOCKED,
    JUST_LEFT,
    *SIGNING_IN[1:],
    "perille_try",
    "perille_profile",
    "perille_taken",
    "lang",
    LOOK,
    guest.COOKIE,
    MARKER,
)
CLEAR_ALL = '"cache", "cookies", "storage"'
CLEAR_COPIES = '"cache"'
_YEAR = 365 * 24 * 3600


def is_left() -> bool:
    """Whether this browser was left, or a guest learns in it: the request is answered as one of a stranger."""
    return request.cookies.get(MARKER) in (LEFT, FORGOTTEN) or guest.is_guest()


def mark_left(response: Response) -> Response:
    """Mark the browser as left. The page's own script sets the same cookie, so it is readable by scripts.

    Whoever answers ends the session of the account as well (`safety.signing_out`).
    """
    set_cookie(response, MARKER, LEFT, seconds=_YEAR, for_scripts=True)
    if guest.is_guest():
        # Whoever opens the site next must not read that somebody learned here.
        delete_cookie(response, guest.COOKIE)
    return drop_account(close(response), SIGNING_IN)


def drop_account(response: Response, names: Iterable[str] = ACCOUNT) -> Response:
    """Take from the browser what signs an account in, but for what the answer has just given it."""
    for name in names:
        if name in request.cookies and not given_cookie(response, name):
            delete_cookie(response, name)
    return response


def is_reopened(response: Response) -> bool:
    """Whether an answer takes the marker away, or ends a visit without leaving."""
    ends, given = (f"{MARKER}=;", f"{guest.COOKIE}=;"), response.headers.getlist("Set-Cookie")
    is_leaving = any(header.startswith(f"{MARKER}={LEFT}") for header in given)
    return not is_leaving and any(header.startswith(ends) for header in given)


def reopen(response: Response) -> Response:
    """Remove the marker, where there is one; a guest's visit is over."""
    if guest.is_guest():
        delete_cookie(response, guest.COOKIE)
    if MARKER in request.cookies:
        delete_cookie(response, MARKER)
        delete_cookie(response, JUST_LEFT)
        close(response)
    return response


def close(response: Response) -> Response:
    """Drop what a page was still to show, and lock what was unlocked: whoever goes on here later may be somebody else."""
    for name in (*SHOWN_ONCE, UNLOCKED):
        if name in request.cookies:
            delete_cookie(response, name)
    return response


def clear_browser(response: Response) -> Response:
    """Delete all cookies of the site, and ask the browser to delete what else it keeps (encrypted connections only)."""
    response.headers["Clear-Site-Data"] = CLEAR_ALL
    return clear_cookies(response)


def clear_cookies(response: Response) -> Response:
    """Delete all cookies of the site."""
    for name in COOKIES:
        delete_cookie(response, name)
    # Also where there is no content: the worker must know that it was the server who answered.
    response.headers[MARK] = OWN
    return no_store(response)


def clear_copies(response: Response) -> Response:
    """Ask the browser to delete its copies of pages."""
    response.headers["Clear-Site-Data"] = CLEAR_COPIES
    return no_store(response)


def drop_forgotten(response: Response) -> Response:
    """Finish a "leave and forget" that was pressed without a connection: the browser is cleared at its next contact."""
    if request.cookies.get(MARKER) == FORGOTTEN and not request.path.startswith(("/static/", "/forget")):
        return clear_browser(response)
    return response


def configure_leaving(app: Flask) -> None:
    """Clear browsers that were told to forget, and let those of guests keep no copies."""
    app.after_request(drop_forgotten)
    app.after_request(guest.leave_no_copy)
