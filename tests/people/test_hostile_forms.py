"""Staff with bad will or bad luck: forms of a role that was taken away, and forms and links with the numbers of another organisation."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from groups.school import School, make_school
from perille.core.extensions import db
from perille.groups.models import Group
from perille.people.memberships import take_role
from perille.people.models import Account, Role
from perille.seminars.models import Seminar
from perille.studio.models import StudioDraft
from seminars.desk import make_desk
from studio.author import Author
from support.filling import rows_of
from support.people import OFFICE, sign_in_as
from support.staff_walk import Walk
from support.visitor import Visitor
from support.whole import Whole

#: Stands in all that the other organisation has.
THEIRS = "Xanadu"
#: Says when somebody was here last, which every request may change.
_MOVING = {"account_session"}
_NUMBER = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{32}\b")
ROLES = [Role.TRAINER, Role.COORDINATOR, Role.MENTOR, Role.AUTHOR, Role.REVIEWER, Role.TRANSLATOR]
ONE_DATABASE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
Tables = dict[str, list[dict[str, Any]]]


@dataclass
class Side:
    """An organisation with one of everything, and somebody signed in for each role."""

    school: School
    staff: dict[Role, Visitor]
    starts: tuple[str, ...]


def make_side(whole: Whole, place: str, word: str) -> Side:
    """Make an organisation whose people, groups, seminars, invitations and drafts are called by *word*."""
    school = make_school(whole, f"otto@{word}.org".lower(), place)
    desk = make_desk(whole, 2, f"eva@{word}.org".lower(), place)
    staff = {role: sign_in_as(whole, role, f"{role}@{word}.org".lower(), place=place) for role in ROLES}
    staff[Role.TRAINER] = school.trainer
    desk.sign_up(f"guest@{word}.org".lower(), f"{word} guest")
    school.joined(f"{word} learner")
    school.meeting()
    mentor = account_of(whole, f"mentor@{word}.org".lower())
    school.trainer.post(f"{school.page}/mentors/{school.members()[0].id}", {"mentor": str(mentor)})
    here = f"/en/organisations/{school.organisation}"
    staff[Role.COORDINATOR].post(f"{here}/invitations", {"email": f"new@{word}.org".lower(), "role": "trainer"})
    staff[Role.COORDINATOR].post(f"{here}/import", {"rows": f"email,name\nrow@{word}.org,{word}\n"})
    author = Author(staff[Role.AUTHOR])
    author.begin(f"{word} course")
    author.send("translations", {"language": "fi"})
    whole.do(lambda: _name(school.organisation, word), write=True)
    starts = (f"{here}/people", f"{here}/groups", f"{here}/seminars", f"{here}/import", author.draft, "/en/studio")
    return Side(school, staff, (*starts, f"{author.draft}/translations/fi", "/en/mentoring"))


def _name(organisation: UUID, word: str) -> None:
    db.session.execute(update(Group).where(Group.organisation_id == organisation).values(name=f"{word} group"))
    db.session.execute(update(Seminar).where(Seminar.organisation_id == organisation).values(title=f"{word} seminar"))
    db.session.execute(
        update(StudioDraft).where(StudioDraft.title.startswith(word)).values(organisation_id=organisation)
    )


def account_of(whole: Whole, email: str) -> UUID:
    (found,) = whole.scalars(select(Account.id).where(Account.email == email))
    assert isinstance(found, UUID)
    return found


def tables(whole: Whole) -> Tables:
    with whole.engine.connect() as connection:
        return {name: rows for name, rows in rows_of(connection).items() if name not in _MOVING}


def changed(before: Tables, after: Tables) -> set[str]:
    return {name for name, rows in after.items() if rows != before.get(name)}


def ids_of(found: Tables) -> dict[str, list[str]]:
    """Return table -> the numbers of its rows."""
    return {
        name: [str(row["id"]).replace("-", "") for row in rows if _NUMBER.fullmatch(str(row["id"]))]
        for name, rows in found.items()
        if rows and "id" in rows[0]
    }


@ONE_DATABASE
@pytest.mark.parametrize("role", [*ROLES, Role.ADMINISTRATOR])
def test_no_form_that_a_role_has_open_does_anything_once_the_role_is_gone(whole: Whole, role: Role) -> None:
    side = make_side(whole, OFFICE, "Own")
    visitor, email = side.staff.get(role), f"{role}@own.org"
    if role is Role.TRAINER:
        email = "otto@own.org"
    if visitor is None:
        sign_in_as(whole, role, "another@own.org")
        visitor = sign_in_as(whole, role, email)
    walk = Walk(visitor).go(*side.starts, "/en/manage")
    assert len(walk.forms) >= (1 if role in (Role.MENTOR, Role.REVIEWER, Role.TRANSLATOR) else 4), sorted(walk.forms)
    person = account_of(whole, email)
    place = None if role is Role.ADMINISTRATOR else side.school.organisation
    whole.do(lambda: take_role(db.session, person, role, place), write=True)
    before = tables(whole)
    answers = {form.action: walk.send(form).status_code for form in walk.forms.values()}
    assert {address: status for address, status in answers.items() if status != 403} == {}
    assert changed(before, tables(whole)) == set()
    assert {address for address, page in walk.pages.items() if visitor.get(address).status != 403} == set()


@dataclass
class Swap:
    """Two organisations, and for each number of one's own that of the same thing in the other one."""

    whole: Whole
    mine: Side
    numbers: dict[str, str]
    theirs: set[str]

    def of_theirs(self) -> Tables:
        """Return all rows in which a number of theirs stands."""
        return {name: [row for row in rows if self.names_theirs(row)] for name, rows in tables(self.whole).items()}

    def names_theirs(self, row: dict[str, Any]) -> bool:
        text = " ".join(map(str, row.values())).replace("-", "")
        return any(number in text for number in self.theirs)

    def swapped(self, text: str) -> str:
        """Return a text with their numbers in place of one's own, but for the organisation's."""

        def other(found: re.Match[str]) -> str:
            number = self.numbers.get(found[0].replace("-", ""))
            if number is None or found[0].replace("-", "") == self.mine.school.organisation.hex:
                return found[0]
            return str(UUID(number)) if "-" in found[0] else number

        return _NUMBER.sub(other, text)


@pytest.fixture
def swap(whole: Whole) -> Swap:
    mine = make_side(whole, OFFICE, "Own")
    first = ids_of(tables(whole))
    make_side(whole, "The school", THEIRS)
    new = {
        name: [each for each in ids if each not in first.get(name, [])] for name, ids in ids_of(tables(whole)).items()
    }
    numbers = {
        number: new[name][place % len(new[name])]
        for name, ids in first.items()
        if new[name]
        for place, number in enumerate(ids)
    }
    return Swap(whole, mine, numbers, {number for ids in new.values() for number in ids})


@ONE_DATABASE
@pytest.mark.parametrize("role", ROLES)
def test_numbers_of_another_organisation_in_fields_and_addresses_of_forms_change_nothing_there(
    swap: Swap, role: Role
) -> None:
    walk = Walk(swap.mine.staff[role]).go(*swap.mine.starts)
    before, tried = swap.of_theirs(), set()
    assert len(before["learning_group"]) == len(before["studio_draft"]) == 1
    for form in walk.forms.values():
        for fields in {form.fields, tuple((name, swap.swapped(value)) for name, value in form.fields)}:
            for action in {form.action, swap.swapped(form.action)}:
                if (action, fields) != (form.action, form.fields):
                    answer = walk.send(replace(form, action=action, fields=fields))
                    assert answer.status_code < 500, (action, fields)
                    assert THEIRS not in answer.get_data(as_text=True), (action, fields)
                    tried.add(form.endpoint)
    assert changed(before, swap.of_theirs()) == set()
    assert tried, "a form of this role has a number in it"


@ONE_DATABASE
@pytest.mark.parametrize("role", ROLES)
def test_links_with_numbers_of_another_organisation_show_nothing_of_it(swap: Swap, role: Role) -> None:
    walk = Walk(swap.mine.staff[role]).go(*swap.mine.starts)
    told = []
    for address, page in walk.pages.items():
        body = page.response.get_data(as_text=False).decode("latin-1")
        if THEIRS.lower() in body.lower() or any(each in body.replace("-", "") for each in swap.theirs):
            told.append(address)
        there = swap.swapped(address)
        if there != address:
            answer = walk.visitor.get(there)
            if answer.status not in (403, 404) or THEIRS.lower() in answer.html.lower():
                told.append(f"{there} {answer.status}")
    assert told == []
