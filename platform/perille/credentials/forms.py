"""What is typed: the name to print, and a code to check."""

from __future__ import annotations

from wtforms import Form, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # unknown to its types yet
from wtforms.validators import Length

from perille.core.i18n import _, lazy_gettext
from perille.core.web.forms import require_name
from perille.credentials.codes import find_code
from perille.credentials.holder_name import LONGEST, NameFault, UnprintableNameError, clean_name
from perille.credentials.printable import refuse_unprintable
from perille.credentials.reissues import ReissueReason

NAME_FIELD = {"dir": "auto", "autocomplete": "off", "spellcheck": "false", "required": True}
_REASONS = [
    SelectChoice(ReissueReason.SPELLING.value, lazy_gettext("It was misspelt")),
    SelectChoice(ReissueReason.CHANGED_NAME.value, lazy_gettext("I have another name now")),
    SelectChoice(ReissueReason.OTHER.value, lazy_gettext("Another reason")),
]


class NameForm(Form):
    """The name as it is to be printed; `clean` is what is printed."""

    name = StringField(
        lazy_gettext("The name on your certificate"),
        description=lazy_gettext(
            "Write it as you want it printed. We keep it on the certificate and nowhere else. "
            "You can correct it three times in the first 14 days."
        ),
        render_kw=NAME_FIELD,
    )
    clean = ""

    def validate_name(self, field: StringField) -> None:
        """Take the name as its owner writes it, or say what is in the way."""
        try:
            self.clean = clean_name(field.data or "")
        except UnprintableNameError as error:
            raise ValidationError(_why(error)) from error
        refuse_unprintable(self.clean)


class FixedNameForm(NameForm):
    """The name on a certificate for professionals, before it is made: then it stays."""

    name = StringField(
        lazy_gettext("The name on your certificate"),
        description=lazy_gettext(
            "Write your whole name as in your passport, and look at it once more. It stays as it is: a correction later is a new"
            " certificate, and the old one then says that it was replaced."
        ),
        render_kw=NAME_FIELD,
    )


class ReissueForm(NameForm):
    """Another name on a certificate for professionals, and why."""

    name = StringField(lazy_gettext("The right name"), render_kw=NAME_FIELD)
    reason = SelectField(lazy_gettext("Why"), choices=_REASONS)


class OwnerForm(Form):
    """A name, to be compared with that of the holder."""

    name = StringField(
        lazy_gettext("The name on the paper"),
        description=lazy_gettext("You get yes or no. The name itself is never shown here."),
        validators=[Length(max=200)],
        render_kw=NAME_FIELD,
    )

    def validate_name(self, field: StringField) -> None:
        """Ask for a name."""
        require_name(field)


class CheckForm(Form):
    """A verification code, as somebody types it from paper."""

    code = StringField(
        lazy_gettext("The code on the certificate"),
        description=lazy_gettext("Sixteen letters and digits, in groups of four."),
        render_kw={
            "dir": "ltr",
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "maxlength": 300,
            "required": True,
        },
    )

    #: The code that was found in what was typed; for a valid form.
    found = ""

    def validate_code(self, field: StringField) -> None:
        """Take what has a whole code in it, such as the address in the square picture."""
        if not (field.data or "").strip():
            raise ValidationError(_("Type the code that is printed on the certificate."))
        self.found = find_code(field.data or "") or ""
        if not self.found:
            raise ValidationError(_("This is not a whole code. It has sixteen letters and digits, in groups of four."))


def _why(error: UnprintableNameError) -> str:
    if error.fault is NameFault.EMPTY:
        return _("Please write a name.")
    if error.fault is NameFault.TOO_LONG:
        return _("This name is too long to print. It may have %(most)s characters.", most=LONGEST)
    if error.signs:
        return _("Please write the name with letters. These signs cannot be printed: %(signs)s", signs=error.signs)
    return _("Please write the name with letters. It has signs that cannot be printed.")
