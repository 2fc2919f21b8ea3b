"""What is checked of a request before the application sees it: under which name we were called, and whether a proxy is in front."""

from __future__ import annotations

import ipaddress
import logging
import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from perille.core.config import Config
from perille.core.current import config_of
from perille.core.extension_state import AppSlot
from perille.core.security import HEADERS
from perille.core.web.site_address import MountMiddleware, mount_path

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

#: RFC 9110 7.2: a name or an address, and perhaps a port.
_HOST = re.compile(r"([a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\])(:[0-9]{1,5})?")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
#: Those that watch over a machine call it by its address.
_FOR_WATCHERS = frozenset({"/healthz", "/readyz", "/metrics"})
#: Unknown names that are written into the log, once each; a scanner must not fill it.
_MOST_NAMED = 20
_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


def configure_front(app: Flask) -> None:
    """Put the checks around everything that the application answers, the record store too."""
    config = config_of(app)
    inner: WSGIApplication = HostCheck(app.wsgi_app, known_hosts(config))
    if path := mount_path(config):
        inner = MountMiddleware(inner, path)
    if config.proxy_hops:
        hops = config.proxy_hops
        inner = ProxyFix(inner, x_for=hops, x_proto=hops, x_host=hops)
    watch = ProxyWatch(inner, hops=config.proxy_hops)
    current_proxy_watch.set(app, watch)
    app.wsgi_app = watch  # type: ignore[method-assign]  # what wsgi_app is for


def known_hosts(config: Config) -> frozenset[str]:
    """Return the names by which the site may be called: in production, once it says where it is, no other; else the empty set, any.

    In a room the addresses that were printed and no name: a page from elsewhere could give its own name one of those addresses.
    """
    if config.room_addresses:
        return frozenset({*config.room_addresses, *_LOOPBACK})
    name = urlsplit(config.site_url).hostname or ""
    return frozenset({plain_host(_ascii(name)), *_LOOPBACK}) if config.production and name else frozenset()


def _ascii(name: str) -> str:
    try:
        return name.encode("idna").decode()
    except UnicodeError:
        return name


def plain_host(host: str) -> str:
    """Return a host with its port as everybody writes it: small letters, no dot at the end (RFC 3986 3.2.2).

    >>> plain_host("Learn.Example.ORG.:8000")
    'learn.example.org:8000'
    """
    name, colon, port = host.strip().lower().rpartition(":")
    if not colon or "]" in port:
        name, colon, port = host.strip().lower(), "", ""
    return f"{name.removesuffix('.')}{colon}{port}"


class HostCheck:
    """WSGI: answers 400 in one line to a request for another site than ours."""

    def __init__(self, inner: WSGIApplication, known: frozenset[str]) -> None:
        self._inner = inner
        self._known = known
        self._named: set[str] = set()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass a request for us on, its host written plainly."""
        given = environ.get("HTTP_HOST")
        host = plain_host(given or "")
        if self._is_ours(host):
            if given:
                environ["HTTP_HOST"] = host
            return self._inner(environ, start_response)
        if environ.get("PATH_INFO") in _FOR_WATCHERS:
            environ["HTTP_HOST"] = "localhost"
            return self._inner(environ, start_response)
        return self._refuse(host, environ, start_response)

    def _is_ours(self, host: str) -> bool:
        if not host:
            return not self._known
        found = _HOST.fullmatch(host)
        return found is not None and (not self._known or found[1] in self._known)

    def _refuse(self, host: str, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        shown = host[:100].encode("ascii", "backslashreplace").decode()
        if shown not in self._named and len(self._named) < _MOST_NAMED:
            self._named.add(shown)
            log.info("refused a request for the host %r, which is not PERILLE_SITE_URL's", shown)
        body = b"This server does not answer to that name.\n"
        headers = [*HEADERS.items(), ("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
        status = HTTPStatus.BAD_REQUEST
        start_response(f"{status.value} {status.phrase}", [*headers, ("Cache-Control", "no-store")])
        return [] if environ.get("REQUEST_METHOD") == "HEAD" else [body]


class ProxyWatch:
    """WSGI: notices a proxy in front that nobody has told us of.

    Without PERILLE_PROXY_HOPS all readers seem to come from the proxy, and share one rate limit. A header alone proves nothing, as any
    client can send it; a proxy that runs beside us calls from a private address.
    """

    def __init__(self, inner: WSGIApplication, *, hops: int) -> None:
        self._inner = inner
        self._hops = hops
        #: Whether there is a proxy whose word about its clients is not used.
        self.unknown_proxy = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Look at the headers, and pass the request on."""
        if not self._hops and not self.unknown_proxy and _comes_by_proxy(environ):
            self.unknown_proxy = True
            log.warning(
                "A proxy is in front of this site and PERILLE_PROXY_HOPS is not set: all readers share one rate limit, and addresses "
                "may be written as http. Set PERILLE_PROXY_HOPS to the number of proxies."
            )
        return self._inner(environ, start_response)


current_proxy_watch = AppSlot[ProxyWatch]("proxy_watch")


def _comes_by_proxy(environ: WSGIEnvironment) -> bool:
    if not any(name in environ for name in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(environ.get("REMOTE_ADDR", "")).is_private
    except ValueError:
        return True  # a Unix socket: nobody but a proxy uses it
