"""What is typed: the name to print, and a code to check."""

from __future__ import annotations

from wtforms import Form, StringField, ValidationError

from perille.core.i18n import _, lazy_gettext
from perille.credentials.certificate import FONTS
from perille.credentials.font_coverage import unprintable
from perille.credentials.holder_name import LONGEST, NameFault, UnprintableNameError, clean_name


class NameForm(Form):
    """The name as it is to be printed; `clean` is what is printed."""

    name = StringField(
        lazy_gettext("The name on your certificate"),
        description=lazy_gettext(
            "Write it as you want it printed. We keep it on the certificate and nowhere else. "
            "You can correct it three times in the first 14 days."
        ),
    )
    clean = ""

    def validate_name(self, field: StringField) -> None:
        """Take the name as its owner writes it, or say what is in the way."""
        try:
            self.clean = clean_name(field.data or "")
        except UnprintableNameError as error:
            raise ValidationError(_why(error)) from error
        missing = unprintable(self.clean, FONTS)
        if missing:
            raise ValidationError(
                _(
                    "We cannot print these letters yet: %(signs)s. Please write your name in Latin letters, as in a passport.",
                    signs=missing[:10],
                )
            )


class CheckForm(Form):
    """A verification code, as somebody types it from paper."""

    code = StringField(
        lazy_gettext("The code on the certificate"),
        description=lazy_gettext("Sixteen letters and digits, in groups of four."),
    )


def _why(error: UnprintableNameError) -> str:
    if error.fault is NameFault.EMPTY:
        return _("Please write a name.")
    if error.fault is NameFault.TOO_LONG:
        return _("This name is too long to print. It may have %(most)s characters.", most=LONGEST)
    if error.signs:
        return _("Please write the name with letters. These signs cannot be printed: %(signs)s", signs=error.signs)
    return _("Please write the name with letters. It has signs that cannot be printed.")
