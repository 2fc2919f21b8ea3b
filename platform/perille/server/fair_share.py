"""Whose share of the server a request uses, and who has used more than theirs lately."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock

from perille.core.network import forwarded_address, network_of

#: Requests of a connection for which it counts as a newcomer's.
_NEWCOMER = 3
#: Newcomers' requests of one network that have a share of their own at a time.
MOST_NEWCOMERS = 8
#: Clients that are remembered without looking which may be forgotten.
_FEW = 1000


@dataclass(frozen=True, slots=True)
class RequestShare:
    """What one request uses."""

    #: Requests of one flow wait behind each other, those of different flows beside each other.
    flow: str
    #: Who pays: a learner, or a network.
    client: str = ""
    newcomer: bool = False
    #: Whether the client has used more than may be used without waiting behind others.
    heavy: bool = False


class Account:
    """What each client has used of the processor lately: a token bucket that may be overdrawn.

    *burst* is how many seconds a client may use at once, *steady* the part of one processor it may use all the time.

    >>> account = Account(burst=0.5, steady=0.1, clock=lambda: 0.0)
    >>> account.charge("192.0.2.7", 0.6)
    >>> account.overdrawn("192.0.2.7"), account.overdrawn("192.0.2.8")
    (True, False)
    """

    def __init__(self, *, burst: float, steady: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst, self._steady, self._clock = burst, steady, clock
        #: What is left, and when that was.
        self._left: dict[str, tuple[float, float]] = {}
        self._forget_above = _FEW

    def charge(self, client: str, seconds: float) -> None:
        """Note that a client has used the processor; the caller holds a lock."""
        # No deeper than a burst, so that who floods is forgiven some time after the end of it.
        self._left[client] = (max(-self._burst, self._balance(client) - seconds), self._clock())
        if len(self._left) > self._forget_above:
            self._left = {name: kept for name, kept in self._left.items() if self._balance(name) < self._burst}
            self._forget_above = max(_FEW, 2 * len(self._left))

    def overdrawn(self, client: str) -> bool:
        """Tell whether a client has used all that it may."""
        return self._balance(client) <= 0.0

    def _balance(self, client: str) -> float:
        left, at = self._left.get(client, (self._burst, 0.0))
        return min(self._burst, left + (self._clock() - at) * self._steady)


class Newcomers:
    """Names the flows of those who only arrive: each connection has its own, up to a few of a network at a time.

    A class that opens the site at the same moment must not have one share among all, and a flood of new connections no more than a few.
    """

    def __init__(self, most: int = MOST_NEWCOMERS) -> None:
        self._most = most
        self._waiting: dict[str, str] = {}
        self._of_network: Counter[str] = Counter()
        self._lock = Lock()

    def enter(self, network: str, connection: int) -> str:
        """Return the flow of a newcomer's request: one of its own, or its network's where that has enough."""
        with self._lock:
            if self._of_network[network] >= self._most:
                return network
            name = f"{network} {connection}"
            self._waiting[name] = network
            self._of_network[network] += 1
            return name

    def leave(self, name: str) -> None:
        """Note that the request of a flow waits no longer; a name of another kind is left alone."""
        with self._lock:
            network = self._waiting.pop(name, None)
            if network is not None:
                self._of_network[network] -= 1
                if not self._of_network[network]:
                    del self._of_network[network]


class ShareChooser:
    """Chooses the share of each request, and keeps the accounts."""

    def __init__(self, known_reader: Callable[[str], str], proxy_hops: int) -> None:
        self._known_reader = known_reader
        self._proxy_hops = proxy_hops
        self._newcomers = Newcomers()
        # A page costs some 2 ms. A learner needs one in twenty seconds; a hundred at once are a program's, or a school's.
        self._known = Account(burst=0.3, steady=0.01)
        # To begin a course costs 15 ms, on a busy machine 30, and 150 may do so at once behind one line.
        self._new = Account(burst=6.0, steady=0.05)

    def choose(self, headers: Mapping[str, str], network: str, connection: int, answered: int) -> RequestShare:
        """Return the share of a request: that of a learner whom we know, else of a newcomer, else of the network.

        So a class behind one line has as many shares as learners, those who only arrive have some, and a flood from one address has
        one. *headers* are named as waitress does; *connection* is a number of its own, of which *answered* requests were answered.
        Behind proxies the network is that of the client they name.
        """
        known = self._known_reader(headers["COOKIE"]) if "COOKIE" in headers else ""
        if known:
            return RequestShare(known, known, heavy=self._known.overdrawn(known))
        named = forwarded_address(headers.get("X_FORWARDED_FOR", ""), self._proxy_hops)
        network = network_of(named) if named else network
        if answered >= _NEWCOMER:
            return RequestShare(network, network, heavy=self._known.overdrawn(network))
        heavy = self._new.overdrawn(network)
        return RequestShare(self._newcomers.enter(network, connection), network, newcomer=True, heavy=heavy)

    def begin(self, share: RequestShare) -> None:
        """Note that a request waits no longer."""
        self._newcomers.leave(share.flow)

    def charge(self, share: RequestShare, seconds: float) -> None:
        """Note what a request has cost of the processor; the caller holds a lock."""
        (self._new if share.newcomer else self._known).charge(share.client, seconds)
