"""Spaced questions come to who asks for them, two a week, count nowhere, and go with a press."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from perille.app import Perille
from perille.assessment.models import Attempt
from perille.consents.models import Consent
from perille.consents.services import answer as answer_to
from perille.core.database import utcnow
from perille.core.extensions import db
from perille.domain.course import PackKind
from perille.domain.item import Item
from perille.domain.refresher import main_test
from perille.enrolment.models import Enrolment, Learner
from perille.notices.models import Notice
from perille.notices.person import Person
from perille.notices.services import Content, content_seal, switch
from perille.packs.published.library import current_library
from perille.people.models import Account, Role
from perille.privacy.erasing import forget_account
from perille.profiles.models import AccountLearner
from perille.refreshers import mails
from perille.refreshers import spaced as services
from perille.refreshers.mails import tell_and_forget
from perille.refreshers.models import SpacedAnswer
from perille.refreshers.purposes import MAILS, NOTICE, QUESTIONS
from support.exam import item, take, write_exam
from support.people import agree, sign_in_as
from support.records import acts
from support.visitor import Page, Visitor
from support.whole import Whole

AINO = "aino@example.org"
PAGE, ANSWER = "/en/account/modules", "/en/account/question"
COUNTS_NOWHERE = "It counts nowhere: not for a test, a certificate or a statistic."


def signed_in(whole: Whole) -> Visitor:
    """Return a new browser in which the professional is signed in: sessions end while the clock moves."""
    return sign_in_as(whole, Role.MEMBER, AINO)


def keep_in_account(whole: Whole) -> None:
    """Keep the progress of the only learner in the professional's account."""

    def work() -> None:
        account = db.session.scalars(select(Account)).one()
        learner = db.session.scalars(select(Learner)).one()
        db.session.add(AccountLearner(account_id=account.id, learner_id=learner.id))

    whole.do(work, write=True)


@pytest.fixture
def professional(whole: Whole, tmp_path: Path) -> Visitor:
    """Somebody who has passed a module's test, with one answer that was not right, and keeps it in their account."""
    # Of each objective two questions are drawn, so that one is missed and the test is passed.
    whole.publish(write_exam(tmp_path, bank="".join(item(number) for number in range(1, 11))))
    learner = whole.visitor()
    learner.post("/en/modules/exam/start")
    take(learner)
    visitor = signed_in(whole)
    keep_in_account(whole)
    return visitor


def want(whole: Whole, *purposes: str) -> None:
    for each in (QUESTIONS.name, *purposes):
        whole.do(partial(agree, AINO, each), write=True)


def asked(page: Page) -> str:
    """Return the key of the question on the page, "" for none."""
    found = [each["value"] for each in page.all("input", type="hidden") if each["name"] == "item"]
    return found[0] if found else ""


def give(visitor: Visitor, choice: str = "a") -> Page:
    """Answer the question that waits; return where that leads."""
    key = asked(visitor.get(PAGE))
    sent = visitor.post(ANSWER, {"pack": "module_exam", "item": key, f"a-{key}": choice})
    assert sent.status == 303
    return visitor.get(sent.location)


def rows(whole: Whole) -> list[SpacedAnswer]:
    return whole.scalars(select(SpacedAnswer).order_by(SpacedAnswer.answered_at))


def run(whole: Whole) -> int:
    """Run the job."""
    with whole.app.app_context():
        try:
            return tell_and_forget(db.session())
        finally:
            db.session.remove()


def days_on(number: int) -> time_machine.travel:
    return time_machine.travel(utcnow() + timedelta(days=number), tick=True)


def test_nothing_is_asked_of_who_has_not_asked_for_it(whole: Whole, professional: Visitor) -> None:
    page = professional.get(PAGE)
    assert str(QUESTIONS.question) in page.text
    assert asked(page) == ""
    professional.post(ANSWER, {"pack": "module_exam", "item": "q1", "a-q1": "a"})
    assert rows(whole) == []
    professional.post(f"/en/my-data/agree/{QUESTIONS.name}", {"answer": "yes", "from": "modules"})
    page = professional.get(PAGE)
    assert asked(page) != ""
    assert COUNTS_NOWHERE in page.text
    assert "You said yes on" in page.text


def test_who_has_passed_nothing_is_asked_nothing(whole: Whole, tmp_path: Path) -> None:
    whole.publish(write_exam(tmp_path))
    learner = whole.visitor()
    learner.post("/en/modules/exam/start")
    take(learner, wrong=4)
    visitor = signed_in(whole)
    keep_in_account(whole)
    want(whole)
    page = visitor.get(PAGE)
    assert asked(page) == ""
    assert "No question waits now." in page.text


@pytest.mark.parametrize(
    ("choice", "word", "reason"), [("a", "Correct", "So it is."), ("b", "Not correct", "Think of it")]
)
def test_the_answer_is_shown_at_once_with_its_reason(
    whole: Whole, professional: Visitor, choice: str, word: str, reason: str
) -> None:
    want(whole)
    before = acts(whole)
    key = asked(professional.get(PAGE))
    assert asked(professional.get(PAGE)) == key, "it stays the same until it is answered"
    page = give(professional, choice)
    result = page.one("div", id=f"a-{key}-result").words
    assert result.startswith(word)
    assert reason in result
    assert not [each for each in page.all("button") if each.words == "Answer"]
    assert [(each.pack_id, each.item, each.right) for each in rows(whole)] == [("module_exam", key, choice == "a")]
    assert acts(whole) == before, "no statement tells of it"


def test_an_empty_answer_and_a_second_press_count_for_nothing(whole: Whole, professional: Visitor) -> None:
    want(whole)
    key = asked(professional.get(PAGE))
    sent = professional.post(ANSWER, {"pack": "module_exam", "item": key})
    assert "There is no answer yet." in professional.get(sent.location).text
    assert rows(whole) == []
    give(professional)
    professional.post(ANSWER, {"pack": "module_exam", "item": key, f"a-{key}": "b"})
    professional.post(ANSWER, {"pack": "module_exam", "item": "q9", "a-q9": "b"})
    assert [(each.item, each.right) for each in rows(whole)] == [(key, True)]


def test_two_in_seven_days_and_none_twice(whole: Whole, professional: Visitor) -> None:
    want(whole)
    days: list[int] = []
    for day in range(30):
        with days_on(day):
            visitor = signed_in(whole)
            if asked(visitor.get(PAGE)):
                give(visitor)
                days.append(day)
            page = visitor.get(PAGE)
            assert asked(page) == ""
            assert "The next one stands here from" in page.text
    assert days == [0, 3, 7, 10, 14, 17, 21, 24, 28]
    keys = [each.item for each in rows(whole)]
    assert len(set(keys)) == len(keys)


def test_what_was_missed_is_asked_first(whole: Whole, professional: Visitor) -> None:
    def miss() -> set[str]:
        (attempt,) = db.session.scalars(select(Attempt))
        found = set()
        for answer in attempt.answers:
            if int(answer.item[1:]) % 2:
                answer.right = False
            found.add(answer.item)
        return found

    whole.do(miss, write=True)
    want(whole)
    assert int(asked(professional.get(PAGE))[1:]) % 2 == 1, "of the objective that was missed"


def test_one_press_ends_it_and_takes_all_of_it_away(whole: Whole, professional: Visitor) -> None:
    want(whole, MAILS.name)
    give(professional)
    assert len(rows(whole)) == 1
    professional.post(f"/en/my-data/agree/{QUESTIONS.name}", {"answer": "no", "from": "modules"})
    assert rows(whole) == []
    page = professional.get(PAGE)
    assert asked(page) == ""
    assert COUNTS_NOWHERE not in page.text
    open_ones = whole.scalars(select(Consent).where(Consent.ended_at.is_(None), Consent.given))
    assert {each.purpose for each in open_ones} == {"organisation"}, "the e-mails end with it"


def test_it_is_exported_and_erased_with_the_person(whole: Whole, professional: Visitor) -> None:
    want(whole)
    give(professional)
    key = rows(whole)[0].item
    body = professional.post("/en/my-data/archive").response.data
    with zipfile.ZipFile(io.BytesIO(body)) as files:
        kept = json.loads(files.read("my-account.json"))["tables"]["spaced_answer"]
    assert [(each["item"], each["right"]) for each in kept] == [(key, True)]
    whole.do(lambda: forget_account(db.session, db.session.scalars(select(Account)).one()), write=True)
    assert rows(whole) == []


def test_after_400_days_nobody_knows_what_was_answered(whole: Whole, professional: Visitor) -> None:
    want(whole)
    give(professional)
    with days_on(399):
        run(whole)
        assert len(rows(whole)) == 1
    with days_on(401):
        run(whole)
        assert rows(whole) == []


def test_an_email_comes_only_to_who_wants_one_and_says_nothing_of_the_module(
    whole: Whole, professional: Visitor
) -> None:
    want(whole)
    assert run(whole) == 0
    want(whole, MAILS.name)
    assert (run(whole), run(whole)) == (1, 0), "one for each question"
    (row,) = whole.scalars(select(Notice).where(Notice.kind == NOTICE))
    with whole.app.app_context():
        content = msgspec.json.decode(content_seal().open(row.content), type=Content)
        body = whole.app.jinja_env.get_template("refreshers/waits.txt").render(
            values=content.values, links=content.links, switches="", operator="", site=""
        )
    assert content.links["open"].endswith(PAGE)
    assert content.links["open"] in body
    assert "a question waits for you" in body
    assert not {"Exam", "module_exam", "Question number"} & set(body.split())
    give(professional)
    assert run(whole) == 0, "none waits"
    with days_on(3):
        assert run(whole) == 1


def test_an_email_is_in_the_language_of_the_yes_where_the_account_has_none(whole: Whole, professional: Visitor) -> None:
    def agree_in_finnish() -> None:
        account = db.session.scalars(select(Account)).one()
        account.locale = ""
        answer_to(db.session, account.id, MAILS.name, None, given=True, language="fi")

    want(whole)
    whole.do(agree_in_finnish, write=True)
    assert run(whole) == 1
    assert whole.scalars(select(Notice.locale).where(Notice.kind == NOTICE)) == ["fi"]


def test_the_email_is_switched_off_by_its_own_link(whole: Whole, professional: Visitor) -> None:
    want(whole, MAILS.name)
    (account,) = whole.scalars(select(Account))
    whole.do(lambda: switch(db.session, Person(account.id), NOTICE, off=True), write=True)
    assert run(whole) == 0
    assert asked(professional.get(PAGE)) != "", "the questions stay"


def filled(page: Page) -> dict[str, str]:
    """Return the fields of the question's form, each with something that can be chosen or typed there."""
    values: dict[str, str] = {}
    choices: dict[str, list[str]] = {}
    for each in page.tags:
        if not any(up.attributes.get("action", "").startswith(ANSWER) for up in each.parents):
            continue
        if each.name == "input" and each.attributes.get("type", "text") in ("hidden", "radio", "checkbox"):
            values.setdefault(each["name"], each["value"])
        elif each.name == "input":
            values[each["name"]] = "1"
        elif each.name == "option" and each["value"]:
            (select_of,) = [up["name"] for up in each.parents if up.name == "select"]
            choices.setdefault(select_of, []).append(each["value"])
    # Each place of an order takes another one.
    return values | {name: keys[number % len(keys)] for number, (name, keys) in enumerate(choices.items())}


@pytest.fixture
def shipped(app: Perille, tmp_path: Path) -> Whole:
    """The site with the packs that ship."""
    return Whole(app, tmp_path)


@pytest.fixture
def passed_everything(shipped: Whole) -> dict[str, tuple[str, str]]:
    """Let somebody have passed the test of each module that ships; return question type -> (pack, item) of one of each."""
    whole = shipped
    signed_in(whole)
    kinds: dict[str, tuple[str, str]] = {}

    def work() -> None:
        account = db.session.scalars(select(Account)).one()
        learner = Learner(last_seen_on=utcnow().date())
        db.session.add(learner)
        db.session.flush()
        db.session.add(AccountLearner(account_id=account.id, learner_id=learner.id))
        for summary in current_library().summaries(PackKind.MODULE):
            edition = current_library().newest(summary.pack_id)
            test = main_test(edition.structure) if edition is not None else None
            if edition is None or test is None:
                continue
            pinned = edition.structure_hash
            enrolment = Enrolment(learner=learner, pack_id=summary.pack_id, structure_hash=pinned)
            db.session.add(enrolment)
            db.session.flush()
            row = Attempt(enrolment_id=enrolment.id, unit=test.key, number=1, structure_hash=pinned, passed=True)
            row.finished_at = utcnow()
            db.session.add(row)
        db.session.flush()
        for each in services.passed_modules(db.session, account.id, "en"):
            for found in each.items.values():
                kinds.setdefault(found.interaction, (each.pack, found.key))

    whole.do(work, write=True)
    return kinds


def test_each_question_type_of_the_modules_is_answered_in_place(
    shipped: Whole, passed_everything: dict[str, tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    want(shipped)
    assert len(passed_everything) > 3
    visitor = signed_in(shipped)
    for kind, (pack, key) in passed_everything.items():
        monkeypatch.setattr(services, "next_pack", lambda *_args, pack=pack, **_more: [pack])
        monkeypatch.setattr(services, "choose_item", lambda *_args, key=key, **_more: key)
        monkeypatch.setattr(services, "due_at", lambda _past: None)
        sent = visitor.post(ANSWER, filled(visitor.get(PAGE)))
        assert sent.status == 303, kind
        page = visitor.get(sent.location)
        assert page.one("div", id=f"a-{key}-result").words.startswith(("Correct", "Not correct", "Partly")), kind
        assert "Go on" in [each.words for each in page.all("a", class_="main")], kind
    assert len(rows(shipped)) == len(passed_everything)


def test_a_country_s_own_questions_are_asked_in_that_country_alone(
    shipped: Whole, passed_everything: dict[str, tuple[str, str]]
) -> None:
    def countries() -> set[str]:
        account = db.session.scalars(select(Account)).one()
        found: list[Item] = []
        for each in services.passed_modules(db.session, account.id, "en"):
            found += each.items.values() if len(each.place.edition.summary.countries) > 1 else ()
        return {each.country for each in found}

    assert shipped.do(countries, write=False) == {""}, "no country was named in any attempt"


def test_one_account_that_fails_keeps_no_others_email(
    whole: Whole, professional: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    want(whole, MAILS.name)
    other = "bo@example.org"
    for each in (QUESTIONS.name, MAILS.name):
        whole.do(partial(agree, other, each), write=True)
    failing = whole.do(lambda: db.session.scalars(select(Account.id).where(Account.email == other)).one())
    real, tried = mails.is_given, []

    def is_given(session: Session, account_id: UUID, purpose: str) -> bool:
        tried.append(account_id)
        if account_id == failing:
            raise LookupError("no such purpose")
        return real(session, account_id, purpose)

    monkeypatch.setattr(mails, "is_given", is_given)
    # Whoever comes first: the walk is in the order of the accounts' answers, so both orders are tried.
    found = mails.yes_since
    for turn in (list, lambda pairs: list(pairs)[::-1]):
        monkeypatch.setattr(
            mails, "yes_since", lambda session, name, turn=turn: dict(turn(found(session, name).items()))
        )
        with pytest.raises(LookupError):
            run(whole)
    assert len(set(tried)) == 2
    assert [each.recipient for each in whole.scalars(select(Notice))] == [AINO]
