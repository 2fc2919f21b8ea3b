"""How much of the bodies that have not come whole the server holds: they lie in temporary files, beside the database perhaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Protocol, TypeVar


class Sender(Protocol):
    """A connection, as far as it matters here."""

    network: str
    #: Whether a whole request of it waits or is answered: that one is not given up.
    busy: bool
    #: Since when it sends its request, and how many bytes of it have come.
    begun: float | None

    @property
    def held_bytes(self) -> int:
        """Bytes of its request that are held."""


S = TypeVar("S", bound=Sender)


def surplus(senders: Collection[S], most: int) -> list[S]:
    """Return whose requests must be given up so that *most* bytes are held: those of the network that holds most, the longest begun first.

    Whoever has a cookie, signed in or not, may send a large body: many who never end theirs would fill the disk.
    """
    over = sum(each.held_bytes for each in senders) - most
    if over <= 0:
        return []
    held = Counter[str]()
    for each in senders:
        held[each.network] += each.held_bytes
    free = [each for each in senders if each.held_bytes and not each.busy]
    found = []
    for each in sorted(free, key=lambda sender: (-held[sender.network], sender.begun or 0.0)):
        if over <= 0:
            break
        over -= each.held_bytes
        found.append(each)
    return found
