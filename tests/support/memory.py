"""Temporary files of tests are many, small and soon gone: where there is room they never touch a disk."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108
#: All files of a run need less than a quarter of it.
_ROOM = 4 << 30


def keep_temporary_files_in_memory(folder: Path = _SHARED_MEMORY) -> None:
    """Let this process and those it starts put temporary files into *folder*, unless somebody chose another place."""
    if "TMPDIR" not in os.environ and _fits(folder):
        os.environ["TMPDIR"] = tempfile.tempdir = str(folder)


def _fits(folder: Path) -> bool:
    """Whether the folder is one of memory that may be written, has room, and lets programs run, as some tests bring one."""
    if not hasattr(os, "ST_NOEXEC") or not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        return False
    return not os.statvfs(folder).f_flag & os.ST_NOEXEC and shutil.disk_usage(folder).free >= _ROOM
