"""Two people on one account at once, in two browsers: nothing of either is lost, and nobody sees an error of the program."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from perille.assessment.models import Attempt, AttemptAnswer
from perille.enrolment.models import Enrolment, Learner
from perille.people.models import Account, Role
from support.concurrency import at_once
from support.exam import TEST, attempt_on, begin, hand_in, keep, write_exam
from support.people import invite_as
from support.visitor import Visitor
from support.whole import Whole

EMAIL = "eva@example.org"
OWN = "/en/account"
DEVICES = "/en/account/sign-in"


@pytest.fixture
def two(whole: Whole, tmp_path: Path) -> tuple[Visitor, Visitor]:
    """Two browsers that are signed in to one account, whose progress both have open."""
    whole.publish(write_exam(tmp_path))
    first, second = whole.visitor(), whole.visitor()
    first.start()
    for visitor in (first, second):
        visitor.post(invite_as(whole, Role.MEMBER, EMAIL))
        first.post("/en/account/progress", {"keep": "yes"})
    return first, second


def test_both_answer_one_test_at_once_and_it_stays_one_attempt(whole: Whole, two: tuple[Visitor, Visitor]) -> None:
    first, second = two
    asked = begin(first)
    assert begin(second) == asked, "the second browser goes on with the attempt of the first"
    answers = at_once([lambda: keep(first, asked[0], "a"), lambda: keep(second, asked[0], "b")])
    assert {each.status for each in answers} == {303}
    assert len(whole.scalars(select(AttemptAnswer))) == 1
    for place, key in enumerate(asked[1:], 2):
        at_once([partial(keep, each, key, "a", number=place) for each in two])
    assert {each.status for each in at_once([lambda: hand_in(first), lambda: hand_in(second)])} == {303}
    (attempt,) = whole.scalars(select(Attempt))
    assert attempt.finished_at is not None
    (result,) = {re.findall(r"\d+ % right", each.get(f"{TEST}?q=result").text)[0] for each in two}
    assert result in ("100 % right", "75 % right")
    assert attempt_on(first) == attempt_on(second) == {}


def test_one_signs_out_everywhere_while_the_other_sends_a_form(whole: Whole, two: tuple[Visitor, Visitor]) -> None:
    first, second = two
    shown = second.get(OWN)
    assert shown.status == 200
    assert first.post(f"{DEVICES}/sessions/end").location == "/en/"
    late = second.post(OWN, {"name": "Too late", "locale": "fi"})
    assert late.status in (303, 403), "in words, and not as an error"
    if late.status == 303:
        assert second.get(late.location).status in (200, 403)
    assert whole.scalars(select(Account.name).where(Account.email == EMAIL)) == [""]
    assert second.get(OWN).status == 403
    # The progress that was open here was the account's: it is shut, and stays whole.
    assert second.get("/en/courses/way").all("form", action="/en/courses/way/start")
    assert len(whole.scalars(select(Enrolment))) == 1


def test_forms_and_the_end_of_all_sessions_at_the_same_moment_leave_one_of_two_outcomes(
    whole: Whole, two: tuple[Visitor, Visitor]
) -> None:
    first, second = two
    ended, sent = at_once(
        [
            lambda: first.post(f"{DEVICES}/sessions/end"),
            lambda: second.post(OWN, {"name": "At once", "locale": "en"}),
        ]
    )
    assert ended.status == 303
    assert sent.status in (303, 403)
    assert whole.scalars(select(Account.name).where(Account.email == EMAIL))[0] in ("", "At once")
    assert first.get(OWN).status == second.get(OWN).status == 403


def test_one_renames_and_the_other_reads_the_new_name_with_the_next_page(
    whole: Whole, two: tuple[Visitor, Visitor]
) -> None:
    first, second = two
    first.post(OWN, {"name": "أمل", "locale": "ar"})
    page = second.get(OWN)
    assert page.one("input", id="name")["value"] == "أمل"
    names = ["Aino", "Åsa"]
    at_once([partial(v.post, OWN, {"name": name, "locale": "fi"}) for name, v in zip(names, two, strict=True)])
    assert whole.scalars(select(Account.name).where(Account.email == EMAIL))[0] in names


@pytest.mark.parametrize("late", ["form", "lesson", "test", "page"])
def test_one_deletes_the_account_while_the_other_is_on_a_page(
    whole: Whole, two: tuple[Visitor, Visitor], late: str
) -> None:
    first, second = two
    asked = begin(second)
    attempt = attempt_on(second)["attempt"]
    gone = first.post("/en/my-data/account", {"sure": "yes"})
    assert gone.status == 303
    assert whole.scalars(select(Account).where(Account.email == EMAIL)) == []
    assert whole.scalars(select(Learner)) == []
    sent = {
        "form": lambda: second.post(OWN, {"name": "Too late", "locale": "fi"}),
        "lesson": lambda: second.post("/en/courses/way/hello/next"),
        "test": lambda: keep(second, asked[0], "a", attempt=attempt),
        "page": lambda: second.get(OWN),
    }[late]()
    assert sent.status in (200, 303, 403, 404, 409), "in words, and not as an error"
    assert whole.scalars(select(Account).where(Account.email == EMAIL)) == [], "nothing comes back"
    assert whole.scalars(select(AttemptAnswer)) == []
    assert second.get("/en/").status == 200
