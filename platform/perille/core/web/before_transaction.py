"""Work of a view that is done before its transaction: what is slow, or waits for others, must not hold the writer lock.

    checked = Prepared(check_pin)

    @blueprint.post("/<lang:lang>/sign-in/pin")
    @checked
    def use_pin(lang: str) -> Response:
        found = checked.result()          # what check_pin returned

The work takes nothing, reads the request and, in transactions of its own, the database; what it raises is answered as an error of the view.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast

from flask import current_app, g, request

T = TypeVar("T")
V = TypeVar("V", bound=Callable[..., Any])
#: Attribute of a view; `functools.wraps` carries it over to what guards the view.
_ATTRIBUTE = "perille_prepared"


class Prepared(Generic[T]):
    """Marks a view as one that needs the result of *work*."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work

    def __call__(self, view: V) -> V:
        """Mark a view."""
        setattr(view, _ATTRIBUTE, self._work)
        return view

    def result(self) -> T:
        """Return what the work returned; in the view alone."""
        return cast(T, g.prepared)


def prepare_view() -> None:
    """Do what the view of this request needs beforehand; `Perille.dispatch_request` calls it outside of any transaction."""
    work = getattr(current_app.view_functions.get(request.endpoint or ""), _ATTRIBUTE, None)
    if work is not None:
        g.prepared = work()
