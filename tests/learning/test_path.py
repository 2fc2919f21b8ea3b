"""A path: its stations are modules, done on their own pages; one certificate for all of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from perille.credentials.models import Credential
from perille.credentials.services import last_day
from support.exam import take, write_exam
from support.path import write_path, write_second
from support.records import acts
from support.visitor import Page, Visitor
from support.whole import Whole

PATH = "/en/modules/path"


@pytest.fixture
def learner(whole: Whole, visitor: Visitor, tmp_path: Path) -> Visitor:
    """Somebody at the start of the path."""
    report = whole.publish(write_exam(tmp_path), write_path(tmp_path))
    assert [str(problem) for problem in report.problems] == []
    visitor.start(PATH)
    return visitor


def test_a_station_leads_to_the_module(learner: Visitor) -> None:
    assert learner.get(f"{PATH}/exam").location == "/en/modules/exam"


def test_the_path_is_done_when_its_modules_are(whole: Whole, learner: Visitor) -> None:
    assert "You are all the way there." not in learner.get(PATH).text
    assert learner.get(f"{PATH}/certificate").one("h1")
    learner.start("/en/modules/exam")
    learner.post("/en/modules/exam/hello/next")
    take(learner)
    assert "You are all the way there." in learner.get(PATH).text
    learner.post(f"{PATH}/certificate", {"name": "Aino Virta"})
    (credential,) = whole.scalars(select(Credential))
    assert credential.minutes == 15
    assert credential.expires_on == last_day(credential.awarded_on, 24)
    assert acts(whole)[-5:] == [
        "initialized exam",
        "completed exam",
        "completed",
        "satisfied",
        "earned certificate",
    ] or (acts(whole)[-4:] == ["completed exam", "completed", "satisfied", "earned certificate"])


def test_modules_taken_without_starting_the_path_are_its_own(whole: Whole, learner: Visitor) -> None:
    other = whole.visitor()
    other.start("/en/modules/exam")
    other.post("/en/modules/exam/hello/next")
    assert "has not started" in other.get(f"{PATH}/certificate").text
    take(other)
    assert "You are all the way there." in other.get(PATH).text
    assert other.get(f"{PATH}/certificate").one("input", id="name")
    other.post(f"{PATH}/certificate", {"name": "Aino Virta"})
    assert "Your certificate is ready" in other.get(f"{PATH}/certificate").text
    assert [each.pack_id for each in whole.scalars(select(Credential))] == ["module_path"]


def test_the_certificate_of_a_module_leads_on_along_the_path(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    exam = write_exam(tmp_path)
    whole.publish(exam, write_second(tmp_path, exam), write_path(tmp_path, second=True))
    first = _certificate(visitor, "exam")
    on = first.one("a", rel="next")
    assert on.words == "Go on: The second module"
    assert visitor.get(on["href"]).location == "/en/modules/second"
    on = _certificate(visitor, "second").one("a", rel="next")
    assert (on.words, on["href"]) == ("Get your certificate", f"{PATH}/certificate")
    assert visitor.get("/en/modules/exam/certificate").one("a", rel="next")["href"] == f"{PATH}/certificate"
    visitor.post(f"{PATH}/certificate", {"name": "Aino Virta"})
    for module in ("exam", "second"):
        assert visitor.get(f"/en/modules/{module}/certificate").all("a", rel="next") == []


def test_a_path_that_was_begun_leads_on_as_it_was_then(whole: Whole, learner: Visitor, tmp_path: Path) -> None:
    newer = tmp_path / "newer"
    newer.mkdir()
    exam = tmp_path / "module_exam"
    second = write_second(newer, exam)
    whole.publish(exam, second, write_path(newer, second=True))
    assert _certificate(learner, "second").all("a", rel="next") == [], "it came into the path later"
    newcomer = whole.visitor()
    newcomer.start(PATH)
    whole.publish(exam, second, tmp_path / "module_path")
    on = _certificate(newcomer, "second").one("a", rel="next")
    assert on.words == "Go on: The exam module", "it is in the path no more"


def _certificate(visitor: Visitor, module: str) -> Page:
    """Take a module to its certificate, and return the page of it."""
    visitor.start(f"/en/modules/{module}")
    visitor.post(f"/en/modules/{module}/hello/next")
    if module == "exam":
        take(visitor)
    visitor.post(f"/en/modules/{module}/certificate", {"name": "Aino Virta"})
    return visitor.get(f"/en/modules/{module}/certificate")


def test_a_path_counts_modules_and_a_module_its_lessons_and_test(learner: Visitor) -> None:
    listed = learner.get("/en/modules").text
    assert "1 module · 15 minutes" in listed
    assert "1 lesson · 1 test" in listed
    assert "1 module ·" in learner.get(PATH).text


def test_somebody_elses_module_counts_for_nobody(whole: Whole, learner: Visitor) -> None:
    other = whole.visitor()
    other.start("/en/modules/exam")
    other.post("/en/modules/exam/hello/next")
    take(other)
    assert "You are all the way there." not in learner.get(PATH).text


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        (date(2026, 11, 22), 24, date(2028, 11, 22)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 11, 22), 0, None),
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
    ],
)
def test_the_last_day_of_a_certificate(day: date, months: int, last: date | None) -> None:
    assert last_day(day, months) == last
