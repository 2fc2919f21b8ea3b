"""Drives an old Chromium (QtWebEngine). Run by `support.old_engine`: one JSON command a line comes in, one JSON answer goes out.

It runs with the PyQt5 of the engine, whose version decides which Chromium it is, and imports nothing else of the tests.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any

from PyQt5.QtCore import QEvent, QSocketNotifier, Qt, QTimer, QUrl
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWebEngineWidgets import (
    QWebEnginePage,
    QWebEngineProfile,
    QWebEngineScript,
    QWebEngineSettings,
    QWebEngineView,
)
from PyQt5.QtWidgets import QApplication

#: Milliseconds that a picture may wait for what was loaded to be painted.
_PAINT = 400
#: Milliseconds after which an answer of a page is not waited for any more.
_LOST = 5000
#: Nothing but this machine can be reached.
_NO_NAMES = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
_KEYS = {"Shift": Qt.Key_Shift, "Escape": Qt.Key_Escape, "Tab": Qt.Key_Tab, "Enter": Qt.Key_Return}


class _Page(QWebEnginePage):  # type: ignore[misc]  # not installed here
    """A page that keeps what its console says."""

    def __init__(self, profile: QWebEngineProfile, said: list[str]) -> None:
        # With one argument the profile would be taken for the parent, and the page would use the profile on the disk.
        super().__init__(profile, None)
        self._said = said

    def javaScriptConsoleMessage(self, level: int, message: str, line: int, source: str) -> None:  # noqa: N802  (Qt's name)
        """Keep a message of the console."""
        self._said.append(f"{level} {source.rsplit('/', 1)[-1]}:{line} {message}")


class Driver:
    """One window; `new` gives it a profile without cookies and without a past."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.view = QWebEngineView()
        self.page: _Page | None = None
        self.profile: QWebEngineProfile | None = None
        self._waits: Callable[[bool], None] | None = None

    def do(self, command: dict[str, Any]) -> None:
        """Do what a command asks for; each answers once."""
        getattr(self, f"do_{command.pop('do')}")(**command)

    def do_new(self, width: int, height: int, language: str, script: bool, folder: str) -> None:
        """Begin as somebody who was never here, or who left *folder* behind, with pages that may run their scripts or not."""
        self.said.clear()
        old = (self.page, self.profile)
        self.profile = QWebEngineProfile("kept") if folder else QWebEngineProfile()
        if folder:
            self.profile.setPersistentStoragePath(f"{folder}/storage")
            self.profile.setCachePath(f"{folder}/cache")
        self.profile.setHttpAcceptLanguage(language)
        self.page = _Page(self.profile, self.said)
        self.page.loadFinished.connect(self._loaded)
        self.page.settings().setAttribute(QWebEngineSettings.JavascriptEnabled, script)
        self.view.setPage(self.page)
        for each in old:
            if each is not None:
                each.deleteLater()
        self.view.resize(width, height)
        self.view.show()
        answer(self.profile.httpUserAgent())

    def do_open(self, url: str) -> None:
        """Load a page."""
        assert self.page is not None
        self._waits = answer
        self.page.load(QUrl(url))

    def do_back(self) -> None:
        """Go back, as the button of the phone does."""
        assert self.page is not None
        self._waits = answer
        self.page.triggerAction(QWebEnginePage.Back)

    def do_run(self, script: str) -> None:
        """Evaluate an expression beside the page's own scripts; it works where those are switched off, too."""
        assert self.page is not None
        has_script = self.page.settings().testAttribute(QWebEngineSettings.JavascriptEnabled)
        world = QWebEngineScript.MainWorld if has_script else QWebEngineScript.ApplicationWorld
        told: list[object] = []

        def tell_once(value: object) -> None:
            told.append(value)
            if len(told) == 1:
                answer(value)

        self.page.runJavaScript(script, world, tell_once)
        # A page that goes away meanwhile never says what came of it.
        QTimer.singleShot(_LOST, lambda: tell_once(None))

    def do_press(self, key: str, times: int) -> None:
        """Press a key on the page, as a keyboard does."""
        target = self.view.focusProxy() or self.view
        target.setFocus()
        for _time in range(times):
            for kind in (QEvent.KeyPress, QEvent.KeyRelease):
                QApplication.sendEvent(target, QKeyEvent(kind, _KEYS[key], Qt.NoModifier))
        answer(None)

    def do_console(self) -> None:
        """Return what the console said since the profile was new."""
        answer(list(self.said))

    def do_picture(self, path: str) -> None:
        """Save a picture of the window."""
        QTimer.singleShot(_PAINT, lambda: answer(self.view.grab().save(path)))

    def do_end_at_once(self) -> None:
        """End as a crash does: at once, with no answer."""
        os._exit(1)

    def _loaded(self, done: bool) -> None:
        waits, self._waits = self._waits, None
        if waits is not None:
            waits(done)


def answer(value: object) -> None:
    """Send the answer to the command that is being done."""
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def main() -> int:
    """Do commands until the input ends."""
    application = QApplication([sys.argv[0], "--no-sandbox", "--disable-gpu", _NO_NAMES])
    driver = Driver()

    def read() -> None:
        line = sys.stdin.readline()
        if line:
            driver.do(json.loads(line))
        else:
            application.quit()

    notifier = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Read)
    notifier.activated.connect(read)
    answer("ready")
    status: int = application.exec_()
    return status


if __name__ == "__main__":
    sys.exit(main())
