"""Addresses of e-mail: what is one, and when two are the same."""

from __future__ import annotations

import re
import unicodedata

from perille.core.errors import BadRequest

#: Before the @ printable ASCII: what looks like a Latin letter and is none would make a twin of somebody else's address.
_LOCAL = re.compile(r"[!#-'*+\-./0-9=?A-Z^_`a-z{|}~]{1,64}")
_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_LONGEST = 254


def read_address(typed: str) -> str:
    """Return an address as it is stored: the part before the @ as typed, the domain as names of hosts are written (IDNA).

    >>> read_address(" Eva@Bücher.example ")
    'Eva@xn--bcher-kva.example'

    Raise BadRequest for what is no address.
    """
    local, _at, domain = typed.strip().rpartition("@")
    host = _host(domain)
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(host) or len(local) + 1 + len(host) > _LONGEST:
        raise BadRequest(f"{typed[:_LONGEST]!r} is no e-mail address")
    return f"{local}@{host}"


def read_mailed_address(typed: str) -> str:
    """Return an address that somebody types so that an e-mail goes there, as `read_address` does.

    Raise BadRequest also for a domain without a dot: it is a slip (`eva@example`), and nobody would ever read that e-mail. Accounts
    of one machine, as `administrator@localhost`, are made by the command, which prints their link.
    """
    address = read_address(typed)
    if "." not in address.rpartition("@")[2]:
        raise BadRequest(f"{typed[:_LONGEST]!r} has a domain without a dot")
    return address


def _host(domain: str) -> str:
    try:
        return unicodedata.normalize("NFKC", domain).encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""


def email_key(address: str) -> str:
    """Return what an address is compared by: two that reach one mailbox have one key.

    >>> email_key("Eva@EXAMPLE.org") == email_key("eva@example.org")
    True

    Raise BadRequest for what is no address.
    """
    return unicodedata.normalize("NFKC", read_address(address)).casefold()


def masked_address(address: str) -> str:
    """Write an address so that its owner knows it and nobody learns it.

    >>> masked_address("aino.virtanen@example.org")
    'a…@example.org'
    """
    local, _at, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"
