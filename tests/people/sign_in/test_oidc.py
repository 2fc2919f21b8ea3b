"""The sign-in service of an organisation: a real one, one that lies, one that is down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from joserfc.jwk import RSAKey
from sqlalchemy import select, update

from perille.core.database import utcnow
from perille.core.extensions import db
from perille.core.sealing import Seal
from perille.people.memberships import memberships_of, take_role
from perille.people.models import Account, AccountSession, Membership, Organisation, Role
from perille.people.sign_in import oidc, oidc_client
from perille.people.sign_in.models import OidcIdentity, OidcLogin, OidcProvider
from support.oidc import CLIENT, SECRET, Liar, RealProvider, lying_provider, nobody_listens, real_provider
from support.people import OFFICE, invite_as, place_of, sign_in_as
from support.visitor import Page, Visitor
from support.whole import KEY, Whole

BACK = "http://localhost/sign-in-return"
WAYS = "/en/account/sign-in"


@pytest.fixture(scope="module")
def real() -> Iterator[RealProvider]:
    """The real provider."""
    with real_provider(BACK) as provider:
        yield provider


@pytest.fixture
def liar() -> Iterator[Liar]:
    """A provider that lies as it is told."""
    with lying_provider() as provider:
        yield provider


def offer(whole: Whole, issuer: str, *, place: str = OFFICE) -> UUID:
    """Let an organisation's people sign in with a service; return its number."""

    def work() -> UUID:
        organisation = place_of(Role.MEMBER, place)
        assert organisation is not None
        return oidc.add_provider(
            db.session,
            organisation,
            name="City of Oulu",
            issuer=issuer,
            client_id=CLIENT,
            client_secret=SECRET,
            seal=Seal([KEY], oidc.PURPOSE),
            loopback=True,
            by=organisation,
        ).id

    return whole.do(work, write=True)


def leave_for(visitor: Visitor, provider: UUID) -> str:
    """Press the organisation's button; return where the page leads on, by itself and by a press."""
    page = visitor.submit(f"/en/sign-in/organisation/{provider}")
    assert page.status == 200, page.location
    address = page.one("a", class_="main")["href"]
    assert page.one("meta", http_equiv="refresh")["content"] == f"0; url={address}"
    return address


def come_back(visitor: Visitor, address: str) -> Page:
    """Follow the way back."""
    parts = urlsplit(address)
    return visitor.get(f"{parts.path}?{parts.query}")


def through(visitor: Visitor, provider: UUID, liar: Liar) -> Page:
    """Go there and come back."""
    return come_back(visitor, liar.sign_in(leave_for(visitor, provider)))


def said(visitor: Visitor, page: Page) -> str:
    """Return the words of the page to which a refusal leads."""
    assert page.location == "/en/sign-in#errors", (page.status, page.location)
    shown = visitor.get("/en/sign-in")
    # The way by e-mail is there.
    assert shown.all("form", action="/en/sign-in")
    return shown.text


def is_in(visitor: Visitor) -> bool:
    return visitor.get(WAYS).status == 200


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_real_provider_signs_in_whom_it_knows(whole: Whole, visitor: Visitor, real: RealProvider) -> None:
    provider = offer(whole, real.issuer)
    assert "Sign in with City of Oulu" in visitor.get("/en/sign-in").text
    address = leave_for(visitor, provider)
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [BACK]
    welcome = come_back(visitor, real.sign_in(address, "17"))
    page = visitor.get(welcome.location)
    assert page.heading == "You are new here"
    assert not is_in(visitor)
    assert visitor.post(welcome.location).status == 303
    assert "Person 17" in visitor.get(WAYS).text
    # The second time there is nothing to ask.
    again = whole.visitor()
    assert come_back(again, real.sign_in(leave_for(again, provider), "17")).location != welcome.location
    assert is_in(again)
    (account,) = whole.scalars(select(Account))
    assert [held.role for held in whole.do(lambda: memberships_of(db.session, account.id))] == [Role.MEMBER]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_real_provider_refuses_another_verifier(whole: Whole, visitor: Visitor, real: RealProvider) -> None:
    provider = offer(whole, real.issuer)
    back = real.sign_in(leave_for(visitor, provider), "17")
    whole.do(lambda: db.session.execute(update(OidcLogin).values(verifier="x" * 64)), write=True)
    assert "did not let you in" in said(visitor, come_back(visitor, back))
    assert not is_in(visitor)


@pytest.mark.parametrize(
    "claims", [{}, {"email_verified": False}, {"email_verified": "true"}, {"email_verified": True}]
)
def test_an_address_that_a_provider_names_enters_no_account(
    whole: Whole, visitor: Visitor, liar: Liar, claims: dict[str, Any]
) -> None:
    invite_as(whole, Role.ADMINISTRATOR)
    provider = offer(whole, liar.issuer)
    liar.claims = {"email": "eva@example.org", **claims}
    welcome = through(visitor, provider, liar)
    visitor.post(welcome.location)
    assert "eva@example.org" not in visitor.get(WAYS).text
    assert len(whole.scalars(select(Account))) == 2
    assert {row.role for row in whole.scalars(select(Membership))} == {"administrator", "member"}


def test_who_is_signed_in_ties_the_service_to_their_account(whole: Whole, liar: Liar) -> None:
    provider = offer(whole, liar.issuer)
    eva = sign_in_as(whole, Role.COORDINATOR)
    assert through(eva, provider, liar).location == WAYS
    other = whole.visitor()
    through(other, provider, liar)
    assert "eva@example.org" in other.get(WAYS).text
    # It is nobody else's any more.
    kai = sign_in_as(whole, Role.TRAINER, "kai@example.org")
    assert "Somebody else here signs in with this" in said(kai, through(kai, provider, liar))
    assert len(whole.scalars(select(OidcIdentity))) == 1
    (form,) = [tag for tag in eva.get(WAYS).all("form") if "/organisations/" in tag["action"]]
    assert eva.post(form["action"]).location == WAYS
    assert whole.scalars(select(OidcIdentity)) == []


def test_who_comes_back_for_somebody_who_signed_out_ties_nothing(whole: Whole, liar: Liar) -> None:
    provider = offer(whole, liar.issuer)
    eva = sign_in_as(whole, Role.COORDINATOR)
    back = liar.sign_in(leave_for(eva, provider))
    eva.post("/en/sign-out")
    assert "Sign in first" in said(eva, come_back(eva, back))
    assert whole.scalars(select(OidcIdentity)) == []


def test_an_administrator_who_comes_by_a_service_shows_a_second_factor_too(whole: Whole, liar: Liar) -> None:
    provider = offer(whole, liar.issuer)
    eva = sign_in_as(whole, Role.ADMINISTRATOR)
    through(eva, provider, liar)
    second = whole.visitor()
    assert through(second, provider, liar).location == "/en/sign-in/second-factor"
    assert second.get("/en/manage").status == 303


def test_a_membership_that_was_taken_away_does_not_come_back_by_itself(
    whole: Whole, visitor: Visitor, liar: Liar
) -> None:
    provider = offer(whole, liar.issuer)
    visitor.post(through(visitor, provider, liar).location)
    (row,) = whole.scalars(select(Membership))
    whole.do(lambda: take_role(db.session, row.account_id, Role.MEMBER, row.organisation_id), write=True)
    again = whole.visitor()
    through(again, provider, liar)
    assert is_in(again)
    assert whole.scalars(select(Membership)) == []


def test_a_disabled_account_is_not_let_in(whole: Whole, visitor: Visitor, liar: Liar) -> None:
    provider = offer(whole, liar.issuer)
    visitor.post(through(visitor, provider, liar).location)
    whole.do(lambda: db.session.execute(update(Account).values(disabled_at=utcnow())), write=True)
    again = whole.visitor()
    assert "disabled" in said(again, through(again, provider, liar))


LIES: dict[str, dict[str, Any]] = {
    "no signature": {"algorithm": "none"},
    "signed with the secret": {"algorithm": "HS256"},
    "another issuer": {"claims": {"iss": "https://evil.example"}},
    "another audience": {"claims": {"aud": "somebody-else"}},
    "two audiences and no azp": {"claims": {"aud": [CLIENT, "other"]}},
    "for another client": {"claims": {"azp": "other"}},
    "another nonce": {"claims": {"nonce": "x"}},
    "no nonce": {"claims": {"nonce": None}},
    "no subject": {"claims": {"sub": None}},
    "a subject that is no text": {"claims": {"sub": 17}},
    "a subject without end": {"claims": {"sub": "x" * 300}},
    "no time": {"claims": {"iat": None}},
    "a time that is none": {"claims": {"iat": "now"}},
    "another issuer in its description": {"metadata": {"issuer": "https://evil.example"}},
    "a token endpoint without https": {"metadata": {"token_endpoint": "http://evil.example/token"}},
}


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_provider_that_lies_lets_nobody_in(whole: Whole, visitor: Visitor, liar: Liar, lie: str) -> None:
    provider = offer(whole, liar.issuer)
    for name, value in LIES[lie].items():
        setattr(liar, name, value)
    if "metadata" in LIES[lie]:
        page = visitor.get(visitor.post(f"/en/sign-in/organisation/{provider}").location)
    else:
        page = through(visitor, provider, liar)
    assert "cannot be trusted" in said(visitor, page)
    assert not is_in(visitor)
    assert whole.scalars(select(OidcIdentity)) == []


def test_another_issuer_beside_the_code_is_refused(whole: Whole, visitor: Visitor, liar: Liar) -> None:
    provider = offer(whole, liar.issuer)
    back = liar.sign_in(leave_for(visitor, provider), iss="https://evil.example")
    assert "cannot be trusted" in said(visitor, come_back(visitor, back))


@pytest.mark.parametrize(("ahead", "fine"), [(100, True), (-350, True), (300, False), (-900, False)])
def test_clocks_may_differ_by_two_minutes_and_more_is_told_in_seconds(
    whole: Whole, visitor: Visitor, liar: Liar, ahead: int, fine: bool
) -> None:
    provider = offer(whole, liar.issuer)
    liar.ahead = ahead
    page = through(visitor, provider, liar)
    if fine:
        assert "/welcome/" in page.location
    else:
        words = said(visitor, page)
        assert any(f"differ by {abs(ahead) + more} seconds" in words for more in (-1, 0, 1, 2))


def test_a_key_that_changed_under_its_old_id_works_after_a_minute(
    whole: Whole, visitor: Visitor, liar: Liar, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = offer(whole, liar.issuer)
    through(visitor, provider, liar)
    liar.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
    # Asked for once a minute at most: a stranger makes any signature.
    assert "cannot be trusted" in said(visitor, through(visitor, provider, liar))
    assert liar.asked.count("/jwks") == 1
    monkeypatch.setattr(oidc_client, "PAUSE", 0.0)
    assert "/welcome/" in through(visitor, provider, liar).location
    assert liar.asked.count("/jwks") == 2
    assert liar.asked.count("/.well-known/openid-configuration") == 1


def test_an_error_page_is_not_kept_as_keys(whole: Whole, visitor: Visitor, liar: Liar) -> None:
    provider = offer(whole, liar.issuer)
    liar.broken["/jwks"] = 503
    assert "does not answer" in said(visitor, through(visitor, provider, liar))
    liar.broken.clear()
    assert "/welcome/" in through(visitor, provider, liar).location


def test_a_provider_that_is_down_is_told_with_the_way_by_e_mail(whole: Whole, visitor: Visitor) -> None:
    with nobody_listens() as issuer:
        provider = offer(whole, issuer)
        page = visitor.get(visitor.post(f"/en/sign-in/organisation/{provider}").location)
        assert "does not answer" in said(visitor, page)


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token"])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_silent_provider_is_given_up_and_holds_no_lock(
    whole: Whole, visitor: Visitor, liar: Liar, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oidc_client, "_READ", 0.3)
    provider = offer(whole, liar.issuer)
    liar.silent.add(path)
    if path == "/token":
        page = through(visitor, provider, liar)
    else:
        page = visitor.get(visitor.post(f"/en/sign-in/organisation/{provider}").location)
    assert "does not answer" in said(visitor, page)


def test_a_person_who_says_no_comes_back_to_words(whole: Whole, visitor: Visitor, liar: Liar) -> None:
    provider = offer(whole, liar.issuer)
    state = parse_qs(urlsplit(leave_for(visitor, provider)).query)["state"][0]
    page = visitor.get(f"/sign-in-return?error=access_denied&state={state}")
    assert "did not let you in" in said(visitor, page)


def test_a_way_back_that_began_elsewhere_is_refused(whole: Whole, visitor: Visitor, liar: Liar) -> None:
    provider = offer(whole, liar.issuer)
    attacker = whole.visitor()
    back = liar.sign_in(leave_for(attacker, provider))
    assert "began in another browser" in said(visitor, come_back(visitor, back))
    leave_for(visitor, provider)
    assert "began in another browser" in said(visitor, come_back(visitor, back))
    assert not is_in(visitor)


def test_two_tabs_both_finish_and_back_goes_on_quietly(whole: Whole, visitor: Visitor, liar: Liar) -> None:
    provider = offer(whole, liar.issuer)
    visitor.post(through(visitor, provider, liar).location)
    visitor.post("/en/sign-out")
    tabs = [liar.sign_in(leave_for(visitor, provider)) for _tab in range(2)]
    assert [come_back(visitor, tab).location for tab in tabs] == ["/en/account/modules"] * 2
    # Back, and the same address again.
    assert come_back(visitor, tabs[0]).location == "/en/account/modules"
    assert is_in(visitor)
    assert len(whole.scalars(select(AccountSession))) == 1


def test_thirty_tries_leave_one_small_cookie(whole: Whole, visitor: Visitor, liar: Liar) -> None:
    provider = offer(whole, liar.issuer)
    states = {leave_for(visitor, provider) for _try in range(30)}
    assert len(states) == 30
    assert len(visitor.cookie("perille_oidc") or "") < 100


def test_pressing_twice_makes_one_account(whole: Whole, visitor: Visitor, liar: Liar) -> None:
    provider = offer(whole, liar.issuer)
    welcome = through(visitor, provider, liar).location
    for _press in range(2):
        assert visitor.post(welcome).status == 303
    assert len(whole.scalars(select(Account))) == 1


def test_a_closed_organisation_offers_no_service(whole: Whole, visitor: Visitor, liar: Liar) -> None:
    provider = offer(whole, liar.issuer)
    whole.do(lambda: db.session.execute(update(Organisation).values(closed_at=utcnow())), write=True)
    assert "City of Oulu" not in visitor.get("/en/sign-in").text
    assert visitor.post(f"/en/sign-in/organisation/{provider}").status == 404


def services_of(whole: Whole, place: str = OFFICE) -> str:
    organisation = whole.do(lambda: place_of(Role.MEMBER, place), write=True)
    return f"/en/manage/organisations/{organisation}/sign-in"


FORM = {"name": "City", "issuer": "https://login.example.org/", "client_id": "perille", "client_secret": "hush hush"}


def test_a_coordinator_adds_the_service_of_their_own_organisation_alone(whole: Whole) -> None:
    eva = sign_in_as(whole, Role.COORDINATOR)
    mine, other = services_of(whole), services_of(whole, "The school")
    assert f"{BACK}" in eva.get(mine).text
    assert eva.submit(mine, FORM).status == 200
    assert eva.post(other, FORM).status == 403
    (row,) = whole.scalars(select(OidcProvider))
    assert row.issuer == "https://login.example.org"
    assert "hush" not in row.client_secret
    assert "hush" not in eva.get(mine).html
    # An issuer is one organisation's: else one could speak for another's people.
    school = sign_in_as(whole, Role.COORDINATOR, "bo@example.org", place="The school")
    assert "in use already" in school.submit(other, FORM).text
    assert school.post(f"{other}/{row.id}/remove").status == 404
    assert eva.post(f"{mine}/{row.id}/remove").location == mine
    assert whole.scalars(select(OidcProvider)) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("client_id", ""), ("issuer", ""), ("issuer", "http://login.example.org"), ("issuer", "https://[")],
)
def test_what_cannot_be_a_service_is_told_and_the_secret_does_not_come_back(
    whole: Whole, field: str, value: str
) -> None:
    eva = sign_in_as(whole, Role.COORDINATOR)
    page = eva.submit(services_of(whole), {**FORM, field: value})
    assert page.all("div", id="errors")
    assert "hush" not in page.html
    assert whole.scalars(select(OidcProvider)) == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_in_production_no_service_is_asked_over_http(make_whole: Callable[..., Whole], liar: Liar) -> None:
    site = make_whole(production=True, site_url="https://localhost")
    provider = offer(site, liar.issuer)
    visitor = site.visitor()
    page = visitor.get(visitor.post(f"/en/sign-in/organisation/{provider}").location)
    assert "cannot be trusted" in said(visitor, page)
