"""What somebody who signs in fills in."""

from __future__ import annotations

from wtforms import Form, StringField, ValidationError

from perille.core.errors import BadRequest
from perille.core.i18n import _, lazy_gettext
from perille.people.addresses import read_address
from perille.people.sign_in.models import PinKind
from perille.people.sign_in.pins import read_pin, read_username

_CODE = {"dir": "ltr", "inputmode": "numeric", "autocomplete": "one-time-code", "required": True, "maxlength": 20}
#: Not a password to the browser: on a shared phone it must not offer to keep it.
_PIN = {"dir": "ltr", "inputmode": "numeric", "autocomplete": "off", "required": True, "maxlength": 20}
_NAME = {"dir": "auto", "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", "required": True}


class AddressForm(Form):
    """The address to which a link is sent."""

    email = StringField(
        lazy_gettext("Your e-mail address"),
        render_kw={"dir": "ltr", "type": "email", "autocomplete": "email", "required": True, "maxlength": 254},
    )

    def validate_email(self, field: StringField) -> None:
        """Take an address."""
        try:
            field.data = read_address(field.data or "")
        except BadRequest:
            raise ValidationError(_("Please write your e-mail address, such as name@example.org.")) from None


class CodeForm(Form):
    """Six digits: of a mail or of an authenticator app."""

    code = StringField(lazy_gettext("The code of 6 digits"), render_kw=_CODE)


class RecoveryForm(Form):
    """One of the codes on paper."""

    recovery = StringField(
        lazy_gettext("A recovery code"),
        render_kw={
            "dir": "ltr",
            "autocomplete": "off",
            "autocapitalize": "none",
            "spellcheck": "false",
            "maxlength": 60,
        },
    )


class UsernameForm(Form):
    """Who it is."""

    username = StringField(
        lazy_gettext("Your user name"), description=lazy_gettext("It stands on your card."), render_kw=_NAME
    )

    def validate_username(self, field: StringField) -> None:
        """Take a user name."""
        try:
            field.data = read_username(field.data or "")
        except BadRequest:
            raise ValidationError(_("Please write your user name as it stands on your card.")) from None


class PinForm(Form):
    """A PIN of six digits."""

    pin = StringField(lazy_gettext("Your PIN of 6 digits"), render_kw=_PIN)

    def validate_pin(self, field: StringField) -> None:
        """Take six digits."""
        try:
            read_pin(PinKind.DIGITS, field.data or "")
        except BadRequest:
            raise ValidationError(_("A PIN has 6 digits.")) from None
