"""After each request: for how long a locked profile stays open, and what pages that are open already read of whose progress is open."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, g, request

from perille.core.current import current_config
from perille.core.database import run_in_transaction
from perille.core.extensions import db
from perille.core.web.cookies import given_cookie
from perille.core.web.leaving import MARKER, UNLOCKED, is_left, is_reopened
from perille.enrolment.browser_phones import HeldPhones, is_noted, lock_again, note_use
from perille.enrolment.cookies import COOKIE, held_phones, keep_phones, sets_cookie, several_here, tell_scripts
from perille.enrolment.opened_cookie import OPEN_COOKIE, is_closed_by_page, name_nobody, tells_opened
from perille.enrolment.phones import find_successor

#: A guest gives the phone back as it was: what was open before is open again.
_END_OF_VISIT = "guests.end_visit"


def _tell_anew(response: Response, held: HeldPhones) -> None:
    """Give a browser that threw away what pages read of whose progress is open the same again."""
    if OPEN_COOKIE in request.cookies or response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or _changes(response):
        return
    if held.open is not None and (several_here() or held.asleep):
        g.pop("phone", None)
        run_in_transaction(db.session, lambda: tell_scripts(response), write=False)


def _changes(response: Response) -> bool:
    """Tell whether an answer changes whose progress is open, or is one to somebody who leaves: what was open is not told any more."""
    return sets_cookie(response) or tells_opened(response) or is_noted(response) or bool(given_cookie(response, MARKER))


def _follow(response: Response, held: HeldPhones) -> None:
    """Give a browser whose number ended when pictures were put before it the new one, locked: the answer with it may have got lost."""
    gone = held.open if response.status_code < 500 else None
    if gone is None or gone in held.locks or g.get("phone", held) is not None or sets_cookie(response):
        return
    keys = current_config().secret_keys
    found = run_in_transaction(db.session, lambda: find_successor(db.session, gone, keys), write=False)
    if found is not None:
        others = [each for each in held.awake if each != gone]
        keep_phones(response, [found.id, *others], locks={found.id: 0})


def count_as_no_use() -> None:
    """Let this request keep no profile unlocked: a page that lies open sent it, and nobody did anything."""
    g.is_no_use = True


def note_locks(response: Response) -> Response:
    """Note for how long a locked profile stays open, and tell pages that are open already when it no longer is."""
    # A cache on the way may keep a public answer for others: no cookie of this browser goes along with it.
    if request.blueprint == "static" or COOKIE not in request.cookies or response.cache_control.public:
        return response
    held = held_phones()
    if is_left() and _opens_nothing(response):
        return keep_phones(response, ())
    _follow(response, held)
    _tell_anew(response, held)
    return _note_lock(response, held) if held.locks else response


def _note_lock(response: Response, held: HeldPhones) -> Response:
    if is_closed_by_page() and not is_noted(response):
        lock_again(response)
    if _closes(response, held) or (held.waits is not None and not _tells_who_is_open(response)):
        name_nobody(response)
    return response if g.get("is_no_use") else note_use(response, held)


def _closes(response: Response, held: HeldPhones) -> bool:
    """Tell whether an answer asks for the pictures again, as of a guest or of who leaves: a page that is kept does without a line, too."""
    is_locking = held.open in held.locks and is_noted(response) and not given_cookie(response, UNLOCKED)
    return is_locking and not sets_cookie(response) and not tells_opened(response)


def _opens_nothing(response: Response) -> bool:
    """Tell whether a browser that was left is used again without its progress, as by signing in: that stays asleep."""
    return is_reopened(response) and not sets_cookie(response) and request.endpoint != _END_OF_VISIT


def _tells_who_is_open(response: Response) -> bool:
    """Tell whether pages that are open already learn from this answer, or knew before, that the profile asks for its pictures again."""
    return is_noted(response) or tells_opened(response) or is_closed_by_page()
