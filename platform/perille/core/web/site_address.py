"""Where the site is mounted: at the root of a host, or below a path of it, as in https://example.org/learn.

The path is that of PERILLE_SITE_URL, or what a server or proxy in front says in SCRIPT_NAME (PEP 3333). `url_for` writes it in front
of every address; this module has the rest: absolute addresses, and the path for which cookies are sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask, current_app, request, url_for

from perille.core.base_url import base_address
from perille.core.config import Config
from perille.core.current import current_config

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


#: Path of the record store, below that of the site.
RECORD_STORE = "/xapi"


def mount_path(config: Config) -> str:
    """Return the path below which the settings put the site, without a slash at its end; "" for the root of the host."""
    return urlsplit(config.site_url).path.rstrip("/")


class MountMiddleware:
    """WSGI: moves the site's path from PATH_INFO to SCRIPT_NAME.

    A proxy may pass the whole path on or cut off what is in front, so a request without the path is below it as well. A SCRIPT_NAME
    that is there already is believed: it is the word of the server and not of the client.
    """

    def __init__(self, inner: WSGIApplication, path: str) -> None:
        self._inner = inner
        self._path = path

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass a request on."""
        if not environ.get("SCRIPT_NAME"):
            asked: str = environ.get("PATH_INFO", "")
            if f"{asked}/".startswith(f"{self._path}/"):
                environ["PATH_INFO"] = asked[len(self._path) :] or "/"
            environ["SCRIPT_NAME"] = self._path
        return self._inner(environ, start_response)


def site_address() -> str:
    """Return the absolute address below which all pages are, without a slash at its end."""
    return (current_config().site_url or request.url_root).rstrip("/")


def external_url(endpoint: str, **values: Any) -> str:
    """Return the absolute address of an endpoint by which readers reach it from elsewhere, for paper and QR codes."""
    return site_address() + url_for(endpoint, **values)[len(request.script_root) :]


def link_to(app: Flask, base: str, endpoint: str, **values: Any) -> str:
    """Return the absolute address of an endpoint outside a request; *base*: what `base_url.base_address` returns."""
    return base + app.url_map.bind("localhost").build(endpoint, values)


def mailed_url(endpoint: str, **values: Any) -> str:
    """Return the absolute address of an endpoint for an e-mail.

    The host that a request names is not believed: whoever asks for the e-mail of another person chooses it, and would get the
    token in the link when that person follows it.
    """
    return link_to(current_app, base_address(current_config()), endpoint, **values)


def cookie_path() -> str:
    """Return the path for which cookies of this site are sent: other sites on the same host do not get them."""
    return request.script_root or "/"
