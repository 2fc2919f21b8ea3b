"""What an administrator knows of a person, as lines of text."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from perille.core.errors import BadRequest
from perille.core.i18n import _
from perille.privacy.people import PersonIdentifiers

_SHA1 = re.compile(r"[0-9a-fA-F]{40}")


def read_identifiers(text: str) -> PersonIdentifiers:
    """Read identifiers of one person, one on each line, each known by its form; raise BadRequest.

    >>> read_identifiers("https://lms.example anna").accounts
    (('https://lms.example', 'anna'),)
    """
    found: dict[str, list[Any]] = {"numbers": [], "mailboxes": [], "sha1s": [], "openids": [], "accounts": []}
    for line in filter(None, map(str.strip, text.splitlines())):
        kind, value = _identifier(line)
        found[kind].append(value)
    if not any(found.values()):
        raise BadRequest(_("Please write at least one identifier."))
    return PersonIdentifiers(**{kind: tuple(values) for kind, values in found.items()})


def _identifier(line: str) -> tuple[str, Any]:
    if _SHA1.fullmatch(line):
        return "sha1s", line
    try:
        return "numbers", UUID(line)
    except ValueError:
        pass
    home, _space, name = line.partition(" ")
    if ":" in home and name.strip():
        return "accounts", (home, name.strip())
    if "@" in line and not line.startswith(("http:", "https:")):
        return "mailboxes", line
    if ":" in line:
        return "openids", line
    raise BadRequest(_("This is no identifier: %(line)s", line=line[:100]))
