"""A group is changed while somebody else, or the same trainer in another window, has a form of it open."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from groups.school import School, make_school
from perille.groups.models import Group, GroupMember
from support.visitor import Page
from support.whole import Whole

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def school(whole: Whole) -> School:
    return make_school(whole)


def filled(page: Page, **typed: str) -> dict[str, str]:
    """Return the fields of the form as the page shows them, changed by what is typed."""
    fields = {tag["name"]: tag.attributes.get("value", "") for tag in page.all("input") if tag.attributes.get("id")}
    return {**fields, "language": "en", **typed}


def known(school: School) -> tuple[str, int | None]:
    (group,) = [each for each in school.whole.scalars(select(Group)) if each.id == school.group]
    return group.name, group.places


def test_a_name_that_was_changed_meanwhile_is_not_put_back_unasked(school: School) -> None:
    here = f"{school.page}/edit"
    first, second = school.trainer.get(here), school.trainer.get(here)
    school.trainer.post(here, filled(first, name="Tuesday"))
    sent = school.trainer.post(here, filled(second, places="12"))
    assert (sent.status, sent.location) == (303, f"{here}#errors")
    assert known(school) == ("Tuesday", None)
    again = school.trainer.get(here)
    assert "Somebody changed this group meanwhile. Its name is now: Tuesday." in again.one("div", id="errors").words
    assert (again.one("input", id="name")["value"], again.one("input", id="places")["value"]) == ("Monday", "12")
    assert school.trainer.post(here, filled(again)).location == school.page
    assert known(school) == ("Monday", 12)


def test_the_same_change_twice_is_no_conflict_and_a_page_of_before_is_taken(school: School) -> None:
    here = f"{school.page}/edit"
    page = school.trainer.get(here)
    sent = filled(page, name="Tuesday")
    assert [school.trainer.post(here, sent).location for _ in range(2)] == [school.page] * 2
    del sent["seen"]
    assert school.trainer.post(here, {**sent, "name": "Friday"}).location == school.page
    assert known(school)[0] == "Friday"


def test_a_name_for_somebody_who_was_taken_off_meanwhile_is_refused(school: School) -> None:
    school.joined("Aino")
    (member,) = school.members()
    here = f"{school.page}/people/{member.id}"
    assert school.trainer.post(here, {"do": "remove"}).status == 303
    refused = school.trainer.post(here, {"name": "Ainikki"})
    assert refused.status == 404
    assert "There is no such person in this group." in refused.text
    assert [each.name for each in school.whole.scalars(select(GroupMember))] == ["Aino"]
