"""What the packs have to say at `/metrics`: which versions are published."""

from __future__ import annotations

from collections.abc import Iterator

from perille.core.database import Session
from perille.core.metrics import Gauge
from perille.packs.published.library import current_library


def pack_gauges(_session: Session) -> Iterator[Gauge]:
    """Yield the published version of each pack. Needs an app context."""
    for each in current_library().summaries():
        yield Gauge(
            "perille_pack_info",
            "A published pack and its version",
            1.0,
            {"pack": each.pack_id, "version": each.version},
        )
