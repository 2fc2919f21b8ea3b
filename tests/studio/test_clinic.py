"""The item clinic in the Studio: at the question after a save and while one writes, and for a bank as a whole."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

import pytest

from perille.core.extensions import db
from perille.packs.checks import item_writing
from perille.packs.checks.item_clinic import Flaw
from perille.studio import drafts
from perille.studio.clinic import FLAW_WORDS
from perille.studio.drafts import RevisionKind
from studio.author import Author
from support.whole import Whole

QUESTION = {
    "interaction": "choice",
    "bank": "checks",
    "f-prompt": "A ship is late. What do you do?",
    "choice-0-text": "You ask at the desk, and you write down what they say",
    "choice-0-feedback": "The desk knows it first.",
    "choice-0-right": "true",
    "choice-1-text": "You never go home",
    "choice-1-feedback": "Then nobody can tell you.",
}
LONGER = "The right answer is much longer than the others"
SURE = "stands in a wrong answer alone"


@pytest.fixture
def course(author: Author) -> Author:
    author.begin("Harbour")
    return author


def clinic(page_words: str) -> list[str]:
    return [words for words in (LONGER, SURE) if words in page_words]


def test_what_gives_a_question_away_stands_at_it_after_a_save_without_script(course: Author) -> None:
    page = course.send("questions/new", QUESTION)
    assert "2 things give this question away" in page.text
    assert clinic(page.text) == [LONGER, SURE], "what weighs most stands first"
    mended = QUESTION | {"choice-0-text": "You ask at the desk", "choice-1-text": "You go home again"}
    page = course.send("questions/a-ship-is-late", mended | {"choice-0-key": "", "choice-1-key": ""})
    assert clinic(page.text) == []
    assert "give this question away" not in page.text


def test_while_one_writes_the_same_is_said_and_nothing_is_saved(course: Author) -> None:
    before = course.get("history").text
    page = course.get(f"questions/new/look?{urlencode(QUESTION)}")
    assert clinic(page.text) == [LONGER, SURE]
    assert "<html" not in page.html
    half = QUESTION | {"choice-1-text": "", "choice-1-feedback": ""}
    assert clinic(course.get(f"questions/new/look?{urlencode(half)}").text) == [], "it is no question yet"
    assert course.get("history").text == before
    assert "There is no question here yet." in course.get("questions").text
    asked = course.get("questions/new?type=choice").one("form", class_="question-form")["data-look"]
    assert asked.startswith(f"{course.draft}/questions/new/look?")


def test_what_an_author_wrote_is_escaped(course: Author) -> None:
    page = course.get(
        f"questions/new/look?{urlencode(QUESTION | {'choice-0-text': '<b>' + QUESTION['choice-0-text']})}"
    )
    assert "&lt;b&gt;You ask" in page.html
    assert "<b>" not in page.html


def test_a_bank_says_how_well_it_is_written_and_who_passes_by_guessing(course: Author) -> None:
    course.send("lessons", {"title": "The end", "part": "0", "kind": "assessment"})
    bank = course.get("questions").all("section")[-1]["id"].removeprefix("bank-")
    course.send("questions/new", QUESTION | {"bank": bank})
    page = course.get(f"banks/{bank}")
    assert "In 1 of 1 questions with one right answer, that answer is the longest." in page.text
    assert "That is too often" in page.text
    assert "What gives questions away (1)" in page.text
    assert LONGER in page.text
    assert "too many" not in page.one("section", id="guess").words, "nobody has guessed yet"
    page = course.get(f"banks/{bank}?guess=1")
    rows = {row.words.split("  ")[0]: row.words for row in page.all("tr")}
    told = next(words for name, words in rows.items() if "takes the longest answer" in name)
    assert "100.0 %" in told
    assert "too many" in told


def test_every_flaw_is_said_in_words_that_name_what_it_is_about() -> None:
    assert set(FLAW_WORDS) == set(Flaw)
    about = {Flaw.LONGEST, Flaw.ASKED_TWICE, Flaw.NO_REASON, Flaw.TOO_SURE, Flaw.SHORT, Flaw.GRAMMAR}
    assert {flaw for flaw, words in FLAW_WORDS.items() if "%(about)s" in str(words)} == about


def test_the_clinic_speaks_the_authors_language(course: Author) -> None:
    course.send("questions/new", QUESTION)
    course.draft = course.draft.replace("/en/", "/ar/")
    page = course.get("questions/a-ship-is-late")
    assert LONGER not in page.text
    assert "\u2068You ask at the desk, and you write down what they say\u2069" in page.text
    course.draft = course.draft.replace("/ar/", "/fi/")
    assert "Oikea vastaus on paljon muita pidempi" in course.get("questions/a-ship-is-late").text


def test_a_bank_that_sections_of_a_test_name_is_the_tests_and_not_that_of_lessons(whole: Whole, course: Author) -> None:
    course.send("lessons", {"title": "The end", "part": "0", "kind": "assessment"})
    bank = course.get("questions").all("section")[-1]["id"].removeprefix("bank-")
    course.send("questions/new", QUESTION | {"bank": bank})

    def use_sections() -> None:
        draft = drafts.lock_draft(db.session, UUID(course.draft.rpartition("/")[2]))
        text = (drafts.file_at(db.session, draft, "pack.toml") or b"").decode()
        section = f'section = [{{ key = "all", title = "All", bank = "{bank}" }}]'
        changed = text.replace(f'items = "{bank}"', section)
        assert changed != text
        drafts.save(db.session, draft, {"pack.toml": changed.encode()}, None, RevisionKind.SOURCE)

    whole.do(use_sections, write=True)
    assert "Test: The end" in course.get("questions").one("section", id=f"bank-{bank}").words
    assert course.get(f"banks/{bank}").heading == "Test: The end"
    form = course.get("questions/new?type=choice")
    assert form.one("input", name_="bank")["value"] == "checks"


def test_a_banks_page_compares_each_question_with_each_once_and_names_both_that_ask_the_same(
    course: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    for prompt in ("A ship is late.", "A ship is very late."):
        course.send("questions/new", QUESTION | {"f-prompt": prompt})
    for prompt in ("Somebody calls you at night.", "Your passport lies in a drawer."):
        course.send("questions/new", QUESTION | {"f-prompt": prompt, "choice-0-text": "Yes"})
    compared: list[object] = []
    share = item_writing._share
    monkeypatch.setattr(item_writing, "_share", lambda *pair: compared.append(pair) or share(*pair))
    page = course.get("banks/checks")
    assert "asks nearly the same: “\u2068A ship is very late.\u2069”" in page.text
    assert "asks nearly the same: “\u2068A ship is late.\u2069”" in page.text
    assert len(compared) == 4 * 4 + 2
