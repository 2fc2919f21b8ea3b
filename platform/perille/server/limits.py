"""What one client may hold of the server, and for how long."""

from __future__ import annotations

import re
import resource
from collections.abc import Mapping
from dataclasses import dataclass, field

#: File descriptors that are left for the database, packs, and bodies that went to temporary files.
_SPARE_FILES = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of one server. Times are seconds, sizes bytes.

    They are chosen for phones on a bad line (400 kbit/s and a second of delay) on one side and a slow-loris on the other.
    """

    #: Open connections. Above this, the ones nobody waits for are closed; no newcomer is refused.
    connections: int = 1000
    #: From the first byte of a request, or from connecting, to the end of its headers.
    header_time: float = 20.0
    #: An open connection without a request. Browsers open a new one when they need it.
    idle_time: float = 75.0
    #: A body, and an answer that is fetched, may take this long at any speed ...
    grace_time: float = 30.0
    #: ... and after that must have been this fast on average, bytes a second.
    slowest: float = 500.0
    #: A request that has been unfinished for this long may be closed when room is needed.
    patience: float = 5.0
    #: Request line and headers together.
    header_size: int = 32 * 1024
    #: How the paths of the record store begin, where bodies may be larger.
    record_store: tuple[str, ...] = ("/xapi/",)
    #: Paths of forms with files -> bytes of a body there; whoever has no cookie is nobody who is signed in, and sends no files.
    uploads: Mapping[re.Pattern[str], int] = field(default_factory=dict)
    #: A body without credentials: a form.
    form_size: int = 256 * 1024
    #: A body under the record store's address without an Authorization header (alternate request syntax).
    anonymous_size: int = 1024 * 1024
    #: A body of a client of the record store.
    body_size: int = 16 * 1024 * 1024
    #: All bodies together that have not come whole, or wait.
    bodies: int = 512 * 1024 * 1024
    #: More of a request or an answer than this is held in a temporary file and not in memory.
    buffer_size: int = 64 * 1024
    #: When the server stops: idle connections, unfinished requests, and requests in work are waited for this long.
    stop_idle: float = 1.0
    stop_unfinished: float = 4.0
    stop_busy: float = 8.0

    @property
    def largest(self) -> int:
        """The largest body that anybody may send."""
        return max(self.body_size, self.form_size, *self.uploads.values())


def usable_connections(wished: int) -> int:
    """Return how many connections the process may hold, after raising its own limit of open files as far as it may.

    A connection needs one file, and two more while a large body and a large answer are in temporary files.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = 3 * wished + _SPARE_FILES
    if soft != resource.RLIM_INFINITY and soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return wished if soft == resource.RLIM_INFINITY else max(16, min(wished, (soft - _SPARE_FILES) // 3))
