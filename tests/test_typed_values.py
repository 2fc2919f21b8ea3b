"""NUL, which no keyboard types: left out of what is sent, and no database fails on it."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from werkzeug.datastructures import FileStorage, MultiDict

from perille.core.database import utcnow
from perille.core.extensions import db
from perille.core.web.typed_values import TypedValues
from perille.groups.models import Group
from perille.people.models import Role
from support.people import place_of, sign_in_as
from support.visitor import Visitor
from support.whole import Whole

BAD = "Ai\0no"
ADDRESSES = (
    "/en/courses/a%00b",
    "/en/group/a%00b",
    "/en/invitation/a%00b",
    "/en/notices/a%00b",
    "/en/seminars/attended/a%00b",
    "/en/seminars/mine/a%00b",
    "/en/shared/a%00b",
    "/en/sign-in/a%00b",
    "/verify/a%00b",
)


def test_files_and_repeated_names_stay() -> None:
    file = FileStorage(io.BytesIO(b"\0"), "a.png")
    values = TypedValues(MultiDict([("a", "1\0"), ("a", "2"), ("b\0", ""), ("file", file)]))
    assert values.getlist("a") == ["1", "2"]
    assert list(values) == ["a", "b", "file"]
    assert values["file"] is file
    assert TypedValues().to_dict() == {}


@pytest.mark.parametrize("path", ADDRESSES)
def test_an_address_with_nul_leads_nowhere(visitor: Visitor, path: str) -> None:
    assert visitor.get(path).status == 404


@pytest.fixture
def office(whole: Whole) -> str:
    """The address of an office that has a trainer, a coordinator and an author."""
    sign_in_as(whole, Role.MEMBER, "mia@example.org")
    return f"/en/organisations/{whole.do(lambda: place_of(Role.MEMBER))}"


def test_a_name_is_kept_without_it(whole: Whole, office: str) -> None:
    trainer = sign_in_as(whole, Role.TRAINER)
    assert trainer.post(f"{office}/groups/new", {"name": BAD, "language": "en"}).status == 303
    assert whole.do(lambda: [each.name for each in db.session.query(Group)]) == ["Aino"]


def test_no_form_of_staff_makes_a_database_fail(whole: Whole, office: str) -> None:
    trainer = sign_in_as(whole, Role.TRAINER)
    coordinator = sign_in_as(whole, Role.COORDINATOR, "cora@example.org")
    author = sign_in_as(whole, Role.AUTHOR, "anna@example.org")
    group = trainer.post(f"{office}/groups/new", {"name": "Monday", "language": "en"}).location
    draft = author.post("/en/studio", {"title": "Steps", "starter": "short", "language": "en"}).location
    day = (utcnow() + timedelta(days=9)).date().isoformat()
    seminar = {"title": BAD, "about": BAD, "language": "en", "place": BAD, "link": "", "day": day, "begins": "10:00"}
    sent = (
        (trainer, f"{group}/people", {"names": BAD}),
        (trainer, f"{group}/courses", {"pack": BAD}),
        (trainer, f"{group}/done", {"lesson": BAD, "member": BAD}),
        (trainer, f"{office}/seminars", seminar | {"ends": "11:00", "places": "5", "closes": ""}),
        (coordinator, f"{office}/invitations", {"email": "a\0@example.org", "role": "member"}),
        (coordinator, f"{office}/import", {"rows": f"email,name\na@example.org,{BAD}\n"}),
        (coordinator, "/en/account", {"name": BAD, "locale": "en"}),
        (author, "/en/studio", {"title": BAD, "starter": "short"}),
        (author, f"{draft}/settings", {"title": BAD, "summary": BAD, "slug": BAD}),
        (author, f"{draft}/lessons", {"part": "", "title": BAD, "kind": "lesson"}),
        (author, f"{draft}/lessons/steps/source", {"screen": "1", "revision": "1", "source": f"# {BAD}\n\n{BAD}"}),
        (author, f"{draft}/review", {}),
        (author, f"{draft}/review/answer", {"answer": "no", "note": BAD, "name": BAD}),
        (whole.visitor(), "/en/sign-in", {"email": "a\0@example.org"}),
        (whole.visitor(), "/en/sign-in/name", {"username": BAD}),
        (whole.visitor(), "/en/resume", {"code": BAD}),
        (whole.visitor(), "/en/group", {"code": BAD}),
        (whole.visitor(), "/verify", {"code": BAD}),
    )
    failed = [(path, form) for who, path, form in sent if who.client.post(path, data=form).status_code >= 500]
    assert failed == []
    assert coordinator.get(f"{office}/people?q=a%00b").status == 200
