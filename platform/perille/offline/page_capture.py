"""Pages and files of this site as a browser without cookies gets them: asked for inside the process, written as entries of a bundle."""

from __future__ import annotations

import base64
from http import HTTPStatus
from typing import Any

from flask import Response, current_app, request

from perille.core.web.display_preferences import kept_look

#: Headers that belong to the way an answer came, and not to the page.
_OF_THE_WAY = frozenset({"vary", "content-length", "content-encoding", "set-cookie", "x-request-id", "etag", "date"})
#: Address, headers and contents of a page or a file; what a file has beside them says how its contents are written.
Entry = list[Any]


def keepable_answer(address: str) -> Response | None:
    """Return the answer that a browser without cookies gets at an address of ours; None where that is no page that may be kept."""
    answer = answer_at(address)
    # Of a course that may be taken along, the page of somebody without a cookie holds no word of anybody.
    return answer if answer.status_code == HTTPStatus.OK and "Set-Cookie" not in answer.headers else None


def answer_at(address: str) -> Response:
    """Return what a browser without cookies gets at an address of ours."""
    path = address[len(request.script_root) :] if address.startswith(request.script_root) else address
    headers = {"Sec-Fetch-Site": "same-origin", **kept_look()}
    asked = current_app.test_request_context(path, base_url=request.url_root, headers=headers)
    # In a context of its own: what this request knows of who asks stays here.
    with current_app.app_context(), asked:
        answer = current_app.full_dispatch_request()
        answer.direct_passthrough = False
    return answer


def entry_of(address: str, answer: Response) -> Entry:
    """Return an answer as it stands in a bundle."""
    headers = {name.lower(): value for name, value in answer.headers.items() if name.lower() not in _OF_THE_WAY}
    body = answer.get_data()
    if str(answer.mimetype).startswith("text/") or answer.mimetype in ("image/svg+xml", "application/json"):
        return [address, headers, body.decode()]
    return [address, headers, base64.b64encode(body).decode(), 1]
