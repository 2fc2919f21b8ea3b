"""How the value of each kind of setting is read; what cannot be read is a ValueError that says what it may be."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from perille.core.letters import is_line

_XAPI_VERSIONS = ("2.0.0", "1.0.3")


class LogFormat(StrEnum):
    """How a line of the log is written."""

    #: Text on a terminal, JSON elsewhere.
    AUTO = "auto"
    TEXT = "text"
    JSON = "json"


def whole_path(text: str) -> Path:
    """Return the whole path of a file or a folder."""
    return Path(text).expanduser().resolve()


def folders(text: str) -> tuple[Path, ...]:
    """Return folders that are there."""
    folders = tuple(whole_path(part) for part in text.split(os.pathsep) if part)
    for folder in folders:
        if not folder.is_dir():
            raise ValueError(f"there is no folder {folder}")
    return folders


def database_url(text: str) -> str:
    """Return the address of a database, with our driver."""
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise ValueError("is no database address such as sqlite:///file or postgresql://user@host/name") from error
    except ValueError as error:
        raise ValueError(
            "cannot be read: the port must be a number, and @ : / in a password are written %40 %3A %2F"
        ) from error
    if url.get_backend_name() == "postgres":
        raise ValueError("must begin with postgresql: instead of postgres:")
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise ValueError("must begin with sqlite: or postgresql:")
    url = url.set(drivername="postgresql+psycopg") if url.get_backend_name() == "postgresql" else _sqlite_url(url)
    return url.render_as_string(hide_password=False)


def _sqlite_url(url: URL) -> URL:
    """Return the address of an SQLite file with its whole path: a relative one is from the folder in which the program was started."""
    if url.host or not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise ValueError(
            "must name a file, such as sqlite:////srv/perille/perille.sqlite3 (four slashes for a whole path)"
        )
    if url.query:
        raise ValueError("takes nothing after a question mark for SQLite")
    path = whole_path(url.database)
    if path.is_dir():
        raise ValueError(f"names a folder, {path}, and not a file in it")
    if not path.parent.is_dir():
        raise ValueError(f"names a file in {path.parent}, and there is no such folder")
    return url.set(drivername="sqlite", database=str(path))


def ip_addresses(text: str) -> tuple[str, ...]:
    """Return IPv4 addresses as they are usually written."""
    try:
        return tuple(str(ipaddress.IPv4Address(part.strip())) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise ValueError("must be addresses such as 192.168.1.5, separated by commas") from error


def secret_keys(text: str) -> tuple[str, ...]:
    """Return keys, the newest first."""
    keys = tuple(part.strip() for part in text.split(",") if part.strip())
    if not keys or any(len(key) < 32 for key in keys):
        raise ValueError("needs 32 characters or more; several keys are separated by commas, the newest first")
    return keys


def address(text: str) -> str:
    """Return an address of the web."""
    if not re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", text):
        raise ValueError("must be an address such as https://learn.example.org")
    return text


_MAIL_SERVER = re.compile(
    r"(smtps|smtp|smtp\+plain)://([^\s/?#@:]+(:[^\s/?#@:]*)?@)?(\[[0-9a-f:.]+\]|[\w.-]+)(:\d{1,5})?/?"
)


def mail_server(text: str) -> str:
    """Return the address of a mail server."""
    if not _MAIL_SERVER.fullmatch(text):
        raise ValueError("must be a mail server such as smtps://name:password@mail.example.org")
    return text


def mail_address(text: str) -> str:
    """Return an e-mail address; the part before the @ is ASCII (RFC 5321 4.1.2)."""
    if len(text) > 254 or not re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[\w-]+(\.[\w-]+)*", text):
        raise ValueError("must be an e-mail address such as learn@example.org")
    return text


def xapi_version(text: str) -> str:
    """Return a version of xAPI that a request without one is answered with."""
    if text not in _XAPI_VERSIONS:
        raise ValueError(f"must be one of {', '.join(_XAPI_VERSIONS)}")
    return text


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """Return what reads a whole number between two bounds."""

    def convert(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(text)

    return convert


def line(text: str) -> str:
    """Return one line of text."""
    if len(text) > 120 or not is_line(text):
        raise ValueError("must be one line of at most 120 characters")
    return text


def yes_or_no(text: str) -> bool:
    """Return whether it is yes."""
    if text.lower() not in ("yes", "no", "true", "false", "1", "0"):
        raise ValueError("must be yes or no")
    return text.lower() in ("yes", "true", "1")


def log_format(text: str) -> LogFormat:
    """Return a form of the log."""
    if text not in tuple(LogFormat):
        raise ValueError(f"must be one of {', '.join(LogFormat)}")
    return LogFormat(text)


def header_name(text: str) -> str:
    """Return the name of a header."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{1,60}", text):
        raise ValueError("must be the name of a header such as X-Request-ID")
    return text


def token(text: str) -> str:
    """Return a token of which a program is known."""
    if len(text) < 20 or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("needs 20 characters or more, of ASCII and without spaces")
    return text


def origins(text: str) -> tuple[str, ...]:
    """Return origins of pages, or * for all."""
    origins = tuple(part.strip().rstrip("/") for part in text.split(",") if part.strip())
    for origin in origins:
        if origin != "*" and not re.fullmatch(r"https?://[^\s/?#]+", origin):
            raise ValueError("must be origins such as https://lms.example.org, separated by commas")
    return origins
