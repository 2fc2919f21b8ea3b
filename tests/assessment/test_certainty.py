"""What a result says of certainty and of what was gained: plainly, with what to read first, and no more than the test may tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from perille.assessment.certainty import fold_small_counts
from perille.domain.scoring import Certainty, CertaintyCount
from support.exam import TEST, attempt_on, begin, hand_in, item, take, write_exam
from support.visitor import Page, Visitor
from support.whole import Whole

RESULT = f"{TEST}?q=result"
#: The lesson asks about the objective "one"; nothing tells of "two".
LESSON = "# The first idea\n\nWords.\n\n::: check about-one\n:::\n"
ASKED = item(1).replace('key = "q1"', 'key = "about-one"')


def write(tmp_path: Path, **rules: str) -> Path:
    """Write the exam with a question about how sure one is, and with a lesson that asks about its first objective."""
    folder = write_exam(tmp_path, **{"certainty": "true", **rules})
    (folder / "lessons" / "hello.md").write_text(LESSON, "utf-8")
    (folder / "items" / "lessons.toml").write_text(ASKED, "utf-8")
    return folder


def answer(visitor: Visitor, *given: tuple[str, str]) -> dict[str, tuple[str, str]]:
    """Take the test, each question with a choice and how sure one is; returns question -> both, those of "one" first."""
    asked = sorted(begin(visitor), key=lambda key: int(key[1:]) % 2, reverse=True)
    answers = dict(zip(asked, given, strict=False))
    for key, (choice, sure) in answers.items():
        visitor.post(
            TEST,
            {**attempt_on(visitor), "do": "next", "number": "1", "item": key, f"a-{key}": choice, f"sure-{key}": sure},
        )
    hand_in(visitor)
    return answers


def table(page: Page) -> list[tuple[str, str, str]]:
    """Return the rows of the table without its head."""
    cells = [tag.words for tag in page.all("td") + page.all("th", scope="row")]
    heads = [tag.words for tag in page.all("th", scope="row")]
    numbers = cells[: len(cells) - len(heads)]
    return [(head, *numbers[2 * place : 2 * place + 2]) for place, head in enumerate(heads)]


def test_a_table_says_how_often_one_was_rightly_sure(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    whole.publish(write(tmp_path))
    answer(visitor, ("a", "sure"), ("a", "sure"), ("b", "fairly"), ("a", "guess"))
    page = visitor.get(RESULT)
    assert table(page) == [("Sure", "2", "2"), ("Fairly sure", "1", "0"), ("I guess", "1", "1")]
    assert "What you were sure of was right." in page.text
    assert "your answers come to 42 %" in page.text
    assert "75 % right." in page.text, "the result is the same as without"


def test_what_one_was_sure_of_and_had_wrong_comes_first_with_its_lesson(
    whole: Whole, visitor: Visitor, tmp_path: Path
) -> None:
    whole.publish(write(tmp_path))
    answers = answer(visitor, ("b", "sure"), ("a", "sure"), ("b", "sure"), ("b", "guess"))
    page = visitor.get(RESULT)
    told = page.text.partition("You were sure of 2 answers that were wrong: look at these first.")[2]
    told = told.partition("Weighed by how sure you were")[0]
    wrong = [key for key, given in answers.items() if given == ("b", "sure")]
    assert [f"Question number {key[1:]}?" in told for key in answers] == [key in wrong for key in answers]
    (link,) = [each for each in page.all("a") if each.words == "Read again: The first idea"]
    assert link["href"] == "/en/modules/exam/hello"
    assert "your answers come to 0 %" in page.text, "never less than nothing"


def test_the_lesson_says_in_which_language_its_title_is(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    whole.publish(write(tmp_path))
    answer(visitor, ("b", "sure"))
    page = visitor.get(RESULT.replace("/en/", "/ar/"))
    (card,) = page.all("section", class_="card how-sure")
    (title,) = [tag for tag in page.all("span") if tag.words == "The first idea" and card in tag.parents]
    assert (title["lang"], title["dir"]) == ("en", "ltr")


def test_one_wrong_answer_is_told_as_one(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    whole.publish(write(tmp_path))
    answer(visitor, ("b", "sure"), ("a", "fairly"))
    assert "You were sure of 1 answer that was wrong: look at it first." in visitor.get(RESULT).text


def test_each_answer_says_how_sure_one_was(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    whole.publish(write(tmp_path))
    answer(visitor, ("a", "sure"), ("b", "guess"), ("a", ""))
    said = [tag.words for tag in visitor.get(RESULT).all("p", class_="small")]
    assert sorted(words for words in said if words.startswith("How sure you were:")) == [
        "How sure you were: I guess",
        "How sure you were: Sure",
    ]


def test_a_test_that_tells_no_answers_says_nothing_of_a_few(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    whole.publish(write(tmp_path, feedback='"never"'))
    answer(visitor, ("b", "sure"), ("a", "sure"), ("a", "fairly"), ("a", "guess"))
    page = visitor.get(RESULT)
    assert not page.all("section", class_="card how-sure")
    for words in ("How sure you were", "You were sure of", "Weighed by"):
        assert words not in page.text


def test_a_test_that_tells_no_answers_counts_many(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    folder = write(tmp_path, feedback='"never"')
    manifest = folder / "pack.toml"
    text = manifest.read_text("utf-8").replace("one = 2, two = 2", "one = 5, two = 5")
    manifest.write_text(text.replace("critical = 1", "critical = 3"), "utf-8")
    whole.publish(folder)
    visitor.post(TEST, {"do": "begin"})
    for number in range(1, 11):
        given = {f"a-q{number}": "a" if number > 2 else "b", f"sure-q{number}": "sure" if number < 6 else "guess"}
        visitor.post(TEST, {**attempt_on(visitor), "do": "next", "number": "1", "item": f"q{number}", **given})
    hand_in(visitor)
    page = visitor.get(RESULT)
    assert table(page) == [("Sure", "5", "3"), ("I guess", "5", "5")]
    assert "your answers come to 7 %" in page.text
    for words in ("You were sure of", "What you were sure of was right", "Question number", "Read again: The first"):
        assert words not in page.text


@pytest.mark.parametrize(
    ("answers", "untold", "told"),
    [
        ((5, 5, 0), 0, "sf"),
        ((9, 0, 1), 0, ""),
        ((9, 5, 1), 0, "s"),
        ((9, 2, 3), 0, "s"),
        ((4, 4, 4), 3, ""),
        ((9, 0, 0), 2, ""),
    ],
)
def test_what_is_left_untold_is_many_too(answers: tuple[int, int, int], untold: int, told: str) -> None:
    counts = {sure: CertaintyCount(count, 0) for sure, count in zip(Certainty, answers, strict=True)}
    found = fold_small_counts(counts, sum(answers) + untold)
    assert [sure.value[0] for sure in found] == list(told)


@pytest.mark.parametrize("certainty", ["true", "false"])
def test_who_said_nothing_is_told_nothing(whole: Whole, visitor: Visitor, tmp_path: Path, certainty: str) -> None:
    whole.publish(write(tmp_path, certainty=certainty))
    assert "How sure you were" not in take(visitor).text


def with_pre_test(folder: Path) -> Path:
    """Put a test before the lessons, of the same bank, whose result is held beside that of the last one."""
    manifest = folder / "pack.toml"
    text = manifest.read_text("utf-8").replace('units = ["hello"', 'units = ["before", "hello"')
    rules = '[unit.before]\nkind = "assessment"\ntitle = "Before"\nminutes = 5\nitems = "bank"\nmove_on = "Completed"\ncore = false\n'
    text = text.replace("[unit.final.rules]\n", '[unit.final.rules]\npre_test = "before"\n')
    manifest.write_text(text.replace("[unit.final]", f"{rules}\n[unit.before.rules]\n\n[unit.final]"), "utf-8")
    return folder


def take_before(visitor: Visitor, right: int) -> None:
    """Take the test before the lessons, with so many of its ten answers right."""
    before = TEST.replace("final", "before")
    visitor.post(before, {"do": "begin"})
    of = attempt_on(visitor, before)
    for number in range(1, 11):
        choice = "a" if number <= right else "b"
        visitor.post(before, {**of, "do": "next", "number": "1", "item": f"q{number}", f"a-q{number}": choice})
    visitor.post(before, {**of, "do": "hand-in"})


@pytest.mark.parametrize(("right", "said"), [(2, "20 %. Now: 75 %. That is 69 %"), (0, "0 %. Now: 75 %. That is 75 %")])
def test_what_was_gained_since_the_test_before_is_said(
    whole: Whole, visitor: Visitor, tmp_path: Path, right: int, said: str
) -> None:
    whole.publish(with_pre_test(write(tmp_path)))
    take_before(visitor, right)
    assert f"Before the module: {said} of what there was left to learn." in take(visitor, wrong=1).text


def test_a_loss_is_told_by_its_figures_alone(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    whole.publish(with_pre_test(write(tmp_path)))
    take_before(visitor, 10)
    page = take(visitor, wrong=2)
    assert "Before the module: 100 %. Now: 50 %." in page.text
    assert "left to learn" not in page.text
