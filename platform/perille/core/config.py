"""Settings: read once from PERILLE_* variables, frozen, and refused at start by name when they are wrong."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TypeVar

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from perille.core.errors import ConfigError

T = TypeVar("T")

PREFIX = "PERILLE_"
#: Fields whose variable has another name.
_RENAMED = {"secret_keys": "SECRET_KEY", "record_store_keys": "RECORD_STORE_KEY", "code_keys": "CODE_KEY"}
_XAPI_VERSIONS = ("2.0.0", "1.0.3")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Every setting, typed. Lists are separated by commas, folders by the system's path separator."""

    #: Folder of the database and of the keys that are made where none is set; `.data` in the working directory unless set.
    data_dir: Path
    #: Address of the database: `sqlite:///file` or `postgresql://user:password@host/name`; SQLite in the data folder unless set.
    database_url: str
    #: Keys that sign cookies, of 32 characters or more: the first signs, all verify; made in the data folder unless set.
    secret_keys: tuple[str, ...]
    #: Keys that the secrets of the record store's clients are hashed with, and those of other stores sealed, the newest first; after
    #: them, the keys of cookies are tried.
    record_store_keys: tuple[str, ...] = ()
    #: Keys that the codes on paper are hashed with, the newest first; after them, the keys of cookies are tried.
    code_keys: tuple[str, ...] = ()
    #: Where the site is reached, as in `https://learn.example.org`, for certificates and codes; without it the address that a
    #: reader used. With https, cookies are secure and browsers are told to use no other (HSTS). With `PERILLE_PRODUCTION`, no other
    #: name is answered.
    site_url: str = ""
    #: Folders of packs that are not installed.
    pack_paths: tuple[Path, ...] = ()
    #: Version of xAPI that a request without a version header is answered with: `2.0.0` or `1.0.3`.
    xapi_default_version: str = "2.0.0"
    #: homePage of the actors in statements; without it one that is made for the installation.
    actor_home: str = ""
    #: How many proxies are in front: what they say of a reader's address, of the scheme and the host is believed. A wrong number
    #: lets readers choose the address that limits count.
    proxy_hops: int = 0
    #: Where "leave this page quickly" leads.
    exit_url: str = "https://www.wikipedia.org/"
    #: Printed as the issuer of certificates.
    issuer: str = "Perille"
    #: Whether this site serves people: a changed structure of a pack under the same version is refused, and names other than that of
    #: `PERILLE_SITE_URL`.
    production: bool = False
    #: Whether a rate limit is kept; conformance runs switch it off.
    rate_limits: bool = True
    #: Origins that may use the record store from a browser.
    cors_origins: tuple[str, ...] = ()
    #: Largest body of a request to the record store, in bytes.
    max_body: int = 16 * 1024 * 1024
    #: Statements that one request to the record store may hold.
    max_batch: int = 1000
    #: Requests a minute of a client of the record store (a key) that has no rate of its own; 0: any number.
    client_rate: int = 12_000
    #: Threads of the embedded server.
    threads: int = 8
    #: Whether a write to SQLite is answered only when it is on the disk.
    durable: bool = True
    #: Open connections of the embedded server; above it, idle ones are closed to make room.
    connections: int = 1000
    #: Set by tests alone.
    testing: bool = field(default=False)

    @property
    def store_keys(self) -> tuple[str, ...]:
        """Keys for the secrets of the record store's clients: the first makes hashes, all are tried."""
        return (*self.record_store_keys, *self.secret_keys)

    @property
    def resume_keys(self) -> tuple[str, ...]:
        """Keys for the codes that open progress on another phone: the first makes hashes, all are tried."""
        return (*self.code_keys, *self.secret_keys)

    @property
    def sqlite(self) -> bool:
        """Whether the database is SQLite."""
        return self.database_url.startswith("sqlite")


def variable_names() -> dict[str, str]:
    """Return field -> name of its variable without the prefix."""
    return {each.name: _RENAMED.get(each.name, each.name.upper()) for each in fields(Config)}


def load_config(environ: Mapping[str, str] = os.environ, *, create: bool = True) -> Config:
    """Read the settings; raise SettingError naming the variable and what it may be.

    *create*: whether the data folder and its key may be made. Without it, a folder in which no installation is is refused.
    """
    reader = _Reader(environ)
    reader.refuse_unknown()
    data_dir = reader.get("DATA_DIR", _path, Path(".data").resolve())
    if create:
        _make_data_dir(data_dir)
    _check_data_dir(data_dir)
    return Config(
        data_dir=data_dir,
        database_url=reader.get("DATABASE_URL", _database_url, f"sqlite:///{data_dir / 'perille.sqlite3'}"),
        secret_keys=reader.get("SECRET_KEY", _secret_keys, ()) or _kept_secret(data_dir, create=create),
        record_store_keys=reader.get("RECORD_STORE_KEY", _secret_keys, ()),
        code_keys=reader.get("CODE_KEY", _secret_keys, ()),
        site_url=reader.get("SITE_URL", _address, ""),
        pack_paths=reader.get("PACK_PATHS", _folders, ()),
        xapi_default_version=reader.get("XAPI_DEFAULT_VERSION", _xapi_version, "2.0.0"),
        actor_home=reader.get("ACTOR_HOME", _address, ""),
        proxy_hops=reader.get("PROXY_HOPS", _whole(0, 10), 0),
        exit_url=reader.get("EXIT_URL", _address, "https://www.wikipedia.org/"),
        issuer=reader.get("ISSUER", _line, "Perille"),
        production=reader.get("PRODUCTION", _yes_or_no, False),
        rate_limits=reader.get("RATE_LIMITS", _yes_or_no, True),
        cors_origins=reader.get("CORS_ORIGINS", _origins, ()),
        max_body=reader.get("MAX_BODY", _whole(1024, 1 << 31), 16 * 1024 * 1024),
        max_batch=reader.get("MAX_BATCH", _whole(1, 100_000), 1000),
        client_rate=reader.get("CLIENT_RATE", _whole(0, 1_000_000), 12_000),
        threads=reader.get("THREADS", _whole(1, 256), 8),
        durable=reader.get("DURABLE", _yes_or_no, True),
        connections=reader.get("CONNECTIONS", _whole(16, 100_000), 1000),
        testing=reader.get("TESTING", _yes_or_no, False),
    )


_SECRETS = frozenset({"SECRET_KEY", "RECORD_STORE_KEY", "CODE_KEY", "DATABASE_URL"})


@dataclass(frozen=True, slots=True)
class _Reader:
    environ: Mapping[str, str]

    def get(self, name: str, convert: Callable[[str], T], default: T) -> T:
        """Convert one variable; an empty one counts as absent."""
        text = self.environ.get(PREFIX + name, "").strip()
        if not text:
            return default
        try:
            return convert(text)
        except ValueError as error:
            # A secret must not end up in a log, not even a wrong one.
            shown = "" if name in _SECRETS else f" (it is {text!r})"
            raise ConfigError(f"{PREFIX}{name}: {error}{shown}") from error

    def refuse_unknown(self) -> None:
        """A misspelt setting would be ignored in silence; say its name instead."""
        known = frozenset(variable_names().values())
        unknown = sorted(key for key in self.environ if key.startswith(PREFIX) and key[len(PREFIX) :] not in known)
        if unknown:
            raise ConfigError(
                f"{unknown[0]}: there is no such setting. Known: {', '.join(sorted(PREFIX + k for k in known))}"
            )


def _make_data_dir(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise ConfigError(f"{PREFIX}DATA_DIR: the folder {path} cannot be made: {error.strerror}") from error


def _check_data_dir(path: Path) -> None:
    if not path.is_dir():
        raise no_installation(path)
    if not os.access(path, os.W_OK | os.X_OK):
        raise ConfigError(
            f"{PREFIX}DATA_DIR: the folder {path} is not writable. Give this user the right, or name another folder"
        )


def sqlite_file(config: Config) -> Path:
    """Return the file of an SQLite database."""
    return Path(make_url(config.database_url).database or "").resolve()


def shown_url(config: Config) -> str:
    """Return the database's address without its password."""
    return make_url(config.database_url).render_as_string(hide_password=True)


def no_installation(place: object) -> ConfigError:
    """Return the refusal of a command that would begin an empty installation in a wrong place."""
    return ConfigError(
        f"There is no installation in {place}. Name its folder with PERILLE_DATA_DIR, start `perille serve` once,"
        " or say --create to begin an empty one"
    )


def _kept_secret(data_dir: Path, *, create: bool) -> tuple[str, ...]:
    path = data_dir / "secret_key"
    try:
        return _secret_keys(path.read_text("ascii").strip())
    except FileNotFoundError:
        if not create:
            raise no_installation(data_dir) from None
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: the key that signs cookies cannot be read: {error}") from error
    secret = secrets.token_urlsafe(48)
    try:
        _write_new(path, secret)
    except FileExistsError:
        return _kept_secret(data_dir, create=create)  # another process was quicker
    except OSError as error:
        path.unlink(missing_ok=True)
        raise ConfigError(f"{path}: the key that signs cookies cannot be kept: {error.strerror}") from error
    return (secret,)


def _write_new(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)


def _path(text: str) -> Path:
    return Path(text).expanduser().resolve()


def _folders(text: str) -> tuple[Path, ...]:
    folders = tuple(_path(part) for part in text.split(os.pathsep) if part)
    for folder in folders:
        if not folder.is_dir():
            raise ValueError(f"there is no folder {folder}")
    return folders


def _database_url(text: str) -> str:
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
    path = _path(url.database)
    if path.is_dir():
        raise ValueError(f"names a folder, {path}, and not a file in it")
    if not path.parent.is_dir():
        raise ValueError(f"names a file in {path.parent}, and there is no such folder")
    return url.set(drivername="sqlite", database=str(path))


def _secret_keys(text: str) -> tuple[str, ...]:
    keys = tuple(part.strip() for part in text.split(",") if part.strip())
    if not keys or any(len(key) < 32 for key in keys):
        raise ValueError("needs 32 characters or more; several keys are separated by commas, the newest first")
    return keys


def _address(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", text):
        raise ValueError("must be an address such as https://learn.example.org")
    return text


def _xapi_version(text: str) -> str:
    if text not in _XAPI_VERSIONS:
        raise ValueError(f"must be one of {', '.join(_XAPI_VERSIONS)}")
    return text


def _whole(low: int, high: int) -> Callable[[str], int]:
    def convert(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(text)

    return convert


def _line(text: str) -> str:
    if len(text) > 120 or not text.isprintable():
        raise ValueError("must be one line of at most 120 characters")
    return text


def _yes_or_no(text: str) -> bool:
    if text.lower() not in ("yes", "no", "true", "false", "1", "0"):
        raise ValueError("must be yes or no")
    return text.lower() in ("yes", "true", "1")


def _origins(text: str) -> tuple[str, ...]:
    origins = tuple(part.strip().rstrip("/") for part in text.split(",") if part.strip())
    for origin in origins:
        if origin != "*" and not re.fullmatch(r"https?://[^\s/?#]+", origin):
            raise ValueError("must be origins such as https://lms.example.org, separated by commas")
    return origins
