"""Dates of errands as a calendar file (RFC 5545)."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.calendars import lines
from support.errand_packs import write_errands
from support.visitor import Page, Visitor
from support.whole import Whole

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
DATES = "/en/courses/way/errands/dates.ics"


@pytest.fixture
def reader(whole: Whole, visitor: Visitor, tmp_path: Path) -> Visitor:
    """Somebody at a course with errands."""
    whole.publish(*write_errands(tmp_path))
    return visitor


def calendar(reader: Visitor, address: str = DATES) -> list[str]:
    return entries_of(reader.get(address))


def count(reader: Visitor, errand: str, first: str) -> Page:
    """Ask for the day of an errand that is some days after another one."""
    return reader.post(DATES, {"errand": errand, "from": first})


def entries_of(page: Page) -> list[str]:
    assert (page.status, page.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert page.headers["Content-Disposition"] == 'attachment; filename="dates.ics"'
    return lines(page.response.get_data(as_text=True))


def values(found: list[str], name: str) -> list[str]:
    return [line.partition(":")[2] for line in found if line.startswith(name)]


def test_errands_with_a_day_to_come_are_entries_and_those_of_one_status_are_not(reader: Visitor) -> None:
    found = calendar(reader)
    assert values(found, "SUMMARY") == ["Choose a school", "Check the tax form"]
    assert values(found, "DTSTART") == ["20990115", "20990331"]
    assert values(found, "DTSTAMP") == ["20261120T000000Z"] * 2
    assert values(found, "DESCRIPTION")[1] == r"Do check the tax form.\nthe form\; a pen\, or two"


def test_the_same_errand_is_the_same_entry_another_day_and_in_another_language(reader: Visitor) -> None:
    names = values(calendar(reader), "UID")
    assert len(set(names)) == 2
    assert values(calendar(reader), "UID") == names
    assert values(calendar(reader, DATES.replace("/en/", "/ar/")), "UID") == names


def test_one_errand_can_be_taken_alone_also_one_of_a_status(reader: Visitor) -> None:
    assert values(calendar(reader, f"{DATES}?errand=card"), "SUMMARY") == ["Fetch your new card"]
    assert reader.get(f"{DATES}?errand=club").status == 404, "its day has passed"
    assert reader.get(f"{DATES}?errand=move").status == 404, "days after something are no day of the calendar"


def test_a_sensitive_pack_says_no_more_than_that_there_is_a_day(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    whole.publish(*write_errands(tmp_path, sensitive=True))
    found = calendar(visitor)
    assert (values(found, "SUMMARY"), values(found, "DESCRIPTION")) == (["Reminder", "Reminder"], [])
    assert "school" not in "".join(found)


def test_days_are_counted_from_a_day_that_is_typed_and_not_kept(reader: Visitor) -> None:
    page = reader.get("/en/courses/way/errands")
    field = page.one("input", id="from-move")
    form = field.parents[-2]
    assert (form["method"], form["action"], field["type"]) == ("post", DATES, "date")
    assert [tag["id"] for tag in page.all("input", type="date")] == ["from-move"], "no other errand counts days"
    page = count(reader, "move", "2098-12-30")
    found = entries_of(page)
    assert values(found, "DTSTART") == ["20990106"]
    assert values(found, "SUMMARY") == ["Tell your address"]
    assert page.headers["Cache-Control"] == "no-store"


def test_a_counted_day_that_has_passed_is_said_and_put_into_no_calendar(reader: Visitor) -> None:
    sent = count(reader, "move", "2020-01-01")
    assert sent.location == "/en/courses/way/errands?late=move#errand-move"
    said = "This day has passed. Ask what you can do now."
    assert said in reader.get(sent.location).text
    assert reader.get("/en/courses/way/errands").text.count(said) == 1, "of the one errand with a day that has passed"


@pytest.mark.parametrize("typed", ["", "tomorrow", "2026-02-30", "9999-12-31", "١٢٣", "<b>"])
def test_what_is_no_day_leads_back_to_the_errand(reader: Visitor, typed: str) -> None:
    sent = count(reader, "move", typed)
    assert sent.location == "/en/courses/way/errands#errand-move"


def test_only_errands_that_count_days_take_a_typed_one(reader: Visitor) -> None:
    assert count(reader, "tax", "2098-12-30").status == 404
    assert count(reader, "none", "2098-12-30").status == 404
