"""Names of cookies: over https only this host can set them, and what a browser holds from before that rule goes on working."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from perille.enrolment.models import Learner
from perille.people.models import Role
from support.people import invite_as
from support.visitor import Page, Visitor
from support.whole import Whole

COURSE = "/en/courses/way"
SITE = "https://learn.example.org"
SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def secure(make_whole: Callable[..., Whole]) -> Whole:
    """A site that is reached by https at a host of its own."""
    return make_whole(site_url=SITE)


def set_by(page: Page) -> dict[str, str]:
    """Return name -> the whole line of each cookie that an answer sets or deletes."""
    return {line.partition("=")[0]: line for line in page.headers.getlist("Set-Cookie")}


def holding(whole: Whole, **cookies: str) -> Visitor:
    """Return a browser with these cookies; "_Host_" stands for the prefix."""
    visitor = whole.visitor()
    for name, value in cookies.items():
        visitor.client.set_cookie(name.replace("_Host_", "__Host-"), value)
    return visitor


@SQLITE
def test_over_https_no_other_host_of_the_domain_can_set_a_cookie_of_ours(secure: Whole) -> None:
    line = set_by(secure.visitor().start())["__Host-perille_learner"]
    # Without these, browsers take no cookie of that name.
    assert "Secure" in line
    assert "Path=/;" in line
    assert "Domain" not in line
    assert "HttpOnly" in line


@SQLITE
def test_a_cookie_that_another_host_planted_counts_for_nothing_beside_ours(secure: Whole) -> None:
    mine, theirs = secure.visitor(), secure.visitor()
    mine.start()
    mine.post(f"{COURSE}/hello/next")
    theirs.start()
    both = holding(secure, perille_learner=theirs.cookie() or "", _Host_perille_learner=mine.cookie() or "")
    assert both.get(COURSE).one("a", class_="main")["href"] == f"{COURSE}/second"


def test_an_upgrade_to_named_cookies_loses_no_place(whole: Whole, make_whole: Callable[..., Whole]) -> None:
    before = whole.visitor()
    before.start()
    before.post(f"{COURSE}/hello/next")
    later = holding(make_whole(site_url=SITE), perille_learner=before.cookie() or "")
    assert later.get(COURSE).one("a", class_="main")["href"] == f"{COURSE}/second"
    # The next act gives the cookie its new name, and takes the old one away.
    said = set_by(later.post(f"{COURSE}/second/next"))
    assert "Max-Age=31536000" in said["__Host-perille_learner"]
    assert "Max-Age=0" in said["perille_learner"]
    assert later.client.get_cookie("perille_learner") is None
    assert later.get(COURSE).one("a", class_="main")["href"] != f"{COURSE}/second"
    assert len(whole.scalars(select(Learner))) == 1


@SQLITE
def test_an_upgrade_signs_nobody_out_and_signing_out_leaves_neither_name(
    whole: Whole, make_whole: Callable[..., Whole]
) -> None:
    before = whole.visitor()
    before.post(invite_as(whole, Role.MEMBER))
    secure = make_whole(site_url=SITE)
    later = holding(secure, perille_account=before.cookie("perille_account") or "")
    assert later.get("/en/account/sign-in").status == 200
    assert secure.visitor().get("/en/account/sign-in").status != 200
    said = set_by(later.post("/en/sign-out"))
    assert "Max-Age=0" in said["perille_account"]
    assert "Max-Age=0" in said["__Host-perille_account"]


@SQLITE
def test_leaving_and_forgetting_takes_cookies_of_both_names(secure: Whole) -> None:
    visitor = secure.visitor()
    visitor.start()
    visitor.client.set_cookie("perille_learner", "older")
    visitor.post("/forget")
    assert visitor.client.get_cookie("perille_learner") is None
    assert visitor.client.get_cookie("__Host-perille_learner") is None


@SQLITE
@pytest.mark.parametrize("site_url", ["", "https://example.org/learn"])
def test_without_https_or_below_a_path_the_prefix_would_lose_the_cookie(
    make_whole: Callable[..., Whole], site_url: str
) -> None:
    below = "/learn" if site_url else ""
    page = make_whole(site_url=site_url).visitor().post(f"{below}{COURSE}/start")
    assert list(set_by(page)) == ["perille_learner"]
    assert f"Path={below or '/'};" in set_by(page)["perille_learner"]


@SQLITE
def test_what_scripts_of_our_pages_read_keeps_its_name(secure: Whole) -> None:
    visitor = secure.visitor()
    visitor.start()
    said = set_by(visitor.post("/leave"))
    assert "perille_left" in said
    assert "HttpOnly" not in said["perille_left"]
