"""How much a store holds, for a page."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from babel.numbers import format_decimal
from msgspec import Struct

from perille.core.database import Session
from perille.core.i18n import _, babel_locale, language_of
from perille.lrs.storage.connection import RawConnection, raw_connection
from perille.lrs.storage.lock import store_number
from perille.lrs.xapi import validators

#: Up to how many are counted: what is more takes long, and says no more.
COUNTED = 100_000


class StoreFigures(Struct, frozen=True):
    """What a store holds. Of more than `COUNTED` it is only known that there are more: one more than that is said."""

    statements: int
    documents: int
    #: When the newest statement of all was stored; None before the first.
    newest: datetime | None


def figures_of(session: Session, store_id: UUID) -> StoreFigures:
    """Return how much a store holds; raise NotFound for none."""
    raw, number = raw_connection(session), store_number(session, store_id)
    row = raw.one("SELECT last_stored FROM lrs_store WHERE number = ?", number)
    newest = validators.moment(row[0]) if row is not None and row[0] else None
    return StoreFigures(_count(raw, "lrs_statement", "id", number), _count(raw, "lrs_document", "name", number), newest)


def count_words(number: int) -> str:
    """Write how many there are in the reader's language, as far as `figures_of` counts."""
    words = format_decimal(min(number, COUNTED), locale=babel_locale(language_of()))
    return _("more than %(number)s", number=words) if number > COUNTED else words


def _count(raw: RawConnection, table: str, column: str, number: int) -> int:
    # An index that has the column is read, and no body.
    some = f"SELECT {column} FROM {table} WHERE store_id = ? LIMIT ?"  # noqa: S608 - names of ours
    row = raw.one(f"SELECT count(*) FROM ({some}) counted", number, COUNTED + 1)  # noqa: S608
    return int(row[0]) if row is not None else 0
