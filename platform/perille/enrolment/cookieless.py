"""Browsers that keep no cookies: they leave one row at most, and their readers are told.

Whether a browser keeps cookies shows at its second request. So one learner may be made for a browser that brings none; the next press
without a cookie makes nobody, is noted in a cookie of its own, and leads to a page that says so if that does not come back either.
"""

from __future__ import annotations

from flask import Response, g, make_response, redirect, request, url_for
from itsdangerous import BadSignature, URLSafeSerializer

from perille.core.current import current_config
from perille.core.extension_state import AppSlot
from perille.core.network import network_of
from perille.core.ratelimit import RateLimit
from perille.core.web.cookie_check import TRIED
from perille.core.web.cookies import set_cookie
from perille.core.web.responses import no_store

COOKIE = "perille_try"
_HOUR = 3600
#: First presses without a cookie, by network and browser.
_first_presses = AppSlot("first_presses", lambda: RateLimit(1, 1 / 60))


def may_make_learner() -> bool:
    """Whether a row may be made for this request: its browser brings a cookie, or nobody like it came without one in this hour.

    Browsers behind one line that look alike, as in a class, wait for their second press and lose nothing.
    """
    if request.cookies:
        return True
    if "may_make_learner" not in g:
        g.may_make_learner = not _first_presses().take(
            f"{network_of(request.remote_addr or '')} {request.user_agent.string[:300]}"
        )
    allowed: bool = g.may_make_learner
    return allowed


def ask_for_cookie() -> Response | None:
    """Return the redirect that sends this press again with a cookie; None where it need not, or did so already.

    307 (RFC 9110 15.4.8) keeps the method and the form, so that a person whose browser keeps cookies notices nothing. After
    it, `may_make_learner` knows: a press that still brings no cookie comes from a browser that keeps none.
    """
    if may_make_learner() or TRIED in request.args:
        return None
    query = request.query_string.decode("ascii", "replace")
    address = url_for(request.endpoint or "", **(request.view_args or {}))
    response = make_response(redirect(f"{address}?{query}{'&' if query else ''}{TRIED}=1", 307))
    no_store(response)
    return remember_pending(response, "")


def _serializer() -> URLSafeSerializer:
    config = current_config()
    return URLSafeSerializer(list(reversed(config.secret_keys)), salt="perille pending")


def remember_pending(response: Response, done: str) -> Response:
    """Note in the browser which unit was done, "pack unit", until it is known whether cookies are kept."""
    set_cookie(response, COOKIE, str(_serializer().dumps(done)), seconds=_HOUR)
    return response


def pending() -> str:
    """Return what `remember_pending` noted; "" for nothing."""
    try:
        return str(_serializer().loads(request.cookies.get(COOKIE, "")))
    except BadSignature:
        return ""
