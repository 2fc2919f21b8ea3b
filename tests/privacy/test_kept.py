"""A person sees all that is kept of them in words, takes it along, and has their account erased with proof."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from perille.core.extensions import db
from perille.enrolment.models import Learner
from perille.enrolment.profile_tokens import profile_tokens
from perille.features import metadata
from perille.people.models import Account, AccountSession, AuditEntry, Membership, Role
from perille.privacy.commands import finish_all, privacy
from perille.profiles.models import AccountLearner
from profiles.test_locks import COURSE, mark
from support.people import invite_as
from support.visitor import Page, Visitor
from support.whole import Whole

PAGE, ASK = "/en/my-data", "/en/account/progress"
MAIL = "aino.unusual@example.org"
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def packed(page: Page) -> dict[str, bytes]:
    assert page.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(page.response.data)) as files:
        return {name: files.read(name) for name in files.namelist()}


@pytest.fixture
def member(whole: Whole, learner: Visitor) -> Visitor:
    """Somebody who keeps a finished course with a certificate in their account."""
    learner.post(invite_as(whole, Role.MEMBER, MAIL))
    learner.post(ASK, {"keep": "yes"})
    return learner


def test_a_stranger_is_told_that_nothing_is_kept(visitor: Visitor) -> None:
    assert "Nothing. No number, no name, no progress." in visitor.get(PAGE).text
    assert visitor.post(f"{PAGE}/archive").status == 404


def test_a_learner_reads_what_is_kept_of_them(learner: Visitor) -> None:
    page = learner.get(PAGE)
    assert "Certificates, with the name on them: 1" in page.text
    assert "Aino Virta" in page.text
    assert "course_way" not in page.text, "a course has its title"
    assert "Your answers in tests: 2" in page.text
    assert page.headers["Cache-Control"].startswith("no-store")
    assert learner.get("/en/privacy").all("a", href=PAGE)


def test_a_role_is_told_in_the_readers_words(member: Visitor) -> None:
    assert "Learner at work" in member.get(PAGE).text
    told = member.get("/fi/my-data").text
    assert "Roolisi organisaatioissa: 1" in told
    assert "member" not in told


def test_the_archive_has_a_page_to_read_and_the_same_for_programs(member: Visitor) -> None:
    files = packed(member.post(f"{PAGE}/archive"))
    assert set(files) == {"my-data.html", "my-progress.json", "my-account.json"}
    assert b"Aino Virta" in files["my-data.html"]
    account = json.loads(files["my-account.json"])
    assert account["tables"]["account"][0]["email"] == MAIL
    assert account["progress"]["tables"]["credential"][0]["printed_name"] == "Aino Virta"
    assert not [key for rows in account["tables"].values() for row in rows for key in row if "hash" in key]


def test_roles_are_said_in_the_readers_language(member: Visitor) -> None:
    assert "Learner at work" in member.get(PAGE).text
    finnish = member.get("/fi/my-data").text
    assert "Oppija työssä" in finnish
    assert "member" not in finnish


def test_deleting_an_account_takes_the_progress_in_it(whole: Whole, member: Visitor) -> None:
    assert member.post(f"{PAGE}/account").location.startswith(PAGE), "not without the tick"
    assert len(whole.scalars(select(Account))) == 1
    assert member.post(f"{PAGE}/account", {"sure": "yes"}).location == "/en/forgotten"
    for model in (Account, AccountSession, Membership, AccountLearner, Learner):
        assert whole.scalars(select(model)) == [], model
    with whole.app.app_context():
        assert finish_all() > 0
    found = whole.do(
        lambda: [repr(row) for table in metadata.sorted_tables for row in db.session.execute(select(table))]
    )
    assert not [row for row in found if MAIL in row or "Aino Virta" in row]
    assert whole.scalars(select(AuditEntry)), "that something was done stays"


def shared_phone(whole: Whole) -> Visitor:
    """Return a browser in which an anonymous learner's progress is open, and that of the account that is signed in stands behind it."""
    visitor = whole.visitor()
    visitor.start()
    visitor.post(invite_as(whole, Role.MEMBER, MAIL))
    visitor.post(ASK, {"keep": "yes"})
    visitor.post("/en/whose/add")
    visitor.post(f"{COURSE}/start", mark(visitor))
    return visitor


def test_deleting_an_account_leaves_what_others_have_on_the_same_phone(whole: Whole) -> None:
    visitor = shared_phone(whole)
    assert len(whole.scalars(select(Learner))) == 2
    form = visitor.get(PAGE).one("form", action=f"{PAGE}/account")
    names = form["data-mine"]
    kept = whole.scalars(select(AccountLearner))[0].learner_id
    with whole.app.app_context():
        assert profile_tokens([kept]) <= set(names.split())
    page = visitor.post(f"{PAGE}/account", {**mark(visitor), "sure": "yes", "spares": names})
    assert page.location == "/en/forgotten"
    assert page.headers["Clear-Site-Data"] == '"cache"'
    assert kept not in [each.id for each in whole.scalars(select(Learner))]
    assert "you are here" in visitor.get(COURSE).text, "the other one goes on"
    assert not mark(visitor), "who was deleted is no longer among those who share the phone"


def test_what_waits_under_no_name_is_said_to_stay_where_another_ones_progress_is_open(whole: Whole) -> None:
    visitor = shared_phone(whole)
    form = visitor.get(PAGE).one("form", action=f"{PAGE}/account")
    assert form.has("data-nobodys"), "the account's own progress stands behind the open one"
    _open, behind = visitor.get("/en/whose").all("input", name_="phone")
    visitor.post("/en/whose", {"phone": behind["value"]})
    form = visitor.get(PAGE).one("form", action=f"{PAGE}/account")
    assert (form.has("data-mine"), form.has("data-nobodys")) == (True, False), "now the account's own is open"


@pytest.mark.parametrize("spares", ["", "0123456789abcdef"])
def test_without_the_script_all_that_waits_on_the_phone_goes(whole: Whole, spares: str) -> None:
    visitor = shared_phone(whole)
    page = visitor.post(f"{PAGE}/account", {**mark(visitor), "sure": "yes", "spares": spares})
    assert page.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "you are here" in visitor.get(COURSE).text


def test_whoever_is_alone_on_the_phone_leaves_nothing_there(member: Visitor) -> None:
    assert not member.get(PAGE).one("form", action=f"{PAGE}/account").has("data-mine")
    page = member.post(f"{PAGE}/account", {"sure": "yes"})
    assert page.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert [member.cookie(name) for name in ("perille_learner", "perille_account", "perille_known")] == [None] * 3


def test_an_account_without_progress_takes_nobody_elses_along(whole: Whole, learner: Visitor) -> None:
    learner.post(invite_as(whole, Role.MEMBER, MAIL))
    names = learner.get(PAGE).one("form", action=f"{PAGE}/account")["data-mine"]
    page = learner.post(f"{PAGE}/account", {"sure": "yes", "spares": names})
    assert page.headers["Clear-Site-Data"] == '"cache"'
    assert len(whole.scalars(select(Learner))) == 1
    assert "Certificates, with the name on them: 1" in learner.get(PAGE).text


def test_the_only_administrator_is_not_deleted(whole: Whole, visitor: Visitor) -> None:
    visitor.post(invite_as(whole, Role.ADMINISTRATOR, MAIL))
    refused = visitor.post(f"{PAGE}/account", {"sure": "yes"})
    assert (refused.status, "Make somebody else an administrator first." in refused.text) == (409, True)
    assert len(whole.scalars(select(Account))) == 1


def test_erasing_by_address_takes_the_account_and_proves_it(whole: Whole, member: Visitor) -> None:
    result = CliRunner().invoke(privacy, ["erase", "--mbox", MAIL], obj=lambda: whole.app, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert whole.scalars(select(Account)) == whole.scalars(select(Learner)) == []
    assert member.get(ASK).status == 403
