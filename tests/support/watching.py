"""What a page may not do while a test looks at it: complain, fail to load something, ask another site for anything."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

import pytest
from playwright.sync_api import ConsoleMessage, Error, Page, Request

#: A cheap phone, 360 pixels wide, or a screen in an office.
Screen = Literal["phone", "wide"]
#: One language of each direction, as the others change no more than words, and each screen once.
_ON_ANOTHER_SCREEN = pytest.mark.release("the same elements on a wider screen, from the left")
SCREENS_OF_DIRECTIONS = pytest.mark.parametrize(
    ("language", "screen"), [("ar", "phone"), pytest.param("en", "wide", marks=_ON_ANOTHER_SCREEN)]
)
#: What a page complains of when its line is cut: of what it asks for, and of its worker, if the browser is just bringing that.
NO_LINE = ("ERR_INTERNET_DISCONNECTED", "fetching the script")
_OWN_SCHEMES = ("data:", "blob:", "about:")


@dataclass  # without slots: the browser's library hangs its own attributes on a listener
class Watch:
    """Collects what went wrong on a page; each entry says what and where."""

    site: str
    #: Regular expressions of entries that the test expects.
    allowed: Sequence[str] = ()
    seen: list[str] = field(default_factory=list)

    def attach(self, page: Page) -> None:
        """Begin to watch."""
        page.on("console", self._console)
        page.on("pageerror", self._error)
        page.on("requestfailed", self._failed)
        page.on("request", self._request)

    @property
    def problems(self) -> list[str]:
        """Everything that was not expected."""
        return [entry for entry in self.seen if not any(re.search(pattern, entry) for pattern in self.allowed)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.seen.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _error(self, error: Error) -> None:
        self.seen.append(f"script: {error.message}")

    def _failed(self, request: Request) -> None:
        # A download and a navigation that another one overtakes are "aborted".
        if "ERR_ABORTED" not in (request.failure or ""):
            self.seen.append(f"failed: {request.url} {request.failure}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.site, *_OWN_SCHEMES)):
            self.seen.append(f"third party: {request.url}")


class OpenPage(Protocol):
    """Opens pages of the site, each in a browser profile of its own."""

    def __call__(
        self,
        path: str = "/",
        *,
        language: str = "en",
        screen: Screen = "phone",
        script: bool = True,
        allowed: tuple[str, ...] = (),
        workers: bool | None = None,
    ) -> Page:
        """Open *path*; *language* is the browser's wish, *allowed* what the page may complain of (see Watch).

        Without *workers*, `page.route` meets what pages ask for; a worker's own requests it does not meet. Unless it is said, the mark
        `worker` says it.
        """
