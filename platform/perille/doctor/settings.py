"""What the doctor looks at in settings, keys and files, before any database is opened."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from perille.core.config import Config
from perille.doctor.findings import Finding, fault, ok, warning

#: Bytes that should be free where the data is; below the second one nothing can be written soon.
ROOM, NO_ROOM = 1024**3, 64 * 1024**2
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_MB = 1024**2


def check_settings(config: Config) -> Iterator[Finding]:
    """Look at the address of the site, at https and at proxies."""
    site = config.site_url
    if not site:
        yield warning(
            "settings",
            "PERILLE_SITE_URL is not set",
            "set it to the address that readers use, for certificates and codes",
        )
    elif not site.startswith("https:"):
        level = fault if config.production else warning
        yield level(
            "settings",
            "PERILLE_SITE_URL is not https",
            "get a certificate, put a proxy in front, and write the address with https",
        )
    else:
        yield ok("settings", "PERILLE_SITE_URL is https")
    if site.startswith("https:") and not config.proxy_hops:
        yield warning(
            "settings",
            "PERILLE_PROXY_HOPS is 0, and https needs a proxy in front",
            "set it to the number of proxies, or all readers share one limit",
        )
    if not config.production:
        yield warning("settings", "PERILLE_PRODUCTION is not set", "set it to yes where people use the site")
    if not config.rate_limits:
        yield fault("settings", "PERILLE_RATE_LIMITS is off, so codes can be guessed", "take the setting away")
    if "*" in config.cors_origins:
        yield warning("settings", "PERILLE_CORS_ORIGINS lets any page use the record store", "name the origins")


def check_keys(config: Config) -> Iterator[Finding]:
    """Look at who can read the keys, and whether each purpose has its own."""
    file = config.data_dir / "secret_key"
    if file.exists():
        yield from _private(file, "the key that signs cookies")
    yield from _private(config.data_dir, "the data folder")
    missing = [
        name
        for name, keys in (
            ("PERILLE_RECORD_STORE_KEY", config.record_store_keys),
            ("PERILLE_CODE_KEY", config.code_keys),
        )
        if not keys
    ]
    if config.production and missing:
        yield warning(
            "keys",
            f"{' and '.join(missing)} not set, so one key protects all",
            "make one each: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'",
        )
    else:
        yield ok("keys", f"{len(config.secret_keys)} for cookies; the others are set or not needed")


def _private(path: Path, what: str) -> Iterator[Finding]:
    if path.stat().st_mode & _OTHERS:
        mode = "700" if path.is_dir() else "600"
        yield fault("keys", f"other users of this machine can read {what}", f"chmod {mode} {path}")


def check_disk(config: Config) -> Iterator[Finding]:
    """Look at the room where the data is."""
    found = os.statvfs(config.data_dir)
    free = found.f_bavail * found.f_frsize
    what = f"{free // _MB:,} MB free where the data is"
    if free < NO_ROOM:
        yield fault("disk", what, "make room now: soon nothing can be saved")
    elif free < ROOM:
        yield warning("disk", what, "make room")
    else:
        yield ok("disk", what)


def check_mail() -> Iterator[Finding]:
    """Say that there is nothing to look at: Perille sends no mail."""
    yield ok("mail", "none is sent, so there is nothing to set up")
