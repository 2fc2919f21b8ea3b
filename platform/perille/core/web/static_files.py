"""Files that pages load: our own and those of plugins, at addresses that change with their content."""

from __future__ import annotations

import gzip
import hashlib
import re
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app
from werkzeug.exceptions import NotFound

from perille.core.extension_state import AppSlot
from perille.core.paths import STATIC
from perille.core.web.minify import minified
from perille.core.web.page_addresses import url_for
from perille.core.web.responses import COMPRESSIBLE, takes_gzip
from perille.core.web.style_sheets import minified_style

_MIMES = {
    "css": "text/css",
    "js": "text/javascript",
    "json": "application/json",
    "svg": "image/svg+xml",
    "png": "image/png",
    "webmanifest": "application/manifest+json",
    "woff2": "font/woff2",
}

blueprint = Blueprint("static", __name__)
_EXPORT = re.compile("^export ", re.MULTILINE)
#: Prefix of names -> folder of static files, beside our own.
_static_folders = AppSlot[dict[str, Path]]("static_folders", dict)
#: Name -> the same as `_read_static`: each page has ten such addresses.
_known_files = AppSlot[dict[str, tuple[str, bytes, bytes]]]("static_files", dict)


@cache
def _static_files(folder: Path) -> frozenset[str]:
    return frozenset(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@cache
def _read_static(path: Path) -> tuple[str, bytes, bytes]:
    body = path.read_bytes()
    if path.is_relative_to(STATIC) and path.suffix == ".js":
        body = sent_script(path)
    elif path.is_relative_to(STATIC) and path.suffix == ".css":
        body = minified_style(path.read_text("utf-8")).encode()
    return hashlib.sha256(body).hexdigest()[:10], body, gzip.compress(body, 9, mtime=0)


@cache
def sent_script(path: Path) -> bytes:
    """Return a script of ours as browsers get it, with short names for what no other script sees: all but what a module exports."""
    script = path.read_text("utf-8")
    return minified(script, short_names=_EXPORT.search(script) is None).encode()


def add_static_folder(app: Flask, prefix: str, folder: Path) -> None:
    """Serve the files of *folder* as "*prefix*/name", as far as pages load files of their kind (`_MIMES`)."""
    _static_folders.of(app)[prefix] = folder
    _known_files.of(app).clear()


def has_static_file(app: Flask, name: str) -> bool:
    """Tell whether `static_url` knows a name."""
    return _static_path(app, name) is not None


def _static_path(app: Flask, name: str) -> Path | None:
    if name in _static_files(STATIC):
        return STATIC / name
    prefix, _sep, rest = name.partition("/")
    folder = _static_folders.of(app).get(prefix)
    known = folder is not None and rest in _static_files(folder) and rest.rpartition(".")[2] in _MIMES
    return folder / rest if folder is not None and known else None


def _static_file(name: str) -> tuple[str, bytes, bytes] | None:
    found = _known_files()
    if name not in found:
        # What is not shipped is not remembered either: there is no end of names.
        path = _static_path(current_app, name)
        if path is None:
            return None
        found[name] = _read_static(path)
    return found[name]


def static_url(name: str) -> str:
    """Return the address of a shipped file, with a hash of its content: caches may keep it for ever. Raise FileNotFoundError."""
    found = _static_file(name)
    if found is None:
        raise FileNotFoundError(name)
    return url_for("static.shipped", stamp=found[0], name=name)


@blueprint.get("/static/<stamp>/<path:name>")
def shipped(stamp: str, name: str) -> Response:
    """Serve a shipped file, compressed once in a process. An address with an old hash is answered too, without caching."""
    found = _static_file(name)
    if found is None:
        raise NotFound
    mime = _MIMES.get(name.rpartition(".")[2], "application/octet-stream")
    squeezed = takes_gzip() and mime in COMPRESSIBLE
    response = Response(found[2] if squeezed else found[1], mimetype=mime)
    if squeezed:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    fresh = "public, max-age=31536000, immutable" if stamp == found[0] else "no-cache"
    response.headers["Cache-Control"] = fresh
    return response
