"""Who signs in on the way from an e-mail comes to what it was about; an address in a link leads nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import msgspec
import pyotp
import pytest
import time_machine
from sqlalchemy import select

from people.sign_in.conftest import newest_mail
from people.sign_in.test_oidc import come_back, offer
from people.sign_in.test_pins import make
from people.sign_in.test_second_factor import set_up_app
from perille.core.database import utcnow
from perille.core.extensions import db
from perille.notices.models import Notice
from perille.notices.services import content_seal
from perille.people.models import AccountSession, Role
from perille.people.return_address import address_of
from perille.people.sign_in.models import PinKind
from support.oidc import lying_provider
from support.people import invite_as
from support.visitor import Page, Visitor
from support.whole import Whole

EVA = {"email": "eva@example.org"}
MODULES = "/en/account/modules"
#: No first page of anybody: who comes there was led there.
DRAFT = "/en/studio/0190c1de-0000-7000-8000-000000000000/publish"
ELSEWHERE = [
    "https://evil.example/en/account/modules",
    "//evil.example/en/account/modules",
    "/\\evil.example",
    "/en/account/modules\r\nX-Evil: 1",
    "/en/manage",
    "/en/account",
    "/leave",
    "/en/account/modules/",
    "javascript:alert(1)",
    "",
]


@pytest.fixture(params=[Role.MENTOR, Role.TRAINER, Role.COORDINATOR, Role.MEMBER])
def eva(whole: Whole, request: pytest.FixtureRequest) -> Whole:
    """A site on which Eva has an account with a role, and is signed in nowhere."""
    return known(whole, request.param)


def known(whole: Whole, role: Role) -> Whole:
    assert whole.visitor().post(invite_as(whole, role)).status == 303
    whole.do(lambda: db.session.execute(AccountSession.__table__.delete()), write=True)
    return whole


def mailed_link(whole: Whole) -> str:
    """Return the path and query of the sign-in link that was mailed last."""

    def work() -> str:
        notice = db.session.scalars(select(Notice).order_by(Notice.created_at.desc())).first()
        assert notice is not None
        parts = urlsplit(msgspec.json.decode(content_seal().open(notice.content))["links"]["open"])
        return f"{parts.path}?{parts.query}"

    return whole.do(work)


def start_of(visitor: Visitor, page: str) -> str:
    """Open a page, at which somebody must sign in first; return where its way to signing in leads."""
    refused = visitor.get(page)
    assert (refused.status, refused.heading) == (403, "Sign in")
    return str(next(each["href"] for each in refused.all("a", class_="main") if "/sign-in" in each["href"]))


def ask(visitor: Visitor, start: str) -> str:
    """Ask for a link on the sign-in page; return the page that waits for the code."""
    form = next(each for each in visitor.get(start).all("form") if urlsplit(each["action"]).path == "/en/sign-in")
    return visitor.post(form["action"], EVA).location


def test_the_link_leads_to_the_page_of_the_mail_also_in_another_browser(eva: Whole, visitor: Visitor) -> None:
    ask(visitor, start_of(visitor, MODULES))
    other = eva.visitor()
    address = mailed_link(eva)
    assert other.get(address).status == 200
    page = other.post(address)
    assert (page.status, page.location) == (303, MODULES)
    assert other.get(MODULES).heading == "My modules"


def test_the_code_leads_there_too_also_after_a_wrong_one(eva: Whole, visitor: Visitor) -> None:
    sent = ask(visitor, start_of(visitor, MODULES))
    code = newest_mail(eva)[2]
    wrong = visitor.post(sent, {"code": f"{999_999 - int(code):06}"})
    assert wrong.location.startswith(sent)
    assert visitor.post(sent, {"code": code}).location == MODULES


def test_without_a_mail_one_comes_to_ones_first_page(whole: Whole, visitor: Visitor) -> None:
    known(whole, Role.TRAINER)
    ask(visitor, "/en/sign-in")
    assert visitor.post(mailed_link(whole)).location == "/en/groups"


@pytest.mark.parametrize("to", ELSEWHERE)
def test_a_link_leads_to_no_other_page_and_no_other_site(whole: Whole, visitor: Visitor, to: str) -> None:
    known(whole, Role.TRAINER)
    page = Page(visitor.client.get("/en/sign-in", query_string={"to": to}))
    assert page.status == 200
    assert [each["action"] for each in page.all("form") if "to=" in each["action"]] == []
    visitor.client.post("/en/sign-in", query_string={"to": to}, data=EVA)
    link = mailed_link(whole)
    assert "to=" not in link
    answer = visitor.client.post(link, query_string={"to": to})
    assert answer.headers["Location"] == "/en/groups"


def test_a_page_that_no_mail_leads_to_is_not_remembered(visitor: Visitor) -> None:
    for page in ("/en/manage", "/en/account", "/en/groups"):
        assert start_of(visitor, page) == "/en/sign-in"


def test_the_page_of_a_draft_is_known_with_its_number_below_a_path_too(make_whole: Callable[..., Whole]) -> None:
    site = make_whole(site_url="https://example.org/learn")
    draft = f"/en/studio/{uuid4()}/publish"
    with site.app.test_request_context("/", base_url="https://example.org/learn"):
        assert address_of(draft) == f"/learn{draft}"
        assert address_of(draft.replace("publish", "history")) == ""


def test_who_needs_a_second_factor_shows_it_first(whole: Whole, visitor: Visitor) -> None:
    visitor.post(invite_as(whole, Role.ADMINISTRATOR))
    page = visitor.submit("/en/account/sign-in/authenticator")
    app = pyotp.TOTP(page.one("code").words.replace(" ", ""))
    visitor.post("/en/account/sign-in/authenticator/code", {"code": app.now()})
    other = whole.visitor()
    ask(other, start_of(other, MODULES))
    verify = other.post(mailed_link(whole)).location
    assert urlsplit(verify).path == "/en/sign-in/second-factor"
    form = next(each for each in other.get(verify).all("form") if "second-factor?" in each.attributes.get("action", ""))
    wrong = other.post(form["action"], {"code": "000000"})
    assert wrong.location == f"{verify}#errors"
    moment = utcnow() + timedelta(minutes=5)
    with time_machine.travel(moment):
        assert other.post(form["action"], {"code": app.at(int(moment.timestamp()))}).location == MODULES


def test_a_recovery_code_leads_there_too_also_after_a_wrong_one(whole: Whole, visitor: Visitor) -> None:
    visitor.post(invite_as(whole, Role.ADMINISTRATOR))
    _app, codes = set_up_app(visitor)
    other = whole.visitor()
    ask(other, start_of(other, MODULES))
    verify = other.post(mailed_link(whole)).location
    form = next(each for each in other.get(verify).all("form") if "/recovery" in each.attributes.get("action", ""))
    assert other.post(form["action"], {"recovery": "wrong"}).location == f"{verify}#errors"
    assert other.post(form["action"], {"recovery": codes[0]}).location == MODULES
    again = whole.visitor()
    again.post(invite_as(whole, Role.ADMINISTRATOR))
    plain = again.post("/en/sign-in/second-factor/recovery", {"recovery": codes[1]})
    assert plain.location == "/en/account/sign-in", "who came for no page replaces the factor"


@pytest.mark.parametrize("kind", PinKind)
def test_a_pin_leads_there_too_also_after_a_wrong_one(whole: Whole, visitor: Visitor, kind: PinKind) -> None:
    (aino,) = make(whole, ["Aino"], kind)
    start = visitor.get(start_of(visitor, DRAFT))
    name = next(each["href"] for each in start.all("a") if "/sign-in/name" in each["href"])
    assert visitor.post(name, {"username": "x" * 300}).location.startswith(name)
    address = visitor.post(name, {"username": aino.username}).location
    typed = {"pin": "000000"}
    if kind is PinKind.PICTURES:
        *first, last = aino.pin.split()
        typed, right = (
            {"pressed": " ".join(reversed(first)), "picture": last},
            {"pressed": " ".join(first), "picture": last},
        )
        assert visitor.post(address, {"picture": last}).location == f"{address}#pictures"
    else:
        right = {"pin": aino.pin}
    assert visitor.post(address, typed).location == f"{address}#errors"
    assert visitor.post(address, right).location == DRAFT


def test_the_service_of_an_organisation_leads_there_too(whole: Whole, visitor: Visitor) -> None:
    with lying_provider() as liar:
        provider = offer(whole, liar.issuer)
        start = visitor.get(start_of(visitor, DRAFT))
        form = next(each for each in start.all("form") if f"/organisation/{provider}" in each["action"])
        left = visitor.submit(form["action"])
        new = come_back(visitor, liar.sign_in(left.one("a", class_="main")["href"]))
        assert visitor.post(new.location).location == DRAFT
        known = whole.visitor()
        left = known.submit(form["action"])
        assert come_back(known, liar.sign_in(left.one("a", class_="main")["href"])).location == DRAFT


@pytest.mark.parametrize("to", ELSEWHERE)
def test_the_state_of_a_login_leads_to_no_other_page_and_no_other_site(whole: Whole, visitor: Visitor, to: str) -> None:
    with lying_provider() as liar:
        provider = offer(whole, liar.issuer)
        begun = visitor.client.post(f"/en/sign-in/organisation/{provider}", query_string={"to": to})
        assert "." not in begun.headers["Location"].rpartition("/")[2]
        left = visitor.get(begun.headers["Location"])
        new = come_back(visitor, liar.sign_in(left.one("a", class_="main")["href"]))
        assert visitor.post(new.location).location == "/en/account/modules"


@pytest.mark.parametrize("state", ["x.%%%", "x.w6k", "x.", ".", "x.L2VuL2FjY291bnQvbW9kdWxlcw.x", "x.\u00e9"])
def test_a_made_up_state_is_refused_in_words(visitor: Visitor, state: str) -> None:
    answer = visitor.client.get("/sign-in-return", query_string={"state": state, "code": "x"})
    assert answer.status_code == 303
    assert "/en/sign-in" in answer.headers["Location"]
