"""A server that is stopped while phones go on, and the network that answers in its place: nothing of it is imitated in the browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from support.site import Site

_PAGE = b"<!doctype html><title>Free wifi</title><p>Sign in"


@contextmanager
def portal(site: Site, status: int = 200, to: str = "") -> Iterator[None]:
    """Answer in the place of a server that was stopped, as networks do that want somebody to sign in first.

    *status*: 200 with a page, 511 as RFC 6585 has it, or 302 that leads *to* the page.
    """

    class Portal(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            there = to and not self.path.startswith(to)
            self.send_response(status if there or not to else 200)
            if there:
                self.send_header("Location", to)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(_PAGE)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(_PAGE)

        def do_POST(self) -> None:
            self.do_GET()

        def do_HEAD(self) -> None:
            self.do_GET()

        def log_message(self, *_words: object) -> None:
            """Stay silent."""

    with _served(site, Portal):
        yield


class Answers(BaseHTTPRequestHandler):
    """Gives every request the same answer: `status`, `headers` and `body`, which may be changed meanwhile; counts those to the queue."""

    status, body, tries = 200, b"", 0
    headers_sent: dict[str, str] = {}

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        Answers.tries += self.path == "/queue"
        self.send_response(Answers.status)
        for name, value in Answers.headers_sent.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(Answers.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(Answers.body)

    do_GET = do_HEAD = do_POST  # noqa: N815  (names that the library asks for)

    def log_message(self, *_words: object) -> None:
        """Stay silent."""


@contextmanager
def answering(site: Site) -> Iterator[type[Answers]]:
    """Answer in the place of a server that was stopped, as `Answers` says."""
    with _served(site, Answers):
        yield Answers


@contextmanager
def _served(site: Site, handler: type[BaseHTTPRequestHandler]) -> Iterator[None]:
    with ThreadingHTTPServer(("127.0.0.1", int(site.url.rpartition(":")[2])), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


def stop(site: Site) -> None:
    """Stop a server; its port is free afterwards."""
    site.process.terminate()
    site.process.wait(60)
