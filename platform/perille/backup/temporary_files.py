"""Files on the way: what is half made has another name, and what a crash left behind is cleared away by the next run."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from perille.core.job_queue import FILE as QUEUE

_PREFIX = ".perille-working-"
#: File of the data folder that is there while a restored database and the other files may be of two times.
RESTORING = "restore.incomplete"


@contextmanager
def working_folder(parent: Path) -> Iterator[Path]:
    """Give a folder for unfinished files that only this user may read; it is removed at the end, whatever happens."""
    _sweep(parent, f"{_PREFIX}*")
    folder = parent / f"{_PREFIX}{os.getpid()}"
    folder.mkdir(mode=0o700)
    with _ended_politely():
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def is_working(name: str) -> bool:
    """Tell whether a file of the data folder is only on the way: half made, or the queue of jobs, which is made again."""
    return name.startswith((_PREFIX, QUEUE)) or name == RESTORING


@contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """Give the name under which to write *target*; it gets its own name at the end, and if anything goes wrong it never does."""
    _sweep(target.parent, f".{target.name}.*.part")
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        yield part
        part.rename(target)
        sync_to_disk(target.parent)
    finally:
        part.unlink(missing_ok=True)


def sync_to_disk(path: Path) -> None:
    """Wait until the contents of a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sweep(folder: Path, pattern: str) -> None:
    """Remove what runs that were killed have left: the number in the name is that of a process that is no more."""
    for path in folder.glob(pattern):
        number = path.name.removesuffix(".part").rpartition(".")[2].rpartition("-")[2]
        if not number.isdigit() or _is_running(int(number)):
            continue
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def _is_running(number: int) -> bool:
    if number == os.getpid():
        return False
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def _ended_politely() -> Iterator[None]:
    """Let SIGTERM end the block as Ctrl+C does, so that it can clear up."""

    def stop(_number: int, _frame: object) -> None:
        raise SystemExit(128 + signal.SIGTERM)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
