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

    with ThreadingHTTPServer(("127.0.0.1", int(site.url.rpartition(":")[2])), Portal) as server:
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
