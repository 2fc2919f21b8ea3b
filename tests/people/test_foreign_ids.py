"""What belongs to another organisation is answered as what does not exist: nobody learns from an answer that it is there."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

import pytest
from werkzeug.routing import Rule

from perille.core.extensions import db
from perille.groups.services import GroupWish, make_group
from perille.people.models import Role
from perille.people.services import make_account
from support.people import place_of, sign_in_as
from support.visitor import Visitor
from support.whole import Whole

#: Other values of addresses; what is not named here is a number that leads nowhere.
VALUES = {"lang": "en", "kind": "courses", "slug": "way", "name": "x"}
_NUMBER = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")


def of_others(whole: Whole) -> dict[str, UUID]:
    """Return numbers of what another organisation has, by the name that addresses give them."""

    def work() -> dict[str, UUID]:
        place = place_of(Role.MEMBER, "Another office")
        trainer = make_account(db.session, "tiina@example.org")
        assert place is not None
        group = make_group(db.session, place, trainer.id, GroupWish(name="Secret", language="en"))
        return {"organisation_id": place, "group_id": group.id, "account_id": trainer.id}

    return whole.do(work, write=True)


def rules_with(whole: Whole, names: set[str]) -> list[Rule]:
    found = [
        rule
        for rule in whole.app.url_map.iter_rules()
        if rule.arguments & names
        and rule.endpoint.partition(".")[0] in {"people", "groups", "group_logins", "sync", "seminars"}
    ]
    assert len(found) > 15, "the addresses of organisations and groups"
    return found


def answer(browser: Visitor, whole: Whole, rule: Rule, method: str, given: dict[str, object]) -> tuple[int, str]:
    values: dict[str, object] = {name: VALUES.get(name, uuid4()) for name in rule.arguments}
    adapter = whole.app.url_map.bind("localhost")
    address = adapter.build(rule.endpoint, {**values, **{k: v for k, v in given.items() if k in values}}, method=method)
    found = browser.client.open(address, method=method)
    return found.status_code, _NUMBER.sub("number", found.get_data(as_text=True))


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.TRAINER])
def test_what_another_organisation_has_is_answered_as_what_is_not_there(whole: Whole, role: Role) -> None:
    theirs, browser = of_others(whole), sign_in_as(whole, role)
    told = []
    for rule in rules_with(whole, {"organisation_id", "group_id"}):
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            there = answer(browser, whole, rule, method, dict(theirs))
            absent = answer(browser, whole, rule, method, {})
            if there != absent or "Secret" in there[1] or there[0] < 300:
                told.append((rule.rule, method, there[0], absent[0]))
    assert told == []


def test_somebody_of_another_organisation_is_not_found_in_ones_own(whole: Whole) -> None:
    theirs, browser = of_others(whole), sign_in_as(whole, Role.COORDINATOR)
    mine = whole.do(lambda: place_of(Role.MEMBER), write=True)
    for number in (theirs["account_id"], uuid4()):
        found = browser.get(f"/en/organisations/{mine}/people/{number}")
        assert (found.status, "tiina" in found.html) == (404, False)
