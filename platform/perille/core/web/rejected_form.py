"""A form that could not be used, kept for the page that shows it again: a POST is answered by a redirect, so Back and reload send nothing.

What was typed and what is wrong with it go over in an encrypted cookie (`core.web.flash_cookie`). Passwords and secrets never do. The
redirect leads to the summary of what is wrong (`#errors`, in `templates/fields.html`).

    form = NameForm(request.form)
    if not form.validate():
        return see_form_again(url_for(".certificate"), form)
    ...
    form = kept_or(NameForm)          # in the view of the page
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from flask import Response, request
from werkzeug.datastructures import MultiDict
from wtforms import Form, PasswordField

from perille.core.web.flash_cookie import CookieTooLong, show_once, shown_once

F = TypeVar("F", bound=Form)
#: Characters of a field that are kept; no field of ours takes more.
LONGEST_FIELD = 6000
#: Where all of it does not fit, each field is cut to this many characters, then to the second number.
_CUTS = (1000, 200)
#: Fields that are kept, and values of all of them.
_FIELDS, _VALUES = 60, 200


@dataclass(frozen=True, slots=True)
class KeptForm:
    """What was typed, and what is wrong with it."""

    #: Name of a field -> its values.
    fields: Mapping[str, Sequence[str]]
    #: Name of a field -> what is wrong with it; "" is the form as a whole.
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def data(self) -> MultiDict[str, str]:
        """The fields as a request brings them."""
        return MultiDict([(name, value) for name, values in self.fields.items() for value in values])

    @property
    def error(self) -> str:
        """What is wrong with the form as a whole; "" for nothing."""
        return next(iter(self.errors.get("", ())), "")


def see_again(
    address: str, kind: str, *, errors: Mapping[str, Sequence[str]] | None = None, without: Sequence[str] = ()
) -> Response:
    """Lead to the page at *address* with this request's form, without the fields *without*; *kind* tells the forms of a page apart."""
    given = [(name, values) for name, values in request.form.lists() if name not in without][:_FIELDS]
    told = {name: [str(each) for each in values] for name, values in (errors or {}).items()}
    for longest in (LONGEST_FIELD, *_CUTS):
        try:
            return show_once(address, f"form {kind}", [_cut(given, longest), told])
        except CookieTooLong:
            # No page of ours sends so much: what is left of it must do.
            given = [(name, values[:20]) for name, values in given[:10]]
    return show_once(address, f"form {kind}", [{}, told])


def _cut(fields: Iterable[tuple[str, list[str]]], longest: int) -> dict[str, list[str]]:
    """Return fields with *longest* characters of each name and value."""
    return {name[:longest]: [value[:longest] for value in values[:_VALUES]] for name, values in fields}


def kept_form(kind: str) -> KeptForm | None:
    """Return the form that this page shows again, None for none."""
    found = shown_once(f"form {kind}")
    return KeptForm(*found) if isinstance(found, list) else None


def see_form_again(address: str, form: Form, kind: str = "", *, without: Sequence[str] = ()) -> Response:
    """Lead to the page at *address* with a form of WTForms that was not valid, without the fields *without* and without secrets."""
    secret = [each.name for each in form if isinstance(each, PasswordField)]
    errors = {each.name: list(map(str, each.errors)) for each in form if each.errors}
    if form.form_errors:
        errors[""] = list(map(str, form.form_errors))
    return see_again(f"{address}#errors", kind or type(form).__name__, errors=errors, without=[*secret, *without])


def kept_or(form: type[F], kind: str = "", *, data: Mapping[str, object] | None = None) -> F:
    """Return the form to show: as it was sent before the redirect, with what is wrong with it; else a new one, filled with *data*."""
    kept = kept_form(kind or form.__name__)
    return form(data=data) if kept is None else again(form, kept, data=data)


def again(form: type[F], kept: KeptForm, *, data: Mapping[str, object] | None = None) -> F:
    """Return a kept form with what is wrong with it; *data*: fields that it was sent without."""
    shown = form(kept.data, data=data)
    shown.form_errors = list(kept.errors.get("", ()))
    for each in shown:
        each.errors = list(kept.errors.get(each.name, ()))
    return shown
