"""The walk: every route and every action of the table, as everybody; what is let in is what the table says.

Each request comes from a browser of its own, outside any application context, and says first who it was taken for. The gate is the real
one; where it lets somebody in, the walk answers in place of the page, so that no try changes anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from flask import Response
from werkzeug.routing import Rule as Route

from perille.core.errors import Forbidden
from perille.core.extensions import db
from perille.core.feature import Permission, Scope, features_of
from perille.core.permissions import current_gate, permission, permission_of
from perille.people.current import current_account
from perille.people.memberships import take_role
from perille.people.models import Account, Role
from perille.people.permissions import RULES, Action, allowed, ensure
from perille.people.services import make_account
from perille.studio.drafts import make_draft
from support.people import OFFICE, invite_as, place_of, sign_in_as
from support.routes import parts_of
from support.visitor import Page, Visitor
from support.whole import Whole

SCHOOL = "The school"
ONE_DATABASE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@dataclass(frozen=True)
class Seat:
    """Somebody who tries: a role in the organisation that the addresses are about, or in another one."""

    role: Role | None
    place: str = OFFICE

    @property
    def email(self) -> str:
        return f"{self.role or 'nobody'}.{self.place.rsplit(' ', 1)[-1]}@example.org"


NOBODY = Seat(None)
SEATS = (
    NOBODY,
    *(Seat(role) for role in Role),
    *(Seat(role, SCHOOL) for role in Role if role is not Role.ADMINISTRATOR),
)


def may(seat: Seat, wanted: Permission | None) -> bool:
    """Tell what the table says, in the words of the issue and not of the code that is tried."""
    if wanted is None:
        return True
    if seat.role is None:
        return False
    if not wanted.roles:
        return wanted.scope is Scope.SELF
    if seat.role.value not in wanted.roles:
        return False
    about_one = wanted.scope in (Scope.ORGANISATION, Scope.GROUP)
    return not about_one or seat.role is Role.ADMINISTRATOR or seat.place == OFFICE


def watch(whole: Whole) -> None:
    """Let the gate say who somebody was taken for, and answer in place of the page where it lets them in."""
    gate = current_gate.of(whole.app)

    def watched(wanted: Permission, organisation_id: UUID | None) -> Response:
        account = current_account()
        headers = {"X-Who": account.email or "" if account is not None else ""}
        try:
            response = gate(wanted, organisation_id) or Response("in", headers={"X-In": "yes"})
        except Forbidden:
            response = Response("out", 403)
        response.headers.update(headers)
        return response

    current_gate.set(whole.app, watched)


def routes(whole: Whole) -> Iterator[tuple[Route, str | None]]:
    """Yield each route with the permission that it asks for."""
    for route in whole.app.url_map.iter_rules():
        yield route, permission_of(whole.app.view_functions[route.endpoint])


def guarded(whole: Whole) -> list[tuple[Route, str]]:
    """Return the routes that ask for a permission."""
    return [(route, name) for route, name in routes(whole) if name is not None]


def values_for(organisation_id: UUID) -> Mapping[str, object]:
    """Return what stands in addresses: the office; all else need not exist."""
    return {"lang": "en", "organisation_id": organisation_id, "kind": "courses"}


def draft_of(organisation_id: UUID) -> UUID:
    """Return a draft of the office, whose organisation its addresses do not say."""
    return make_draft(db.session, {}, None, organisation_id=organisation_id).id


def send(visitor: Visitor, method: str, address: str) -> Page:
    return Page(visitor.client.open(address, method=method))


@ONE_DATABASE
def test_every_route_lets_in_whom_the_table_says_and_nobody_else(whole: Whole) -> None:
    cookies = {
        seat: sign_in_as(whole, seat.role, seat.email, place=seat.place) if seat.role else None for seat in SEATS
    }
    watch(whole)
    office = whole.do(lambda: place_of(Role.MEMBER), write=True)
    assert office is not None
    values = {**values_for(office), "draft_id": whole.do(lambda: draft_of(office), write=True)}
    with whole.app.app_context():
        table = {name: permission(name) for _route, name in guarded(whole)}
    wrong, tried = [], set()
    for route, name in guarded(whole):
        address = whole.app.url_map.bind("localhost").build(route.endpoint, parts_of(route, values))
        for method in sorted((route.methods or set()) - {"HEAD", "OPTIONS"}):
            for seat in SEATS:
                page = send(browser_of(whole, cookies[seat]), method, address)
                assert page.headers["X-Who"] == (seat.email if seat.role else ""), (address, seat)
                is_in = "X-In" in page.headers
                tried.add((name, is_in))
                if is_in is not may(seat, table[name]) or (not is_in and page.status != 403):
                    wrong.append((method, address, seat, page.status))
    assert wrong == []
    assert tried == {(name, is_in) for name, each in table.items() for is_in in {may(seat, each) for seat in SEATS}}
    assert len(table) >= 25


def browser_of(whole: Whole, signed_in: Visitor | None) -> Visitor:
    """Return a fresh browser that holds the cookie of a signed-in one."""
    visitor = whole.visitor()
    if signed_in is not None:
        visitor.client.set_cookie("perille_account", signed_in.cookie("perille_account") or "")
    return visitor


@ONE_DATABASE
def test_every_route_asks_for_a_permission_or_is_declared_public(whole: Whole) -> None:
    public = frozenset[str]().union(*(feature.public for feature in features_of(whole.app)))
    asking = {route.endpoint for route, name in routes(whole) if name is not None}
    every = {route.endpoint for route, _name in routes(whole)}
    assert every - asking - public == set(), "neither asks for a permission nor is in `Feature.public`"
    assert public & asking == set(), "declared public, and asks for a permission"
    assert public - every == set(), "declared public, and there is no such page"


@ONE_DATABASE
def test_what_is_public_is_refused_to_nobody(whole: Whole) -> None:
    public = frozenset[str]().union(*(feature.public for feature in features_of(whole.app)))
    values = values_for(uuid4())
    refused = []
    for route, _name in routes(whole):
        if route.endpoint in public and "GET" in (route.methods or ()):
            address = whole.app.url_map.bind("localhost").build(route.endpoint, parts_of(route, values))
            page = whole.visitor().get(address)
            if page.status in (401, 403) or page.status >= 500:
                refused.append((address, page.status))
    # Figures are given to who knows the token of the settings, groups to a laptop that has a key of their organisation.
    keyed = {address for address, status in refused if address == "/metrics" or address.startswith("/sync/v1/")}
    assert {address for address, status in refused} - keyed == set()


def test_every_action_is_allowed_to_whom_the_table_says(whole: Whole) -> None:
    def work() -> list[tuple[str, Seat]]:
        office = place_of(Role.MEMBER)
        every = {each.name: each for feature in features_of(whole.app) for each in feature.permissions}
        assert {action.value for action in Action} <= set(every)
        wrong = []
        for seat in SEATS:
            account = account_of(seat)
            for name, wanted in every.items():
                about = office if wanted.scope in (Scope.ORGANISATION, Scope.GROUP) else None
                if allowed(db.session, account, name, about) is not may(seat, wanted) or (
                    ensures(account, name, about) is not may(seat, wanted)
                ):
                    wrong.append((name, seat))
        return wrong

    for seat in SEATS:
        if seat.role is not None:
            sign_in_as(whole, seat.role, seat.email, place=seat.place)
    assert whole.do(work, write=True) == []


def account_of(seat: Seat) -> Account | None:
    return make_account(db.session, seat.email) if seat.role is not None else None


def ensures(account: Account | None, name: str, organisation_id: UUID | None) -> bool:
    try:
        ensure(db.session, account, name, organisation_id)
    except Forbidden:
        return False
    return True


def test_a_disabled_account_is_allowed_nothing_and_an_unknown_action_is_an_error(whole: Whole) -> None:
    sign_in_as(whole, Role.ADMINISTRATOR, "eva@example.org")

    def work() -> None:
        eva = make_account(db.session, "eva@example.org")
        assert allowed(db.session, eva, Action.SITE_JOBS)
        eva.disabled_at = eva.created_at
        assert not any(allowed(db.session, eva, action, None) for action in RULES)
        with pytest.raises(LookupError):
            allowed(db.session, make_account(db.session, "bo@example.org"), "site.everything")

    whole.do(work, write=True)


def test_a_role_that_goes_while_its_form_is_filled_in_changes_nothing_and_gives_the_words_back(whole: Whole) -> None:
    invite_as(whole, Role.ADMINISTRATOR, "kai@example.org")
    visitor = sign_in_as(whole, Role.ADMINISTRATOR, "eva@example.org")
    assert visitor.get("/en/manage/clients").status == 200
    eva = whole.do(lambda: make_account(db.session, "eva@example.org").id)
    whole.do(lambda: take_role(db.session, eva, Role.ADMINISTRATOR), write=True)
    before = whole.counts()
    page = visitor.post("/en/manage/clients", {"name": "A name that took me long", "scopes": ["state"]})
    assert (page.status, whole.counts() == before) == (403, True)
    assert "A name that took me long" in page.text
    assert "Nothing was changed" in page.text
