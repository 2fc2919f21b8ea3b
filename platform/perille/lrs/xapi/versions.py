"""Which xAPI a request speaks, and what it is answered with (1.0.3 Communication 3.3; 2.0 4.1.6)."""

from __future__ import annotations

import re
from enum import StrEnum

from perille.lrs.xapi.errors import Rule, bad_request

HEADER = "X-Experience-API-Version"


class Version(StrEnum):
    """The two xAPI editions this store speaks; the value is what it answers with."""

    V1 = "1.0.3"
    V2 = "2.0.0"


_V1 = re.compile(r"1\.0(\.\d+)?")
_V2 = re.compile(r"2\.0(\.\d+)?")
_known: dict[str, Version] = {"1.0.3": Version.V1, "2.0.0": Version.V2}


def negotiate(header: str | None) -> Version:
    """Return the edition a request asks for; no header, or a version not spoken here, is XapiError 400 (Communication 3.3).

    >>> negotiate("1.0.1"), negotiate("2.0.0")
    (<Version.V1: '1.0.3'>, <Version.V2: '2.0.0'>)
    """
    version = _known.get(header or "")
    if version is not None:
        return version
    if header is None:
        raise bad_request(Rule.VERSION_HEADER, HEADER, f"The request has no {HEADER} header.")
    if _V1.fullmatch(header):
        return Version.V1
    if _V2.fullmatch(header):
        return Version.V2
    raise bad_request(Rule.VERSION_HEADER, HEADER, f"This store speaks 1.0.3 and 2.0.0, not {header[:20]!r}.")


def statement_version(text: str, spoken: Version) -> bool:
    """Tell whether a statement may name this version: 1.0.x always, 2.0.x in a 2.0 request (Data 2.4.10).

    >>> statement_version("2.0.0", Version.V2), statement_version("2.0.0", Version.V1)
    (True, False)
    """
    return bool(_V1.fullmatch(text) or (spoken is Version.V2 and _V2.fullmatch(text)))
