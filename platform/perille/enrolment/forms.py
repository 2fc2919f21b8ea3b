"""The form in which a learner types a code."""

from __future__ import annotations

from wtforms import Form, StringField

from perille.i18n import lazy_gettext


class CodeForm(Form):
    """Sixteen digits, in any script and any grouping."""

    code = StringField(lazy_gettext("Your code"), description=lazy_gettext("Sixteen digits, in groups of four."))
