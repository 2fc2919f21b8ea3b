"""Tables as files that spreadsheets open (CSV, RFC 4180)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator

#: How a formula begins (OWASP, "CSV Injection"), with the wide forms that East Asian versions take too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?").fullmatch


def table_lines(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Yield the lines of a table for people, whose spreadsheets would take UTF-8 for another encoding without its first sign.

    >>> len(list(table_lines(["Name"], [["Aino"]])))
    3
    """
    yield "\ufeff"
    for row in (head, *rows):
        yield csv_row(row)


def csv_row(cells: Iterable[str]) -> str:
    """Return a row of CSV in which no cell is a formula."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow([guarded(cell) for cell in cells])
    return text.getvalue()


def guarded(cell: str) -> str:
    """Return a cell that no table program takes for a formula; a number, such as a negative score, stays one.

    >>> guarded("=1+1"), guarded("-0.25"), guarded("+358 40")
    ("'=1+1", '-0.25', "'+358 40")
    """
    # Whoever opens the file runs its formulas, and a name is what somebody typed.
    return f"'{cell}" if cell.lstrip(" \n")[:1] in _FORMULA and not _NUMBER(cell) else cell


def unguarded(cell: str) -> str:
    """Return a cell without the apostrophe that `guarded` puts before what is no formula.

    >>> unguarded("'=1+1"), unguarded("'Olli")
    ('=1+1', "'Olli")
    """
    return cell[1:] if cell != cell[1:] and guarded(cell[1:]) == cell else cell
