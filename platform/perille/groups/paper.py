"""The attendance list for paper: what was noted of the meetings so far, and empty columns to sign in at the next ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from babel.dates import format_date

from perille.core.i18n import babel_locale, language_of
from perille.groups.attendance import SessionRow

#: Meetings that stand beside each other on a sheet of A4.
_BESIDE = 6
#: Columns of the last sheet at least, and those of them to sign in.
_COLUMNS = 4
_EMPTY = 2


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """One table of the list."""

    meetings: Sequence[SessionRow]
    #: Columns to sign in.
    blank: int


def sheets_of(meetings: Sequence[SessionRow]) -> Iterator[PrintedTable]:
    """Divide meetings, the oldest first, into tables; the last has the empty columns."""
    parts = [meetings[start : start + _BESIDE] for start in range(0, len(meetings), _BESIDE)] or [[]]
    for part in parts[:-1]:
        yield PrintedTable(part, 0)
    yield PrintedTable(parts[-1], max(_EMPTY, _COLUMNS - len(parts[-1])))


def head_of(meeting: SessionRow) -> str:
    """Write a meeting's day as a narrow column has place for it, in the language of the page."""
    day = format_date(meeting.day, "medium", locale=babel_locale(language_of()))
    return f"{day} ({meeting.number})" if meeting.number > 1 else day
