"""Somebody who writes courses, and what they do in the Studio."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from perille.core.extensions import db
from perille.people.models import Role
from perille.people.organisations import find_or_make_organisation
from perille.people.services import invite
from studio.author import Author
from studio.fact_page import HELPLINE, form_of
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


@pytest.fixture
def library(author: Author) -> Author:
    """An author with a copy of the library of facts."""
    assert any(tag["value"] == "course_facts" for tag in author.get("/en/studio").all("option")), "it can be chosen"
    page = author.send("/en/studio/copy", {"pack": "course_facts"})
    found = re.search(r"/en/studio/[0-9a-f-]{36}", page.html)
    assert found
    author.draft = found[0]
    form = form_of(author.get("facts/new?country=FI&key=violence.helpline"), "facts/new")
    author.send("facts/new", form | HELPLINE)
    return author
