"""Tables as files that spreadsheets open (CSV, RFC 4180)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator

from babel.numbers import get_decimal_symbol

from perille.core.i18n import babel_locale

#: How a formula begins (OWASP, "CSV Injection"), with the wide forms that East Asian versions take too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?").fullmatch


#: The beginning of a formula after what parts cells for spreadsheets of another language: they cut the cell in two there.
_FORMULA_WITHIN = re.compile(f"([,;\t]\\s*)([{re.escape(''.join(_FORMULA))}])")


def separator_for(language: str) -> str:
    """Return what parts cells for spreadsheets set to a language: a semicolon where numbers have a comma.

    >>> separator_for("fi"), separator_for("en")
    (';', ',')
    """
    return ";" if get_decimal_symbol(babel_locale(language)) == "," else ","


def table_lines(head: Iterable[str], rows: Iterable[Iterable[str]], separator: str = ",") -> Iterator[str]:
    """Yield the lines of a table for people, whose spreadsheets would take UTF-8 for another encoding without its first sign.

    No cell becomes a formula in a spreadsheet that parts cells by another sign either.

    >>> [line.strip() for line in table_lines(["Name", "Year"], [["Aino", "2026"]], ";")][1:]
    ['Name;Year', 'Aino;2026']
    """
    yield "\ufeff"
    for row in (head, *rows):
        yield csv_row((_FORMULA_WITHIN.sub(r"\1'\2", cell) for cell in row), separator)


def csv_row(cells: Iterable[str], separator: str = ",") -> str:
    """Return a row of CSV in which no cell is a formula."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n", delimiter=separator).writerow([guarded(cell) for cell in cells])
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
