"""What one page shows once after a redirect: an encrypted cookie carries it over, and the answer that shows it deletes it.

So nothing secret and nothing personal stands in an address, a reload makes nothing anew, and the server keeps nothing. It can be read only
at the address it is meant for, by whoever is signed in or learns in the same browser as before, and not in a browser that was left.

Two tabs may each have something to show: a short value, such as a link or a code, has one of several cookies, so that it outlives what
another tab makes before its page is there. A long one (what was typed into a form) has the one first cookie.
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
from perille.core.decoding import read_json
from perille.core.web.cookies import delete_cookie, set_cookie
from perille.core.web.leaving import IDENTITIES, SHOWN_ONCE, is_left
from perille.core.web.responses import no_store, see_other

#: Seconds for which it waits to be shown.
_LIFE = 600
#: Bytes of a value as it is packed: with what encryption adds it must fit in one cookie, of which browsers keep 4,096.
_LONGEST = 2700
#: Bytes of a short value: all cookies together stay below the 8 kB that a proxy takes in one line.
_SHORT = 400


class _Shown(msgspec.Struct, array_like=True, frozen=True):
    """What one cookie holds: for whom, at which page, and what."""

    owner: str
    path: str
    kind: str
    value: object


class CookieTooLong(ValueError):
    """The value does not fit in a cookie."""


def show_once(address: str, kind: str, value: object) -> Response:
    """Lead to the page at *address* (303), which may read *value*, anything that JSON holds, by its *kind*; raise CookieTooLong."""
    response = see_other(address)
    no_store(response)
    path = urlsplit(address).path
    packed = zlib.compress(msgspec.json.encode(_Shown(_owner(), path, kind, value)), 9)
    if len(packed) > _LONGEST:
        raise CookieTooLong
    earlier = [place for place, name in enumerate(SHOWN_ONCE) if (held := _read(name)) and held.path == path]
    place = _place_for(packed, path, earlier)
    for other in earlier:
        if other != place:
            delete_cookie(response, SHOWN_ONCE[other])
    set_cookie(response, SHOWN_ONCE[place], _cipher().encrypt(packed).decode(), seconds=_LIFE)
    return response


def _place_for(packed: bytes, path: str, earlier: list[int]) -> int:
    """Return which cookie is to hold a value: that of *earlier* ones for its page, else one that is free.

    Two tabs that send at the same moment see the same ones free, so pages begin at different places: two of them in two cases of three.
    """
    if len(packed) > _SHORT:
        return 0
    short = range(1, len(SHOWN_ONCE))
    first = zlib.crc32(path.encode()) % len(short)
    places = [*short[first:], *short[:first]]
    mine = [place for place in earlier if place]
    free = [place for place in places if SHOWN_ONCE[place] not in request.cookies]
    return (mine or free or places)[0]


def shown_once(kind: str, *, keep: bool = False) -> object:
    """Return what this page shows once, None for nothing. The answer to this request deletes it from the browser.

    *keep*: the page may be loaded anew for ten minutes, because what it shows would be lost otherwise.
    """
    for name in SHOWN_ONCE:
        held = _read(name)
        if held and (held.owner, held.path, held.kind) == (_owner(), request.script_root + request.path, kind):
            if not keep:
                g.setdefault("shown_cookies", set()).add(name)
            return held.value
    return None


def drop_shown(response: Response, kind: str) -> None:
    """Delete what a page was to show of a *kind*: it was used."""
    for name in SHOWN_ONCE:
        if (held := _read(name)) and held.kind == kind:
            delete_cookie(response, name)


def _read(name: str) -> _Shown | None:
    """Return what a cookie holds, None for nothing that can be read."""
    if name not in request.cookies:
        return None
    try:
        packed = _cipher().decrypt(request.cookies[name], ttl=_LIFE)
    except (InvalidToken, ValueError):  # ValueError: letters that no token has
        return None
    return read_json(zlib.decompress(packed), _Shown)


def configure_once(app: Flask) -> None:
    """Delete what was shown."""
    app.after_request(_forget_shown)


def _forget_shown(response: Response) -> Response:
    for name in sorted(g.get("shown_cookies", ())):
        delete_cookie(response, name)
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
