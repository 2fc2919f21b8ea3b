"""What was published in the Studio reaches every process of the site at once: each looks at one file's time before a request."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from perille.core.current import config_of, current_config
from perille.core.database import run_in_transaction
from perille.core.extensions import db
from perille.core.slots import AppSlot
from perille.packs.published.library import current_library

_FILE = "studio-published"
#: The time of the file when this process read what is published; in a list, so that it can change.
_seen = AppSlot[list[int]]("studio_published", lambda: [0])


def reload_published() -> None:
    """Read what is published anew, and tell the other processes; after the commit. Needs an app context and a transaction."""
    path = current_config().data_dir / _FILE
    path.touch()
    _seen()[0] = _time_of(path)
    current_library().reload(db.session)


def configure_reload(app: Flask) -> None:
    """Read what is published anew where another process has published."""
    path = config_of(app).data_dir / _FILE
    _seen.of(app)[0] = _time_of(path)

    def look() -> None:
        changed = _time_of(path)
        if changed != _seen()[0]:
            _seen()[0] = changed
            run_in_transaction(db.session, lambda: current_library().reload(db.session), write=False)

    app.before_request(look)


def _time_of(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
