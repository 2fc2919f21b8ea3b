"""What `require` asks: whether the account that is signed in has a permission, and what to show where it has not."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Response, make_response, render_template, request

from perille.core.errors import SignInNeeded
from perille.core.extension_state import AppSlot
from perille.core.feature import Permission
from perille.core.i18n import _
from perille.core.permissions import permission
from perille.core.web.responses import no_store
from perille.people.current import current_account, current_memberships, current_session
from perille.people.memberships import HeldRole
from perille.people.permissions import is_granted, is_verification_needed
from perille.people.return_address import refused_path

#: Set by what knows second factors: returns the page on which a person shows that it is them. Until it is set nobody is asked.
verification = AppSlot[Callable[[], Response] | None]("verification", lambda: None)
#: Fields of a refused form that are shown back, and how much of each.
_MOST_FIELDS, _LONGEST = 40, 20_000


def refuse(wanted: Permission, organisation_id: UUID | None) -> Response | None:
    """Return None where the account that is signed in has a permission, else a page that says so.

    Raise SignInNeeded (403) where nobody is signed in.
    """
    if current_account() is None:
        raise SignInNeeded(_("This page is for people with an account. Sign in first."), to=refused_path())
    held = current_memberships()
    if not is_granted(held, wanted, organisation_id):
        return no_page()
    page_of = verification()
    if page_of is not None and _must_verify(held, wanted, organisation_id):
        return no_store(page_of())
    return None


def _must_verify(held: tuple[HeldRole, ...], wanted: Permission, organisation_id: UUID | None) -> bool:
    return is_verification_needed(held, wanted, organisation_id) and not _is_verified()


def _is_verified() -> bool:
    row = current_session()
    return row is not None and row.user_verified_at is not None


def may(name: str) -> bool:
    """Tell whether the account that is signed in has a permission; for templates, which show what can be followed."""
    return current_account() is not None and is_granted(current_memberships(), permission(name))


def may_in(name: str, organisation_id: UUID | None) -> bool:
    """Tell whether the gate lets the account that is signed in through, for an organisation or (None) none, without making a page."""
    if current_account() is None:
        return False
    held, wanted = current_memberships(), permission(name)
    must_verify = verification() is not None and _must_verify(held, wanted, organisation_id)
    return is_granted(held, wanted, organisation_id) and not must_verify


def no_page() -> Response:
    """Say that the role has no page here, and give back what was typed: a role may go while its form is being filled in."""
    account = current_account()
    label = account.label if account is not None else ""
    return no_store(make_response(render_template("people/no_page.html", label=label, typed=_typed()), 403))


def _typed() -> list[str]:
    values = (
        [value for name in request.form for value in request.form.getlist(name)] if request.method == "POST" else []
    )
    return [value[:_LONGEST] for value in values[:_MOST_FIELDS] if value.strip()]
