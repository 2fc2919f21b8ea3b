"""The form in which a learner types a code."""

from __future__ import annotations

from wtforms import Form, StringField

from perille.core.i18n import lazy_gettext


class CodeForm(Form):
    """Twenty digits, or the sixteen of an older code, in any script and any grouping."""

    code = StringField(
        lazy_gettext("Your code"),
        description=lazy_gettext("Twenty digits, in groups of four. An older code has sixteen."),
    )
