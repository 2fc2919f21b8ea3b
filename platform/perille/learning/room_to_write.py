"""Room to write in the tables of a lesson: an empty cell is a field on screen and a line on paper, and what is written is kept nowhere.

The field has no name and stands in no form, so no browser sends it; it needs no script.
"""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_ROW = re.compile(r"<tr>.*?</tr>", re.DOTALL)
_FIRST = re.compile(r"<t[dh][^>]*>(.*?)</t[dh]>", re.DOTALL)
#: A cell without words, and the heading of its column where the table is wide.
_EMPTY = re.compile(r'<td(?P<attributes>(?: data-label="(?P<label>[^"]*)"|[^>])*)></td>')
_TABLE = re.compile(r"<table[ >].*?</table>", re.DOTALL)


def has_room_to_write(html: str) -> bool:
    """Tell whether the HTML of a piece has an empty cell.

    >>> has_room_to_write("<td>A bed</td><td></td>"), has_room_to_write("<td>A bed</td>")
    (True, False)
    """
    return "></td>" in html


def with_room_to_write(html: Markup, note: str) -> Markup:
    """Return the HTML of a piece with a field in each empty cell of its tables, and *note* under a table that has any.

    >>> with_room_to_write(Markup("<table><tr><td>A bed</td><td></td></tr></table>"), "Kept nowhere.").count("textarea")
    2
    """
    if not has_room_to_write(html):
        return html
    return Markup(_TABLE.sub(lambda table: _filled_table(table[0], note), str(html)))  # noqa: S704  (rendered and escaped before)


def _filled_table(table: str, note: str) -> str:
    filled = _ROW.sub(lambda row: _filled_row(row[0]), table)
    return filled if filled == table else f'{filled}<p class="small no-paper">{escape(note)}</p>'


def _filled_row(row: str) -> str:
    first = _FIRST.search(row)
    # Plain words of HTML that was escaped: only its tags go, so that it can stand in an attribute.
    about = Markup(first[1]).striptags() if first is not None else ""  # noqa: S704  (as above)
    return _EMPTY.sub(lambda cell: _field(cell["attributes"], about, cell["label"]), row)


def _field(attributes: str, about: str, column: str | None) -> str:
    heading = Markup(column).unescape() if column else ""  # noqa: S704  (an attribute of ours)
    label = escape(": ".join(part for part in (about, heading) if part))
    field = f'<textarea class="room" rows="2" autocomplete="off" aria-label="{label}"></textarea>'
    return f"<td{attributes}>{field}</td>"
