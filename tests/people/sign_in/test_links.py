"""A link by e-mail, asked for on the sign-in page, with a short code for the page that waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from people.sign_in.conftest import newest_mail
from perille.core.database import utcnow
from perille.core.extensions import db
from perille.notices.models import Notice
from perille.people.models import Account, AccountSession, Role, SignInLink
from perille.people.sign_in.jobs import forget_what_expired
from perille.people.sign_in.links import REQUEST_LIFE
from perille.people.sign_in.models import SignInRequest
from support.people import invite_as
from support.queries import count_queries
from support.visitor import Visitor
from support.whole import Whole

START, SENT = "/en/sign-in", "/en/sign-in/sent"
EVA = {"email": "eva@example.org"}


def press_of(visitor: Visitor, here: str) -> dict[str, str]:
    """Return the word by which the form of a page knows its own second press."""
    hidden = visitor.get(here).all("input", type="hidden")
    return {"press": next(each["value"] for each in hidden if each["name"] == "press")}


@pytest.fixture
def eva(whole: Whole) -> Whole:
    """A site on which Eva, a coordinator, has an account and no open invitation."""
    assert whole.visitor().post(invite_as(whole, Role.COORDINATOR)).status == 303
    whole.do(lambda: db.session.execute(AccountSession.__table__.delete()), write=True)
    return whole


def test_the_first_visit_takes_little(whole: Whole, visitor: Visitor) -> None:
    page = visitor.get(START, Accept_Encoding="gzip")
    loaded = [page.response.get_data()]
    plain = visitor.get(START)
    for tag in [*plain.all("link", rel="stylesheet"), *plain.all("script")]:
        address = tag.attributes.get("href") or tag["src"]
        loaded.append(visitor.get(address, Accept_Encoding="gzip").response.get_data())
    assert len(loaded) >= 5
    assert sum(map(len, loaded)) < 40_000


def test_the_short_code_signs_in_the_browser_that_waits(eva: Whole, visitor: Visitor) -> None:
    assert visitor.post(START, EVA).location == SENT
    to, _link, code = newest_mail(eva)
    assert to == "eva@example.org"
    assert visitor.get(SENT).all("input", id="code")
    visitor.post(SENT, {"code": f"{code[:3]} {code[3:]}"})
    assert "eva@example.org" in visitor.get("/en/account/sign-in").text
    assert visitor.cookie("perille_sign_in") is None


def test_the_short_code_works_in_no_other_browser(eva: Whole, visitor: Visitor) -> None:
    visitor.post(START, EVA)
    _to, _link, code = newest_mail(eva)
    thief = eva.visitor()
    assert thief.post(SENT, {"code": code}).location == f"{SENT}#errors"
    # Nor in one that waits for a mail of its own.
    thief.post(START, {"email": "nobody@example.org"})
    assert thief.post(SENT, {"code": code}).location == f"{SENT}#errors"
    assert thief.cookie("perille_account") is None


def test_five_wrong_codes_end_the_code_and_not_the_link(eva: Whole, visitor: Visitor) -> None:
    visitor.post(START, EVA)
    _to, link, code = newest_mail(eva)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for _try in range(5):
        assert visitor.post(SENT, {"code": wrong}).location == f"{SENT}#errors"
    assert visitor.post(SENT, {"code": code}).location == f"{SENT}#errors"
    assert visitor.get(SENT).heading == "This page waits for no code any more"
    assert eva.visitor().post(link).status == 303


def test_the_link_works_in_another_browser_names_the_account_and_is_pressed(eva: Whole, visitor: Visitor) -> None:
    visitor.post(START, EVA)
    _to, link, _code = newest_mail(eva)
    mail_app = eva.visitor()
    for _look in range(3):
        assert mail_app.client.head(link).status_code == 200
        assert "e…@example.org" in mail_app.get(link).text
    assert mail_app.cookie("perille_account") is None
    assert mail_app.post(link).status == 303
    again = eva.visitor().submit(link)
    assert again.status == 410
    assert again.one("a", class_="main")["href"] == START


@pytest.mark.parametrize("way", ["link", "code"])
def test_two_presses_sign_in_once_and_the_second_answer_is_as_good(eva: Whole, visitor: Visitor, way: str) -> None:
    visitor.post(START, EVA)
    waits = visitor.cookie("perille_sign_in") or ""
    _to, link, code = newest_mail(eva)
    here = link if way == "link" else SENT
    pressed = {"code": code, **press_of(visitor, here)}
    first = visitor.post(here, pressed)
    # A browser that presses again drops the first answer with its cookies.
    visitor.client.delete_cookie("perille_account")
    visitor.client.set_cookie("perille_sign_in", waits)
    second = visitor.post(here, pressed)
    assert (second.status, second.location) == (303, first.location)
    assert "eva@example.org" in visitor.get("/en/account/sign-in").text
    assert len(eva.scalars(select(AccountSession))) == 1
    stranger = eva.visitor()
    stranger.client.set_cookie("perille_sign_in", waits)
    stranger.post(here, {"code": code})
    assert stranger.get("/en/account").status == 403


def test_a_form_of_a_link_is_good_for_a_second_press_only_a_minute_long(eva: Whole, visitor: Visitor) -> None:
    visitor.post(START, EVA)
    link = newest_mail(eva)[1]
    pressed = press_of(visitor, link)
    visitor.post(link, pressed)
    made = update(AccountSession).values(created_at=utcnow() - timedelta(minutes=2))
    eva.do(lambda: db.session.execute(made), write=True)
    later = eva.visitor()
    assert later.submit(link, pressed).status == 410
    assert later.get("/en/account").status == 403


def test_no_script_of_the_page_could_press_the_button(eva: Whole, visitor: Visitor) -> None:
    visitor.post(START, EVA)
    page = visitor.get(newest_mail(eva)[1])
    assert not [tag["src"] for tag in page.all("script") if "passkey" in tag["src"] or "pictures" in tag["src"]]
    assert not [tag for tag in page.all("meta") if tag.attributes.get("http-equiv")]


def test_using_one_way_in_ends_the_others(eva: Whole, visitor: Visitor) -> None:
    links = []
    for _time in range(3):
        visitor.post(START, EVA)
        links.append(newest_mail(eva)[1])
    stranger = eva.visitor()
    assert [stranger.get(link).status for link in links] == [200] * 3
    assert visitor.post(links[1]).status == 303
    assert [stranger.get(link).status for link in links] == [410] * 3


def test_a_link_that_somebody_asked_for_does_not_end_an_invitation(eva: Whole, visitor: Visitor) -> None:
    invitation = invite_as(eva, Role.COORDINATOR)
    visitor.post(START, EVA)
    visitor.post(newest_mail(eva)[1])
    assert eva.visitor().get(invitation).status == 200


def test_known_unknown_and_disabled_addresses_get_the_same_answer_and_the_same_queries(eva: Whole) -> None:
    disabled = "bo@example.org"
    invite_as(eva, Role.TRAINER, disabled)
    off = update(Account).where(Account.email == disabled).values(disabled_at=utcnow())
    eva.do(lambda: db.session.execute(off), write=True)
    answers, sent = [], []
    for email in ("eva@example.org", "nobody@example.org", disabled):
        browser = eva.visitor()
        with count_queries(eva.engine) as queries:
            page = browser.post(START, {"email": email})
        answers.append((page.status, page.location, browser.get(SENT).text))
        sent.append([query.split("(")[0].split(" WHERE")[0] for query in queries])
    assert answers[0] == answers[1] == answers[2]
    assert sent[0] == sent[1] == sent[2]
    # One mail alone is on its way.
    assert [notice.recipient for notice in eva.scalars(select(Notice))] == ["eva@example.org"]


def test_mail_goes_to_the_stored_address_whatever_is_typed(eva: Whole, visitor: Visitor) -> None:
    visitor.post(START, {"email": " EVA@Example.ORG "})
    assert newest_mail(eva)[0] == "eva@example.org"
    # The Kelvin sign, a dotless i and a Cyrillic o are other letters.
    for twin in ("eva@example.\u043erg", "\u212aev@example.org", "ev\u0131@example.org"):
        visitor.post(START, {"email": twin})
    assert len(eva.scalars(select(Notice))) == 1


@pytest.mark.parametrize("typed", ["", "eva", "a b@c.example", "x" * 500, "\x00@example.org"])
def test_what_is_no_address_is_told(whole: Whole, visitor: Visitor, typed: str) -> None:
    page = visitor.submit(START, {"email": typed})
    assert "Please write your e-mail address" in page.text
    assert whole.scalars(select(SignInRequest)) == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_asking_too_often_is_told_openly_for_any_address(make_whole: Callable[..., Whole]) -> None:
    site = make_whole(rate_limits=True)
    invite_as(site, Role.COORDINATOR)
    for email in ("eva@example.org", "nobody@example.org"):
        pages = [site.visitor().post(START, {"email": email}) for _time in range(4)]
        assert [page.status for page in pages] == [303, 303, 303, 429]
        assert "asked for three times" in pages[-1].text
    # Somebody else behind the same line is not kept waiting.
    assert site.visitor().post(START, {"email": "kai@example.org"}).status == 303


def test_a_link_is_old_after_a_quarter_of_an_hour(eva: Whole, visitor: Visitor) -> None:
    visitor.post(START, EVA)
    _to, link, code = newest_mail(eva)
    with time_machine.travel(utcnow() + REQUEST_LIFE + timedelta(seconds=1)):
        assert eva.visitor().get(link).status == 410
        assert visitor.post(SENT, {"code": code}).location == f"{SENT}#errors"


def test_whoever_is_signed_in_is_told_that_the_link_is_for_somebody_else(eva: Whole, visitor: Visitor) -> None:
    visitor.post(invite_as(eva, Role.TRAINER, "kai@example.org"))
    eva.visitor().post(START, EVA)
    link = newest_mail(eva)[1]
    assert "Here somebody else is signed in: kai@example.org" in visitor.get(link).text
    visitor.post(link)
    assert "eva@example.org" in visitor.get("/en/account/sign-in").text
    # One browser is one person: the other session is gone.
    assert len(eva.scalars(select(AccountSession))) == 1


def test_not_me_is_a_press_and_ends_open_links_alone(eva: Whole, visitor: Visitor) -> None:
    invitation = invite_as(eva, Role.COORDINATOR)
    visitor.post(START, EVA)
    link = newest_mail(eva)[1]
    reader = eva.visitor()
    form = reader.get(link).one("form", action="/en/sign-in/not-me")
    assert form["method"] == "post"
    reader.post("/en/sign-in/not-me", {"token": link.rsplit("/", 1)[1]})
    assert reader.get(link).status == 410
    assert reader.get(invitation).status == 200


def test_a_browser_that_was_left_waits_for_nothing(eva: Whole, visitor: Visitor) -> None:
    visitor.post(START, EVA)
    code = newest_mail(eva)[2]
    visitor.post("/leave")
    assert visitor.get(SENT).heading == "This page waits for no code any more"
    assert visitor.post(SENT, {"code": code}).location == f"{SENT}#errors"


def test_what_nobody_used_is_forgotten(eva: Whole, visitor: Visitor) -> None:
    visitor.post(START, EVA)
    visitor.post(START, {"email": "nobody@example.org"})
    with time_machine.travel(utcnow() + timedelta(hours=1)), eva.app.app_context():
        forget_what_expired(db.session)
        db.session.remove()
    assert eva.scalars(select(SignInRequest)) == []
    assert eva.scalars(select(SignInLink).where(SignInLink.account_id.is_(None))) == []


def test_neither_the_code_nor_the_link_is_kept_in_the_clear(eva: Whole, visitor: Visitor) -> None:
    visitor.post(START, EVA)
    _to, link, code = newest_mail(eva)
    (request,) = eva.scalars(select(SignInRequest))
    (notice,) = eva.scalars(select(Notice))
    assert code.encode() not in request.code_hash
    assert code not in notice.content
    assert link.rsplit("/", 1)[1] not in notice.content
