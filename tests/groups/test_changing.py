"""A group is changed while somebody else, or the same trainer in another window, has a form of it open."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from groups.school import School, make_school
from perille.core.dates import today
from perille.core.errors import Conflict
from perille.core.extensions import db
from perille.groups import logins, services
from perille.groups.models import Group, GroupMember
from perille.people.sign_in.models import PinKind
from perille.people.sign_in.pins import DrawnPin
from support.visitor import Page
from support.whole import Whole

PIN = DrawnPin("271828", "hash", PinKind.DIGITS)
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


@pytest.mark.parametrize("part", ["people", "people/logins"])
def test_a_closed_group_takes_no_names_and_what_was_typed_is_not_lost(school: School, part: str) -> None:
    here = f"{school.page}/{part}"
    school.trainer.post(f"{school.page}/close", {"do": "close"})
    assert school.trainer.get(here).all("textarea") == []
    sent = school.trainer.post(here, {"names": "Bela\nChi", "kind": "digits"})
    assert (sent.status, sent.location) == (303, f"{here}#errors")
    page = school.trainer.get(here)
    assert page.one("textarea").words == "Bela Chi"
    assert "This group is closed. Open it first." in page.one("div", id="errors").words
    assert school.whole.scalars(select(GroupMember)) == []
    school.trainer.post(f"{school.page}/close", {"do": "open"})
    assert school.trainer.post(here, {"names": "Bela\nChi", "kind": "digits"}).status == 303
    assert [each.name for each in school.members()] == ["Bela", "Chi"]


def test_no_service_puts_names_into_a_closed_group(school: School) -> None:
    school.trainer.post(f"{school.page}/close", {"do": "close"})

    def list_people() -> None:
        services.list_people(db.session, db.session.get_one(Group, school.group), ["Bela"])

    def make_logins() -> None:
        group = db.session.get_one(Group, school.group)
        logins.make_logins(db.session, group, ["Bela"], [PIN], by=school.account, day=today())

    for work in (list_people, make_logins):
        with pytest.raises(Conflict):
            school.whole.do(work, write=True)


def test_a_list_that_is_pasted_again_doubles_nobody_whose_joiners_were_kept_as_spaces(school: School) -> None:
    name = "مه\u200cناز"

    def again() -> None:
        group = db.session.get_one(Group, school.group)
        assert services.list_people(db.session, group, ["مه ناز"]) == 1
        assert services.list_people(db.session, group, [name]) == 0
        logins.make_logins(db.session, group, [name], [PIN], by=school.account, day=today())
        assert logins.without_login(db.session, group, [name]) == []

    school.whole.do(again, write=True)
    assert [each.number for each in school.members()] == [1]


def test_a_class_of_forty_is_a_list_of_names_and_each_opens_into_its_form(school: School) -> None:
    here = f"{school.page}/people"
    school.trainer.post(here, {"names": "\n".join(f"Aino {number}" for number in range(40))})
    page = school.trainer.get(here)
    assert [each.words for each in page.all("summary") if "Aino" in each.words][:2] == ["1 Aino 0", "2 Aino 1"]
    shut = page.all("details", class_="for")
    assert len(shut) == 40
    assert not any("open" in each.attributes for each in shut)
    assert page.all("form", class_="inline-form")[39]["action"].endswith(f"/people/{school.members()[39].id}")


def test_who_renames_somebody_comes_back_to_their_line(school: School) -> None:
    here = f"{school.page}/people"
    school.trainer.post(here, {"names": "Aino\nBen"})
    sent = school.trainer.post(f"{here}/{school.members()[1].id}", {"name": "Benjamin"})
    assert sent.location == f"{here}#m2"
    line = school.trainer.get(here).one("li", id="m2")
    assert "Benjamin" in line.words
    assert school.trainer.post(f"{here}/{school.members()[1].id}", {"do": "remove"}).status == 303
