"""An administrator shows a second factor before anything but their own account opens."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import urlsplit

import pyotp
import pytest
import time_machine
from click.testing import CliRunner
from sqlalchemy import select

from people.sign_in.conftest import Browser
from perille.core.database import utcnow
from perille.core.errors import BadRequest
from perille.core.extensions import db
from perille.notices.models import Notice
from perille.people.commands import accounts
from perille.people.models import Account, AccountSession, AuditEntry, LinkKind, Role, VerifiedBy
from perille.people.sign_in.links import make_link
from perille.people.sign_in.models import Authenticator, Passkey, RecoveryCode
from support.people import invite_as, sign_in_as
from support.visitor import Visitor
from support.whole import Whole

MANAGE = "/en/manage"
VERIFY = "/en/sign-in/second-factor"
WAYS = "/en/account/sign-in"
APP = f"{WAYS}/authenticator"


def set_up_app(visitor: Visitor) -> tuple[pyotp.TOTP, list[str]]:
    """Set up an authenticator app as the pages say; return it, and the recovery codes that were shown."""
    page = visitor.submit(APP)
    assert page.one("img")["src"].startswith("data:image/svg+xml")
    app = pyotp.TOTP(page.one("code").words.replace(" ", ""))
    shown = visitor.submit(f"{APP}/code", {"code": app.now()})
    return app, [tag.words for tag in shown.all("code")]


def asked_link(whole: Whole, email: str = "eva@example.org") -> str:
    """Return a link as somebody gets it who asks for one by e-mail."""

    def work() -> str:
        account = db.session.scalar(select(Account).where(Account.email == email))
        assert account is not None
        return make_link(db.session, account.id, LinkKind.ASKED, timedelta(minutes=15))

    return f"/en/sign-in/{whole.do(work, write=True)}"


def later(app: pyotp.TOTP) -> tuple[time_machine.travel, str]:
    """Return a moment after the codes that were used, and the code of that moment."""
    moment = utcnow() + timedelta(minutes=5)
    return time_machine.travel(moment), app.at(int(moment.timestamp()))


@pytest.fixture
def newcomer(whole: Whole, visitor: Visitor) -> Visitor:
    """An administrator who has pressed the button of the first link, and has no second factor."""
    assert visitor.post(invite_as(whole, Role.ADMINISTRATOR)).location == VERIFY
    return visitor


def test_the_first_link_leads_to_setting_up_a_second_factor_and_then_to_the_overview(newcomer: Visitor) -> None:
    assert newcomer.get(MANAGE).location == VERIFY
    page = newcomer.get(VERIFY)
    assert page.heading == "Set up a second factor"
    assert page.all("form", action=APP)
    _app, codes = set_up_app(newcomer)
    assert len(codes) == len(set(codes)) == 10
    assert all(re.fullmatch(r"[a-z2-9]{5}-[a-z2-9]{5}", code) for code in codes)
    assert newcomer.get(MANAGE).status == 200


def test_nothing_but_their_own_account_opens_before(newcomer: Visitor) -> None:
    for address in (MANAGE, "/en/manage/clients", "/ar/manage/jobs"):
        page = newcomer.get(address)
        assert (page.status, page.location.split("/", 2)[2]) == (303, "sign-in/second-factor")
    assert newcomer.post("/en/manage/clients", {"name": "x", "scopes": "all"}).location == VERIFY
    assert newcomer.get(WAYS).status == 200


def test_recovery_codes_are_shown_once_and_their_hashes_kept(whole: Whole, newcomer: Visitor) -> None:
    _app, codes = set_up_app(newcomer)
    again = newcomer.get(f"{WAYS}/recovery-codes")
    assert again.location == WAYS
    kept = b"".join(row.code_hash for row in whole.scalars(select(RecoveryCode)))
    assert not [code for code in codes if code.replace("-", "").encode() in kept]


def test_the_secret_of_an_app_is_sealed_and_shown_only_while_it_is_set_up(whole: Whole, newcomer: Visitor) -> None:
    app, _codes = set_up_app(newcomer)
    (row,) = whole.scalars(select(Authenticator))
    assert app.secret not in row.secret
    assert newcomer.get(APP).location == WAYS
    assert app.secret not in newcomer.get(WAYS).text


def test_the_app_opens_the_next_session(whole: Whole, newcomer: Visitor) -> None:
    app, _codes = set_up_app(newcomer)
    moment, code = later(app)
    with moment:
        second = whole.visitor()
        assert second.post(asked_link(whole)).location == VERIFY
        assert second.get(MANAGE).location == VERIFY
        assert second.post(VERIFY, {"code": code}).location == MANAGE
        assert second.get(MANAGE).status == 200


def test_a_code_is_taken_once_and_that_of_the_set_up_counts(whole: Whole, newcomer: Visitor) -> None:
    moment = utcnow()
    with time_machine.travel(moment, tick=False):
        app, _codes = set_up_app(newcomer)
        second = whole.visitor()
        second.post(asked_link(whole))
        page = second.submit(VERIFY, {"code": app.now()})
        assert "used already" in page.text
        assert second.get(MANAGE).location == VERIFY


def test_two_who_bring_one_code_at_once_are_not_both_in(whole: Whole, newcomer: Visitor) -> None:
    app, _codes = set_up_app(newcomer)
    moment, code = later(app)
    with moment:
        people = [whole.visitor() for _each in range(4)]
        for person in people:
            person.post(asked_link(whole))
        with ThreadPoolExecutor(4) as pool:
            pages = list(pool.map(lambda person: person.post(VERIFY, {"code": code}), people))
    assert sorted(page.location for page in pages) == [MANAGE, *[f"{VERIFY}#errors"] * 3]


@pytest.mark.parametrize("code", ["", "000000", "12345", "abcdef", "1" * 3000, "\x00"])
def test_a_wrong_code_opens_nothing(newcomer: Visitor, whole: Whole, code: str) -> None:
    set_up_app(newcomer)
    second = whole.visitor()
    second.post(asked_link(whole))
    assert second.post(VERIFY, {"code": code}).location == f"{VERIFY}#errors"
    assert second.get(MANAGE).location == VERIFY


def test_a_code_is_read_in_the_digits_of_any_keyboard(newcomer: Visitor) -> None:
    page = newcomer.submit(APP)
    app = pyotp.TOTP(page.one("code").words.replace(" ", ""))
    eastern = app.now().translate({ord("0") + digit: 0x660 + digit for digit in range(10)})
    assert newcomer.post(f"{APP}/code", {"code": eastern[:3] + " " + eastern[3:]}).location.endswith("recovery-codes")


def test_a_recovery_code_opens_once_and_leads_to_where_a_lost_factor_is_replaced(
    whole: Whole, newcomer: Visitor
) -> None:
    _app, codes = set_up_app(newcomer)
    typed = [f" {codes[0].upper()} ", codes[0]]
    locations = []
    for code in typed:
        person = whole.visitor()
        person.post(asked_link(whole))
        locations.append(person.post(f"{VERIFY}/recovery", {"recovery": code}).location)
    assert locations == [WAYS, f"{VERIFY}#errors"]
    assert "Codes that you can still use: 9" in newcomer.get(WAYS).text


def test_new_recovery_codes_end_the_old_ones(whole: Whole, newcomer: Visitor) -> None:
    _app, codes = set_up_app(newcomer)
    fresh = [tag.words for tag in newcomer.submit(f"{WAYS}/recovery-codes").all("code")]
    assert not set(codes) & set(fresh)
    person = whole.visitor()
    person.post(asked_link(whole))
    assert person.post(f"{VERIFY}/recovery", {"recovery": codes[1]}).location == f"{VERIFY}#errors"
    assert person.post(f"{VERIFY}/recovery", {"recovery": fresh[1]}).location == WAYS


def test_a_link_by_e_mail_alone_adds_no_second_factor_to_an_administrator(whole: Whole, newcomer: Visitor) -> None:
    newcomer.post("/en/sign-out")
    reader = whole.visitor()
    reader.post(asked_link(whole))
    page = reader.get(VERIFY)
    assert page.heading == "This link is not enough"
    assert "perille accounts invite" in page.text
    assert reader.post(APP).status == 403
    assert reader.post(f"{WAYS}/recovery-codes").status == 403
    assert whole.scalars(select(Authenticator)) == []


def test_an_invitation_adds_no_second_factor_where_there_is_one(whole: Whole, newcomer: Visitor) -> None:
    set_up_app(newcomer)
    thief = whole.visitor()
    thief.post(invite_as(whole, Role.ADMINISTRATOR))
    assert thief.get(VERIFY).heading == "Show that it is you"
    assert thief.post(f"{APP}/remove").status == 403
    assert thief.post(f"{WAYS}/recovery-codes").status == 403


def test_the_last_second_factor_stays(newcomer: Visitor) -> None:
    set_up_app(newcomer)
    assert "This is your last second factor" in newcomer.submit(f"{APP}/remove").text
    assert newcomer.get(MANAGE).status == 200


def test_a_passkey_is_a_second_factor_too(secure: Whole, browser: Browser) -> None:
    browser.post(invite_as(secure, Role.ADMINISTRATOR))
    page = browser.make_passkey()
    assert page.location == f"{WAYS}/recovery-codes"
    assert len(browser.get(page.location).all("code")) == 10
    assert browser.get(MANAGE).status == 200
    browser.post("/en/sign-out")
    assert browser.use_passkey().location == MANAGE
    assert browser.get(MANAGE).status == 200
    browser.post("/en/sign-out")
    browser.phone.verified = False
    assert browser.use_passkey().location == VERIFY
    assert browser.get(MANAGE).location == VERIFY


def test_who_administers_nothing_needs_no_second_factor_and_may_have_one(whole: Whole, visitor: Visitor) -> None:
    assert visitor.post(invite_as(whole, Role.COORDINATOR)).location != VERIFY
    set_up_app(visitor)
    (row,) = whole.scalars(select(Authenticator))
    assert row.confirmed_at is not None
    assert visitor.post(f"{APP}/remove").location == WAYS
    assert whole.scalars(select(Authenticator)) == []


def reset_page(whole: Whole, visitor: Visitor, email: str) -> str:
    (account,) = whole.scalars(select(Account).where(Account.email == email))
    return f"/en/manage/accounts/{account.id}/reset-sign-in"


def test_without_a_mail_server_a_reset_says_that_no_mail_goes_out_and_what_prints_the_link(
    whole: Whole, newcomer: Visitor
) -> None:
    helper = sign_in_as(whole, Role.ADMINISTRATOR, "bo@example.org")
    address = reset_page(whole, helper, "eva@example.org")
    for page in (helper.get(address), helper.submit(address)):
        assert "e-mail with a link" not in page.text
        assert "send the e-mail" not in page.text
        assert "This site has no mail server" in page.text
        assert "perille accounts reset eva@example.org" in [tag.words for tag in page.all("code")]
    assert newcomer.get(WAYS).status == 403, "signed out all the same"
    assert whole.scalars(select(Notice)) == []


@pytest.mark.usefixtures("sends_mail")
def test_with_a_mail_server_a_reset_sends_the_link(whole: Whole, newcomer: Visitor) -> None:
    helper = sign_in_as(whole, Role.ADMINISTRATOR, "bo@example.org")
    address = reset_page(whole, helper, "eva@example.org")
    assert "gets an e-mail with a link" in helper.get(address).text
    assert "on its way to them" in helper.submit(address).text
    assert whole.scalars(select(Notice.recipient)) == ["eva@example.org"]


def test_another_administrator_resets_who_lost_everything(whole: Whole, newcomer: Visitor) -> None:
    set_up_app(newcomer)
    helper = sign_in_as(whole, Role.ADMINISTRATOR, "bo@example.org")
    address = reset_page(whole, helper, "eva@example.org")
    assert helper.get(address).all("button", class_="main")
    assert helper.submit(address).heading == "It is reset"
    # Signed out everywhere, and nothing of the old factor works.
    assert newcomer.get(WAYS).status == 403
    assert whole.scalars(select(Authenticator)) == whole.scalars(select(RecoveryCode)) == []
    (line,) = whole.scalars(select(AuditEntry).where(AuditEntry.action == "second-factor.reset"))
    assert str(line.target_id) in address


def test_nobody_resets_themselves_or_without_a_second_factor(whole: Whole, newcomer: Visitor) -> None:
    set_up_app(newcomer)
    address = reset_page(whole, newcomer, "eva@example.org")
    assert not newcomer.get(address).all("button", class_="main")
    assert newcomer.post(address).status == 403
    unverified = whole.visitor()
    unverified.post(invite_as(whole, Role.ADMINISTRATOR, "bo@example.org"))
    assert unverified.post(address).location == VERIFY
    trainer = sign_in_as(whole, Role.TRAINER, "kai@example.org")
    assert trainer.post(address).status == 403
    assert len(whole.scalars(select(Authenticator))) == 1


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_command_line_lets_an_administrator_in_again_who_is_alone(whole: Whole, newcomer: Visitor) -> None:
    set_up_app(newcomer)
    done = CliRunner().invoke(accounts, ["reset", "EVA@example.org"], obj=lambda: whole.app)
    assert done.exit_code == 0, done.output
    assert newcomer.get(WAYS).status == 403
    again = whole.visitor()
    assert again.post(urlsplit(done.output.strip()).path).location == VERIFY
    set_up_app(again)
    assert again.get(MANAGE).status == 200
    assert isinstance(
        CliRunner().invoke(accounts, ["reset", "no@example.org"], obj=lambda: whole.app).exception, BadRequest
    )


def test_guessing_a_code_slows_down_for_that_account_alone(make_whole: object) -> None:
    site: Whole = make_whole(rate_limits=True)  # type: ignore[operator]
    first = site.visitor()
    first.post(invite_as(site, Role.ADMINISTRATOR))
    set_up_app(first)
    guesser = site.visitor()
    guesser.post(asked_link(site))
    statuses = [guesser.post(VERIFY, {"code": "000000"}).status for _try in range(6)]
    assert statuses == [303] * 5 + [429]
    other = site.visitor()
    other.post(invite_as(site, Role.ADMINISTRATOR, "bo@example.org"))
    set_up_app(other)
    assert other.get(MANAGE).status == 200


def test_how_a_session_was_verified_stands_in_its_row(whole: Whole, newcomer: Visitor) -> None:
    (row,) = whole.scalars(select(AccountSession))
    assert (row.verified_by, row.user_verified_at, row.may_enrol) == (VerifiedBy.LINK, None, True)
    set_up_app(newcomer)
    (row,) = whole.scalars(select(AccountSession))
    assert row.verified_by == VerifiedBy.TOTP
    assert row.user_verified_at is not None


def test_passkeys_are_gone_with_their_account(secure: Whole, browser: Browser) -> None:
    browser.post(invite_as(secure, Role.COORDINATOR))
    browser.make_passkey()
    secure.do(lambda: db.session.delete(db.session.scalar(select(Account))), write=True)
    assert secure.scalars(select(Passkey)) == []
