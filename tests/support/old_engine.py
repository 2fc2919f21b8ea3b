"""Chromium 69 and 83, the browsers of cheap phones that get no newer one: a window that tests drive.

They are the engines of PyQtWebEngine 5.12 and 5.15 (GPL; tools of the tests alone), brought by `prepare.py`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from support.places import OLD_ENGINES

#: Version of Chromium -> the lock file beside this one that names its wheels.
LOCKS: Mapping[int, str] = {69: "chromium-69.lock", 83: "chromium-83.lock"}
#: What the engines need of a Debian-like system, beside what every Chromium does.
LIBRARIES = (
    *("libnss3", "libxcomposite1", "libxcursor1", "libxdamage1", "libxi6", "libxtst6", "libxss1", "libxrandr2"),
    *("libxrender1", "libasound2", "libgl1", "libegl1", "libxkbcommon-x11-0", "libdbus-1-3", "libfontconfig1"),
    "libglib2.0-0",
)
_DRIVER = Path(__file__).with_name("old_engine_driver.py")
#: Seconds that something on a page may take on a busy machine.
_PATIENCE = 60.0


class OldEngineError(RuntimeError):
    """An old engine is not there, or does not start; the message says what to do."""


class EngineEndedError(OldEngineError):
    """An old engine ended while a test used it. `new` starts another."""


def folder_of(version: int) -> Path:
    """Return where the wheels of an engine are installed."""
    return OLD_ENGINES / f"chromium-{version}"


def fault_of(version: int) -> str:
    """Return why an engine cannot be used, "" where it can."""
    folder = folder_of(version)
    if not (folder / "PyQt5").is_dir():
        return f"Chromium {version} is not in {folder}: make setup-test brings it (wheels for Linux on x86-64 only)."
    words = [sys.executable, "-c", "import PyQt5.QtWebEngineWidgets"]
    started = subprocess.run(words, env=_environment(folder), capture_output=True, text=True, check=False)
    if started.returncode == 0:
        return ""
    return (
        f"Chromium {version} does not start: {started.stderr.strip().splitlines()[-1]}\n"
        f"It needs these packages of Debian (make setup-test installs them as root): {' '.join(LIBRARIES)}"
    )


def _environment(folder: Path) -> dict[str, str]:
    own = {
        "PYTHONPATH": str(folder),
        "QT_QPA_PLATFORM": "offscreen",
        "QT_QUICK_BACKEND": "software",
        "QTWEBENGINE_DISABLE_SANDBOX": "1",
    }
    return {**os.environ, **own}


class OldEngine:
    """A window with an old Chromium in it. One that ended is started again by `new`.

    Args:
        version: Of Chromium.
        log: File that takes what the engine prints.
    """

    def __init__(self, version: int, log: Path) -> None:
        self.version = version
        self._log = log
        self._process = self._start()

    def _start(self) -> subprocess.Popen[str]:
        with self._log.open("a") as output:
            process = subprocess.Popen(
                [sys.executable, str(_DRIVER)],
                env=_environment(folder_of(self.version)),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                text=True,
                bufsize=1,
            )
        self._process = process
        try:
            self.read()
        except EngineEndedError:
            self.stop()
            raise
        return process

    def new(
        self,
        *,
        width: int = 360,
        height: int = 740,
        language: str = "en",
        script: bool = True,
        folder: Path | None = None,
    ) -> str:
        """Begin as somebody who was never here, or with what an earlier browser left in *folder*; return what it calls itself."""
        if self._process.poll() is not None:
            self.stop()
            self._start()
        kept = str(folder) if folder else ""
        return str(self._ask("new", width=width, height=height, language=language, script=script, folder=kept))

    def open(self, url: str) -> None:
        """Load a page."""
        self._ask("open", url=url)

    def back(self) -> None:
        """Go back."""
        self._ask("back")

    def run(self, script: str) -> Any:
        """Return the value of an expression in the page; it must be JSON."""
        return self._ask("run", script=script)

    def press(self, key: str, times: int = 1) -> None:
        """Press a key: Shift, Escape, Tab or Enter."""
        self._ask("press", key=key, times=times)

    def picture(self, path: Path) -> None:
        """Save a picture of the window."""
        self._ask("picture", path=str(path))

    def kill(self) -> None:
        """End it from outside, with no time for anything."""
        self._process.kill()
        self._process.wait()

    def end_at_once(self) -> None:
        """End without an answer, as a crash does."""
        self._ask("end_at_once")

    def wait(self, script: str) -> Any:
        """Return the value of an expression as soon as it is true in the page."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            found = self.run(script)
            if found:
                return found
            time.sleep(0.05)
        raise AssertionError(f"Never true in Chromium {self.version}: {script}\nIts console: {self.complaints}")

    @property
    def complaints(self) -> list[str]:
        """What the console said since `new`."""
        return list(self._ask("console"))

    def _ask(self, do: str, **more: object) -> Any:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps({"do": do, **more}) + "\n")
        except BrokenPipeError as error:
            raise self._ended() from error
        return self.read()

    def read(self) -> Any:
        """Return the next answer. Raise EngineEndedError where none comes any more."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise self._ended()
        return json.loads(line)

    def _ended(self) -> EngineEndedError:
        status = self._process.wait()
        last = "\n".join(self._log.read_text(errors="replace").splitlines()[-20:])
        return EngineEndedError(f"Chromium {self.version} ended with status {status}. It printed:\n{last}")

    def stop(self) -> None:
        """End the engine, whether it still runs or not."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()


@contextmanager
def run_old_engine(version: int, log: Path) -> Iterator[OldEngine]:
    """Start an old Chromium and stop it at the end; what it prints goes to *log*. Raise OldEngineError where it cannot."""
    fault = fault_of(version)
    if fault:
        raise OldEngineError(fault)
    engine = OldEngine(version, log)
    try:
        yield engine
    finally:
        engine.stop()
