"""Around a site that shows one pack to its author: pages load themselves again after a change, and show faults in their place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from perille.core.addresses import split_address

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SCRIPT, VERSION = "/preview/reload.js", "/preview/version"
_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>{title}</h1><p>Mend them and save: the page comes back by itself.</p>
<ul>{faults}</ul></main></body></html>"""


class PreviewSource(Protocol):
    """What is shown: how often it has changed, and what is wrong with it now."""

    @property
    def version(self) -> int:
        """A number that changes with the pack."""

    @property
    def faults(self) -> Sequence[str]:
        """What keeps the pack from being shown, as file:line: message."""


class PreviewMiddleware:
    """WSGI: adds a script to each page that loads it again when *previewed* has changed; shows its faults in place of all pages.

    Only for browsers of this machine: a name other than localhost is refused, whoever it leads to.
    """

    def __init__(
        self, inner: WSGIApplication, previewed: PreviewSource, headers: Iterable[tuple[str, str]] = ()
    ) -> None:
        self._inner = inner
        self._previewed = previewed
        self._headers = [*headers, ("Cache-Control", "no-store")]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        parts = split_address(f"//{environ.get('HTTP_HOST') or ''}")
        path = environ.get("PATH_INFO", "")
        if parts is None or parts.hostname not in _LOCAL:
            return self._answer(
                start_response, "400 Bad Request", "text/plain", "This preview is for this machine alone."
            )
        if path == SCRIPT:
            return self._answer(start_response, "200 OK", "text/javascript", _script())
        if path == VERSION:
            return self._answer(start_response, "200 OK", "text/plain", str(self._previewed.version))
        if self._previewed.faults and not path.startswith("/static/"):
            return self._answer(
                start_response, "500 Internal Server Error", "text/html", self._with_script(self._fault_page())
            )
        return self._page(environ, start_response)

    def _fault_page(self) -> str:
        faults = self._previewed.faults
        title = "One fault in this pack" if len(faults) == 1 else f"{len(faults)} faults in this pack"
        return _PAGE.format(title=title, faults="".join(f"<li><code>{escape(fault)}</code></li>" for fault in faults))

    def _with_script(self, page: str) -> str:
        tag = f'<script src="{SCRIPT}" data-version="{self._previewed.version}" defer></script>'
        return page.replace("</head>", f"{tag}</head>", 1)

    def _page(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass a request on; a page comes back whole, uncompressed and unkept, so that the script can be put into it."""
        for name in ("HTTP_ACCEPT_ENCODING", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE"):
            environ.pop(name, None)
        begun: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], _error: object = None) -> Callable[[bytes], object]:
            begun[:] = [(status, headers)]
            return lambda _data: None

        parts = self._inner(environ, start)
        try:
            body = b"".join(parts)
        finally:
            close = getattr(parts, "close", None)
            if close:
                close()
        status, headers = begun[0]
        if any(name.lower() == "content-type" and value.startswith("text/html") for name, value in headers) and body:
            body = self._with_script(body.decode()).encode()
            dropped = ("content-length", "etag", "cache-control")
            headers = [each for each in headers if each[0].lower() not in dropped]
            headers += [("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
        start_response(status, headers)
        return [body]

    def _answer(self, start_response: StartResponse, status: str, kind: str, text: str) -> Iterable[bytes]:
        body = text.encode()
        start_response(
            status,
            [("Content-Type", f"{kind}; charset=utf-8"), ("Content-Length", str(len(body))), *self._headers],
        )
        return [body]


@cache
def _script() -> str:
    return Path(__file__).with_name("preview.js").read_text("utf-8")
