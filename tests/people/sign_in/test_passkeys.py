"""Passkeys: made and used without a name, by this site alone, each challenge once."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from people.sign_in.conftest import SITE, Browser
from perille.core.config import Config
from perille.core.database import utcnow
from perille.core.extensions import db
from perille.people.models import Account, AccountSession, AuditEntry, Role
from perille.people.sign_in.models import Passkey, PasskeyChallenge
from perille.people.sign_in.passkeys import CHALLENGE_LIFE, relying_party
from support.people import invite_as
from support.whole import Whole

OPTIONS = "/en/sign-in/passkey/options"
WAYS = "/en/account/sign-in"


@pytest.fixture
def owner(secure: Whole, browser: Browser) -> Browser:
    """A coordinator with a passkey, signed out again."""
    browser.post(invite_as(secure, Role.COORDINATOR))
    assert browser.make_passkey().location == WAYS
    browser.post("/en/sign-out")
    return browser


def test_a_passkey_is_asked_to_be_discoverable_in_old_words_and_new(secure: Whole, browser: Browser) -> None:
    browser.post(invite_as(secure, Role.COORDINATOR))
    options = browser.options(f"{WAYS}/passkeys/options")["options"]
    chosen = options["authenticatorSelection"]
    assert chosen["residentKey"] == "required"
    assert chosen["requireResidentKey"] is True
    assert chosen["userVerification"] == "required"
    assert "authenticatorAttachment" not in chosen
    assert options["rp"]["id"] == "learn.example.org"
    # Who signs in names nobody: any passkey of this site will do.
    assert browser.options(OPTIONS)["options"].get("allowCredentials", []) == []


def test_a_passkey_signs_in_without_a_name(secure: Whole, owner: Browser) -> None:
    assert owner.get(WAYS).status == 403
    assert owner.use_passkey().status == 303
    assert "eva@example.org" in owner.get(WAYS).text
    (row,) = secure.scalars(select(AccountSession))
    assert row.verified_by == "passkey"
    assert row.user_verified_at is not None


def test_a_passkey_used_without_finger_or_pin_is_no_second_factor(secure: Whole, owner: Browser) -> None:
    owner.phone.verified = False
    assert owner.use_passkey().status == 303
    (row,) = secure.scalars(select(AccountSession))
    assert (row.verified_by, row.user_verified_at) == ("passkey", None)


def test_a_passkey_made_without_finger_or_pin_is_not_kept(secure: Whole, browser: Browser) -> None:
    browser.post(invite_as(secure, Role.COORDINATOR))
    browser.phone.verified = False
    browser.make_passkey()
    assert secure.scalars(select(Passkey)) == []


@pytest.mark.parametrize(
    "origin",
    [
        "https://learn.example.org:443",
        "http://learn.example.org",
        "https://learn.example.org/",
        "https://www.learn.example.org",
        "https://evil.example",
        "null",
    ],
)
def test_another_origin_is_refused_whatever_the_request_says_of_itself(owner: Browser, origin: str) -> None:
    owner.phone.origin = origin
    asked = owner.options(OPTIONS)
    form = {"challenge": asked["id"], "credential": owner.phone.use(asked["options"])}
    page = owner.post("/en/sign-in/passkey", form, X_Forwarded_Host="evil.example", X_Forwarded_Proto="http")
    assert page.location == "/en/sign-in#errors"
    assert owner.cookie("perille_account") is None
    # The way by e-mail is on the page that says so.
    shown = owner.get("/en/sign-in")
    assert "This passkey did not work here" in shown.text
    assert shown.all("input", id="email")


def test_a_host_that_a_request_claims_changes_nothing(secure: Whole, owner: Browser) -> None:
    answer = owner.client.post(OPTIONS, base_url="https://evil.example")
    assert answer.get_json()["options"]["rpId"] == "learn.example.org"


def test_another_sites_id_is_refused(owner: Browser) -> None:
    owner.phone.rp_id = "evil.example"
    owner.use_passkey()
    assert owner.cookie("perille_account") is None


def test_a_challenge_is_used_once(secure: Whole, owner: Browser) -> None:
    asked = owner.options(OPTIONS)
    form = {"challenge": asked["id"], "credential": owner.phone.use(asked["options"])}
    assert owner.post("/en/sign-in/passkey", form).location != "/en/sign-in#errors"
    thief = Browser(secure, owner.phone)
    assert thief.post("/en/sign-in/passkey", form).location == "/en/sign-in#errors"
    assert secure.scalars(select(PasskeyChallenge)) == []


def test_a_challenge_is_used_up_by_a_wrong_answer_too(owner: Browser) -> None:
    asked = owner.options(OPTIONS)
    owner.post("/en/sign-in/passkey", {"challenge": asked["id"], "credential": "{}"})
    form = {"challenge": asked["id"], "credential": owner.phone.use(asked["options"])}
    assert owner.post("/en/sign-in/passkey", form).location == "/en/sign-in#errors"


def test_an_old_challenge_does_not_work(secure: Whole, owner: Browser) -> None:
    asked = owner.options(OPTIONS)
    secure.do(
        lambda: db.session.execute(update(PasskeyChallenge).values(expires_at=utcnow() - CHALLENGE_LIFE)), write=True
    )
    form = {"challenge": asked["id"], "credential": owner.phone.use(asked["options"])}
    assert owner.post("/en/sign-in/passkey", form).location == "/en/sign-in#errors"


def test_a_challenge_of_somebody_else_makes_no_passkey(secure: Whole, browser: Browser) -> None:
    browser.post(invite_as(secure, Role.COORDINATOR))
    other = Browser(secure)
    other.post(invite_as(secure, Role.TRAINER, "kai@example.org"))
    asked = browser.options(f"{WAYS}/passkeys/options")
    form = {"challenge": asked["id"], "credential": other.phone.make(asked["options"])}
    assert other.post(f"{WAYS}/passkeys", form).location == f"{WAYS}#errors"
    assert secure.scalars(select(Passkey)) == []


def test_a_synced_passkey_answers_0_for_ever_and_its_copied_flag_may_turn(owner: Browser) -> None:
    for copied in (True, False, True):
        owner.phone.copied = copied
        assert owner.use_passkey().location != "/en/sign-in#errors"


def test_a_counter_that_went_back_is_refused_in_words_and_leaves_a_line(secure: Whole, owner: Browser) -> None:
    owner.phone.counter = 5
    assert owner.use_passkey().location != "/en/sign-in#errors"
    owner.post("/en/sign-out")
    owner.phone.counter = 0
    assert owner.use_passkey().location == "/en/sign-in#errors"
    assert "Ask for a link by e-mail" in owner.get("/en/sign-in").text
    lines = secure.scalars(select(AuditEntry).where(AuditEntry.action == "second-factor.refused"))
    assert [line.details for line in lines] == [{"why": "counter"}]
    # Its owner is not locked out.
    owner.phone.counter = 6
    assert owner.use_passkey().location != "/en/sign-in#errors"


def test_a_disabled_account_has_no_passkey(secure: Whole, owner: Browser) -> None:
    secure.do(lambda: db.session.execute(update(Account).values(disabled_at=utcnow())), write=True)
    assert owner.use_passkey().location == "/en/sign-in#errors"


def test_a_passkey_that_was_removed_does_not_work(secure: Whole, owner: Browser) -> None:
    owner.use_passkey()
    page = owner.get(WAYS)
    (remove,) = [form for form in page.all("form") if "/passkeys/" in form["action"] and "remove" in form["action"]]
    assert owner.post(remove["action"]).location == WAYS
    owner.post("/en/sign-out")
    assert owner.use_passkey().location == "/en/sign-in#errors"


def test_nobody_removes_the_passkey_of_somebody_else(secure: Whole, owner: Browser) -> None:
    (row,) = secure.scalars(select(Passkey))
    other = Browser(secure)
    other.post(invite_as(secure, Role.TRAINER, "kai@example.org"))
    assert other.post(f"{WAYS}/passkeys/{row.id}/remove").status == 404
    assert len(secure.scalars(select(Passkey))) == 1


@pytest.mark.parametrize("what", ["", "null", "[]", "{", "x" * 30_000, '{"rawId": "%%"}', '{"id": 1, "rawId": 1}'])
def test_what_is_no_passkey_is_refused_in_words(secure: Whole, browser: Browser, what: str) -> None:
    asked = browser.options(OPTIONS)
    form = {"challenge": asked["id"], "credential": what}
    assert browser.post("/en/sign-in/passkey", form).location == "/en/sign-in#errors"


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        (SITE, SITE),
        ("https://LEARN.example.org:443/learn/", SITE),
        ("https://learn.example.org:8443", "https://learn.example.org:8443"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://learn.example.org", None),
        ("http://192.0.2.7:8000", None),
        ("", None),
    ],
)
def test_who_the_site_is_comes_from_its_address_alone(address: str, origin: str | None) -> None:
    config = Config(data_dir="/tmp", database_url="sqlite://", secret_keys=("k" * 40,), site_url=address)  # type: ignore[arg-type]  # noqa: S108
    found = relying_party(config)
    assert (found.origin if found else None) == origin


def test_without_https_no_passkey_is_offered_and_the_page_says_why(whole: Whole) -> None:
    visitor = whole.visitor()
    page = visitor.get("/en/sign-in")
    assert "the address of this site is not https" in page.text
    assert not [tag for tag in page.all("form") if "data-passkey" in tag.attributes]
    assert visitor.client.post(OPTIONS).status_code == 404


def test_the_button_waits_for_a_browser_that_knows_passkeys(secure: Whole) -> None:
    (form,) = [tag for tag in secure.visitor().get("/en/sign-in").all("form") if "data-passkey" in tag.attributes]
    assert "hidden" in form.attributes
