"""In which languages a page is: those that only staff read are in fewer (`perille.core.i18n.STAFF_OFFERED`).

A page of staff is one that asks for a role. Asked for in a language that it is not in, it is led to in the nearest one that its reader
understands, else in English, and says so.
"""

from __future__ import annotations

from flask import current_app, has_request_context, request

from perille.core.extension_state import AppSlot
from perille.core.feature import features_of
from perille.core.i18n import LANGUAGES, STAFF_OFFERED, offered_languages
from perille.core.permissions import permission, permission_of
from perille.core.web.language_not_offered import ASKED

#: Endpoint -> whether only staff read its page.
_known = AppSlot[dict[str, bool]]("staff_pages", dict)


def is_staff_page(endpoint: str | None) -> bool:
    """Tell whether only people with a role read the page of an endpoint. Needs an app context."""
    if endpoint is None:
        return False
    known = _known()
    if endpoint not in known:
        known[endpoint] = _asks_for_a_role(endpoint) and not any(
            endpoint in feature.read_by_learners for feature in features_of(current_app)
        )
    return known[endpoint]


def _asks_for_a_role(endpoint: str) -> bool:
    name = permission_of(current_app.view_functions[endpoint])
    return name is not None and bool(permission(name).roles)


def page_languages() -> tuple[str, ...]:
    """Return the languages that the page of this request is in; outside a request those of learners."""
    offered = offered_languages()
    if not has_request_context() or not is_staff_page(request.endpoint):
        return offered
    return tuple(code for code in offered if code in STAFF_OFFERED)


def staff_fallback() -> str:
    """Return the code of the language in which this page of staff was asked for and is not; else ""."""
    code = request.args.get(ASKED, "") if has_request_context() else ""
    return code if code in LANGUAGES and is_staff_page(request.endpoint) and code not in page_languages() else ""
