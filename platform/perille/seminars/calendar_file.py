"""A seminar as a calendar file (RFC 5545): one entry that a later file changes, never a second one."""

from __future__ import annotations

from icalendar import Calendar, Event
from icalendar.enums import STATUS

from perille.seminars.models import Seminar


def calendar_file(seminar: Seminar, *, with_link: bool) -> bytes:
    """Return the file. Times are in UTC; the id stays, and the sequence only grows. *with_link*: for who has a place."""
    event = Event.new(
        uid=f"seminar-{seminar.id}@perille",
        summary=seminar.title,
        start=seminar.starts_at,
        end=seminar.ends_at,
        stamp=seminar.changed_at,
        sequence=seminar.sequence,
        location=seminar.place or None,
        url=(seminar.link or None) if with_link else None,
        status=STATUS.CANCELLED if seminar.cancelled_at is not None else STATUS.CONFIRMED,
    )
    method = "CANCEL" if seminar.cancelled_at is not None else "PUBLISH"
    calendar = Calendar.new(
        prodid="-//Perille//Seminars//EN", uid=f"seminars-{seminar.id}@perille", method=method, subcomponents=[event]
    )
    return bytes(calendar.to_ical())
