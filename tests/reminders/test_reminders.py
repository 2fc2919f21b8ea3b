"""Reminders: a calendar file that tells nothing of this site, made without a cookie and without a row."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Event

from perille.core.database import utcnow
from perille.reminders.calendar_file import WEEKDAYS, Reminder, reminder_file
from support.errand_packs import write_errands
from support.visitor import Page, Visitor
from support.whole import Whole

SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
REMIND = "/en/courses/way/remind"
CHOSEN = {"days": ["MO", "WE"], "hour": "18", "weeks": "4", "word": "reminder"}
KEY = b"a key of this site"
#: A Friday; two days before clocks in Europe go back.
FRIDAY = date(2026, 10, 23)


def reminder(**changes: object) -> Reminder:
    values: dict[str, object] = {"days": ("MO", "WE"), "hour": 18, "weeks": 4, "title": "Reminder"}
    return Reminder(**{**values, **changes})  # type: ignore[arg-type]


def event_of(body: bytes) -> Event:
    """Return the only entry of a calendar file."""
    (event,) = Calendar.from_ical(body).events
    assert isinstance(event, Event)
    return event


def moments(event: Event) -> list[datetime]:
    """Return when the entry takes place by the clock of the phone, day by day as its rule says (RFC 5545, 3.3.10)."""
    (rule,), day = event.rrules, event.start
    assert isinstance(day, datetime)
    assert (rule["FREQ"], set(rule)) == (["WEEKLY"], {"FREQ", "COUNT", "BYDAY"})
    found: list[datetime] = []
    while len(found) < rule["COUNT"][0]:
        found += [day] if WEEKDAYS[day.weekday()] in rule["BYDAY"] else []
        day += timedelta(days=1)
    return found


def get_file(visitor: Visitor, address: str = REMIND, **changes: object) -> Page:
    return visitor.get(f"{address}/reminder.ics?{urlencode({**CHOSEN, **changes}, doseq=True)}")


def test_it_comes_on_the_chosen_days_for_as_many_weeks_and_begins_after_today() -> None:
    event = event_of(reminder_file(reminder(weeks=2), FRIDAY, KEY))
    assert [f"{each:%a %d.%m. %H:%M}" for each in moments(event)] == [
        "Mon 26.10. 18:00",
        "Wed 28.10. 18:00",
        "Mon 02.11. 18:00",
        "Wed 04.11. 18:00",
    ]


@pytest.mark.parametrize("today", [FRIDAY + timedelta(days=number) for number in range(7)])
def test_whichever_day_it_is_made_it_counts_every_day_of_every_week(today: date) -> None:
    found = moments(event_of(reminder_file(reminder(days=WEEKDAYS, weeks=12), today, KEY)))
    assert [each.date() for each in found] == [today + timedelta(days=number) for number in range(1, 85)]


def test_its_hour_is_that_of_the_phone_before_and_after_clocks_change() -> None:
    body = reminder_file(reminder(days=("SA", "MO"), weeks=1, hour=7), FRIDAY, KEY)
    event = event_of(body)
    assert b"TZID" not in body
    assert b"VTIMEZONE" not in body
    assert b"DTSTART:20261024T070000\r\n" in body, "no Z: a local time of no zone (3.3.5, form 1)"
    helsinki = ZoneInfo("Europe/Helsinki")
    assert [f"{each.replace(tzinfo=helsinki):%H:%M %z}" for each in moments(event)] == ["07:00 +0300", "07:00 +0200"]


def test_the_phone_rings_at_the_hour() -> None:
    (alarm,) = event_of(reminder_file(reminder(title="A short break"), FRIDAY, KEY)).alarms.times
    assert alarm.trigger == datetime.fromisoformat("2026-10-26T18:00")
    assert (alarm.alarm.ACTION, alarm.alarm.description) == ("DISPLAY", "A short break")


def test_the_file_holds_a_word_and_times_and_nothing_else() -> None:
    body = reminder_file(reminder(), FRIDAY, KEY).decode()
    lines = [line for line in body.split("\r\n") if not line.startswith("UID:")]
    assert body == reminder_file(reminder(), FRIDAY, KEY).decode()
    assert sorted(lines) == sorted(
        """
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Calendar//EN
METHOD:PUBLISH
BEGIN:VEVENT
SUMMARY:Reminder
DTSTART:20261026T180000
DTEND:20261026T181500
DTSTAMP:20261023T000000Z
TRANSP:TRANSPARENT
RRULE:FREQ=WEEKLY;COUNT=8;BYDAY=MO,WE
BEGIN:VALARM
DESCRIPTION:Reminder
ACTION:DISPLAY
TRIGGER:P0D
END:VALARM
END:VEVENT
END:VCALENDAR
""".lstrip().split("\n")
    )


def test_the_same_choice_is_the_same_entry_and_nobody_else_can_tell_whose() -> None:
    def uid(today: date = FRIDAY, key: bytes = KEY, **changes: object) -> str:
        return str(event_of(reminder_file(reminder(**changes), today, key))["UID"])

    assert uid(FRIDAY + timedelta(days=30), weeks=12, url="https://example.org") == uid()
    others = {uid(), uid(hour=19), uid(days=("MO",)), uid(title="A short break"), uid(key=b"another site")}
    assert len(others) == 5
    assert {len(each) for each in others} == {36}
    assert {each[14] for each in others} == {"4"}, "as a random one"


@pytest.fixture
def reader(whole: Whole, visitor: Visitor, tmp_path: Path) -> Visitor:
    """Somebody at a course, who has not begun it."""
    whole.publish(*write_errands(tmp_path))
    return visitor


@SQLITE
def test_a_reader_goes_from_the_course_to_the_form_and_gets_a_file(reader: Visitor) -> None:
    assert REMIND in [link["href"] for link in reader.get("/en/courses/way").all("a")]
    page = reader.get(REMIND)
    form = page.one("form", method="get")
    assert form["action"] == f"{REMIND}/reminder.ics"
    assert "Everybody who sees the calendar of this phone sees this word." in page.html
    assert not page.all("input", id="link", checked="")
    answer = get_file(reader)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="reminder.ics"'
    assert answer.headers["Cache-Control"] == "no-store"
    event = event_of(answer.response.get_data())
    assert (event.summary, len(moments(event))) == ("Reminder", 8)
    assert utcnow().date() < moments(event)[0].date() <= utcnow().date() + timedelta(days=7)


@SQLITE
def test_nothing_is_kept_of_it_and_no_cookie_is_set(reader: Visitor) -> None:
    pages = [reader.get(REMIND), get_file(reader), get_file(reader, days=[]), reader.get(f"{REMIND}?again=1")]
    assert [page.headers.getlist("Set-Cookie") for page in pages] == [[]] * 4


@SQLITE
def test_neither_site_nor_course_stands_in_it_unless_the_link_was_asked_for(reader: Visitor) -> None:
    plain = get_file(reader).response.get_data(as_text=True)
    assert not [word for word in ("way", "localhost", "http", "erille") if word in plain.lower()]
    event = event_of(get_file(reader, link="yes").response.get_data())
    assert event["URL"] == event["DESCRIPTION"] == "http://localhost/en/courses/way"


@SQLITE
def test_it_is_in_the_language_of_the_page(reader: Visitor) -> None:
    page = reader.get("/ar/courses/way/remind")
    assert page.one("html")["dir"] == "rtl"
    assert ">الاثنين<" in page.html
    assert event_of(get_file(reader, "/ar/courses/way/remind").response.get_data()).summary == "تذكير"
    assert reader.get("/so/courses/way/remind").one("option", value="18").words == "18:00"


@SQLITE
@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"days": []}, "days-0", "Choose a day of the week, or several."),
        ({"days": ["XX"]}, "days-0", "Choose a day of the week, or several."),
        ({"hour": "24"}, "hour", "Choose a time from the list."),
        ({"hour": "٦"}, "hour", "Choose a time from the list."),
        ({"weeks": "13"}, "weeks", "Choose 1 to 12 weeks."),
        ({"weeks": "0"}, "weeks", "Choose 1 to 12 weeks."),
        ({"word": "Perille"}, "word", "Choose one of the words."),
    ],
)
def test_what_cannot_be_used_is_named_and_the_rest_stays_chosen(
    reader: Visitor, wrong: dict[str, object], field: str, said: str
) -> None:
    sent = get_file(reader, REMIND, **{"hour": "7", "link": "yes", **wrong})
    assert sent.status == 303
    assert sent.location.endswith("#errors")
    page = reader.get(sent.location)
    link = next(tag for tag in page.all("a") if tag.words == said)
    assert page.one("input" if field == "days-0" else "select", id=field)
    assert link["href"] == f"#{field}"
    assert page.one("input", id="link").attributes.get("checked") is not None
    if field != "hour":
        assert [tag["value"] for tag in page.all("option") if "selected" in tag.attributes][0] == "7"


@SQLITE
def test_an_address_without_a_choice_or_with_a_mile_of_it_leads_to_the_form(reader: Visitor) -> None:
    assert "Choose a day of the week" in reader.get(reader.get(f"{REMIND}/reminder.ics").location).html
    long = get_file(reader, days=["MO"] * 500, word="x" * 5000)
    assert len(long.location) < 400
    assert "Choose one of the words." in reader.get(long.location).html


@SQLITE
def test_a_course_that_leaves_no_trace_offers_none(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    whole.publish(*write_errands(tmp_path, sensitive=True))
    assert not [link for link in visitor.get("/en/courses/way").all("a") if "remind" in link["href"]]
    assert (visitor.get(REMIND).status, get_file(visitor).status) == (404, 404)
    assert get_file(visitor, "/en/courses/quiet/remind").status == 404
    assert get_file(visitor, "/en/courses/none/remind").status == 404
