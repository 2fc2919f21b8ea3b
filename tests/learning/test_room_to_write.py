"""An empty cell of a table is room to write: a field that no form sends, with the words of its row and column as its name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from support.visitor import Visitor
from support.whole import Whole

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
PLAN = """# A plan

Words.

| we need | by day | at night |
| --- | --- | --- |
| A **bed** & "food" | known | |
| A room | | |
"""


@pytest.mark.parametrize("end", ["", "/print"])
def test_an_empty_cell_is_a_field_that_nothing_sends(
    whole: Whole, visitor: Visitor, make_pack: Callable[..., Path], end: str
) -> None:
    whole.publish(make_pack(lessons={"hello": PLAN}))
    page = visitor.get(f"/en/courses/small/hello{end}")
    fields = page.all("textarea")
    assert [each["aria-label"] for each in fields] == ['A bed & "food": at night', "A room: by day", "A room: at night"]
    assert all("name" not in each.attributes and each["autocomplete"] == "off" for each in fields)
    assert not [each for each in fields for up in each.parents if up.name == "form"]
    assert page.text.count("is kept nowhere") == 1


def test_a_full_table_stays_as_it_is(whole: Whole, visitor: Visitor, make_pack: Callable[..., Path]) -> None:
    whole.publish(make_pack(lessons={"hello": "# A\n\n| a | b |\n| --- | --- |\n| c | d |\n"}))
    page = visitor.get("/en/courses/small/hello")
    assert not page.all("textarea")
    assert "kept nowhere" not in page.text


def test_a_sheet_says_version_language_and_who_wrote_it(
    whole: Whole, visitor: Visitor, make_pack: Callable[..., Path]
) -> None:
    whole.publish(make_pack(lessons={"hello": PLAN}))
    last = visitor.get("/en/courses/small/hello/print").all("p", class_="small")[-1].words
    for words in ("Version 1.0.0", "English", "CC-BY-4.0"):
        assert words in last
