"""An office with many groups: its lists look at no more of them than they show."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import insert

from groups.school import School
from perille.core.database import uuid7
from perille.core.extensions import db
from perille.groups import services
from perille.groups.ids import make_key
from perille.groups.models import Group, GroupTrainer
from perille.people.models import Account, Role
from support.people import sign_in_as

SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
#: Steps of SQLite between two calls of the counter.
STEPS = 10
MANY = 3000


def fill(school: School, count: int, *, led_by: UUID | None = None, closed: bool = False) -> None:
    """Make groups of the office."""
    now = datetime.now(UTC)
    rows = [
        {
            "id": number_in_order,
            "organisation_id": school.organisation,
            "name": f"Group {number}",
            "language": "en",
            "join_key": make_key(),
            "created_at": now,
            "closed_at": now if closed else None,
        }
        # Within a millisecond they come in no order.
        for number, number_in_order in enumerate(sorted(uuid7() for _group in range(count)))
    ]

    def work() -> None:
        db.session.execute(insert(Group), rows)
        if led_by is not None:
            db.session.execute(insert(GroupTrainer), [{"group_id": each["id"], "account_id": led_by} for each in rows])

    school.whole.do(work, write=True)


def account_of(school: School, role: Role, email: str) -> UUID:
    """Let somebody of the office have a role."""
    sign_in_as(school.whole, role, email)
    (found,) = school.whole.scalars(
        Account.__table__.select().with_only_columns(Account.id).where(Account.email == email)
    )
    assert isinstance(found, UUID)
    return found


def steps(school: School, account: UUID, *, closed: bool = False, before: UUID | None = None) -> tuple[int, list[str]]:
    """Return how many steps SQLite took to list the groups that an account may see, and their names."""

    def work() -> tuple[int, list[str]]:
        counted = 0

        def count() -> int:
            nonlocal counted
            counted += STEPS
            return 0

        person = db.session.get_one(Account, account)
        connection = db.session.connection().connection.driver_connection
        assert connection is not None
        connection.set_progress_handler(count, STEPS)
        try:
            rows = services.groups_of(db.session, person, closed=closed, before=before)
        finally:
            connection.set_progress_handler(None, 0)
        return counted, [row.name for row in rows]

    return school.whole.do(work)


@SQLITE
@pytest.mark.parametrize("role", [Role.TRAINER, Role.COORDINATOR])
@pytest.mark.parametrize("closed", [False, True])
def test_a_list_of_groups_costs_the_same_however_many_the_office_has(
    school: School, role: Role, *, closed: bool
) -> None:
    who = account_of(school, role, "one@example.org")
    fill(school, services.PAGE + 1, led_by=who, closed=closed)
    few, names = steps(school, who, closed=closed)
    fill(school, MANY, closed=not closed)
    fill(school, MANY, led_by=who, closed=closed)
    fill(school, services.PAGE + 1, led_by=who, closed=closed)
    many, after = steps(school, who, closed=closed)
    assert len(names) == len(after) == services.PAGE + 1
    assert many < few * 1.3


@SQLITE
def test_a_trainer_of_one_group_does_not_pay_for_those_of_others(school: School) -> None:
    few, names = steps(school, school.account)
    fill(school, MANY)
    many, after = steps(school, school.account)
    assert names == after == ["Monday"]
    assert many < few * 1.3


def test_who_leads_groups_in_one_office_and_coordinates_another_sees_both_the_newest_first(school: School) -> None:
    who = account_of(school, Role.TRAINER, "one@example.org")
    sign_in_as(school.whole, Role.COORDINATOR, "one@example.org", place="Another office")
    fill(school, 1)
    fill(school, 2, led_by=who)

    def work() -> list[str]:
        person = db.session.get_one(Account, who)
        first = services.groups_of(db.session, person)
        return [row.name for row in first] + [
            row.name for row in services.groups_of(db.session, person, before=first[0].id)
        ]

    assert school.whole.do(work) == ["Group 1", "Group 0", "Group 0"]
