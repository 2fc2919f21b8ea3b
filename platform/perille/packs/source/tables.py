"""Tables of lessons: cells that a row lacks are filled in, but few letters must not become ten thousand cells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, table
from markdown_it.token import Token

#: Cells of a lesson that its rows may leave out. markdown-it fills in 65,536 for each table: seconds for two kilobytes.
MOST_MISSING = 1_000
RAGGED = f"Rows of this table lack more than {MOST_MISSING:,} cells: write each cell of a row, an empty one as | |"

_MISSING, _RAGGED, _SEEN = "missing cells", "ragged tables", "lines of ragged tables"


def table_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a table as markdown-it does; one whose rows lack too many cells is left as words, and its line is kept."""
    if start < state.env.get(_SEEN, 0) or not table(state, start, end, True):
        return False
    before = state.env.get(_MISSING, 0)
    missing, line = _missing(state, start, end, MOST_MISSING - before)
    if before + missing > MOST_MISSING:
        state.env.setdefault(_RAGGED, []).append(start)
        # No other table begins in these lines: to count them from each would take the square.
        state.env[_SEEN] = line
        return False
    if silent:
        return True
    state.env[_MISSING] = before + missing
    return table(state, start, end, False)


def _missing(state: StateBlock, start: int, end: int, most: int) -> tuple[int, int]:
    """Return about how many cells the rows lack, no more than two a row too few, and the line where counting ended."""
    columns, missing = _bars(state, start + 1) - 1, 0
    for line in range(start + 2, end):
        if state.isEmpty(line) or missing > most:
            return missing, line
        missing += max(0, columns - _bars(state, line))
    return missing, end


def _bars(state: StateBlock, line: int) -> int:
    return state.src.count("|", state.bMarks[line], state.eMarks[line])


def parse(parser: MarkdownIt, text: str, ragged: Callable[[int], None]) -> list[Token]:
    """Return the tokens of a text; *ragged* is told the line, from 1, of each table that was left as words."""
    kept: dict[str, Any] = {}
    tokens = parser.parse(text, kept)
    for line in kept.get(_RAGGED, ()):
        ragged(line + 1)
    return tokens
