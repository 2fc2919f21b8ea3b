"""Back after leaving without script, where no page can cover itself: for ten minutes the server tells Back from a fresh press.

A browser that follows a link or a typed address says `Sec-Fetch-User: ?1` (Fetch Metadata, W3C); one that goes back does not. What it
goes back to it asks for again, since pages vary by cookie and leaving changed the cookies. Only a page that was typed in is asked for in
the same way each time, so a typed address of a course leads to the calendar as well; the first page is open to it, for whoever comes next.

Browsers from before these headers (Chromium 76, Firefox 90, Safari 16.4), and all of them on a site without https, tell no press from
Back: there each page of a course leads to the calendar for those minutes, and all other pages are open. Starting or reopening ends it.
With script, leave.js covers pages by itself and none of this is needed.
"""

from __future__ import annotations

from flask import Flask, Response, request, url_for

from perille.core.web.cookies import set_cookie
from perille.core.web.leaving import JUST_LEFT
from perille.core.web.responses import no_store, see_other

#: Seconds after leaving in which Back leads to the calendar.
COVERED = 600
#: Endpoints that Back may show: neutral ones, and what pages are made of.
_NEUTRAL = frozenset({"safety.calendar", "static.shipped", "learning.media"})
#: Pages that tell what somebody read stand below the address of a course, whichever feature they are of, or are a plugin's.
_OF_A_COURSE, _PLUGINS = "slug", "plugins"


def note_leaving(response: Response) -> Response:
    """Note on the answer to a press of the exit that it was just now, and have the browser drop the pages that it kept."""
    set_cookie(response, JUST_LEFT, "1", seconds=COVERED)
    # Also pages that it holds ready for Back; browsers heed this on encrypted lines only.
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def cover_back() -> Response | None:
    """Lead to the calendar where a browser that was just left goes back to a page."""
    if JUST_LEFT not in request.cookies or request.method != "GET" or request.endpoint in _NEUTRAL:
        return None
    mode = request.headers.get("Sec-Fetch-Mode")
    covered = _is_telling() if mode is None else mode == "navigate" and _may_be_back()
    if not covered:
        return None
    return no_store(see_other(url_for("safety.calendar")))


def _may_be_back() -> bool:
    pressed = request.headers.get("Sec-Fetch-User") == "?1"
    return not pressed or (_is_telling() and request.headers.get("Sec-Fetch-Site") == "none")


def _is_telling() -> bool:
    rule = request.url_rule
    return rule is not None and (_OF_A_COURSE in rule.arguments or _PLUGINS in rule.rule.split("/"))


def configure_after_leaving(app: Flask) -> None:
    """Look at each request before its view."""
    app.before_request(cover_back)
