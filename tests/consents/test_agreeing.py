"""People with an account agree to each purpose by itself; what they take back stops; nobody is asked before they learn."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import delete, select

from perille.consents.models import Consent
from perille.core.extensions import db
from perille.core.feature import features_of
from perille.credentials.expiring import REMINDERS
from perille.domain.course import PackKind
from perille.enrolment.models import Learner
from perille.features import FEATURES
from perille.organisations.purposes import RESULTS
from perille.packs.published.library import current_library
from perille.people.models import Account, Role
from perille.profiles.models import AccountLearner
from perille.profiles.purposes import RECORD
from support.people import OFFICE, place_of, sign_in_as
from support.visitor import Visitor
from support.whole import Whole

MINE, MODULES = "/en/my-data", "/en/account/modules"
AINO = "aino@example.org"
#: Version -> first letters of the hash of what is asked. Words that change what is agreed to need a new version: people are asked again.
WORDS = {
    ("organisation", 1): "785ddfe489fc",
    ("reminders", 1): "48c24d247391",
    ("record", 1): "a308f0d86199",
    ("spaced-questions", 1): "4e21a653280b",
    ("spaced-mails", 1): "783a13839bf1",
}


@pytest.fixture
def member(whole: Whole) -> Visitor:
    """A professional who joined the office by its invitation."""
    return sign_in_as(whole, Role.MEMBER, AINO)


def press(visitor: Visitor, purpose: str, answer: str, **fields: str) -> str:
    """Press an answer; return where it leads."""
    return visitor.post(f"{MINE}/agree/{purpose}", {"answer": answer, **fields}).location


def office_of(whole: Whole) -> UUID:
    found = whole.do(lambda: place_of(Role.MEMBER, OFFICE), write=True)
    assert found is not None
    return found


def answers(whole: Whole, purpose: str) -> list[tuple[bool, bool]]:
    rows = whole.scalars(select(Consent).where(Consent.purpose == purpose).order_by(Consent.id))
    return [(each.given, each.ended_at is None) for each in rows]


def test_a_learner_without_an_account_is_asked_nothing(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    assert "agreed to" not in visitor.get(MINE).text
    assert visitor.post(f"{MINE}/agree/reminders", {"answer": "yes"}).status == 403
    assert whole.scalars(select(Consent)) == []


def test_each_purpose_is_asked_beside_what_it_is_about_and_learning_waits_for_no_answer(
    whole: Whole, member: Visitor
) -> None:
    page = member.get(MODULES)
    assert str(REMINDERS.question) in page.text
    assert member.get("/en/courses/way").status == 200
    member.start()
    assert member.get("/en/courses/way/hello").status == 200
    assert press(member, "reminders", "no", **{"from": "modules"}) == MODULES
    assert str(REMINDERS.question) not in member.get(MODULES).text, "a no is an answer: it is not asked again and again"
    assert "You said no on" in member.get(MINE).text
    press(member, "reminders", "yes")
    press(member, "reminders", "yes")
    assert answers(whole, "reminders") == [(False, False), (True, True)]


def test_a_yes_says_which_words_in_which_language_and_when(whole: Whole, member: Visitor) -> None:
    member.post(f"/fi{MINE[3:]}/agree/reminders", {"answer": "yes"})
    (row,) = whole.scalars(select(Consent).where(Consent.purpose == "reminders"))
    assert (row.version, row.language, row.given, row.ended_at) == (1, "fi", True, None)
    page = member.get(MINE)
    assert page.all("button", name_="answer", value="no"), "it is taken back by one press"
    packed = member.post(f"{MINE}/archive")
    with zipfile.ZipFile(io.BytesIO(packed.response.data)) as files:
        kept = json.loads(files.read("my-account.json"))
    assert {each["purpose"] for each in kept["tables"]["consent"]} == {"organisation", "reminders"}


def test_the_organisation_sees_results_only_while_it_is_shown_them(whole: Whole, member: Visitor) -> None:
    member.post(f"/en/modules/{slug_of(whole)}/start")
    coordinator = sign_in_as(whole, Role.COORDINATOR, "mari@example.org")
    office = office_of(whole)
    aino = whole.scalars(select(Account).where(Account.email == AINO))[0].id
    there = f"/en/organisations/{office}/people"
    person = f"{there}/{aino}"
    figures = f"0 of {module_count(whole)}"
    assert figures in coordinator.get(there).text
    press(member, "organisation", "no", organisation=office.hex)
    assert figures not in coordinator.get(there).text
    assert "does not show your organisation" in coordinator.get(person).text
    assert "More time, more tries" not in coordinator.get(person).text
    assert "see nothing of what you learn" in member.get("/en/account").text
    press(member, "organisation", "yes", organisation=office.hex)
    assert figures in coordinator.get(there).text


def module_count(whole: Whole) -> int:
    with whole.app.app_context():
        return len(current_library().summaries(PackKind.MODULE))


def slug_of(whole: Whole) -> str:
    with whole.app.app_context():
        return current_library().summaries(PackKind.MODULE)[0].slug


def test_nobody_answers_for_an_organisation_that_they_are_not_in(whole: Whole, member: Visitor) -> None:
    school = whole.do(lambda: place_of(Role.MEMBER, "The school"), write=True)
    assert school is not None
    for wanted in (school.hex, "", "x"):
        tried = member.post(f"{MINE}/agree/organisation", {"answer": "yes", "organisation": wanted})
        assert tried.status == 404
    assert member.post(f"{MINE}/agree/everything", {"answer": "yes"}).status == 404


def test_progress_that_is_taken_out_of_the_account_stays_in_the_browser(whole: Whole, member: Visitor) -> None:
    member.start()
    member.post("/en/courses/way/hello/next")
    assert len(whole.scalars(select(AccountLearner))) == 1
    press(member, "record", "no")
    assert whole.scalars(select(AccountLearner)) == []
    assert "keeps no progress" in member.get(MODULES).text
    member.post("/en/sign-out")
    (main,) = member.get("/en/courses/way").all("a", class_="main")
    assert main["href"] == "/en/courses/way/second", "nothing is lost"
    assert len(whole.scalars(select(Learner))) == 1


def test_after_a_no_nothing_more_is_kept_in_the_account(whole: Whole, member: Visitor) -> None:
    press(member, "record", "no")
    member.start()
    assert whole.scalars(select(AccountLearner)) == []
    press(member, "record", "yes")
    member.post("/en/account/progress", {"keep": "yes"})
    assert len(whole.scalars(select(AccountLearner))) == 1


@pytest.fixture
def newer(whole: Whole) -> Iterator[None]:
    """Let the words of the reminders be of a second version from now on."""
    feature = next(each for each in features_of(whole.app) if REMINDERS in each.purposes)
    before = feature.purposes
    object.__setattr__(feature, "purposes", (replace(REMINDERS, version=2),))
    yield
    object.__setattr__(feature, "purposes", before)


@pytest.mark.parametrize("answer", ["no", "yes"])
def test_an_answer_to_older_words_lets_no_progress_into_the_account(whole: Whole, member: Visitor, answer: str) -> None:
    press(member, "record", answer)
    feature = next(each for each in features_of(whole.app) if RECORD in each.purposes)
    newer = tuple(replace(each, version=2) if each is RECORD else each for each in feature.purposes)
    before = feature.purposes
    object.__setattr__(feature, "purposes", newer)
    try:
        assert str(RECORD.question) in member.get(MODULES).text
        member.start()
        assert whole.scalars(select(AccountLearner)) == []
    finally:
        object.__setattr__(feature, "purposes", before)


def test_new_words_are_asked_again_and_until_then_there_is_no_yes(
    whole: Whole, member: Visitor, request: pytest.FixtureRequest
) -> None:
    press(member, "reminders", "yes")
    assert str(REMINDERS.question) not in member.get(MODULES).text
    request.getfixturevalue("newer")
    page = member.get(MODULES)
    assert "The words have changed since you answered." in page.text
    press(member, "reminders", "yes")
    assert answers(whole, "reminders") == [(True, False), (True, True)]
    assert str(REMINDERS.question) not in member.get(MODULES).text


def test_answers_go_with_the_account(whole: Whole, member: Visitor) -> None:
    press(member, "reminders", "yes")
    whole.do(lambda: db.session.execute(delete(Account)), write=True)
    assert whole.scalars(select(Consent)) == []


def test_words_that_change_get_a_new_version() -> None:
    declared = [purpose for feature in FEATURES for purpose in feature.purposes]
    assert {each.name for each in declared} >= {RESULTS.name, REMINDERS.name, RECORD.name}
    found = {(each.name, each.version): _digest(f"{each.question}\n{each.about}") for each in declared}
    assert found == WORDS


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:12]
