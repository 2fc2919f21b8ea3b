"""Reads a table of people. All faults are found at once, each with its line and column; a table with a fault brings nobody in."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from perille.core.errors import BadRequest
from perille.core.i18n import OFFERED, _
from perille.core.letters import name_line
from perille.core.spreadsheet import unguarded
from perille.people.account_form import LONGEST_NAME
from perille.people.addresses import email_key, read_mailed_address
from perille.people.invitations import OFFERED_ROLES
from perille.people.models import Role

#: Rows of a table, and bytes.
MOST_ROWS, MOST_BYTES = 5000, 2_000_000
COLUMNS = ("email", "name", "role", "language")
#: A first line by which spreadsheets say what parts the cells.
_SEPARATOR = re.compile(r"sep=([,;\t])", re.IGNORECASE)
#: Faults on a page.
SHOWN = 100


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A row of the table."""

    line: int
    email: str
    key: str
    name: str
    role: Role
    language: str


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong, and where: the line of the file, and the column by its name ("" for the whole line)."""

    line: int
    column: str
    words: str


@dataclass(frozen=True, slots=True)
class PeopleFile:
    """What was read."""

    people: list[PersonLine]
    faults: list[RowFault]


def decode(content: bytes) -> str:
    """Return a file's text, in UTF-8 or, where its first bytes say so, UTF-16; raise BadRequest for one that is too big or neither."""
    if len(content) > MOST_BYTES:
        raise BadRequest(_("This file is too big. Cut it into several."))
    # "Unicode text" of spreadsheets. Of other encodings nothing tells which one it is, and a wrong guess makes other names.
    encoding = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise BadRequest(_("This file is not UTF-8. Save it again as “CSV UTF-8”.")) from error


def read_table(text: str) -> PeopleFile:
    """Read a table whose first line names the columns; commas, semicolons or tabs part them."""
    try:
        rows = list(_rows(text))
    except csv.Error as error:
        return PeopleFile(
            [], [RowFault(_line_of(text, error), "", _("A quotation mark is missing, or stands in a wrong place."))]
        )
    if not rows:
        return PeopleFile([], [RowFault(1, "", _("There is nothing in the table."))])
    columns = [cell.strip().casefold() for cell in rows[0][1]]
    faults = list(_head_faults(columns))
    if faults:
        return PeopleFile([], faults)
    if len(rows) - 1 > MOST_ROWS:
        return PeopleFile(
            [], [RowFault(rows[MOST_ROWS + 1][0], "", _("There are more than %(most)s rows.", most=MOST_ROWS))]
        )
    return _read_rows(columns, rows[1:])


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (line, cells); a cell may go over several lines, and empty lines are left out."""
    rest, delimiter, before = _begun(text)
    reader = csv.reader(io.StringIO(rest, newline=""), delimiter=delimiter, strict=True)
    skipped = before
    for cells in reader:
        line, before = before + 1, skipped + reader.line_num
        if any(cell.strip() for cell in cells):
            yield line, cells


def _begun(text: str) -> tuple[str, str, int]:
    """Return the table without what spreadsheets put before it, what parts its cells, and how many lines were left out.

    A mark of UTF-8 may be pasted too; a line "sep=;" says what parts the cells, else the line that names the columns does.
    """
    text = text.lstrip("\ufeff")
    head, _end, rest = text.partition("\n")
    told = _SEPARATOR.fullmatch(head.strip("\r"))
    if told is not None:
        return rest, told[1], 1
    return text, max((",", ";", "\t"), key=head.count), 0


def _line_of(text: str, error: csv.Error) -> int:
    """Return the line at which reading broke off."""
    rest, delimiter, skipped = _begun(text)
    reader = csv.reader(io.StringIO(rest, newline=""), delimiter=delimiter, strict=True)
    try:
        for _cells in reader:
            pass
    except csv.Error:
        return max(1, skipped + reader.line_num)
    raise error


def _head_faults(columns: Sequence[str]) -> Iterator[RowFault]:
    if "email" not in columns:
        yield RowFault(1, "email", _("The first line must name the columns, and one of them must be “email”."))
    for name in columns:
        if name not in COLUMNS:
            yield RowFault(1, name, _("This column is not known. Known are: %(names)s.", names=", ".join(COLUMNS)))
        elif columns.count(name) > 1:
            yield RowFault(1, name, _("This column is there twice."))


def _read_rows(columns: Sequence[str], rows: Sequence[tuple[int, list[str]]]) -> PeopleFile:
    people: list[PersonLine] = []
    faults: list[RowFault] = []
    seen: dict[str, int] = {}
    for line, cells in rows:
        key, found, wrong = _read_row(columns, line, cells)
        if key and seen.setdefault(key, line) != line:
            wrong.append(RowFault(line, "email", _("The same address stands in line %(line)s.", line=seen[key])))
        if found is not None:
            people.append(found)
        faults += wrong
    if not rows:
        faults.append(RowFault(1, "", _("There is nobody in the table.")))
    return PeopleFile([] if faults else people, faults)


def _read_row(columns: Sequence[str], line: int, cells: Sequence[str]) -> tuple[str, PersonLine | None, list[RowFault]]:
    """Return the key of the address ("" where it is none), the row where nothing is wrong with it, and what is wrong."""
    if len(cells) > len(columns):
        return "", None, [RowFault(line, "", _("This line has more cells than there are columns."))]
    given = dict(zip(columns, map(unguarded, map(str.strip, cells)), strict=False))
    faults = []
    email, key = given.get("email", ""), ""
    try:
        key = email_key(read_mailed_address(email))
    except BadRequest:
        faults.append(RowFault(line, "email", _("This is not an e-mail address. Write it like name@example.org.")))
    name = name_line(given.get("name", ""))
    if len(name) > LONGEST_NAME:
        faults.append(RowFault(line, "name", _("This name is too long.")))
    role = _role(given.get("role", ""))
    if role is None:
        known = ", ".join(role.value for role in OFFERED_ROLES)
        faults.append(RowFault(line, "role", _("This role is not known. Known are: %(names)s.", names=known)))
    language = given.get("language", "").casefold()
    if language and language not in OFFERED:
        faults.append(
            RowFault(line, "language", _("This language is not known. Known are: %(names)s.", names=", ".join(OFFERED)))
        )
    if faults or role is None:
        return key, None, faults
    return key, PersonLine(line, email, key, name, role, language), []


def _role(typed: str) -> Role | None:
    wished = typed.casefold() or Role.MEMBER.value
    return next((role for role in OFFERED_ROLES if role.value == wished), None)
