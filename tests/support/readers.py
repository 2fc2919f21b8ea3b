"""People who read page after page while a server is restarted."""

from __future__ import annotations

import http.client
import threading
import time

PATIENCE = 120.0


class Reader(threading.Thread):
    """Somebody who reads page after page, and writes down each that was not answered.

    *keep*: on one connection for as long as the server leaves it open. *pause*: seconds between pages.
    """

    def __init__(
        self, port: int, stop: threading.Event, *, keep: bool, path: str = "/en/courses/finland", pause: float = 0.0
    ) -> None:
        super().__init__(daemon=True)
        self.path, self.pause = path, pause
        self.port, self.stopped, self.keep = port, stop, keep
        self.pages, self.cut = 0, []  # type: int, list[str]

    def run(self) -> None:
        line: http.client.HTTPConnection | None = None
        while not self.stopped.is_set():
            line = line or http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            try:
                line.request("GET", self.path)
                answer = line.getresponse()
                answer.read()
                if answer.status != 200:
                    self.cut.append(str(answer.status))
                self.pages += 1
                closes = answer.headers["Connection"] == "close"
            except (OSError, http.client.HTTPException) as error:
                self.cut.append(repr(error))
                closes = True
            if closes or not self.keep:
                line.close()
                line = None
            if self.pause:
                time.sleep(self.pause)
        if line is not None:
            line.close()
