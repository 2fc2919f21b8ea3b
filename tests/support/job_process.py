"""A process that runs two jobs until it is ended; `tests/test_job_processes.py` starts several of them on one database.

Arguments: the database's address, the data folder, the file into which runs are written, and seconds after which another process counts as
gone. A job writes what it does into the file, a line at once: `begin <process>`, `end <process>`. The job "stuck" never ends in the process
that finds no file `stuck` in the data folder: it makes it.
"""

from __future__ import annotations

import os
import sys
import threading
from datetime import timedelta
from pathlib import Path

from perille.core import job_queue, job_runs, jobs
from perille.core.database import Session
from perille.core.job import Job
from perille.core.jobs import JobRunner
from support.job_site import make_job_site


def main(url: str, folder: str, runs: str, stale: str) -> None:
    """Run the jobs until a signal ends the process."""
    job_queue.STALE_AFTER = float(stale)
    jobs._SIGN_OF_LIFE = 0.5
    job_runs.PAUSE = 0.0
    app = make_job_site(url, Path(folder))

    def write(word: str) -> None:
        line = f"{word} {os.getpid()}\n".encode()
        file = os.open(runs, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(file, line)
        os.close(file)

    def count(_session: Session) -> None:
        write("begin")
        write("end")

    def stick(_session: Session) -> None:
        write("stuck-begin")
        try:
            (Path(folder) / "stuck").touch(exist_ok=False)
        except FileExistsError:
            write("stuck-end")
        else:
            threading.Event().wait()

    every = timedelta(seconds=1)
    JobRunner(app, [Job("count", count, every), Job("stuck", stick, timedelta(days=1))]).start()
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
