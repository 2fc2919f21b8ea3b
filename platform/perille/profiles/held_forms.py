"""A form that was made for somebody else's page: kept in the browser, encrypted, until the person says for whom it is."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, current_app, request
from werkzeug.exceptions import HTTPException

from perille.core.web.once import TooLong, show_once, shown_once

_KIND = "held form"
#: Where a form does not fit in a cookie, its texts are cut to this many characters, then to the second number.
_CUTS = (6000, 1500, 300)
_FIELDS = 200


@dataclass(frozen=True, slots=True)
class HeldForm:
    """A form on its way: the address, below the site, to which it is sent, and its fields."""

    address: str
    fields: tuple[tuple[str, str], ...]


def hold(page: str, *, without: str) -> Response:
    """Lead to *page*, which may read this request's form, without the field *without*."""
    fields = [(name, value) for name, values in request.form.lists() if name != without for value in values][:_FIELDS]
    address = request.full_path.rstrip("?")
    for longest in _CUTS:
        try:
            return show_once(page, _KIND, [address, [(name, value[:longest]) for name, value in fields]])
        except TooLong:
            continue
    return show_once(page, _KIND, [address, []])


def hold_on(page: str, form: HeldForm) -> Response:
    """Lead to *page*, which may read a form that this page kept."""
    return show_once(page, _KIND, [form.address, list(form.fields)])


def held_form() -> HeldForm | None:
    """Return the form that this page keeps, also when it is loaded anew; None for none."""
    found = shown_once(_KIND, keep=True)
    if not isinstance(found, list):
        return None
    address, fields = found
    return HeldForm(address, tuple((name, value) for name, value in fields))


def takes_forms(address: str) -> bool:
    """Whether an address, below the site, is one of ours that takes a form: nobody is sent elsewhere."""
    return _is_ours(address, "POST")


def is_page(address: str) -> bool:
    """Whether an address, with the path of the site, is one of our pages."""
    root = request.script_root
    return address.startswith(root) and _is_ours(address[len(root) :], "GET")


def _is_ours(address: str, method: str) -> bool:
    adapter = current_app.create_url_adapter(request)
    path = address.partition("?")[0]
    if adapter is None or not path.startswith("/") or path.startswith("//") or "\\" in address:
        return False
    try:
        adapter.match(path, method=method)
    except HTTPException:
        return False
    return True
