"""Files that the owner of the process alone can read."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def create_private_file(path: str | Path) -> None:
    """Create an empty file readable and writable by its owner alone, unless it is there; SQLite gives its log the rights of the main file.

    Exclusive, so that a file in use is never opened: closing it would drop the locks that SQLite holds on it
    (https://sqlite.org/howtocorrupt.html, 2.2).

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "new.sqlite3"
    >>> create_private_file(path)
    >>> oct(path.stat().st_mode & 0o777)
    '0o600'

    Raises:
        OSError: the folder is missing or may not be written to, or the disk is full.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
