"""What the administrator has said on the page "This site": who runs it, what it offers, where the quick exit leads.

Every page asks for it and none asks the database: the settings are read once in each process and kept. Saving them touches a file in the
data folder; each request looks at the time of that file (one `stat`, no query) and reads the settings again when it has changed, so that
the next request in every process of this machine has them. On PostgreSQL processes of other machines do not see the file: there they are
read again after ten seconds at the latest.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from threading import Lock

from flask import Flask, current_app, request
from sqlalchemy.exc import DBAPIError

from perille.core.config import Config
from perille.core.current import current_config
from perille.core.decoding import read_json
from perille.core.extension_state import AppSlot
from perille.core.i18n import chosen_languages

log = logging.getLogger(__name__)
_FILE = "site_settings"
#: Begins the name of the row that has the settings of a plugin as JSON; the name of its package follows.
PLUGIN_ROW = "plugin."
#: Seconds after which settings are read again where processes may be on several machines.
_LIFE = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The settings of the page, with those of the environment where the page says nothing."""

    #: Changes with each change: a part of the key of every page that is kept.
    version: str = ""
    #: Name, postal address and e-mail address of who runs the site.
    operator: str = ""
    address: str = ""
    email: str = ""
    #: Whom to ask about one's data.
    data_protection: str = ""
    #: Where to complain, and how.
    complaints: str = ""
    #: On what the processing of data rests (GDPR Article 6).
    legal_basis: str = ""
    #: Statement after EN 301 549 and Directive (EU) 2016/2102.
    accessibility: str = ""
    #: Code of the language that these texts are in.
    words_language: str = "en"
    #: Codes of languages and countries that are offered; empty: all that there are.
    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    #: Where "leave this page quickly" leads.
    exit_url: str = ""
    #: Printed as the issuer of certificates.
    issuer: str = ""
    #: Name of the logo of certificates; "" for none.
    logo: str = ""
    #: Package of a plugin -> name of a setting -> what was saved for it.
    plugins: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def offers_any(self, codes: tuple[str, ...]) -> bool:
        """Tell whether one of these countries is offered; what is of no country is."""
        return not self.countries or not codes or bool(set(self.countries) & set(codes))


#: Returns name -> value as they were saved; set by the feature that keeps them.
site_loader = AppSlot[Callable[[], Mapping[str, str]]]("site_loader")


class _Cache:
    """What this process has read."""

    def __init__(self) -> None:
        self.site: Site | None = None
        self.stamp = -1
        self.read_at = 0.0
        self.lock = Lock()


_cache = AppSlot("site", _Cache)


def current_site() -> Site:
    """Return the settings of the page, as this process read them last. Needs an app context."""
    found = _cache().site
    return refresh_site() if found is None else found


def refresh_site() -> Site:
    """Read the settings where they may have changed. Jobs call it when they begin; requests do by themselves."""
    cache, config = _cache(), current_config()
    stamp = _stamp(config)
    with cache.lock:
        old = not config.sqlite and time.monotonic() - cache.read_at > _LIFE
        if cache.site is None or stamp != cache.stamp or old:
            cache.site = _read(config) or cache.site or read_site(config, {})
            cache.stamp, cache.read_at = stamp, time.monotonic()
        return cache.site


def _read(config: Config) -> Site | None:
    load = site_loader.made(current_app)
    if load is None:
        return None
    try:
        return read_site(config, load())
    except DBAPIError as error:
        # No database, or no table yet: pages are shown with what is known, and others say what is wrong.
        log.warning("the settings of the site cannot be read (%s)", type(error.orig).__name__)
        return None


def read_site(config: Config, values: Mapping[str, str]) -> Site:
    """Return the settings from what was saved; lists are separated by spaces."""
    known = {each.name for each in fields(Site)} - {"plugins"}
    given: dict[str, object] = {name: value for name, value in values.items() if name in known and value}
    for name in ("languages", "countries"):
        given[name] = tuple(values.get(name, "").split())
    given["plugins"] = plugin_values(values)
    return Site(**{"exit_url": config.exit_url, "issuer": config.issuer} | given)  # type: ignore[arg-type]


def plugin_values(values: Mapping[str, str]) -> dict[str, Mapping[str, str]]:
    """Return the settings of plugins among what was saved: package -> name -> value.

    >>> plugin_values({"issuer": "A school", "plugin.ranking": '{"most": "5"}'})
    {'ranking': {'most': '5'}}
    """
    rows = {name.removeprefix(PLUGIN_ROW): text for name, text in values.items() if name.startswith(PLUGIN_ROW)}
    return {package: _read_values(package, text) for package, text in rows.items() if text}


def _read_values(package: str, text: str) -> Mapping[str, str]:
    try:
        return read_json(text, dict[str, str])
    except ValueError:
        # Every page asks for the settings: a row that is broken must not stop them all.
        log.warning("the saved settings of the plugin %s cannot be read", package)
        return {}


def announce_change() -> None:
    """Tell all processes of this machine that the settings have changed; to be called after the commit."""
    path = _path(current_config())
    path.touch(mode=0o600)
    # Two changes within one tick of the file system's clock must not look like one.
    stamp = max(time.time_ns(), path.stat().st_mtime_ns + 1)
    os.utime(path, ns=(stamp, stamp))


def _stamp(config: Config) -> int:
    try:
        return _path(config).stat().st_mtime_ns
    except OSError:
        return 0


def _path(config: Config) -> Path:
    return config.data_dir / _FILE


def configure_site(app: Flask) -> None:
    """Look at the beginning of each request whether the settings have changed."""
    chosen_languages.set(app, lambda: current_site().languages)

    @app.before_request
    def look() -> None:
        # A shipped file says nothing that could be set.
        if request.blueprint != "static":
            refresh_site()
