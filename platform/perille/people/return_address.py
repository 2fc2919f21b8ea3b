"""Where somebody goes who signs in on the way from an e-mail: to the page that it was about.

Its path goes along in the address of each step (`?to=`), also in the link that is mailed, which may be opened in another browser. It is
looked up among the site's own routes and taken for a page of a fixed list alone, whose address is then built anew: it leads to no other
site, and to no other page of this one.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException

#: Pages to which e-mails lead, or a link that was handed over, and for which people with an account sign in.
MAILED_PAGES = frozenset({"invitations.show", "own.module_list", "studio.publication"})
FIELD = "to"


def asked_path() -> str | None:
    """Return the path of the page that this step of signing in leads to in the end; None for the usual one."""
    path = _asked()
    return path if address_of(path) else None


def refused_path() -> str | None:
    """Return the path of this page, at which somebody must sign in first, where an e-mail may have led to it."""
    return request.path if request.method == "GET" and request.endpoint in MAILED_PAGES else None


def asked_address() -> str:
    """Return the address of the page that this step of signing in leads to in the end; "" for the usual one."""
    return address_of(_asked())


def with_path(state: str) -> str:
    """Return the state of a login at a provider with the path of the page that it leads to: the provider brings nothing else back."""
    path = asked_path()
    return f"{state}.{urlsafe_b64encode(path.encode()).decode().rstrip('=')}" if path else state


def _asked() -> str:
    return request.args.get(FIELD, "") or _in_state(request.args.get("state") or (request.view_args or {}).get("state"))


def _in_state(state: str | None) -> str:
    text = (state or "").partition(".")[2]
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except ValueError:
        return ""


def address_of(path: str) -> str:
    """Return the address of a page of the list by its path; "" for anything else."""
    try:
        endpoint, values = current_app.url_map.bind("localhost").match(path, method="GET")
    except HTTPException:
        return ""
    return url_for(endpoint, **values) if endpoint in MAILED_PAGES else ""
