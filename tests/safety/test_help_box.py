"""The help box of every page: made once and kept, and never older than what it says."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine

from support.visitor import Visitor
from support.whole import Whole
from support.whole_packs import write_facts

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
FINLAND = """[emergency.number]
kind = "phone"
label = "Emergency number"
value = "{number}"
hours = "always"
help = "emergency"
source = "https://a.fi"
source_name = "a.fi"
confidence = "A"
checked_on = 2026-11-22
review_due = 2026-12-01
valid_to = 2026-12-31
"""
COURSE = "/en/courses/way"


def box(visitor: Visitor, path: str) -> str:
    """Return the words of the box at the head of a page."""
    html = visitor.get(path).html.partition('<details class="menu help"')[2].partition("</details>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


@pytest.fixture
def _number(whole: Whole, tmp_path: Path) -> None:
    whole.publish(write_facts(tmp_path / "new", FINLAND.format(number="112")))


def test_the_box_of_a_country_is_made_once_for_all_pages(
    whole: Whole, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    rows = whole.app.jinja_env.globals["help_rows"]

    def note(country: str) -> Any:
        made.append(country)
        return rows(country)

    monkeypatch.setitem(whole.app.jinja_env.globals, "help_rows", note)
    visitor.start()
    for path in (COURSE, f"{COURSE}/hello", f"{COURSE}/hello?screen=2", f"{COURSE}/check"):
        assert "112" in box(visitor, path)
    assert made.count("FI") == 1


@pytest.mark.usefixtures("_number")
def test_a_number_that_was_corrected_is_on_the_next_page(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    assert "Emergency number 112 day and night" in box(visitor, f"{COURSE}/hello")
    whole.publish(write_facts(tmp_path / "newer", FINLAND.format(number="119")))
    assert "Emergency number 119 day and night" in box(visitor, f"{COURSE}/hello")
    assert "112" not in box(visitor, f"{COURSE}/hello")


@pytest.mark.usefixtures("_number")
def test_a_number_grows_old_and_ends_on_its_day_in_a_process_that_runs_on(visitor: Visitor) -> None:
    def on(month: int, day: int) -> str:
        with time_machine.travel(datetime(2026, month, day, 12, tzinfo=UTC), tick=False):
            return box(visitor, f"{COURSE}/hello")

    assert "This may be out of date." not in on(12, 1)
    assert "This may be out of date. Checked on 22 November 2026" in on(12, 2)
    assert "112" in on(12, 31)
    with time_machine.travel(datetime(2027, 1, 1, 12, tzinfo=UTC), tick=False):
        assert "112" not in box(visitor, f"{COURSE}/hello")


def test_each_language_and_each_country_has_its_own_box(visitor: Visitor) -> None:
    english, arabic = box(visitor, f"{COURSE}/hello"), box(visitor, "/ar/courses/way/hello")
    assert "Are you in danger? Call now." in english
    assert not arabic.strip().startswith("Help")
    assert "Emergency number of Sweden" in box(visitor, "/en/help?country=SE")
    assert "Sweden" not in english.partition("Call instead")[0]
    assert "Choose the country you are in:" in box(visitor, "/en/")


def test_the_help_page_gives_the_number_that_all_countries_share_before_it_asks_for_the_country(
    whole: Whole, visitor: Visitor, tmp_path: Path
) -> None:
    def words(language: str) -> str:
        return re.sub(r"<[^>]+>", " ", visitor.get(f"/{language}/help").html.partition("<main")[2])

    english = words("en")
    assert english.index("Call now") < english.index("112") < english.index("Choose the country")
    assert "Are you in danger? Call now." in words("ar")
    whole.publish(write_facts(tmp_path / "newer", FINLAND.format(number="119")))
    assert "119" not in words("en")
    assert "Call now" not in words("en")
