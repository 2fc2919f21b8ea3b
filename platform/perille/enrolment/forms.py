"""The form in which a learner types a code."""

from __future__ import annotations

from wtforms import Form, StringField, ValidationError

from perille.core.i18n import _, lazy_gettext
from perille.enrolment.code_digits import CODE_DIGITS, OLD_CODE_DIGITS, read_digits


class CodeForm(Form):
    """Twenty digits, or the sixteen of an older code, in any script and any grouping."""

    code = StringField(
        lazy_gettext("Your code"),
        description=lazy_gettext("Twenty digits, in groups of four. An older code has sixteen."),
        render_kw={"inputmode": "numeric", "autocomplete": "off", "dir": "ltr", "maxlength": 80},
    )

    def validate_code(self, field: StringField) -> None:
        """Take as many digits as a code has."""
        count = len(read_digits(field.data or ""))
        if count == 0:
            raise ValidationError(_("Type the digits of your code."))
        if count not in (CODE_DIGITS, OLD_CODE_DIGITS):
            raise ValidationError(
                _("A code has twenty digits. An older one has sixteen. You typed %(count)s.", count=count)
            )
