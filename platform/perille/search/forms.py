"""What is looked for."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import Form, SelectField, StringField, ValidationError

from perille.core.i18n import _, lazy_gettext
from perille.search.terms import LONGEST_SEARCH, search_terms


class SearchForm(Form):
    """Words, and the country that they are looked up for."""

    q = StringField(
        lazy_gettext("What are you looking for?"),
        render_kw={"type": "search", "maxlength": LONGEST_SEARCH, "dir": "auto", "autocomplete": "off"},
    )
    country = SelectField(lazy_gettext("Country"), validate_choice=False)

    def validate_q(self, field: StringField) -> None:
        """Take what has a letter or a digit."""
        field.data = (field.data or "").strip()
        if not search_terms(field.data):
            raise ValidationError(_("Type a word first, for example the name of an office."))

    def offer(self, countries: Iterable[tuple[str, str]]) -> SearchForm:
        """Set the countries to choose from, (ISO code, name), and drop a choice that is none of them."""
        offered = [("", _("All countries")), *countries]
        self.country.choices = offered
        if self.country.data not in {code for code, _name in offered}:
            self.country.data = ""
        return self
