"""What one page shows once after a redirect: an encrypted cookie carries it over, and the answer that shows it deletes it.

So nothing secret and nothing personal stands in an address, a reload makes nothing anew, and the server keeps nothing. It can be read only
at the address it is meant for, by whoever is signed in or learns in the same browser as before, and not in a browser that was left.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from urllib.parse import urlsplit

import msgspec
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from flask import Flask, Response, g, request

from perille.core.current import current_config
from perille.core.web.cookies import delete_cookie, set_cookie
from perille.core.web.leaving import IDENTITIES, SHOWN_ONCE, is_left
from perille.core.web.responses import no_store, see_other

#: Seconds for which it waits to be shown.
_LIFE = 600
#: Bytes of a value as it is packed: with what encryption adds it must fit in one cookie, of which browsers keep 4,096.
_LONGEST = 2700


class CookieTooLong(ValueError):
    """The value does not fit in a cookie."""


def show_once(address: str, kind: str, value: object) -> Response:
    """Lead to the page at *address* (303), which may read *value*, anything that JSON holds, by its *kind*; raise CookieTooLong."""
    response = see_other(address)
    no_store(response)
    packed = zlib.compress(msgspec.json.encode([_owner(), urlsplit(address).path, kind, value]), 9)
    if len(packed) > _LONGEST:
        raise CookieTooLong
    set_cookie(response, SHOWN_ONCE, _cipher().encrypt(packed).decode(), seconds=_LIFE)
    return response


def shown_once(kind: str, *, keep: bool = False) -> object:
    """Return what this page shows once, None for nothing. The answer to this request deletes it from the browser.

    *keep*: the page may be loaded anew for ten minutes, because what it shows would be lost otherwise.
    """
    if SHOWN_ONCE not in request.cookies:
        return None
    try:
        packed = _cipher().decrypt(request.cookies[SHOWN_ONCE], ttl=_LIFE)
    except (InvalidToken, ValueError):  # ValueError: letters that no token has
        return None
    owner, path, found, value = msgspec.json.decode(zlib.decompress(packed))
    if (owner, path, found) != (_owner(), request.script_root + request.path, kind):
        return None
    g.was_shown_once = not keep
    return value


def configure_once(app: Flask) -> None:
    """Delete what was shown."""
    app.after_request(_forget_shown)


def _forget_shown(response: Response) -> Response:
    if g.get("was_shown_once"):
        delete_cookie(response, SHOWN_ONCE)
        no_store(response)
    return response


def _owner() -> str:
    """Return a word for who is signed in and who learns in this browser: what one of them was to see is not for the next.

    A browser that was left is somebody else's: it is shown what it sends itself, and nothing from before.
    """
    who = ("left",) if is_left() else tuple(request.cookies.get(name, "") for name in IDENTITIES)
    cookies = "\0".join(who)
    return hashlib.sha256(cookies.encode(errors="replace")).hexdigest()[:16]


def _cipher() -> MultiFernet:
    keys = (hashlib.sha256(b"perille shown once\0" + key.encode()).digest() for key in current_config().secret_keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])
