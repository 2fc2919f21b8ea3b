"""Calendar files as RFC 5545 has them."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from perille.errands.calendar_file import CalendarEntry, write_calendar
from support.calendars import lines

ENTRY = CalendarEntry(uid="a@perille", day=date(2026, 12, 31), title="Tax", stamp=date(2026, 11, 26))


def test_an_entry_is_a_whole_day_with_a_lasting_name() -> None:
    assert lines(write_calendar([ENTRY], "fi")) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Perille//Errands//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        "UID:a@perille",
        "DTSTAMP:20261126T000000Z",
        "DTSTART;VALUE=DATE:20261231",
        "DTEND;VALUE=DATE:20270101",
        "SUMMARY;LANGUAGE=fi:Tax",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def read_text(value: str) -> str:
    """Read a value of the type TEXT as RFC 5545 3.3.11 has it."""
    out, signs = [], iter(value)
    for sign in signs:
        out.append(sign if sign != "\\" else {"n": "\n"}.get(following := next(signs), following))
    return "".join(out)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])) | st.text("a;,\\\nب "))
def test_any_title_comes_back_as_it_was_from_lines_of_75_octets(title: str) -> None:
    text = write_calendar([CalendarEntry(uid="a", day=ENTRY.day, title=title, stamp=ENTRY.stamp)], "ar")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    (summary,) = [line for line in lines(text) if line.startswith("SUMMARY")]
    assert read_text(summary.partition(":")[2]) == title
