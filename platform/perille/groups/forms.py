"""What trainers fill in."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from wtforms import Form, HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField, ValidationError

from perille.core.i18n import LANGUAGES, OFFERED, _, lazy_gettext
from perille.enrolment.code_digits import read_digits
from perille.groups.names import LONGEST_NAME, GroupWish, clean_name

_LINE = {"dir": "auto", "autocomplete": "off", "maxlength": LONGEST_NAME}
_DAY = {"type": "date"}
_MOST_PLACES = 500
#: Names on one list.
MOST_NAMES = 300
#: Cards with a PIN of one press: each takes 20 ms to hash, and what they say is shown once, from a cookie.
MOST_CARDS = 40


def _day(field: StringField) -> date | None:
    text = (field.data or "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValidationError(_("This is no day. Write it as 2026-12-31.")) from None


class GroupForm(Form):
    """A group: its name, its language, how many, from when to when, which courses."""

    name = StringField(lazy_gettext("Name of the group"), render_kw={**_LINE, "required": True})
    language = SelectField(lazy_gettext("Language of the group"), validate_choice=False)
    places = StringField(
        lazy_gettext("Places"),
        description=lazy_gettext("Leave this empty for as many as come."),
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    starts_on = StringField(lazy_gettext("First day"), render_kw=_DAY)
    ends_on = StringField(lazy_gettext("Last day"), render_kw=_DAY)
    #: What was known of the group when the form was shown (`GroupWish.mark`); none from a page without it.
    seen = HiddenField()

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.language.choices = [(code, LANGUAGES[code].name) for code in OFFERED]

    def validate_name(self, field: StringField) -> None:
        """Take a name of one line."""
        field.data = clean_name(field.data or "")
        if not field.data:
            raise ValidationError(_("Give the group a name."))

    def validate_language(self, field: SelectField) -> None:
        """Take a language that the site speaks."""
        if field.data not in OFFERED:
            raise ValidationError(_("Choose a language."))

    def validate_places(self, field: StringField) -> None:
        """Take a number, or nothing."""
        text = (field.data or "").strip()
        if text and (read_digits(text) != text or not 1 <= int(text) <= _MOST_PLACES):
            raise ValidationError(_("Type a number from 1 to %(most)s, or nothing.", most=_MOST_PLACES))

    def validate_ends_on(self, field: StringField) -> None:
        """Take two days in their order."""
        first, last = _day(self.starts_on), _day(field)
        if first is not None and last is not None and last < first:
            raise ValidationError(_("The last day is before the first one."))

    @property
    def wish(self) -> GroupWish:
        """What was typed, of a form that is valid."""
        places = (self.places.data or "").strip()
        return GroupWish(
            name=self.name.data or "",
            language=self.language.data,
            places=int(places) if places else None,
            starts_on=_day(self.starts_on),
            ends_on=_day(self.ends_on),
        )


class NewGroupForm(GroupForm):
    """A group that is made now, with its courses."""

    packs = SelectMultipleField(lazy_gettext("Courses"), validate_choice=False)


class CourseForm(Form):
    """A course for a group, and its days."""

    pack = SelectField(lazy_gettext("Course"), validate_choice=False)
    starts_on = StringField(lazy_gettext("First day"), render_kw=_DAY)
    ends_on = StringField(lazy_gettext("Last day"), render_kw=_DAY)
    days: tuple[date | None, date | None] = (None, None)

    def validate_ends_on(self, field: StringField) -> None:
        """Take two days in their order."""
        first, last = _day(self.starts_on), _day(field)
        if first is not None and last is not None and last < first:
            raise ValidationError(_("The last day is before the first one."))
        self.days = (first, last)


class NamesForm(Form):
    """People without a phone."""

    names = TextAreaField(
        lazy_gettext("Names, one on each line"),
        description=lazy_gettext("For people who have no phone with them. What you call them is enough."),
        render_kw={"dir": "auto", "autocomplete": "off", "rows": 6, "required": True},
    )
    lines: tuple[str, ...] = ()

    def validate_names(self, field: TextAreaField) -> None:
        """Take lines with something on them."""
        self.lines = _names(field.data or "", MOST_NAMES)


class CardsForm(Form):
    """People who get a user name and a PIN."""

    names = TextAreaField(
        lazy_gettext("Names, one on each line"),
        description=lazy_gettext("At most 40 at once. First names are enough."),
        render_kw={"dir": "auto", "autocomplete": "off", "rows": 8, "required": True},
    )
    lines: tuple[str, ...] = ()

    def validate_names(self, field: TextAreaField) -> None:
        """Take lines with something on them, as many as there are cards at once."""
        self.lines = _names(field.data or "", MOST_CARDS)


def _names(text: str, most: int) -> tuple[str, ...]:
    """Return the names that stand on lines of their own; raise ValidationError for none, and for more than *most*."""
    found = tuple(filter(None, map(clean_name, text.splitlines())))
    if not found:
        raise ValidationError(_("Write at least one name."))
    if len(found) > most:
        raise ValidationError(_("Write at most %(most)s names at once.", most=most))
    return found


class MentorForm(Form):
    """Who is somebody's mentor; nobody ends the pair."""

    mentor = StringField()
    #: Key of the pair that the page showed, "" for none.
    pair = HiddenField()

    @property
    def chosen(self) -> UUID | None:
        """The account that was chosen, None for nobody."""
        try:
            return UUID(self.mentor.data or "")
        except ValueError:
            return None


class MeetingForm(Form):
    """When a pair meets next, and a day on which it met."""

    next_on = StringField(lazy_gettext("Next meeting"), render_kw=_DAY)
    met_on = StringField(
        lazy_gettext("We met on"),
        description=lazy_gettext("Only the day is kept, and nothing of what you said."),
        render_kw=_DAY,
    )
    #: The day that it is where the group is.
    today: date = date.max
    next_day: date | None = None
    met_day: date | None = None

    def validate_next_on(self, field: StringField) -> None:
        """Take a day that is still to come, or nothing."""
        self.next_day = _day(field)
        if self.next_day is not None and self.next_day < self.today:
            raise ValidationError(_("This day is past. Choose a later one."))

    def validate_met_on(self, field: StringField) -> None:
        """Take a day that was, or nothing."""
        self.met_day = _day(field)
        if self.met_day is not None and self.met_day > self.today:
            raise ValidationError(_("This day has not come yet."))
