"""How often a PIN may be guessed: wrong ones are counted, right ones never.

A class of two hundred signs in behind one address, so the line alone slows only at a height that no class reaches. An account waits a
minute at most, and not at all on a device that was in before: nobody locks somebody else out.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from perille.core.network import network_of
from perille.core.ratelimit import CountedTry, rate_limit

#: Wrong PINs of an account from one line or device, from anywhere, and of a line for all accounts: at once, then each minute.
_HERE, _ANYWHERE, _LINE = (5, 1.0), (10, 1.0), (600, 120.0)
#: Devices that were in are marked by this many characters an account; accounts that a device remembers.
_MARK, MOST_KNOWN = 22, 12


@dataclass(frozen=True, slots=True)
class PinTry:
    """A try that counts as wrong until it is said to have been right."""

    tries: tuple[CountedTry, ...]

    def succeeded(self) -> None:
        """Count it no more."""
        for each in self.tries:
            each.succeeded()


def try_pin(who: str, address: str, *, known_device: bool) -> PinTry:
    """Count a try of a PIN; raise TooManyRequests where there were too many wrong ones. *who*: the user name, real or not."""
    line = network_of(address)
    limits = [("pin here", _HERE, f"{line}\0{known_device}\0{who}")]
    if not known_device:
        # A device that was in tries its own account alone: a program that guesses on its line does not make it wait.
        limits = [("pin line", _LINE, line), *limits, ("pin anywhere", _ANYWHERE, who)]
    taken: list[CountedTry] = []
    try:
        for name, (burst, per_minute), caller in limits:
            taken.append(rate_limit(name, burst=burst, per_minute=per_minute, caller=caller))
    except BaseException:
        # What was refused was not looked at, so it was no wrong PIN.
        PinTry(tuple(taken)).succeeded()
        raise
    return PinTry(tuple(taken))


def device_mark(account_id: object, key: str) -> str:
    """Return by what a device remembers that an account was in on it: nothing can be read from it, and nobody else can make it."""
    return hmac.new(
        sha256(b"perille device\0" + key.encode()).digest(), str(account_id).encode(), "sha256"
    ).hexdigest()[:_MARK]


def is_known(cookie: str, account_id: object, keys: Sequence[str]) -> bool:
    """Tell whether an account was in on the device of a cookie."""
    marks = cookie.split(".")
    return any(
        hmac.compare_digest(mark, device_mark(account_id, key)) for key in keys for mark in marks if mark.isascii()
    )


def with_mark(cookie: str, mark: str) -> str:
    """Return the cookie of a device on which one more account was in."""
    others = [
        each for each in cookie.split(".") if len(each) == _MARK and each.isalnum() and each.isascii() and each != mark
    ]
    return ".".join([mark, *others][:MOST_KNOWN])
