"""The forms of the page of settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wtforms import Form, SelectField, SelectMultipleField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # unknown to its types yet
from wtforms.validators import Length

from perille.core.countries import countries
from perille.core.i18n import LANGUAGES, OFFERED, SOURCE_LANGUAGE, _, lazy_gettext
from perille.core.setting_values import address, line, mail_address
from perille.core.site import Site
from perille.operator.required_details import EXPECTED

_LINES = {"rows": 3}
#: Values alone: the page writes the words beside them. WTForms takes them so; its types do not.
_LANGUAGE_CHOICES: Any = [code for code in OFFERED if code != SOURCE_LANGUAGE]
_WRITTEN_IN: Any = [SelectChoice(code, each.name) for code, each in LANGUAGES.items()]
_COUNTRY_CHOICES: Any = list(countries())


def _long(most: int) -> list[Length]:
    return [Length(max=most, message=lazy_gettext("This is too long."))]


class OperatorForm(Form):
    """Who runs the site, in their own words."""

    operator = StringField(EXPECTED["operator"], validators=_long(120))
    address = TextAreaField(EXPECTED["address"], validators=_long(300), render_kw=_LINES)
    email = StringField(EXPECTED["email"], validators=_long(254), render_kw={"type": "email", "dir": "ltr"})
    data_protection = TextAreaField(
        EXPECTED["data_protection"],
        validators=_long(400),
        description=lazy_gettext("Name or office, and how to reach it"),
        render_kw=_LINES,
    )
    complaints = TextAreaField(
        EXPECTED["complaints"],
        validators=_long(600),
        description=lazy_gettext("To you, and to the authority for data protection of your country"),
        render_kw=_LINES,
    )
    legal_basis = TextAreaField(
        EXPECTED["legal_basis"],
        validators=_long(600),
        description=lazy_gettext("Why you may process data, as in Article 6 of the GDPR"),
        render_kw=_LINES,
    )
    words_language = SelectField(
        lazy_gettext("Language in which you wrote this"),
        choices=_WRITTEN_IN,
    )

    def validate_operator(self, field: StringField) -> None:
        """Take one line: it stands in the head of e-mails."""
        field.data = " ".join((field.data or "").split())

    def validate_email(self, field: StringField) -> None:
        """Take an address that a mail program takes."""
        field.data = (field.data or "").strip()
        if field.data:
            _checked(mail_address, field.data, _("Please write an e-mail address, such as office@example.org."))


class AccessibilityForm(Form):
    """The accessibility statement. It has a form of its own: nothing in it can be wrong but its length."""

    accessibility = TextAreaField(EXPECTED["accessibility"], validators=_long(8000), render_kw={"rows": 18})


class OfferForm(Form):
    """What the site offers, and where it leads."""

    languages = SelectMultipleField(
        lazy_gettext("Languages that you offer"),
        description=lazy_gettext("None marked: all of them. English always stays: it stands where a word is missing."),
        choices=_LANGUAGE_CHOICES,
    )
    countries = SelectMultipleField(
        lazy_gettext("Countries that you offer"),
        description=lazy_gettext(
            "None marked: all of them. Courses on other countries are not listed. Numbers for help stay, of every country."
        ),
        choices=_COUNTRY_CHOICES,
    )
    exit_url = StringField(
        lazy_gettext("Where “Leave this page quickly” leads"),
        description=lazy_gettext(
            "A common page that fits everybody and shows nothing personal. Empty: the setting of the installation."
        ),
        validators=_long(300),
        render_kw={"type": "url", "dir": "ltr"},
    )
    issuer = StringField(
        lazy_gettext("Who issues the certificates"),
        description=lazy_gettext(
            "It stands on each certificate that is made from now on. Empty: the setting of the installation."
        ),
        validators=_long(120),
    )

    def validate_exit_url(self, field: StringField) -> None:
        """Take what the setting of the environment takes."""
        field.data = (field.data or "").strip()
        if field.data:
            _checked(address, field.data, _("Please write a whole address, such as https://www.example.org."))

    def validate_issuer(self, field: StringField) -> None:
        """Take one line."""
        field.data = " ".join((field.data or "").split())
        if field.data:
            _checked(line, field.data, _("Please write one line of at most 120 characters."))


def who_values(site: Site) -> dict[str, object]:
    """Return what the form of who runs the site is filled with."""
    return {name: getattr(site, name) for name in ("words_language", *(set(EXPECTED) - {"accessibility"}))}


def _checked(check: Callable[[str], object], value: str, words: str) -> None:
    try:
        check(value)
    except ValueError:
        raise ValidationError(words) from None
