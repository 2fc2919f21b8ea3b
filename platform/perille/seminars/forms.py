"""What an organisation says of a seminar."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from wtforms import Form, SelectField, StringField, TextAreaField, ValidationError

from perille.core.countries import zone_of
from perille.core.i18n import LANGUAGES, OFFERED, _, lazy_gettext
from perille.core.letters import one_line
from perille.seminars.details import SeminarWish

_LINE = {"dir": "auto", "autocomplete": "off"}
_MOST_PLACES = 5000


class SeminarForm(Form):
    """A seminar. Times are by the clock of *country*, which is set before the form is read."""

    title = StringField(lazy_gettext("Title"), render_kw={**_LINE, "maxlength": 200, "required": True})
    about = TextAreaField(lazy_gettext("What it is about"), render_kw={"dir": "auto", "rows": 4, "maxlength": 2000})
    language = SelectField(lazy_gettext("Language of the seminar"), validate_choice=False)
    place = StringField(lazy_gettext("Place"), render_kw={**_LINE, "maxlength": 200})
    link = StringField(
        lazy_gettext("Link, for people who take part from elsewhere"),
        description=lazy_gettext("Only people who have a place see it."),
        render_kw={"dir": "ltr", "inputmode": "url", "autocomplete": "off", "maxlength": 500},
    )
    day = StringField(lazy_gettext("Day"), render_kw={"type": "date", "required": True})
    begins = StringField(lazy_gettext("Begins at"), render_kw={"type": "time", "required": True})
    ends = StringField(lazy_gettext("Ends at"), render_kw={"type": "time", "required": True})
    places = StringField(lazy_gettext("Places"), render_kw={"inputmode": "numeric", "autocomplete": "off"})
    closes = StringField(
        lazy_gettext("Last day to sign up"),
        description=lazy_gettext("Leave this empty for until it begins."),
        render_kw={"type": "date"},
    )
    country = ""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.language.choices = [(code, LANGUAGES[code].name) for code in OFFERED]

    def validate_title(self, field: StringField) -> None:
        """Take a title of one line."""
        field.data = one_line(field.data or "")[:200]
        if not field.data:
            raise ValidationError(_("Give the seminar a title."))

    def validate_language(self, field: SelectField) -> None:
        """Take a language that the site speaks."""
        if field.data not in OFFERED:
            raise ValidationError(_("Choose a language."))

    def validate_link(self, field: StringField) -> None:
        """Take an https address or nothing; a place or a link must be there."""
        field.data = (field.data or "").strip()
        if field.data and (not field.data.startswith("https://") or not field.data.isprintable() or " " in field.data):
            raise ValidationError(_("A link begins with https:// and has no spaces."))
        if not field.data and not one_line(self.place.data or ""):
            raise ValidationError(_("Say where it is: a place or a link."))

    def validate_places(self, field: StringField) -> None:
        """Take a number."""
        text = (field.data or "").strip()
        if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= _MOST_PLACES):
            raise ValidationError(_("Type a number from 1 to %(most)s.", most=_MOST_PLACES))

    def validate_ends(self, field: StringField) -> None:
        """Take a day and two times in their order."""
        starts_at, ends_at = self._moment(self.begins), self._moment(field)
        if starts_at is None or ends_at is None:
            raise ValidationError(_("Fill in the day and both times."))
        if ends_at <= starts_at:
            raise ValidationError(_("It ends before it begins."))

    def validate_closes(self, field: StringField) -> None:
        """Take a day, or nothing."""
        if (field.data or "").strip() and _day(field) is None:
            raise ValidationError(_("This is no day. Write it as 2026-12-31."))

    def _moment(self, clock: StringField) -> datetime | None:
        day = _day(self.day)
        try:
            at = time.fromisoformat((clock.data or "").strip())
        except ValueError:
            return None
        if day is None or at.tzinfo is not None:
            return None
        return datetime.combine(day, at, zone_of(self.country)).astimezone(UTC)

    @property
    def wish(self) -> SeminarWish:
        """What was typed, of a form that is valid."""
        starts_at, ends_at = self._moment(self.begins), self._moment(self.ends)
        assert starts_at is not None
        assert ends_at is not None
        closes = _day(self.closes)
        night = datetime.combine(closes, time(0), zone_of(self.country)) + timedelta(days=1) if closes else starts_at
        return SeminarWish(
            title=self.title.data or "",
            about=(self.about.data or "").strip()[:2000],
            language=self.language.data,
            place=one_line(self.place.data or "")[:200],
            link=(self.link.data or "")[:500],
            starts_at=starts_at,
            ends_at=ends_at,
            deadline_at=min(night.astimezone(UTC), starts_at),
            places=int(self.places.data or "1"),
        )


def _day(field: StringField) -> date | None:
    try:
        found = date.fromisoformat((field.data or "").strip())
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2200 else None
