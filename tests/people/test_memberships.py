"""Roles are given and taken in organisations, and count at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import select

from perille.core.database import Session, utcnow
from perille.core.errors import BadRequest, Conflict
from perille.core.extensions import db
from perille.core.feature import Permission, Scope
from perille.people.memberships import HeldRole, give_role, memberships_of, take_role
from perille.people.models import Account, Role
from perille.people.organisations import make_organisation
from perille.people.permissions import RULES, Action, granting, is_verification_needed, permissions
from perille.people.services import disable, invite, make_account
from support.whole import Whole


@pytest.fixture
def eva(session: Session) -> Account:
    """Somebody."""
    return make_account(session, "eva@example.org")


def test_a_role_is_held_once_until_it_is_taken(session: Session, eva: Account) -> None:
    office = make_organisation(session, "Office")
    assert give_role(session, eva.id, Role.TRAINER, office.id)
    assert not give_role(session, eva.id, Role.TRAINER, office.id)
    assert memberships_of(session, eva.id) == (HeldRole(Role.TRAINER, office.id),)
    assert take_role(session, eva.id, Role.TRAINER, office.id)
    assert not take_role(session, eva.id, Role.TRAINER, office.id)
    assert memberships_of(session, eva.id) == ()


def test_one_may_have_several_roles_in_several_places(session: Session, eva: Account) -> None:
    office, school = make_organisation(session, "Office"), make_organisation(session, "School")
    for role, place in ((Role.TRAINER, office), (Role.REVIEWER, office), (Role.TRAINER, school)):
        assert give_role(session, eva.id, role, place.id)
    assert give_role(session, eva.id, Role.ADMINISTRATOR)
    assert len(set(memberships_of(session, eva.id))) == 4
    assert office.store_id != school.store_id


def test_a_closed_organisation_gives_no_role(session: Session, eva: Account) -> None:
    office = make_organisation(session, "Office")
    give_role(session, eva.id, Role.COORDINATOR, office.id)
    office.closed_at = utcnow()
    session.flush()
    assert memberships_of(session, eva.id) == ()


def test_an_administrator_belongs_to_no_organisation_and_all_others_to_one(session: Session, eva: Account) -> None:
    office = make_organisation(session, "Office")
    with pytest.raises(BadRequest):
        give_role(session, eva.id, Role.ADMINISTRATOR, office.id)
    for role in set(Role) - {Role.ADMINISTRATOR}:
        with pytest.raises(BadRequest):
            give_role(session, eva.id, role)


def test_a_role_in_one_organisation_opens_nothing_in_another(session: Session, eva: Account) -> None:
    office, school = make_organisation(session, "Office"), make_organisation(session, "School")
    give_role(session, eva.id, Role.COORDINATOR, office.id)
    held = memberships_of(session, eva.id)
    reading = Permission(name="people.read", about="", roles=frozenset({"coordinator"}), scope=Scope.ORGANISATION)
    assert granting(held, reading, office.id) == {Role.COORDINATOR}
    assert granting(held, reading, school.id) == granting(held, reading, None) == frozenset()


def test_every_action_has_a_rule_and_an_administrator_must_be_verified_for_what_is_theirs() -> None:
    assert set(RULES) == set(Action)
    administrator = [HeldRole(Role.ADMINISTRATOR, None)]
    for each in permissions():
        needed = is_verification_needed(administrator, each)
        assert needed is ("administrator" in each.roles), each.name


def test_the_last_administrator_stays_whoever_asks_and_at_once(whole: Whole) -> None:
    def made(name: str) -> UUID:
        invite(db.session, f"{name}@example.org", Role.ADMINISTRATOR, None)
        return make_account(db.session, f"{name}@example.org").id

    eva, kai = whole.do(lambda: (made("eva"), made("kai")), write=True)

    def shut_out(number: UUID) -> bool:
        try:
            whole.do(lambda: disable(db.session, db.session.get_one(Account, number), None), write=True)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(shut_out, (eva, kai))) == [False, True]
    (left,) = whole.scalars(select(Account.id).where(Account.disabled_at.is_(None)))
    with pytest.raises(Conflict):
        whole.do(lambda: take_role(db.session, left, Role.ADMINISTRATOR), write=True)
    whole.do(lambda: made("olli"), write=True)
    assert whole.do(lambda: take_role(db.session, left, Role.ADMINISTRATOR), write=True)
