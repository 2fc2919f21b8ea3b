"""A row of a staff's table is a card on a phone: each entry but the first says what it is, for the head of the table is out of sight."""

from __future__ import annotations

import re

import pytest

from support.repo_files import PLATFORM

_TEMPLATES = PLATFORM / "templates"
#: Rows of tables that stand in a file of their own.
_ROWS = ("administration/_rows.html",)


def silent_cells(template: str) -> list[str]:
    """Return the cells of a template that say nothing of their column.

    The first cell of a row says what the row is, a heading is read by itself, a button says what it does, and "none" is not shown.
    """
    rows = re.findall(r"<tr\b.*?</tr>", template, re.DOTALL)
    cells = [cell for row in rows for cell in re.findall(r"<t[dh]\b[^>]*>", row)[1:]]
    return [cell for cell in cells if cell.startswith("<td") and not re.search(r'data-label=|class="(none|act)"', cell)]


def tables() -> dict[str, str]:
    found = {str(path.relative_to(_TEMPLATES)): path.read_text("utf-8") for path in _TEMPLATES.rglob("*.html")}
    return {name: text for name, text in found.items() if '<table class="records' in text or name in _ROWS}


def test_each_entry_says_what_it_is() -> None:
    found = {name: cells for name, text in tables().items() if (cells := silent_cells(text))}
    # The measures of a test have their heading in their own row.
    assert set(found) <= {"administration/questions.html"}
    assert all(len(cells) == 3 for cells in found.values())
    assert len(tables()) > 15


@pytest.mark.parametrize("cell", ["<td>2</td>", '<td class="state">2</td>', "\n<td>{% if one %}2{% endif %}</td>"])
def test_a_silent_entry_is_found(cell: str) -> None:
    assert len(silent_cells(f'<tr><th scope="row">Eva</th>{cell}<td data-label="When">today</td></tr>')) == 1


def test_the_head_that_is_out_of_sight_takes_no_room() -> None:
    """With its size it made a table of one row move up and down inside itself, and one with a long heading sideways."""
    rules = re.findall(r"\.records thead \{([^}]*)\}", (PLATFORM / "static" / "manage.css").read_text("utf-8"))
    (hidden,) = (rule for rule in rules if "clip-path" in rule)
    assert {"width: 1px", "height: 1px", "overflow: hidden"} <= {each.strip() for each in hidden.split(";")}
