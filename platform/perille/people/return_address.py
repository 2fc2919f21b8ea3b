"""Where somebody goes who signs in on the way from an e-mail: to the page that it was about.

Its path goes along in the address of each step (`?to=`), also in the link that is mailed, which may be opened in another browser. It is
looked up among the site's own routes and taken for a page of a fixed list alone, whose address is then built anew: it leads to no other
site, and to no other page of this one.
"""

from __future__ import annotations

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException

#: Pages for people with an account to which e-mails lead.
MAILED_PAGES = frozenset({"own.module_list", "studio.publication"})
FIELD = "to"


def asked_path() -> str | None:
    """Return the path of the page that this step of signing in leads to in the end; None for the usual one."""
    path = request.args.get(FIELD, "")
    return path if address_of(path) else None


def refused_path() -> str | None:
    """Return the path of this page, at which somebody must sign in first, where an e-mail may have led to it."""
    return request.path if request.method == "GET" and request.endpoint in MAILED_PAGES else None


def asked_address() -> str:
    """Return the address of the page that this step of signing in leads to in the end; "" for the usual one."""
    return address_of(request.args.get(FIELD, ""))


def address_of(path: str) -> str:
    """Return the address of a page of the list by its path; "" for anything else."""
    try:
        endpoint, values = current_app.url_map.bind("localhost").match(path, method="GET")
    except HTTPException:
        return ""
    return url_for(endpoint, **values) if endpoint in MAILED_PAGES else ""
