"""Which tests run on SQLite alone: what they ask of a database, other tests ask of both."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

TESTS = Path(__file__).parents[1]
#: File -> why PostgreSQL would tell nothing new. Text that comes from outside is stored on both: `lrs/test_hostile.py` is not here.
SQLITE_ONLY: Mapping[str, str] = {
    "catalogue/test_filters.py": "packs are chosen in memory",
    "catalogue/test_home.py": "pages of packs in memory; reading them is tests/packs/test_shelf.py",
    "credentials/test_wording.py": "texts of a certificate; issuing is credentials/test_services.py",
    "learning/test_forms.py": "forms are refused before anything is written",
    "learning/test_media.py": "how a file is sent; reading it is tests/packs/test_shelf.py",
    "lrs/test_oidc.py": "tokens are checked; keeping issuers is administration/test_issuers.py",
    "lrs/test_signed.py": "signatures are checked; storing attachments is lrs/test_attachments.py",
    "test_addresses.py": "addresses are mended before the database is asked",
    "test_security.py": "headers",
    "tracking/test_every_type.py": "marking of each type; recording is tracking/test_statements.py",
}
#: How a test asks the database by itself.
_ASKS = re.compile(r"\b(?:select|text|insert|update|delete)\(|\bsession\.execute\b|(?:, |\()session: Session")


def is_for_sqlite_alone(path: Path) -> bool:
    """Tell whether the tests of a file leave out PostgreSQL."""
    return path.is_relative_to(TESTS) and str(path.relative_to(TESTS)) in SQLITE_ONLY


def asks_by_itself(source: str) -> bool:
    """Tell whether a file of tests sends statements of its own, which may mean something else to another database."""
    return _ASKS.search(source) is not None
