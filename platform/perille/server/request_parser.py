"""A request as it comes in, with the limits of its body; refused before it is read."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Any

from waitress.parser import HTTPRequestParser
from waitress.utilities import RequestEntityTooLarge

from perille.server.limits import Limits

log = logging.getLogger(__name__)


class Parser(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """A request as it comes in; refuses a body that nobody without credentials has reason to send, before it is read."""

    error: Any
    #: Bytes that the body may have, where it had more and was thrown away; else None.
    body_limit: int | None = None
    #: Whether the body was thrown away because the disk has no room for it.
    no_room = False

    def received(self, data: bytes) -> int:
        """Take bytes of the request; return how many were its own."""
        try:
            consumed: int = super().received(data)
        except OSError as error:
            log.error("no room for what a request brings: %s (TMPDIR names its folder)", error.strerror)  # noqa: TRY400
            self.no_room = True
            self._throw_away()
            return len(data)
        if self.headers_finished and self.error is None and not self.empty:
            limit = self._limit()
            if max(self.content_length, self.body_bytes_received) > limit:
                self._refuse(limit)
        elif self.headers_finished and isinstance(self.error, RequestEntityTooLarge):
            self._refuse(self._limit())
        return consumed

    def _refuse(self, limit: int) -> None:
        """End a request whose body is larger than *limit*; the application, which is told the limit alone, answers as it does elsewhere."""
        self.body_limit = limit
        self._throw_away()

    def _throw_away(self) -> None:
        self.completed = True
        with suppress(OSError):
            # What waits to be written to a full disk is written at the latest when its file is closed.
            self.close()
        self.error, self.body_rcv = None, None
        self.content_length, self.expect_continue = 0, False
        # What is still on its way is no next request.
        self.headers |= {"CONTENT_LENGTH": "0", "CONNECTION": "close"}

    def _limit(self) -> int:
        limits: Limits = self.adj.limits
        if not self.path.startswith(limits.record_store):
            found = (most for pattern, most in limits.uploads.items() if pattern.fullmatch(self.path))
            return next(found, limits.form_size) if "COOKIE" in self.headers else limits.form_size
        return limits.body_size if "AUTHORIZATION" in self.headers else limits.anonymous_size
