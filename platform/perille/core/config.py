"""Settings: read once from PERILLE_* variables, frozen, and refused at start by name when they are wrong."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TypeVar

from sqlalchemy.engine import make_url

from perille.core.errors import ConfigError
from perille.core.setting_values import (
    LogFormat,
    address,
    database_url,
    folders,
    header_name,
    ip_addresses,
    line,
    log_format,
    mail_address,
    mail_server,
    origins,
    secret_keys,
    token,
    whole_number,
    whole_path,
    xapi_version,
    yes_or_no,
)

T = TypeVar("T")

PREFIX = "PERILLE_"
#: Of settings that plugins bring: `perille.plugins.settings`.
PLUGIN_PREFIX = f"{PREFIX}PLUGIN_"
#: Fields whose variable has another name.
_RENAMED = {"secret_keys": "SECRET_KEY", "record_store_keys": "RECORD_STORE_KEY", "code_keys": "CODE_KEY"}


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
    #: name is answered. A path, as in `https://example.org/learn`, puts the whole site below it.
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
    #: Name of the certificates' design; a plugin may bring others.
    certificate_design: str = "perille"
    #: By which way notices go out: "e-mail", or the name of one that a plugin brings.
    notifier: str = "e-mail"
    #: Name of the colours and the logo that a plugin brings; empty: our own.
    theme: str = ""
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
    #: How the log is written: `json` (an object a line), `text`, or `auto`, which is text on a terminal and JSON elsewhere.
    log_format: LogFormat = LogFormat.AUTO
    #: Whether each request has a line in the log: route, method, status and milliseconds, never the address that was read.
    log_requests: bool = True
    #: Header in which a proxy in front sends an id for each request, as in `X-Request-ID`, to be used in the log; believed only where
    #: `PERILLE_PROXY_HOPS` is set. Without it each request is given an id here.
    request_id_header: str = ""
    #: Token of 20 characters or more with which Prometheus reads `/metrics`; without one there is no such page.
    metrics_token: str = ""
    #: Server that e-mails are given to: `smtps://name:password@mail.example.org` (TLS), `smtp://...` (STARTTLS), or
    #: `smtp+plain://localhost` for one on the same machine. In name and password `@` `:` `/` are written `%40` `%3A` `%2F`. Without a
    #: server, e-mails wait in the outbox.
    mail_server: str = ""
    #: Address that e-mails are from.
    mail_from: str = ""
    #: Whether phones may keep help, pages and courses for when there is no line; without, they drop what they kept.
    offline: bool = True
    #: Addresses of this computer, as in `192.168.1.5`, where it serves a room without internet over plain http. No other name is
    #: answered then, and pages say what does not work so. `perille serve --lan` finds them; for another server they are set here.
    room_addresses: tuple[str, ...] = ()
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
    """Read the settings; raise ConfigError naming the variable and what it may be.

    *create*: whether the data folder and its key may be made. Without it, a folder in which no installation is is refused.
    """
    reader = _Reader(environ)
    reader.refuse_unknown()
    data_dir = reader.get("DATA_DIR", whole_path, Path(".data").resolve())
    if create:
        _make_data_dir(data_dir)
    _check_data_dir(data_dir)
    config = Config(
        data_dir=data_dir,
        database_url=reader.get("DATABASE_URL", database_url, f"sqlite:///{data_dir / 'perille.sqlite3'}"),
        secret_keys=reader.get("SECRET_KEY", secret_keys, ()) or _kept_secret(data_dir, create=create),
        record_store_keys=reader.get("RECORD_STORE_KEY", secret_keys, ()),
        code_keys=reader.get("CODE_KEY", secret_keys, ()),
        testing=reader.get("TESTING", yes_or_no, False),
    )
    return _with_site(_with_server(config, reader), reader)


def _with_server(config: Config, reader: _Reader) -> Config:
    """Add how requests are served, limited and logged."""
    return replace(
        config,
        xapi_default_version=reader.get("XAPI_DEFAULT_VERSION", xapi_version, "2.0.0"),
        actor_home=reader.get("ACTOR_HOME", address, ""),
        proxy_hops=reader.get("PROXY_HOPS", whole_number(0, 10), 0),
        rate_limits=reader.get("RATE_LIMITS", yes_or_no, True),
        cors_origins=reader.get("CORS_ORIGINS", origins, ()),
        max_body=reader.get("MAX_BODY", whole_number(1024, 1 << 31), 16 * 1024 * 1024),
        max_batch=reader.get("MAX_BATCH", whole_number(1, 100_000), 1000),
        client_rate=reader.get("CLIENT_RATE", whole_number(0, 1_000_000), 12_000),
        threads=reader.get("THREADS", whole_number(1, 256), 8),
        durable=reader.get("DURABLE", yes_or_no, True),
        connections=reader.get("CONNECTIONS", whole_number(16, 100_000), 1000),
        log_format=reader.get("LOG_FORMAT", log_format, LogFormat.AUTO),
        log_requests=reader.get("LOG_REQUESTS", yes_or_no, True),
        request_id_header=reader.get("REQUEST_ID_HEADER", header_name, ""),
        metrics_token=reader.get("METRICS_TOKEN", token, ""),
        room_addresses=reader.get("ROOM_ADDRESSES", ip_addresses, ()),
    )


def _with_site(config: Config, reader: _Reader) -> Config:
    """Add what the site is called, looks like and sends."""
    return replace(
        config,
        site_url=reader.get("SITE_URL", address, ""),
        pack_paths=reader.get("PACK_PATHS", folders, ()),
        exit_url=reader.get("EXIT_URL", address, "https://www.wikipedia.org/"),
        issuer=reader.get("ISSUER", line, "Perille"),
        certificate_design=reader.get("CERTIFICATE_DESIGN", line, "perille"),
        notifier=reader.get("NOTIFIER", line, "e-mail"),
        theme=reader.get("THEME", line, ""),
        production=reader.get("PRODUCTION", yes_or_no, False),
        mail_server=reader.get("MAIL_SERVER", mail_server, ""),
        mail_from=reader.get("MAIL_FROM", mail_address, ""),
        offline=reader.get("OFFLINE", yes_or_no, True),
    )


_SECRETS = frozenset({"SECRET_KEY", "RECORD_STORE_KEY", "CODE_KEY", "DATABASE_URL", "METRICS_TOKEN", "MAIL_SERVER"})


@dataclass(frozen=True, slots=True)
class _Reader:
    environ: Mapping[str, str]

    def get(self, name: str, convert: Callable[[str], T], default: T) -> T:
        """Convert one variable; an empty one counts as absent. Raise ConfigError for a value that cannot be read."""
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
        """Raise ConfigError that names a misspelt setting: it would be ignored in silence."""
        known = frozenset(variable_names().values())
        unknown = sorted(key for key in self.environ if _is_ours(key) and key[len(PREFIX) :] not in known)
        if unknown:
            raise ConfigError(
                f"{unknown[0]}: there is no such setting. Known: {', '.join(sorted(PREFIX + k for k in known))}"
            )


def _is_ours(variable: str) -> bool:
    return variable.startswith(PREFIX) and not variable.startswith(PLUGIN_PREFIX)


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
        return secret_keys(path.read_text("ascii").strip())
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
