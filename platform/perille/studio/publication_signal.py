"""What was published in the Studio reaches every process of the site at once: each looks at one file's time before a request."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from flask import Flask
from sqlalchemy.exc import DBAPIError

from perille.core.current import config_of, current_config
from perille.core.database import run_in_transaction
from perille.core.extension_state import AppSlot
from perille.core.extensions import db
from perille.core.logs import get_logger
from perille.packs.published.library import current_library

log = get_logger(__name__)
_FILE = "studio-published"


class _PublishedCache:
    """What this process has read."""

    def __init__(self) -> None:
        #: The time of the file when what is published was read last.
        self.time = 0
        #: One thread reads at a time: of two, the one that began earlier could end later, and what it read would stay.
        self.lock = Lock()


_seen = AppSlot("studio_published", _PublishedCache)


def reload_published() -> None:
    """Read what is published anew, and tell the other processes; after the commit. Needs an app context and a transaction."""
    path, seen = current_config().data_dir / _FILE, _seen()
    path.touch()
    with seen.lock:
        _read(seen, path)


def last_reload() -> datetime:
    """Return when any process was told last that something was published. Needs an app context."""
    return datetime.fromtimestamp(_time_of(current_config().data_dir / _FILE) / 1e9, UTC)


def _read(seen: _PublishedCache, path: Path) -> None:
    # The time first: what is published while this reads is read at the next request.
    changed = _time_of(path)
    current_library().reload(db.session)
    seen.time = changed


def configure_reload(app: Flask) -> None:
    """Read what is published anew where another process has published."""
    path, seen = config_of(app).data_dir / _FILE, _seen.of(app)
    seen.time = _time_of(path)

    def look() -> None:
        if _time_of(path) == seen.time or not seen.lock.acquire(blocking=False):
            return
        try:
            run_in_transaction(db.session, lambda: _read(seen, path), write=False)
        except DBAPIError as error:
            # Pages are shown as they were, and the next request tries again.
            log.warning("what was published cannot be read (%s)", type(error.orig).__name__)
        finally:
            seen.lock.release()

    app.before_request(look)


def _time_of(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
