"""Calendar entries as RFC 5545 has them: one whole-day event for each day, as little as a calendar needs.

Written by hand, since the library for it brings time zones and a parser that nothing here uses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from perille.core.content_lines import fold_line
from perille.core.letters import unix_newlines


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """A day with a title."""

    #: The same for the same entry at any time, so that a second file changes it instead of adding one (3.8.4.7).
    uid: str
    day: date
    title: str
    #: When what it says was last checked (3.8.7.2); not the time of the download, so that the same entry is the same bytes.
    stamp: date
    description: str = ""
    url: str = ""


def write_calendar(entries: Iterable[CalendarEntry], language: str) -> str:
    """Return a calendar file; *language* (BCP 47): of titles and descriptions."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Perille//Errands//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    for entry in entries:
        lines += _event(entry, language)
    return "".join(f"{fold_line(line)}\r\n" for line in (*lines, "END:VCALENDAR"))


def _event(entry: CalendarEntry, language: str) -> Iterator[str]:
    stamp = datetime(entry.stamp.year, entry.stamp.month, entry.stamp.day, tzinfo=UTC)
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(entry.uid)}"
    yield f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}"
    # The end is the first day after it (3.6.1).
    yield f"DTEND;VALUE=DATE:{entry.day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY;LANGUAGE={language}:{_text(entry.title)}"
    if entry.description:
        yield f"DESCRIPTION;LANGUAGE={language}:{_text(entry.description)}"
    if entry.url:
        yield f"URL:{entry.url}"
    # A deadline takes no time of its day (3.8.2.7).
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _text(text: str) -> str:
    """Write a value of the type TEXT (3.3.11).

    >>> _text("Bring: passport; photo, form")
    'Bring: passport\\\\; photo\\\\, form'
    """
    kept = "".join(char for char in unix_newlines(text) if char == "\n" or char >= " ")
    escaped = kept.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\n", "\\n")
