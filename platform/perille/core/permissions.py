"""Who may see a page of a feature: the feature declares permissions, `require` asks for one, and accounts know who has it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import Response, current_app

from perille.core.feature import Permission, features_of
from perille.core.slots import AppSlot

P = ParamSpec("P")
R = TypeVar("R")
#: Takes names of roles. Returns None where whoever asks has one of them, else the page that says why not; raises Forbidden for a stranger.
Gate = Callable[[frozenset[str]], Response | None]
#: Set by the feature that knows accounts.
current_gate = AppSlot[Gate]("gate")


def permission(name: str) -> Permission:
    """Return a permission of an installed feature; raise LookupError for one that nobody declares. Needs an app context."""
    for feature in features_of(current_app):
        for each in feature.permissions:
            if each.name == name:
                return each
    raise LookupError(f"no feature declares the permission {name!r}")


def require(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let only accounts that have a permission use a view.

    Others are shown why they cannot see the page (403); nobody who is not signed in is told whether it exists.
    """

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            refusal = current_gate()(permission(name).roles)
            return view(*args, **kwargs) if refusal is None else cast(R, refusal)

        return guarded

    return decorate
