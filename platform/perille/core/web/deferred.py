"""Answers whose page is made after the transaction is committed: while it holds the lock, no page, PDF or file is made."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response


class DeferredResponse(Response):
    """What a view leaves to be made after its transaction is committed: no page is made inside a write."""

    def __init__(self, make: Callable[[], Response]) -> None:
        super().__init__()
        self.make = make
