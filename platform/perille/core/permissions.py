"""Who may see a page of a feature: the feature declares permissions, `require` asks for one, and accounts know who has it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast
from uuid import UUID

from flask import Response, current_app

from perille.core.extension_state import AppSlot
from perille.core.feature import Permission, Scope, features_of

P = ParamSpec("P")
R = TypeVar("R")
#: Takes a permission and the organisation that it is asked for. Returns None where whoever asks has it, else the page that says why not;
#: raises Forbidden for a stranger.
Gate = Callable[[Permission, UUID | None], Response | None]
#: Takes the values of an address; returns the organisation that the page is about.
OrganisationOf = Callable[..., UUID | None]
#: Set by the feature that knows accounts.
current_gate = AppSlot[Gate]("gate")


def permission(name: str) -> Permission:
    """Return a permission of an installed feature; raise LookupError for one that nobody declares. Needs an app context."""
    for feature in features_of(current_app):
        for each in feature.permissions:
            if each.name == name:
                return each
    raise LookupError(f"no feature declares the permission {name!r}")


def organisation_in_address(*_args: object, organisation_id: UUID | None = None, **_values: object) -> UUID | None:
    """Return the organisation that stands in an address as `<uuid:organisation_id>`."""
    return organisation_id


def require(
    name: str, organisation: OrganisationOf = organisation_in_address
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let only accounts that have a permission use a view. *organisation*: finds the one that the page is about.

    Others are shown why they cannot see the page (403); nobody who is not signed in is told whether it exists.
    """

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            wanted = permission(name)
            about = organisation(*args, **kwargs) if wanted.scope in (Scope.ORGANISATION, Scope.GROUP) else None
            refusal = current_gate()(wanted, about)
            return view(*args, **kwargs) if refusal is None else cast(R, refusal)

        # The walk through all routes reads which permission each asks for.
        guarded.__dict__["permission"] = str(name)
        return guarded

    return decorate


def is_let_in(name: str) -> bool:
    """Tell whether whoever asks has a permission, where no organisation matters; raise Forbidden for a stranger. Needs a transaction."""
    return current_gate()(permission(name), None) is None


def permission_of(view: Callable[..., object]) -> str | None:
    """Return the name of the permission that a view asks for, None where it asks for none."""
    found: str | None = getattr(view, "permission", None)
    return found
