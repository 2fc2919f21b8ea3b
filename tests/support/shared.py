"""What the processes of one test run share: a folder, and files in it that are made once.

The first process of a run makes the folder and names it in the environment; those that pytest-xdist starts find it there.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_VARIABLE = "TESTS_SHARED_FOLDER"


def open_shared_folder() -> Callable[[], None]:
    """Make the folder, unless a process above this one has; return what takes it away again at the end."""
    if _VARIABLE in os.environ:
        return lambda: None
    os.environ[_VARIABLE] = tempfile.mkdtemp(prefix="perille-tests-")
    return _remove


def _remove() -> None:
    shutil.rmtree(os.environ.pop(_VARIABLE), ignore_errors=True)


def shared_folder() -> Path:
    """Return the folder; outside a test run, in a script of `tests/bench`, make it."""
    if _VARIABLE not in os.environ:
        atexit.register(open_shared_folder())
    return Path(os.environ[_VARIABLE])


@contextmanager
def locked(name: str) -> Iterator[Path]:
    """Give the path *name* of the shared folder to one process after another."""
    path = shared_folder() / name
    with path.with_name(f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield path


def made_once(name: str, make: Callable[[Path], None]) -> Path:
    """Return the file *name* of the shared folder. The first process that asks calls *make* with a path; others wait for it."""
    with locked(name) as path:
        if not path.exists():
            part = path.with_name(f"{name}.part")
            make(part)
            part.rename(path)
    return path
