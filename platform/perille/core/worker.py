"""Programs of our own that read what strangers made, each in a process with limits that knows nothing of the site.

The module of such a program calls `run_as_worker`: it gets the bytes from the standard input and writes a line that says what came of
them, and after it the bytes that it made.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence

from perille.core.full_disk import is_disk_trouble

#: What a program says where it cannot go on, for want of memory or time or for a fault of its own.
FAILED = ""


def worker_program(module: str, argument: int) -> tuple[str, ...]:
    """Return how the program of a module is started: without the site's folder in the path of modules."""
    return sys.executable, "-I", "-m", module, str(argument)


def ask_worker(program: Sequence[str], body: bytes, patience: float) -> tuple[str, bytes]:
    """Give bytes to a program; return what it says of them and what it made, `FAILED` where it was ended.

    *patience*: seconds that it may take in all, those included in which others have the processor. Raise OSError where the disk is
    full: that is no fault of what was sent.
    """
    try:
        # Its files go with this folder: a program that is ended from outside cleans nothing up.
        with tempfile.TemporaryDirectory(prefix="perille-worker-") as folder:
            done = subprocess.run(  # noqa: S603 - our own program
                program,
                input=body,
                capture_output=True,
                timeout=patience,
                check=False,
                # Not the site's own settings.
                env={"TMPDIR": folder},
            )
    except (OSError, subprocess.TimeoutExpired) as error:
        if is_disk_trouble(error):
            raise
        return FAILED, b""
    head, _sep, made = done.stdout.partition(b"\n")
    return (FAILED, b"") if done.returncode else (head.decode("ascii", "replace"), made)


def run_as_worker(work: Callable[[bytes, int], tuple[str, bytes]], seconds: int, memory: int, file: int) -> int:
    """Answer `ask_worker` by *work*, within *seconds* of the processor, bytes of *memory* and of a *file*."""
    for what, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, file),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    said, made = work(sys.stdin.buffer.read(), int(sys.argv[1]))
    sys.stdout.buffer.write(f"{said}\n".encode() + made)
    return 0
