"""Rate limits in memory, without keeping an address.

What is counted is a keyed hash of the network address with a salt that changes every day and is never written down. A whole class
may sit behind one line, so only failures are counted; what they must stop is a program that guesses codes.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import request

from perille.core.current import current_config
from perille.core.errors import TooManyRequests
from perille.core.extension_state import AppSlot
from perille.core.i18n import _
from perille.core.network import network_of

_DAY = 86_400
#: Callers that are remembered without looking whom to forget.
_FEW = 10_000


@dataclass(slots=True)
class Bucket:
    """Tries left, and when they were counted last."""

    left: float
    at: float


@dataclass(slots=True)
class RateLimit:
    """A token bucket for each caller: *burst* tries at once, then *per_minute*."""

    burst: int
    per_minute: float
    clock: Callable[[], float] = time.monotonic
    _buckets: dict[bytes, Bucket] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _salt: tuple[int, bytes] = (0, b"")
    _forget_above: int = _FEW

    def take(self, caller: str, cost: float = 1.0) -> float:
        """Count one try; return 0, or the seconds to wait when there is none left."""
        now = self.clock()
        with self._lock:
            key = self._key(caller, now)
            bucket = self._buckets.setdefault(key, Bucket(self.burst, now))
            bucket.left = min(self.burst, bucket.left + (now - bucket.at) * self.per_minute / 60)
            bucket.at = now
            if bucket.left < cost:
                return (cost - bucket.left) * 60 / self.per_minute
            bucket.left -= cost
            self._forget(now)
            return 0.0

    def give_back(self, caller: str, cost: float = 1.0) -> None:
        """Take a try back that was counted: it was right."""
        with self._lock:
            bucket = self._buckets.get(self._key(caller, self.clock()))
            if bucket is not None:
                bucket.left = min(self.burst, bucket.left + cost)

    def _key(self, caller: str, now: float) -> bytes:
        day = int(now // _DAY)
        if self._salt[0] != day or not self._salt[1]:
            self._salt = (day, os.urandom(16))
            self._buckets.clear()
        return hashlib.blake2b(caller.encode(), key=self._salt[1], digest_size=16).digest()

    def _forget(self, now: float) -> None:
        # A full bucket says nothing: dropping it keeps the memory small. Looked for rarely, as it means looking at all.
        if len(self._buckets) > self._forget_above:
            full = self.burst * 60 / self.per_minute
            self._buckets = {key: bucket for key, bucket in self._buckets.items() if now - bucket.at < full}
            self._forget_above = max(_FEW, 2 * len(self._buckets))


#: The limits of an application, by name.
_limits = AppSlot[dict[str, RateLimit]]("limits", dict)


@dataclass(frozen=True, slots=True)
class CountedTry:
    """A try that was counted as a failure, until it is said to have succeeded."""

    limit: RateLimit | None
    caller: str

    def succeeded(self) -> None:
        """Count it no longer: a class that types its right codes behind one line must not shut itself out."""
        if self.limit is not None:
            self.limit.give_back(self.caller)


def rate_limit(
    limit_name: str,
    *,
    burst: int,
    per_minute: float,
    caller: str | None = None,
    refusal: Callable[[], str] | None = None,
) -> CountedTry:
    """Count a try of this request's caller; raise TooManyRequests, in the reader's language, when there are none left.

    Call `succeeded` on what is returned where the try was right, so that failures alone count. *caller* is whom to count by; without it
    the network that the request comes from: an IPv4 address, or the /64 of an IPv6 address. *refusal* says what else the reader can do.

        trial = rate_limit("resume", burst=40, per_minute=10)
        if code_is_right:
            trial.succeeded()
    """
    if not current_config().rate_limits:
        return CountedTry(None, "")
    limit = _limits().setdefault(limit_name, RateLimit(burst, per_minute))
    who = network_of(request.remote_addr or "") if caller is None else caller
    wait = limit.take(who)
    if wait:
        words = refusal() if refusal is not None else _("Too many tries. Wait a few minutes, then try again.")
        raise TooManyRequests(words, retry_after=int(wait) + 1)
    return CountedTry(limit, who)
