"""What pages of ours read of whose progress is open, where several learn on a phone or somebody left it.

The number of the picture and, after a dot, the name by which the phone knows that progress (`profile_token`), which stays where somebody
takes another picture. It opens nothing that a press would not: with ".1" at its end a page without a line has chosen among those. Of
progress that asks for its pictures after a while the minutes follow, and the second of the phone's clock in which a page was last used
(`static/app.js`).
"""

from __future__ import annotations

from flask import Response, request

from perille.core.current import current_config
from perille.core.web.cookies import delete_cookie, given_cookie, set_cookie
from perille.core.web.leaving import UNLOCKED
from perille.enrolment.models import Phone
from perille.enrolment.profile_tokens import profile_token

OPEN_COOKIE = "perille_profile"
#: Its value while nobody's progress is open: the server says so, or a page did without a line.
_NOBODY = "0"
_YEAR = 365 * 24 * 3600


def name_opened(response: Response, phone: Phone, minutes: int) -> None:
    """Say whose progress is open; *minutes*: after how many without use it asks for its pictures, 0 for never."""
    name = f"{phone.shown_picture.number}.{profile_token(phone.learner_id, current_config().secret_keys[0])}"
    value = f"{name}.{minutes}" if minutes else name
    known = request.cookies.get(OPEN_COOKIE, "")
    # The time of the last use stays, unless the pictures were pressed just now: a page that is opened hours later needs it. An answer that
    # has taken the cookie away, as when somebody else's data are deleted, gives it again.
    stays = minutes and known.startswith(f"{value}.") and not tells_opened(response)
    if not stays or given_cookie(response, UNLOCKED):
        _set(response, value)


def name_nobody(response: Response) -> None:
    """Say that pictures stand before the progress that was open."""
    _set(response, _NOBODY)


def _set(response: Response, value: str) -> None:
    set_cookie(response, OPEN_COOKIE, value, seconds=_YEAR, for_scripts=True)


def drop_opened(response: Response) -> None:
    """Say nothing any more, as where one learns alone."""
    if OPEN_COOKIE in request.cookies:
        delete_cookie(response, OPEN_COOKIE)


def is_closed_by_page() -> bool:
    """Whether pages of this browser show nobody's progress: by the phone's clock the time ran out, without a line perhaps."""
    return request.cookies.get(OPEN_COOKIE) == _NOBODY


def tells_opened(response: Response) -> bool:
    """Whether an answer says whose progress is open."""
    return any(OPEN_COOKIE in header for header in response.headers.getlist("Set-Cookie"))
