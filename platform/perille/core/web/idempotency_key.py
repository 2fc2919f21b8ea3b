"""A button that makes a secret and is pressed twice on a slow line makes one: both presses of one form give the same secret.

What is shown once is kept as a hash alone, so the second press could not show what the first one made. The form carries a word of its own
(`press_field`), made anew with each page; the secret follows from it and from a key of the installation (`secret_of_press`). So does the
number of what somebody without an account makes. What an account makes, and pages show, needs no word: `people.double_submission`.
"""

from __future__ import annotations

import hmac
import re
import secrets
import time
from hashlib import sha256

from flask import request
from markupsafe import Markup

from perille.core.current import current_config

_FIELD = "press"
_WORD = re.compile(r"(\d{9,12})-([0-9a-f]{32})")
#: Seconds for which a page's form is one press; later it makes something new, so that nothing that was ended comes back.
_LIFE = 600


def press_field() -> Markup:
    """Return the hidden field by which a form knows its own second press. Needs a page that no cache keeps."""
    word = f"{int(time.time())}-{secrets.token_hex(16)}"
    return Markup('<input type="hidden" name="{}" value="{}">').format(_FIELD, word)


def secret_of_press(purpose: str, *about: object) -> bytes:
    """Return 32 bytes that nobody can guess: the same for both presses of one form, else new ones.

    *purpose* and *about*, such as who pressed and on what, tell apart what the same word would mean elsewhere.
    """
    found = _word()
    if found is None or _is_old(found):
        return secrets.token_bytes(32)
    key = sha256(b"perille press\0" + current_config().secret_keys[0].encode()).digest()
    return hmac.digest(key, "\0".join((purpose, *map(str, about), found[0])).encode(), "sha256")


def is_old_press() -> bool:
    """Tell whether a form was sent again long after its page was made: what it asked for was done then, and may not be meant any more."""
    found = _word()
    return found is not None and _is_old(found)


def _word() -> re.Match[str] | None:
    return _WORD.fullmatch(request.form.get(_FIELD, ""))


def _is_old(found: re.Match[str]) -> bool:
    return not 0 <= time.time() - int(found[1]) < _LIFE
