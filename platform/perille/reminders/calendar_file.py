"""A reminder as a calendar file (RFC 5545): one entry that comes back each week, and nothing that names this site or a course."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from icalendar import Alarm, Calendar, Event
from icalendar.enums import TRANSP

#: Days of the week as a rule of recurrence names them (RFC 5545, 3.3.10), Monday first as `date.weekday` counts.
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_LENGTH = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """When somebody wants to be reminded, and what the calendar then says."""

    #: One or more of WEEKDAYS, in their order.
    days: tuple[str, ...]
    #: Of the day, by the clock of the phone.
    hour: int
    weeks: int
    title: str
    #: An address to open then, "" for none.
    url: str = ""


def reminder_file(reminder: Reminder, today: date, key: bytes) -> bytes:
    """Return the file; the first day is the first of its days after *today*.

    Times have no zone: they are those of the clock that the phone shows, before and after it changes to summer time. *key*: a secret of the
    installation, from which the entry's id follows.
    """
    uid = str(_uid(reminder, key))
    event = Event.new(
        uid=uid,
        summary=reminder.title,
        start=(start := _first(reminder, today)),
        end=start + _LENGTH,
        # The moment of the download would tell when somebody was here.
        stamp=datetime.combine(today, time(), UTC),
        description=reminder.url or None,
        url=reminder.url or None,
        transparency=TRANSP.TRANSPARENT,
        subcomponents=[_alarm(reminder)],
    )
    event.add("rrule", {"FREQ": "WEEKLY", "COUNT": reminder.weeks * len(reminder.days), "BYDAY": list(reminder.days)})
    return bytes(Calendar.new(prodid="-//Calendar//EN", uid=uid, method="PUBLISH", subcomponents=[event]).to_ical())


def _alarm(reminder: Reminder) -> Alarm:
    alarm = Alarm.new(description=reminder.title)
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", timedelta())
    return alarm


def _first(reminder: Reminder, today: date) -> datetime:
    coming = (today + timedelta(days=number) for number in range(1, 8))
    day = next(each for each in coming if WEEKDAYS[each.weekday()] in reminder.days)
    return datetime.combine(day, time(reminder.hour))


def _uid(reminder: Reminder, key: bytes) -> UUID:
    """Return the same id for the same days, hour and title, so that a second file changes the entry; it looks as a random one does.

    Without *key* nobody can make it: who only knows this program cannot tell an entry of its from any other. The course is no part of it.
    """
    text = " ".join((*reminder.days, str(reminder.hour), reminder.title))
    return UUID(bytes=hmac.digest(key, text.encode(), "sha256")[:16], version=4)
