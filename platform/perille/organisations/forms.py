"""What is filled in about other people and about organisations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import Form, IntegerField, SelectField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import NumberRange

from perille.core.countries import countries
from perille.core.errors import BadRequest
from perille.core.i18n import OFFERED, _, lazy_gettext
from perille.core.letters import name_line
from perille.people.account_form import NameField, choices
from perille.people.addresses import read_mailed_address
from perille.people.invitations import OFFERED_ROLES
from perille.people.models import OrganisationKind
from perille.people.role_words import ROLE_WORDS

#: As wide as the column that keeps it.
LONGEST_ORGANISATION = 200

KIND_WORDS: Mapping[OrganisationKind, str] = {
    OrganisationKind.OFFICE: lazy_gettext("Office"),
    OrganisationKind.MUNICIPALITY: lazy_gettext("Municipality"),
    OrganisationKind.NGO: lazy_gettext("Association or other NGO"),
    OrganisationKind.EMPLOYER: lazy_gettext("Employer"),
    OrganisationKind.SCHOOL: lazy_gettext("School"),
}
_CODES: Any = [*countries()]
_LANGUAGES: Any = [*OFFERED]


class OrganisationForm(Form):
    """An organisation."""

    name = NameField(lazy_gettext("Name"), longest=LONGEST_ORGANISATION, required=True)
    kind = SelectField(
        lazy_gettext("Kind of organisation"), choices=choices((kind.value, words) for kind, words in KIND_WORDS.items())
    )
    languages = SelectMultipleField(lazy_gettext("Languages"), choices=_LANGUAGES, validate_choice=False)
    countries = SelectMultipleField(lazy_gettext("Countries"), choices=_CODES, validate_choice=False)

    @property
    def chosen_languages(self) -> list[str]:
        """The languages that are marked."""
        return [code for code in OFFERED if code in (self.languages.data or ())]

    @property
    def chosen_countries(self) -> list[str]:
        """The countries that are marked."""
        return [code for code in countries() if code in (self.countries.data or ())]


class CountryForm(Form):
    """Where an organisation is that has no country yet."""

    country = SelectField(lazy_gettext("Country"))


class DeletionForm(Form):
    """Deletes an organisation for good: its name is written, so that no wrong one goes by one press."""

    confirmed = StringField(
        lazy_gettext("Write the name of the organisation"),
        render_kw={"autocomplete": "off", "required": True, "dir": "auto", "maxlength": LONGEST_ORGANISATION},
    )
    #: The name that has to be written; set by the view.
    expected = ""

    def validate_confirmed(self, field: StringField) -> None:
        """Take the name in whatever case, with whatever spaces and marks of direction."""
        if name_line(field.data or "").casefold() != name_line(self.expected).casefold():
            raise ValidationError(_("This is not the name of this organisation."))


def _is_address(_form: Form, field: StringField) -> None:
    try:
        read_mailed_address(field.data or "")
    except BadRequest as error:
        raise ValidationError(_("This is not an e-mail address. Write it like name@example.org.")) from error


class InvitationForm(Form):
    """Whom to invite, and as what."""

    email = StringField(
        lazy_gettext("E-mail address"),
        validators=[_is_address],
        render_kw={"type": "email", "autocomplete": "off", "required": True, "dir": "ltr"},
    )
    role = SelectField(
        lazy_gettext("As what"), choices=choices((role.value, ROLE_WORDS[role]) for role in OFFERED_ROLES)
    )


class RoleForm(Form):
    """A role that somebody gets."""

    role = SelectField(
        lazy_gettext("One more role"), choices=choices((role.value, ROLE_WORDS[role]) for role in OFFERED_ROLES)
    )


class EaseForm(Form):
    """More time and more tries for a person in one module."""

    pack = SelectField(lazy_gettext("Module"))
    percent = IntegerField(
        lazy_gettext("More time, in percent"),
        description=lazy_gettext("25 gives a quarter more. 0 takes it away."),
        validators=[NumberRange(0, 400, lazy_gettext("Write a number from 0 to 400."))],
        default=0,
        render_kw={"inputmode": "numeric", "min": 0, "max": 400},
    )
    tries = IntegerField(
        lazy_gettext("More tries"),
        description=lazy_gettext("They come on top of what the test gives, once. 0 takes away those that are left."),
        validators=[NumberRange(0, 20, lazy_gettext("Write a number from 0 to 20."))],
        default=0,
        render_kw={"inputmode": "numeric", "min": 0, "max": 20},
    )
