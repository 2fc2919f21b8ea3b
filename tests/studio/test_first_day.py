"""What an author, a translator and a reviewer meet on their first day: what is unfinished is said where it is mended."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from perille.people.models import Role
from perille.studio import views
from studio.author import Author
from studio.test_first_steps import QUESTION
from support.visitor import Page


def finnish(author: Author, path: str = "") -> Page:
    """Open a page of the draft in Finnish."""
    return author.get(f"{author.draft.replace('/en/', '/fi/')}{path}")


def mistakes(page: Page) -> list[str]:
    """Return what a page says is to be mended, without what stands once more beside the source of a lesson."""
    source = [tag for tag in page.all("ul") if tag.attributes.get("id") == "source-faults"]
    found = page.all("li", _class="finding-error")
    return [tag.words for tag in found if not any(each in tag.parents for each in source)]


def test_a_question_without_a_right_answer_is_told_as_unfinished_at_its_block(author: Author) -> None:
    author.begin("First steps")
    sent = {key: words for key, words in QUESTION.items() if key != "choice-0-right"} | {"screen": "1"}
    page = author.send("questions/new", sent)
    (told,) = mistakes(page)
    assert told.startswith("This question is not finished")
    assert "not in the course" not in page.text
    listed = author.get("questions")
    (told,) = mistakes(listed)
    assert told.startswith("Mark exactly one answer as right.")
    row = next(tag for tag in listed.all("li") if "A ship is late" in tag.words)
    assert "Mark exactly one answer as right." in row.words


def test_contacts_of_no_country_are_a_mistake_at_their_block_and_a_country_mends_it(author: Author) -> None:
    author.begin("First steps")
    author.add("first-steps", "ask")
    (told,) = mistakes(author.get("lessons/first-steps"))
    assert "Readers see no contacts here" in told
    author.send("settings", {"title": "First steps", "summary": "Us", "slug": "first-steps", "country": "FI"})
    assert mistakes(author.get("lessons/first-steps")) == []


def test_topics_have_names_in_the_language_of_the_author(author: Author) -> None:
    author.begin("First steps", country="FI")
    author.add("first-steps", "ask")
    page = finnish(author, "/lessons/first-steps")
    names = {tag["value"]: tag.words for tag in page.all("option") if tag["value"] == "emergency"}
    assert names == {"emergency": "Hätätilanne"}
    for path in ("/facts?words=", "/facts/list?country=FI"):
        words = {tag["value"]: tag.words for tag in finnish(author, path).all("option")}
        assert all(words.get(topic, name) == name for topic, name in names.items()), path


def test_gaps_and_their_words_are_asked_for_by_name_and_each_once(author: Author) -> None:
    author.begin("First steps")
    asked = {"interaction": "gap-fill", "bank": "checks", "f-prompt": "Fill it in.", "f-text": "We drink tea."}
    told = mistakes(author.send("questions/new", asked))
    assert not [words for words in told if "Add more answers" in words]
    assert [words for words in told if words.startswith("Give at least two words to choose from")]
    assert len(told) == len(set(told))


def test_a_test_without_questions_leads_to_its_bank_and_one_question_to_the_next(author: Author) -> None:
    page = author.begin("First steps", starter="module")
    told = next(tag for tag in page.all("li", _class="finding-error") if "no question yet" in tag.words)
    (link,) = (tag for tag in page.all("a") if told in tag.parents)
    assert link["href"].endswith("/questions#bank-final-check")
    sent = {key: words for key, words in QUESTION.items() if key not in ("lesson", "screen")}
    saved = author.send("questions/new", sent | {"bank": "final-check"})
    assert mistakes(author.get()) == []
    assert [tag for tag in saved.all("a") if tag["href"].endswith("/questions/new?bank=final-check")]


def test_steps_to_a_published_course_are_shown_to_its_authors_alone(
    author: Author, make_author: Callable[..., Author]
) -> None:
    author.begin("First steps")
    translator = make_author("tom@example.org", Role.TRANSLATOR)
    assert "Five steps" in author.get().text
    assert "Five steps" not in translator.get(author.draft).text


def test_who_reads_it_for_a_review_opens_it_as_its_learners_will(
    author: Author, make_author: Callable[..., Author]
) -> None:
    author.begin("First steps")
    author.add("first-steps", "text")
    author.write("first-steps", 0, "Welcome.")
    author.send("review")
    reviewer = make_author("rita@example.org", Role.REVIEWER)
    page = reviewer.get(f"{author.draft}/publish")
    look = next(tag for tag in page.all("a") if tag.words == "What the learner sees")
    assert "First steps" in reviewer.get(look["href"]).text


def test_a_translator_is_told_where_words_stand_and_reads_no_name_of_a_file(author: Author) -> None:
    author.begin("First steps")
    author.add("first-steps", "text")
    author.write("first-steps", 0, "Welcome.")
    author.send("questions/new", QUESTION | {"screen": "1"})
    page = author.send("translations", {"language": "fi"})
    heads = [tag.words for tag in page.all("p", _class="small")]
    assert not [words for words in heads if "/" in words]
    assert sum("Question: A ship is late. What do you do?" in words for words in heads) > 1
    assert any("First steps" in words for words in heads)


@pytest.mark.parametrize("kind", ["story", "picture"])
def test_a_new_block_that_waits_for_its_picture_asks_for_it_and_names_none(author: Author, kind: str) -> None:
    author.begin("First steps")
    author.add("first-steps", kind)
    page = author.get("lessons/first-steps")
    assert "Choose a picture." in [tag.words for tag in page.all("li", _class="finding-hint")]
    assert mistakes(page) == []
    assert {tag.words for tag in page.all("option", value="picture")} == {"–"}


def test_the_list_of_courses_shows_a_page_of_them_and_leads_to_the_rest(
    author: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "DRAFTS_SHOWN", 2)
    for title in ("First", "Second", "Third"):
        author.begin(title)
    page = author.get("/en/studio")
    assert [tag.words for tag in page.all("h2", _class="first")][:2] == ["Third", "Second"]
    assert "First" not in [tag.words for tag in page.all("bdi")]
    rest = author.get(page.one("a", rel="next")["href"])
    assert "First" in [tag.words for tag in rest.all("bdi")]
    assert rest.one("a", rel="prev")["href"].endswith("/en/studio?page=1")
    for asked in ("0", "-3", "x", "99999999999999999999"):
        assert author.get(f"/en/studio?page={asked}").status == 200
