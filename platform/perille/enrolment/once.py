"""What a page shows once after a redirect: an encrypted cookie carries it over, and is deleted by the page that shows it.

So nothing secret is in an address, a reload makes nothing anew, and the server keeps hashes only.
"""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from flask import Response, request

from perille.core.current import current_config
from perille.core.security import over_https
from perille.enrolment.models import Learner

COOKIE = "perille_shown"
#: Seconds for which it waits to be shown.
_LIFE = 600


def _cipher() -> MultiFernet:
    config = current_config()
    keys = (hashlib.sha256(b"perille shown once\0" + key.encode()).digest() for key in config.secret_keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


def show_once(response: Response, learner: Learner, kind: str, value: str) -> Response:
    """Let the next page show *value* to this learner. *kind*: "code" or "token"."""
    body = f"{learner.id.hex} {kind} {value}".encode()
    response.set_cookie(
        COOKIE,
        _cipher().encrypt(body).decode(),
        max_age=_LIFE,
        httponly=True,
        samesite="Lax",
        secure=over_https(),
    )
    return response


def shown(learner: Learner) -> tuple[str, str]:
    """Return (kind, value) of what is to be shown to this learner; ("", "") for nothing."""
    try:
        whole = _cipher().decrypt(request.cookies.get(COOKIE, ""), ttl=_LIFE).decode()
    except InvalidToken:
        return "", ""
    owner, kind, value = whole.split(" ", 2)
    return (kind, value) if owner == learner.id.hex else ("", "")


def was_shown(response: Response) -> Response:
    """Delete the cookie: it has been shown."""
    if COOKIE in request.cookies:
        response.delete_cookie(COOKIE, httponly=True, samesite="Lax", secure=over_https())
    return response
