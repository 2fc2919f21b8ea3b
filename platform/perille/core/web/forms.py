"""What forms of several features have in common; `templates/fields.html` renders them all."""

from __future__ import annotations

from wtforms import BooleanField, Field, Form, ValidationError

from perille.core.i18n import _, lazy_gettext


class ForgetForm(Form):
    """Asks whether somebody is sure before all that is kept of them is deleted."""

    sure = BooleanField(
        lazy_gettext("Yes, delete all that is kept under my number."), render_kw={"value": "yes", "required": True}
    )

    def validate_sure(self, field: BooleanField) -> None:
        """Take no form without the mark."""
        # Not `field.data`, which is true for any word.
        if field.raw_data != ["yes"]:
            raise ValidationError(_("Nothing was deleted. Mark the box first if you are sure."))


def require_name(field: Field) -> None:
    """Take runs of spaces in a typed name for one; raise ValidationError where nothing is left."""
    field.data = " ".join((field.data or "").split())
    if not field.data:
        raise ValidationError(_("Please write a name."))
