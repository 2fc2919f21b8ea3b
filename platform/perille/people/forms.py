"""What people fill in about accounts and organisations."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import Form, IntegerField, SelectField, SelectMultipleField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the type stubs
from wtforms.validators import NumberRange

from perille.core.countries import countries
from perille.core.errors import BadRequest
from perille.core.i18n import LANGUAGES, OFFERED, _, lazy_gettext
from perille.people.addresses import read_address
from perille.people.invitations import OFFERED_ROLES
from perille.people.models import OrganisationKind, Role

#: As wide as the columns that keep them.
LONGEST_NAME, LONGEST_ORGANISATION = 120, 200
_LINE = {"dir": "auto", "autocomplete": "off"}

ROLE_WORDS: Mapping[Role, str] = {
    Role.ADMINISTRATOR: lazy_gettext("Administrator"),
    Role.COORDINATOR: lazy_gettext("Coordinator: sees who finished what, invites people"),
    Role.TRAINER: lazy_gettext("Trainer: leads groups"),
    Role.AUTHOR: lazy_gettext("Author: writes courses"),
    Role.REVIEWER: lazy_gettext("Reviewer: reads drafts"),
    Role.TRANSLATOR: lazy_gettext("Translator"),
    Role.MENTOR: lazy_gettext("Mentor: helps learners"),
    Role.MEMBER: lazy_gettext("Learner at work: coordinators see finished modules, dates and hours"),
}
#: The same in one word, for lists.
SHORT_ROLES: Mapping[Role, str] = {
    Role.ADMINISTRATOR: lazy_gettext("Administrator"),
    Role.COORDINATOR: lazy_gettext("Coordinator"),
    Role.TRAINER: lazy_gettext("Trainer"),
    Role.AUTHOR: lazy_gettext("Author"),
    Role.REVIEWER: lazy_gettext("Reviewer"),
    Role.TRANSLATOR: lazy_gettext("Translator"),
    Role.MENTOR: lazy_gettext("Mentor"),
    Role.MEMBER: lazy_gettext("Learner at work"),
}
KIND_WORDS: Mapping[OrganisationKind, str] = {
    OrganisationKind.OFFICE: lazy_gettext("Office"),
    OrganisationKind.MUNICIPALITY: lazy_gettext("Municipality"),
    OrganisationKind.NGO: lazy_gettext("Association or other NGO"),
    OrganisationKind.EMPLOYER: lazy_gettext("Employer"),
    OrganisationKind.SCHOOL: lazy_gettext("School"),
}
_CODES: Any = [*countries()]
_LANGUAGES: Any = [*OFFERED]


def choices(pairs: Iterable[tuple[str, str]]) -> Any:
    """Return what a field offers: (value, words). The type stubs know pairs alone, which WTForms 3.4 takes no more."""
    return [SelectChoice(value, words) for value, words in pairs]


def one_line(typed: str | None) -> str:
    """Return a name as it is kept: one line, no signs that cannot be seen, in the form in which equal names are equal."""
    text = unicodedata.normalize("NFC", typed or "")
    # Joiners shape letters of Arabic and Indic scripts; other format signs turn the direction of what follows.
    kept = (sign for sign in text if sign in "\u200c\u200d" or unicodedata.category(sign) not in ("Cc", "Cf", "Cs"))
    return " ".join("".join(kept).split())


class NameField(StringField):
    """A line that is kept as a name: in any script, of a length in letters."""

    def __init__(self, label: Any, *, longest: int, required: bool, **more: Any) -> None:
        super().__init__(
            label, render_kw={**_LINE, "maxlength": longest, **({"required": True} if required else {})}, **more
        )
        self._longest, self._required = longest, required

    def pre_validate(self, form: Any) -> None:
        """Say what is wrong with the name."""
        self.data = one_line(self.data)
        if self._required and not self.data:
            raise ValidationError(_("Please write a name."))
        if len(self.data) > self._longest:
            raise ValidationError(_("This name is too long."))


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


def _is_address(_form: Form, field: Any) -> None:
    try:
        read_address(field.data or "")
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


class AccountForm(Form):
    """One's own account."""

    name = NameField(
        lazy_gettext("Your name"),
        longest=LONGEST_NAME,
        required=False,
        description=lazy_gettext("Coordinators of your organisations see it. You may leave it empty."),
    )
    locale = SelectField(lazy_gettext("Language of e-mails"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.locale.choices = choices((code, LANGUAGES[code].name) for code in OFFERED)


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
