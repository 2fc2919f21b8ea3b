"""Where the site is reached, for commands that print a link in a process of their own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from perille.core.config import Config

_FILE = "served_at"
#: What `perille serve` listens on unless it is told otherwise.
_DEFAULT = "http://127.0.0.1:8000"


@contextmanager
def served_at(config: Config, address: str) -> Iterator[None]:
    """Note the address of a running server in the data folder, for as long as it runs."""
    path = config.data_dir / _FILE
    path.write_text(f"{os.getpid()} {address}\n", "ascii")
    try:
        yield
    finally:
        if _read(path)[0] == os.getpid():  # another server may have taken over
            path.unlink(missing_ok=True)


def base_address(config: Config) -> str:
    """Return the address to put in front of a link: PERILLE_SITE_URL, else that of the running server, else the usual one.

    No slash at the end. A note that a killed server left is not believed.
    """
    if config.site_url:
        return config.site_url.rstrip("/")
    process, address = _read(config.data_dir / _FILE)
    return address if process and _is_alive(process) else _DEFAULT


def _read(path: Path) -> tuple[int, str]:
    with suppress(OSError, ValueError):
        number, address = path.read_text("ascii").split()
        return int(number), address
    return 0, ""


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
