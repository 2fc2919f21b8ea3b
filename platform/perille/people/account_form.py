"""What people fill in about their own account, and the fields that forms about others share with it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import Form, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the type stubs

from perille.core.i18n import LANGUAGES, OFFERED, _, lazy_gettext
from perille.core.letters import name_line

#: As wide as the column that keeps it.
LONGEST_NAME = 120
_LINE = {"dir": "auto", "autocomplete": "off"}


def choices(pairs: Iterable[tuple[str, str]]) -> Any:
    """Return what a field offers: (value, words). The type stubs know pairs alone, which WTForms 3.4 takes no more."""
    return [SelectChoice(value, words) for value, words in pairs]


class NameField(StringField):
    """A line that is kept as a name: in any script, of a length in letters."""

    def __init__(self, label: Any, *, longest: int, required: bool, **more: Any) -> None:
        super().__init__(
            label, render_kw={**_LINE, "maxlength": longest, **({"required": True} if required else {})}, **more
        )
        self._longest, self._required = longest, required

    def pre_validate(self, form: Any) -> None:
        """Raise ValidationError with what is wrong with the name."""
        self.data = name_line(self.data or "")
        if self._required and not self.data:
            raise ValidationError(_("Please write a name."))
        if len(self.data) > self._longest:
            raise ValidationError(_("This name is too long."))


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
