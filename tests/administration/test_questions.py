"""How the questions of a test work, for those who manage the site: plain figures, and nothing of a few people."""

from __future__ import annotations

from pathlib import Path

import pytest

from perille.assessment.models import Attempt, AttemptAnswer
from perille.assessment.reports import statistics_of
from perille.core.database import utcnow
from perille.core.extensions import db
from perille.enrolment.models import Enrolment, Learner
from support.exam import TEST, hand_in, item, take, write_exam
from support.visitor import Page, Tag, Visitor
from support.whole import Whole

TESTS = "/en/manage/questions"
EXAM = f"{TESTS}/module_exam/final"
#: Four questions, all of which each attempt asks: two of each objective, one of them critical.
BANK = "".join(item(number) for number in (1, 2, 3, 4))


@pytest.fixture
def exam(whole: Whole, tmp_path: Path) -> Whole:
    whole.publish(write_exam(tmp_path, bank=BANK))
    return whole


def sit(whole: Whole, times: int, *, wrong: int = 0) -> None:
    """Let as many people take the test, each with the first questions wrong."""
    for _person in range(times):
        take(whole.visitor(), wrong=wrong)


def rows(page: Page) -> list[list[Tag]]:
    """Return the cells of each row of the table."""
    return [
        [cell for cell in page.all("td") if row in cell.parents]
        for row in page.all("tr")
        if "id" in row.attributes and row["id"].startswith("q-")
    ]


def test_nobody_else_sees_them(exam: Whole, visitor: Visitor) -> None:
    assert [visitor.get(address).status for address in (TESTS, EXAM)] != [200, 200]
    assert "Question number" not in visitor.get(EXAM).text


def test_what_was_taken_is_listed_and_a_few_are_not_counted(exam: Whole, administrator: Visitor) -> None:
    assert "Nobody has handed in a test yet." in administrator.get(TESTS).text
    sit(exam, 4)
    page = administrator.get(TESTS)
    assert [cell.words for cell in page.all("td")] == ["Exam: The test", "too few to say"]
    sit(exam, 2)
    page = administrator.get(TESTS)
    assert [cell.words for cell in page.all("td")] == ["Exam: The test", "5"]
    assert EXAM in [link["href"] for link in page.all("a")]


def test_a_test_that_the_newest_version_names_otherwise_is_not_listed(
    exam: Whole, administrator: Visitor, tmp_path: Path
) -> None:
    sit(exam, 5)
    folder = write_exam(tmp_path, version="2.0.0", bank=BANK)
    manifest = folder / "pack.toml"
    text = manifest.read_text("utf-8")
    manifest.write_text(text.replace('"final"]', '"last"]').replace("unit.final", "unit.last"), "utf-8")
    exam.publish(folder)
    assert administrator.get(EXAM).status == 404
    assert not administrator.get(TESTS).all("td")


def test_nothing_is_shown_of_four_answers(exam: Whole, administrator: Visitor) -> None:
    sit(exam, 4, wrong=2)
    page = administrator.get(EXAM)
    assert page.status == 200
    assert not page.all("table")
    assert "before 5 people have answered it" in page.text


def test_each_question_has_its_figures_in_plain_words(exam: Whole, administrator: Visitor) -> None:
    sit(exam, 5)
    sit(exam, 5, wrong=4)
    page = administrator.get(EXAM)
    assert (page.headers["Cache-Control"], page.headers["X-Robots-Tag"]) == ("no-store", "noindex")
    assert "Question number 1?" in page.text
    for count, right, tells, chosen, languages in rows(page):
        assert (count.words, right.words, tells.words) == ("10", "50 %", "cannot be said yet")
        assert chosen.words.replace("Correct: ", "") == "This: 50 %That: 50 %"
        assert languages.words == "English: 50 % (10)"
    assert len(rows(page)) == 4


def test_the_whole_test_has_its_figures(exam: Whole, administrator: Visitor) -> None:
    sit(exam, 5)
    sit(exam, 5, wrong=4)
    page = administrator.get(EXAM)
    assert "Where questions are drawn from several objectives" in page.text
    (table,) = page.all("table", id="scores")
    told = [cell.words for cell in page.all("td") if table in cell.parents]
    # Half have all and half nothing: the deviation of ten such scores, kurtosis and alpha by hand.
    assert told == ["10", "50.0 %", "52.7 %", "0.00", "-2.57", "1.00", "0.0 %"]


def test_a_choice_that_nobody_made_is_named(exam: Whole, administrator: Visitor) -> None:
    sit(exam, 5)
    page = administrator.get(EXAM)
    for _count, right, tells, chosen, _languages in rows(page):
        assert (right.words, tells.words) == ("100 %", "cannot be said yet")
        assert chosen.words.endswith("That: nobody")


def test_the_page_is_there_in_other_languages_with_the_questions_as_they_are(
    exam: Whole, administrator: Visitor
) -> None:
    sit(exam, 5)
    page = administrator.get(EXAM.replace("/en/", "/ar/"))
    assert page.status == 200
    assert {tag["lang"] for tag in page.all("span") if tag.words.startswith("Question number")} == {"en"}


@pytest.mark.parametrize("address", ["module_exam/gone", "module_gone/final", "course_way/hello%00"])
def test_a_test_that_is_not_there_is_not_found(exam: Whole, administrator: Visitor, address: str) -> None:
    assert administrator.get(f"{TESTS}/{address}").status == 404


@pytest.mark.parametrize(
    ("english", "finnish", "shown"),
    [(5, 5, ["en", "fi"]), (9, 4, ["en"]), (4, 4, []), (5, 0, ["en"])],
)
def test_a_language_of_a_few_is_left_out_and_cannot_be_worked_out(
    exam: Whole, english: int, finnish: int, shown: list[str]
) -> None:
    sit(exam, english)
    for _person in range(finnish):
        visitor = exam.visitor()
        visitor.client.set_cookie("lang", "fi")
        test = TEST.replace("/en/", "/fi/")
        visitor.post(test, {"do": "begin"})
        hand_in(visitor, test)
    found = exam.do(lambda: statistics_of(db.session, "module_exam", "final"))
    told = [(each.count, *((one.language, one.count) for one in each.languages)) for each in found.values()]
    assert told == [(5 * len(shown), *((language, 5) for language in shown))] * (4 if shown else 0)


def remember(language: str, right: dict[str, bool]) -> None:
    """Add somebody's attempt as it would be after it was handed in."""
    learner = Learner(last_seen_on=utcnow().date())
    enrolment = Enrolment(learner=learner, pack_id="module_exam", structure_hash="0" * 64)
    db.session.add_all([learner, enrolment])
    db.session.flush()
    answers = [
        AttemptAnswer(item=key, response=["a" if each else "b"], right=each, scaled=float(each))
        for key, each in right.items()
    ]
    of = {"enrolment_id": enrolment.id, "unit": "final", "number": 1, "structure_hash": "0" * 64}
    db.session.add(Attempt(**of, language=language, items=list(right), finished_at=utcnow(), answers=answers))


def test_a_language_that_stands_out_at_equal_results_is_told(exam: Whole, administrator: Visitor) -> None:
    def work() -> None:
        # All are as able as each other: who reads Finnish misses the first question, who reads English another one.
        for person in range(60):
            others = {f"q{number}": number != 2 + person % 3 for number in (2, 3, 4)}
            remember("fi", {"q1": person % 10 == 0, "q2": True, "q3": True, "q4": True})
            remember("en", {"q1": person % 10 != 0, **others})

    exam.do(work, write=True)
    page = administrator.get(EXAM)
    (first,) = [row for row in page.all("tr") if row.attributes.get("id") == "q-q1"]
    told = [tag.words for tag in page.all("li", class_="state-revoked") if first in tag.parents]
    assert len(told) == 2, "with two languages each stands out against the other"
    assert told[1].startswith("Suomi: 10 % (60)")
    assert told[1].endswith("stands out: check the translation")
    (tells,) = [cell.words for cell in page.all("td") if first in cell.parents and "." in cell.words][:1]
    assert tells.startswith(("hardly", "a little", "well", "the wrong way round"))


def test_a_question_that_is_gone_keeps_its_figures(exam: Whole, administrator: Visitor) -> None:
    def work() -> None:
        for person in range(10):
            remember("en", {"gone": person % 2 == 0, "q1": person % 2 == 1})

    exam.do(work, write=True)
    (gone, _first) = rows(administrator.get(EXAM))
    assert [cell.words for cell in gone] == ["10", "50 %", "cannot be said yet", "", "English: 50 % (10)"]
