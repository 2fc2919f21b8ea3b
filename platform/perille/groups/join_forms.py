"""What those who join a group fill in."""

from __future__ import annotations

from wtforms import Form, HiddenField, StringField, ValidationError

from perille.core.i18n import _, lazy_gettext
from perille.enrolment.code_digits import read_digits
from perille.groups.ids import CODE_DIGITS
from perille.groups.names import LONGEST_NAME


class RoomCodeForm(Form):
    """The short code that somebody types in the room."""

    code = StringField(
        lazy_gettext("The code on the screen"),
        description=lazy_gettext("Eight digits."),
        render_kw={"inputmode": "numeric", "autocomplete": "off", "dir": "ltr", "maxlength": 40},
    )

    #: By what wrong codes are counted (`joining.make_mark`).
    knock = HiddenField()

    def validate_code(self, field: StringField) -> None:
        """Take as many digits as a code has, in any script."""
        if len(read_digits(field.data or "")) != CODE_DIGITS:
            raise ValidationError(_("The code has eight digits."))


class JoinForm(Form):
    """Asks somebody who joins what their trainer calls them."""

    name = StringField(
        lazy_gettext("What does your trainer call you?"),
        description=lazy_gettext("You can leave this empty. Only those who lead the group see it."),
        render_kw={"dir": "auto", "autocomplete": "off", "maxlength": LONGEST_NAME},
    )
