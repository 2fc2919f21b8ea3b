"""Browsers with a folder that outlives them, as a phone has: ended from outside at any moment, and their folder searched."""

from __future__ import annotations

import os
import re
import signal
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import BrowserContext, BrowserType, Error

from support.programs import LEAN, find_browser

_PATIENCE = 60.0
_GZIP = b"\x1f\x8b\x08"


class Phone(Protocol):
    """A browser and its folder."""

    folder: Path

    def start(self) -> None:
        """Start it with what its folder holds."""

    def open(self, url: str) -> None:
        """Load a page, or fail to."""

    def run(self, script: str) -> Any:
        """Return the value of an expression in the page."""

    def close(self) -> None:
        """End it, with time to write all down."""

    def kill(self) -> None:
        """End it at once."""


class Current:
    """The Chromium of the other tests."""

    def __init__(self, engine: BrowserType, folder: Path) -> None:
        self.folder = folder
        self._engine = engine
        self._context: BrowserContext | None = None

    def start(self) -> None:
        """Start it with what its folder holds."""
        found = find_browser()
        assert found is not None, "make setup-test brings a browser"
        self._context = self._engine.launch_persistent_context(
            str(self.folder),
            executable_path=str(found.executable),
            args=[*found.arguments, *LEAN],
            env={**os.environ, **found.environment},
            viewport={"width": 360, "height": 740},
        )

    def open(self, url: str) -> None:
        """Load a page, or fail to."""
        assert self._context is not None
        with suppress(Error):
            self._context.pages[0].goto(url)

    def run(self, script: str) -> Any:
        """Return the value of an expression in the page."""
        assert self._context is not None
        try:
            return self._context.pages[0].evaluate(script)
        except Error:
            # The page goes away just now.
            return None

    def close(self) -> None:
        """End it, with time to write all down."""
        assert self._context is not None
        self._context.close()

    def kill(self) -> None:
        """End it at once."""
        os.kill(self._main_process(), signal.SIGKILL)
        with suppress(Error):
            self.close()

    def _main_process(self) -> int:
        for each in Path("/proc").iterdir():
            with suppress(OSError):
                words = (each / "cmdline").read_bytes() if each.name.isdigit() else b""
                if str(self.folder).encode() in words and b"--type=" not in words:
                    return int(each.name)
        raise LookupError("the browser has ended")


class Runs(Protocol):
    """What runs scripts in a page."""

    def run(self, script: str) -> Any:
        """Return the value of an expression in the page."""


def wait(phone: Runs, script: str) -> Any:
    """Return the value of an expression as soon as it is true in the page."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        found = phone.run(script)
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"never true: {script}")


def left_behind(folder: Path, words: Iterable[bytes]) -> dict[bytes, list[str]]:
    """Return word -> the files below a folder that hold it, as it is, in UTF-16, or compressed with gzip; without words that none does."""
    sought, found = list(words), dict[bytes, list[str]]()
    for path in sorted(folder.rglob("*")):
        with suppress(OSError):
            parts = list(_readings(path.read_bytes())) if path.is_file() else []
            for word in sought:
                if any(word in part or word.decode("latin-1").encode("utf-16-le") in part for part in parts):
                    found.setdefault(word, []).append(str(path.relative_to(folder)))
    return found


def _readings(data: bytes) -> Iterator[bytes]:
    yield data
    for start in re.finditer(re.escape(_GZIP), data):
        with suppress(zlib.error):
            yield zlib.decompressobj(31).decompress(data[start.start() :])
