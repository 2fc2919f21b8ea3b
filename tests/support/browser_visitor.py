"""The person in a browser, asking for pages without showing them: a tenth of what a page costs that is shown."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

import playwright.sync_api as browser
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse
from werkzeug.wrappers import Request

from support.visitor import Page

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
#: The browser's library has taken these off the body, and leaves them in the head.
_TAKEN_OFF = frozenset({"content-encoding", "content-length", "transfer-encoding"})


class BrowserVisitor:
    """Has the cookies of a browser's page, and what it is given is the browser's, too."""

    def __init__(self, page: browser.Page) -> None:
        self._asks = page.request

    def get(self, path: str) -> Page:
        """Open a page."""
        return _read(self._asks.get(path, max_redirects=0))

    def post(self, path: str, form: Mapping[str, str | list[str]]) -> Page:
        """Send a form; where the same address asks for it again with its cookie (307), send it there."""
        page = _read(self._asks.post(path, data=urlencode(form, doseq=True), headers=_FORM, max_redirects=0))
        return self.post(page.location, form) if page.status == 307 else page


def _read(answer: browser.APIResponse) -> Page:
    heads = [(each["name"], each["value"]) for each in answer.headers_array if each["name"].lower() not in _TAKEN_OFF]
    return Page(TestResponse([answer.body()], str(answer.status), Headers(heads), Request({})))
