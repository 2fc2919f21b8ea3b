"""What runs on SQLite alone asks nothing of a database that is not asked of both."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support.second_database import SQLITE_ONLY, TESTS, asks_by_itself, is_for_sqlite_alone


@pytest.mark.parametrize("name", SQLITE_ONLY)
def test_a_file_for_sqlite_alone_sends_no_statements_of_its_own(name: str) -> None:
    assert not asks_by_itself((TESTS / name).read_text("utf-8"))


@pytest.mark.parametrize("name", SQLITE_ONLY)
def test_the_file_that_asks_both_in_its_place_is_there_and_does(name: str) -> None:
    for other in re.findall(r"(?:tests/)?(\w+/test_\w+\.py)", SQLITE_ONLY[name]):
        assert other not in SQLITE_ONLY
        assert re.search(r"\b(?:session|whole|db_url|client|store|visitor)\b", (TESTS / other).read_text("utf-8"))


@pytest.mark.parametrize(
    "line",
    ["session.execute(wished)", "whole.scalars(select(Phone))", 'text("SELECT 1")', "def test_it(session: Session):"],
)
def test_a_statement_in_a_test_is_seen(line: str) -> None:
    assert asks_by_itself(line)
    assert not asks_by_itself("assert page.text == visitor.get(path).text")


def test_other_files_run_on_both() -> None:
    assert is_for_sqlite_alone(TESTS / "test_addresses.py")
    assert not is_for_sqlite_alone(TESTS / "lrs" / "test_hostile.py")
    assert not is_for_sqlite_alone(Path("/elsewhere/test_addresses.py"))
