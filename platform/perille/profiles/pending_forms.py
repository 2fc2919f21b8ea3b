"""A form that was made for somebody else's page: kept in the browser, encrypted, until the person says for whom it is."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, current_app, request
from werkzeug.exceptions import HTTPException

from perille.core.i18n import language_of
from perille.core.web.flash_cookie import CookieTooLong, drop_shown, show_once, shown_once
from perille.core.web.page_addresses import url_for
from perille.enrolment.deleting import SPARES
from perille.enrolment.models import Learner
from perille.enrolment.profile_tokens import tokens_of

_KIND = "held form"
#: Where a form does not fit in a cookie, its texts are cut to this many characters, then to the second number.
_CUTS = (6000, 1500, 300)
_FIELDS = 200
#: Forms that delete -> the page of the form.
_DELETING = {"privacy.erase_learner": "safety.privacy_notice", "privacy.delete_account": "privacy.stored_data"}


@dataclass(frozen=True, slots=True)
class PendingForm:
    """A form on its way: the address, below the site, to which it is sent, and its fields."""

    address: str
    fields: tuple[tuple[str, str], ...]


def hold_form(page: str, *, without: str) -> Response:
    """Lead to *page*, which may read this request's form, without the field *without*."""
    fields = [(name, value) for name, values in request.form.lists() if name != without for value in values][:_FIELDS]
    address = request.full_path.rstrip("?")
    for longest in _CUTS:
        try:
            return show_once(page, _KIND, [address, [(name, value[:longest]) for name, value in fields]])
        except CookieTooLong:
            continue
    return show_once(page, _KIND, [address, []])


def hold_on(page: str, form: PendingForm) -> Response:
    """Lead to *page*, which may read a form that this page kept."""
    return show_once(page, _KIND, [form.address, list(form.fields)])


def held_form() -> PendingForm | None:
    """Return the form that this page keeps, also when it is loaded anew; None for none."""
    found = shown_once(_KIND, keep=True)
    if not isinstance(found, list):
        return None
    address, fields = found
    return PendingForm(address, tuple((name, value) for name, value in fields))


def drop_form(response: Response) -> Response:
    """Take the form that a page kept out of the browser: it is sent on."""
    drop_shown(response, _KIND)
    return response


def takes_forms(address: str) -> bool:
    """Whether an address, below the site, is one of ours that takes a form: nobody is sent elsewhere."""
    return _is_ours(address, "POST")


def page_to_delete_on(form: PendingForm, learner: Learner) -> str:
    """Return the page on which *learner* is to press a form that deletes anew; "" for a form that can be sent on for them.

    Where it was not made for them no script has told what waits on the phone for them from what waits for others
    (`enrolment.deleting`): sent on, it would delete both.
    """
    page = _DELETING.get(_endpoint_of(form.address, "POST"), "")
    spared = {token for name, value in form.fields if name == SPARES for token in value.split()}
    if not page or not spared.isdisjoint(tokens_of([learner])):
        return ""
    return url_for(page, lang=language_of(), _anchor="delete")


def is_page(address: str) -> bool:
    """Whether an address, with the path of the site, is one of our pages."""
    root = request.script_root
    return address.startswith(root) and _is_ours(address[len(root) :], "GET")


def _is_ours(address: str, method: str) -> bool:
    return bool(_endpoint_of(address, method))


def _endpoint_of(address: str, method: str) -> str:
    """Return what answers an address, below the site; "" where it is none of ours."""
    adapter = current_app.create_url_adapter(request)
    path = address.partition("?")[0]
    if adapter is None or not path.startswith("/") or path.startswith("//") or "\\" in address:
        return ""
    try:
        endpoint, _values = adapter.match(path, method=method)
    except HTTPException:
        return ""
    return str(endpoint)
