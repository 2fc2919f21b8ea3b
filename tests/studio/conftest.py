"""Somebody who writes courses, and what they do in the Studio."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from perille.core.extensions import db
from perille.people.models import Role
from perille.people.organisations import find_or_make_organisation
from perille.people.services import invite
from studio.author import Author
from support.whole import Whole


@pytest.fixture
def make_author(whole: Whole) -> Callable[..., Author]:
    """Sign somebody in who may use the Studio: by an address, and a role."""

    def make(email: str = "anna@example.org", role: Role = Role.AUTHOR, place: str = "Harbour office") -> Author:
        visitor = whole.visitor()
        token = whole.do(lambda: _invite(email, role, place), write=True)
        visitor.post(f"/en/sign-in/{token}")
        return Author(visitor)

    return make


def _invite(email: str, role: Role, place: str) -> str:
    organisation = find_or_make_organisation(db.session, place)
    return invite(db.session, email, role, None if role is Role.ADMINISTRATOR else organisation.id)


@pytest.fixture
def author(make_author: Callable[..., Author]) -> Author:
    """Somebody who writes courses."""
    return make_author()
