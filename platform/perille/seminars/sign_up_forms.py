"""What somebody who signs up for a seminar fills in."""

from __future__ import annotations

from wtforms import Form, StringField, ValidationError

from perille.core.errors import BadRequest
from perille.core.i18n import _, lazy_gettext
from perille.credentials.holder_name import LONGEST, NameFault, UnprintableNameError, clean_name
from perille.credentials.printable import refuse_unprintable
from perille.people.addresses import read_mailed_address


class NameForm(Form):
    """The name on the list at the door and on the certificate."""

    name = StringField(
        lazy_gettext("Your name"),
        description=lazy_gettext("It stands on the list at the door and on your certificate."),
        render_kw={"dir": "auto", "autocomplete": "name", "maxlength": 120, "required": True},
    )

    def validate_name(self, field: StringField) -> None:
        """Take what can be printed."""
        try:
            field.data = clean_name(field.data or "")
        except UnprintableNameError as error:
            raise ValidationError(_why(error)) from None
        refuse_unprintable(field.data)


def _why(error: UnprintableNameError) -> str:
    if error.fault is NameFault.TOO_LONG:
        return _("This name is too long to print. It may have %(most)s characters.", most=LONGEST)
    return _("Write your name, in any script, without pictures.")


class SignUpForm(NameForm):
    """A sign-up without an account."""

    email = StringField(
        lazy_gettext("Your e-mail address"),
        description=lazy_gettext("We send a link there. Your sign-up counts when you press the button behind it."),
        render_kw={"type": "email", "dir": "ltr", "autocomplete": "email", "maxlength": 254, "required": True},
    )

    def validate_email(self, field: StringField) -> None:
        """Take an address."""
        try:
            field.data = read_mailed_address(field.data or "")
        except BadRequest:
            raise ValidationError(_("This is no e-mail address.")) from None
