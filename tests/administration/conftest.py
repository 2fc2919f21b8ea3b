"""Somebody who manages the site."""

from __future__ import annotations

import pytest

from perille.core.extensions import db
from perille.people.models import Role
from perille.people.services import invite
from support.people import verify
from support.visitor import Visitor
from support.whole import Whole


@pytest.fixture
def administrator(whole: Whole, visitor: Visitor) -> Visitor:
    """Somebody who is signed in as an administrator."""
    token = whole.do(lambda: invite(db.session, "eva@example.org", Role.ADMINISTRATOR), write=True)
    visitor.post(f"/en/sign-in/{token}")
    verify(whole)
    return visitor
