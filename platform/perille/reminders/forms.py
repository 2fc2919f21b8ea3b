"""What somebody chooses for a reminder."""

from __future__ import annotations

from urllib.parse import urlencode

from babel.dates import get_day_names
from wtforms import BooleanField, Form, SelectField, SelectMultipleField, ValidationError

from perille.core.dates import time_of_day
from perille.core.i18n import _, babel_locale, language_of, lazy_gettext, ngettext
from perille.reminders.calendar_file import WEEKDAYS, Reminder

MOST_WEEKS = 12
#: Words that a calendar may show, none of which says what it is about.
_WORDS = {
    "reminder": lazy_gettext("Reminder"),
    "note": lazy_gettext("A note for me"),
    "break": lazy_gettext("A short break"),
}


class ReminderForm(Form):
    """Days, an hour, for how many weeks, which word; and the address, only where it is asked for."""

    days = SelectMultipleField(lazy_gettext("On which days?"), validate_choice=False)
    hour = SelectField(lazy_gettext("At what time?"), default="18", validate_choice=False)
    weeks = SelectField(lazy_gettext("For how many weeks?"), default="4", validate_choice=False)
    word = SelectField(
        lazy_gettext("Which word shall the calendar show?"),
        description=lazy_gettext("Everybody who sees the calendar of this phone sees this word."),
        default="reminder",
        validate_choice=False,
    )
    link = BooleanField(
        lazy_gettext("Put the link to this course into it, too."),
        description=lazy_gettext("Whoever opens the entry then sees which site and which course it is."),
        render_kw={"value": "yes"},
    )

    def offer(self) -> ReminderForm:
        """Set what there is to choose from, in the language of the page."""
        locale = babel_locale(language_of())
        names = get_day_names("wide", "stand-alone", locale)
        self.days.choices = [(code, names[number]) for number, code in enumerate(WEEKDAYS)]
        self.hour.choices = [(str(hour), time_of_day(hour, language_of())) for hour in range(24)]
        weeks = range(1, MOST_WEEKS + 1)
        self.weeks.choices = [(str(count), ngettext("%(num)s week", "%(num)s weeks", count)) for count in weeks]
        self.word.choices = [(name, str(words)) for name, words in _WORDS.items()]
        return self

    def validate_days(self, field: SelectMultipleField) -> None:
        """Take one day of the week or several."""
        if not set(field.data or ()) & set(WEEKDAYS):
            raise ValidationError(_("Choose a day of the week, or several."))

    def validate_hour(self, field: SelectField) -> None:
        """Take a full hour of the day."""
        if field.data not in _numbers(0, 23):
            raise ValidationError(_("Choose a time from the list."))

    def validate_weeks(self, field: SelectField) -> None:
        """Take 1 to 12 weeks."""
        if field.data not in _numbers(1, MOST_WEEKS):
            raise ValidationError(_("Choose 1 to %(most)s weeks.", most=MOST_WEEKS))

    def validate_word(self, field: SelectField) -> None:
        """Take one of our words: a word of one's own may tell more than is meant."""
        if field.data not in _WORDS:
            raise ValidationError(_("Choose one of the words."))

    def reminder(self, address: str) -> Reminder:
        """Return what was chosen, of a form that is valid; *address* stands in it only where the box is ticked."""
        chosen = set(self.days.data or ())
        return Reminder(
            days=tuple(day for day in WEEKDAYS if day in chosen),
            hour=int(self.hour.data),
            weeks=int(self.weeks.data),
            title=str(_WORDS[self.word.data]),
            url=address if self.link.data else "",
        )

    def as_query(self) -> str:
        """Return what was chosen as the part of an address after "?", as far as it can be shown again."""
        days = [day for day in WEEKDAYS if day in (self.days.data or ())]
        values = {"days": days, "hour": self.hour.data, "weeks": self.weeks.data, "word": self.word.data}
        given = {name: value for name, value in values.items() if value is not None}
        return urlencode(given | ({"link": "yes"} if self.link.data else {}), doseq=True)


def _numbers(first: int, last: int) -> frozenset[str]:
    return frozenset(map(str, range(first, last + 1)))
