"""Roles are given and taken in organisations, and count at once."""

from __future__ import annotations

import pytest

from perille.core.database import Session, utcnow
from perille.core.errors import BadRequest
from perille.core.feature import Permission, Scope
from perille.people.memberships import Held, give_role, memberships_of, take_role
from perille.people.models import Account, Role
from perille.people.organisations import make_organisation
from perille.people.permissions import RULES, Action, granting, is_verification_needed, permissions
from perille.people.services import make_account


@pytest.fixture
def eva(session: Session) -> Account:
    """Somebody."""
    return make_account(session, "eva@example.org")


def test_a_role_is_held_once_until_it_is_taken(session: Session, eva: Account) -> None:
    office = make_organisation(session, "Office")
    assert give_role(session, eva.id, Role.TRAINER, office.id)
    assert not give_role(session, eva.id, Role.TRAINER, office.id)
    assert memberships_of(session, eva.id) == (Held(Role.TRAINER, office.id),)
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
    administrator = [Held(Role.ADMINISTRATOR, None)]
    for each in permissions():
        needed = is_verification_needed(administrator, each)
        assert needed is ("administrator" in each.roles), each.name
