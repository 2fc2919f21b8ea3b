"""What an administrator fills in to erase a person, and to search statements."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from wtforms import (
    BooleanField,
    Form,
    HiddenField,
    StringField,
    TextAreaField,
    ValidationError,
)

from perille.administration.identifiers import read_identifiers
from perille.administration.statement_search import iri_of, moment_of, numbers_in, registration_of, verbs_in
from perille.core.errors import BadRequest
from perille.core.i18n import _, lazy_gettext
from perille.core.web.forms import ForgetForm
from perille.privacy.people import PersonIdentifiers

T = TypeVar("T")


#: Attributes of a line of text, of one that must be filled in, and of several lines that a program reads.
LINE = {"dir": "auto", "autocomplete": "off"}
REQUIRED = {**LINE, "required": True}
LINES = {"dir": "ltr", "autocomplete": "off", "rows": 4}


class ErasureForm(ForgetForm):
    """A person who is to be erased."""

    who = TextAreaField(
        lazy_gettext("What you know of the person"),
        description=lazy_gettext(
            "One on each line, all of the same person: a learner’s number, an e-mail address, an OpenID, a SHA-1, or an account"
            " as its home page, a space and its name."
        ),
        render_kw={**REQUIRED, "rows": 4, "maxlength": 4000, "spellcheck": "false"},
    )
    sure = BooleanField(lazy_gettext("Yes, erase this person for good."), render_kw={"value": "yes", "required": True})
    #: What was written in `who`; for a valid form.
    known = PersonIdentifiers()

    def validate_who(self, field: TextAreaField) -> None:
        """Take identifiers, one on each line."""
        self.known = _taken(read_identifiers, field.data)


class SearchForm(Form):
    """A search for statements."""

    #: Numbers of a person who was searched for before.
    person = HiddenField()
    who = TextAreaField(
        lazy_gettext("Person"),
        description=lazy_gettext(
            "A number, an e-mail address, its SHA-1, an OpenID, or the home page and the name of an account. Several of one person"
            " stand on lines of their own. They do not stand in the address of the page."
        ),
        render_kw={**LINES, "rows": 2},
    )
    verb = StringField(
        lazy_gettext("Verb"),
        description=lazy_gettext("Its name, such as “passed”, its IRI, or the last part of it"),
        render_kw=LINE,
    )
    activity = StringField(lazy_gettext("Activity"), description=lazy_gettext("Its IRI"), render_kw=LINE)
    registration = StringField(lazy_gettext("Registration"), render_kw=LINE)
    since = StringField(
        lazy_gettext("Stored after"), description=lazy_gettext("In UTC, such as 2026-11-30 14:00"), render_kw=LINE
    )
    until = StringField(
        lazy_gettext("Stored up to"), description=lazy_gettext("In UTC, such as 2026-11-30 14:00"), render_kw=LINE
    )
    error = StringField(
        lazy_gettext("Text of an error"),
        description=lazy_gettext("What another store said when it refused the statement"),
        render_kw=LINE,
    )
    everywhere = BooleanField(
        lazy_gettext("Find the person and the activity anywhere in a statement"), render_kw={"value": "yes"}
    )
    voided = BooleanField(lazy_gettext("Show voided statements too"), render_kw={"value": "yes"})

    def validate_person(self, field: HiddenField) -> None:
        """Take numbers as an address has them."""
        _taken(numbers_in, field.data)

    def validate_who(self, field: TextAreaField) -> None:
        """Take identifiers, one on each line, or none."""
        if (field.data or "").strip():
            _taken(read_identifiers, field.data)

    def validate_verb(self, field: StringField) -> None:
        """Take IRIs or nothing: names were looked up before."""
        try:
            _taken(verbs_in, field.data)
        except ValidationError:
            raise ValidationError(
                _("No verb of these statements is called so: %(text)s", text=(field.data or "")[:100])
            ) from None

    def validate_activity(self, field: StringField) -> None:
        """Take an IRI or nothing."""
        _taken(iri_of, field.data)

    def validate_registration(self, field: StringField) -> None:
        """Take a UUID or nothing."""
        _taken(registration_of, field.data)

    def validate_since(self, field: StringField) -> None:
        """Take a moment or nothing."""
        _taken(moment_of, field.data)

    def validate_until(self, field: StringField) -> None:
        """Take a moment that is not before the first one, or nothing."""
        until = _taken(moment_of, field.data)
        if until is None or self.since.errors:
            return
        since = moment_of((self.since.data or "").strip())
        if since is not None and until < since:
            raise ValidationError(_("The time ends before it begins."))


def _taken(read: Callable[[str], T], text: str | None) -> T:
    """Read what was typed into a field; what is wrong with it is an error of the field."""
    try:
        return read((text or "").strip())
    except BadRequest as error:
        raise ValidationError(error.message) from None
