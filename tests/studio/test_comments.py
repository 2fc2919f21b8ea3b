"""Comments at blocks: they stay with their block, nothing of them is lost, and nobody of another organisation writes or reads one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import func, select

from perille.core.extensions import db
from perille.people.models import Account, Role
from perille.privacy.erasing import forget_account
from perille.privacy.services import export_account
from perille.studio.comments import GONE, LONGEST
from perille.studio.lesson_source import LessonSource
from perille.studio.merging import follow_blocks
from perille.studio.models import StudioComment
from studio.author import Author, _inputs
from support.html import Tag
from support.visitor import Page
from support.whole import Whole

MakeAuthor = Callable[..., Author]
LESSON = "lessons/harbour"
NOTE = "::: note\nShips leave at *seven* in the morning.\n:::"


@pytest.fixture
def course(author: Author) -> Author:
    """An author whose lesson has three blocks on its screen and one on the next."""
    author.begin("Harbour")
    text = f"# Harbour\n\nWelcome to the old harbour of the town.\n\n{NOTE}\n\n::: talk\nWho meets you?\n:::\n\n## Later\n\nGo home.\n"
    author.send(f"{LESSON}/source", {"source": text, "revision": "1", "screen": "1"})
    return author


def reader(
    make_author: MakeAuthor, course: Author, role: Role = Role.REVIEWER, place: str = "Harbour office"
) -> Author:
    found = make_author(f"{role}@example.org", role, place)
    found.draft = course.draft
    return found


def write(who: Author, block: int, words: str, screen: int = 1, page: Page | None = None) -> Page:
    page = page or who.get(f"{LESSON}?screen={screen}")
    form = next(tag for tag in page.all("form") if tag["action"].endswith("/comment") and _stands_at(tag, block))
    return who.send(f"{LESSON}/comment", _inputs(page, form) | {"words": words})


def _stands_at(tag: Tag, block: int) -> bool:
    return any(up.attributes.get("id") == f"block-{block}" for up in tag.parents)


def places(whole: Whole) -> dict[str, int]:
    rows = whole.do(lambda: db.session.execute(select(StudioComment.words, StudioComment.place)).all())
    return {row.words: row.place for row in rows}


def at_block(page: Page, block: int) -> str:
    return next(tag.words for tag in page.all("section") if tag.attributes.get("id") == f"block-{block}")


def settle(who: Author, whole: Whole, state: str = "done", **more: str) -> Page:
    number = whole.do(lambda: db.session.scalar(select(StudioComment.id).where(StudioComment.answers_to.is_(None))))
    return who.send(f"comments/{number}/state", {"state": state} | more)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.TRANSLATOR, Role.COORDINATOR])
def test_who_reads_a_draft_writes_a_comment_at_a_block_and_its_author_answers(
    whole: Whole, course: Author, make_author: MakeAuthor, role: Role
) -> None:
    other = reader(make_author, course, role)
    page = write(other, 1, "Is it <b>seven</b>?\nOr eight?")
    assert "Is it <b>seven</b>? Or eight?" in " ".join(at_block(page, 1).split())
    assert "<b>seven" not in page.html
    number = page.one("li", class_="comment")["id"].removeprefix("comment-")
    page = course.send(f"comments/{number}/answer", {"words": "Seven, I asked."})
    said = " ".join(at_block(page, 1).split())
    assert said.index("Or eight?") < said.index("Seven, I asked.")
    assert "1 comment open" in said
    assert "1 comment open" in course.get().text
    assert "1 comment open" in course.get("/en/studio").text
    page = settle(other, whole)
    assert "0 comments open" in at_block(page, 1)
    assert "comment open" not in course.get().text
    assert "1 comment open" in at_block(settle(course, whole, "open"), 1)


def test_a_comment_goes_with_its_block_when_it_is_edited_moved_or_others_come_and_go(
    whole: Whole, course: Author
) -> None:
    write(course, 1, "About the ships")
    for words in (
        "Ships leave at *eight* in the morning.",
        "Ships leave at *eight* in the morning, never at night.",
        "No ship leaves before eight, never at night.",
        "No boat sails before eight, never at night or on Sundays.",
    ):
        course.write("harbour", 1, words)
        assert places(whole) == {"About the ships": 1}
    form = course.form_of(course.get(LESSON), 1)
    course.send(f"{LESSON}/move", form | {"to": "down"})
    assert places(whole) == {"About the ships": 2}
    course.send(f"{LESSON}/move", course.form_of(course.get(LESSON), 2) | {"to": "down"})
    assert places(whole) == {"About the ships": 2}, "it is on the next screen now"
    assert "About the ships" in at_block(course.get(f"{LESSON}?screen=2"), 2)
    course.send(f"{LESSON}/add", {"kind": "note", "screen": "1", "before": "0"})
    assert places(whole) == {"About the ships": 3}


def test_a_block_that_is_gone_leaves_its_comment_with_its_last_words_and_undo_brings_both_back(
    whole: Whole, course: Author
) -> None:
    write(course, 1, "About the ships")
    page = course.send(f"{LESSON}/delete", course.form_of(course.get(LESSON), 1))
    assert "Comments whose block is gone" in page.text
    assert "Ships leave at *seven*" in page.text
    assert "About the ships" in page.text
    assert places(whole) == {"About the ships": GONE}
    assert "the block is gone" in course.get("comments").text
    course.send("undo", {})
    assert places(whole) == {"About the ships": 1}
    assert "About the ships" in at_block(course.get(LESSON), 1)


def test_a_lesson_that_goes_keeps_its_comments_in_the_list(whole: Whole, course: Author) -> None:
    write(course, 1, "About the ships")
    course.send("lessons", {"title": "Another", "part": "0", "kind": "lesson"})
    course.send("units/harbour/remove", {})
    page = course.get("comments")
    assert "About the ships" in page.text
    assert "the block is gone" in page.text
    page = settle(course, whole, back="list")
    assert "Done (1)" in page.text


def test_what_was_written_while_the_block_went_or_changed_is_kept(
    whole: Whole, course: Author, make_author: MakeAuthor
) -> None:
    other = reader(make_author, course)
    seen = other.get(LESSON)
    course.write("harbour", 1, "Ships leave at *eight* in the morning.")
    course.send(f"{LESSON}/add", {"kind": "note", "screen": "1", "before": "0"})
    write(other, 1, "Still about the ships", page=seen)
    assert places(whole) == {"Still about the ships": 2}
    course.send(f"{LESSON}/delete", course.form_of(course.get(LESSON), 2))
    page = write(other, 1, "It is gone by now", page=seen)
    assert "Somebody took the block out while you wrote." in page.text
    assert "It is gone by now" in page.text
    assert places(whole) == {"Still about the ships": GONE, "It is gone by now": GONE}


def test_of_two_equal_blocks_the_comment_stays_with_its_own() -> None:
    ask = "::: ask emergency\n:::\n\n"
    before = LessonSource(f"# L\n\n{ask}Words.\n\n{ask}")
    assert follow_blocks(before, LessonSource(f"# L\n\nWords.\n\n{ask}")) == {1: 0, 2: 1}, "the first one went"
    assert follow_blocks(before, LessonSource(f"# L\n\n{ask}Words.\n")) == {0: 0, 1: 1}, "the second one went"
    assert follow_blocks(before, before) == {0: 0, 1: 1, 2: 2}


def test_a_form_pressed_twice_makes_one_comment_and_one_answer(whole: Whole, course: Author) -> None:
    page = course.get(LESSON)
    write(course, 1, "About the ships", page=page)
    page = write(course, 1, "About the ships", page=page)
    number = page.one("li", class_="comment")["id"].removeprefix("comment-")
    for _press in range(2):
        course.send(f"comments/{number}/answer", {"words": "Yes."})
    assert whole.do(lambda: db.session.scalar(select(func.count()).select_from(StudioComment))) == 2
    for words in ("Yes, too.", "Yes."):
        course.send(f"comments/{number}/answer", {"words": words})
    assert whole.do(lambda: db.session.scalar(select(func.count()).select_from(StudioComment))) == 3


def test_two_people_at_once_write_save_and_settle_and_nothing_is_lost(
    whole: Whole, course: Author, make_author: MakeAuthor
) -> None:
    other = reader(make_author, course)
    mine, theirs = course.get(LESSON), other.get(LESSON)
    work = [
        lambda: write(other, 1, "From the reviewer", page=theirs),
        lambda: write(course, 1, "From the author", page=mine),
        lambda: course.write("harbour", 1, "Ships leave at *eight* in the morning.", page=mine),
    ]
    ways = [threading.Thread(target=each) for each in work]
    for each in ways:
        each.start()
    for each in ways:
        each.join()
    assert places(whole) == {"From the reviewer": 1, "From the author": 1}


def test_no_words_and_too_many_words_are_refused_by_name(whole: Whole, course: Author) -> None:
    assert "Please write your comment first." in write(course, 1, " \n ").text
    assert f"longer than {LONGEST} letters" in write(course, 1, "x" * (LONGEST + 1)).text
    assert places(whole) == {}
    write(course, 1, "y" * LONGEST)
    assert list(places(whole)) == ["y" * LONGEST]


def test_nobody_of_another_organisation_reads_or_answers_a_comment_also_not_through_a_draft_of_their_own(
    whole: Whole, course: Author, make_author: MakeAuthor
) -> None:
    page = write(course, 1, "A secret of the harbour")
    number = page.one("li", class_="comment")["id"].removeprefix("comment-")
    stranger = make_author("sam@example.org", Role.COORDINATOR, "Night school")
    stranger.begin("Mine")
    for draft in (course.draft, stranger.draft):
        for path in (f"comments/{number}/answer", f"comments/{number}/state"):
            answer = Page(stranger.visitor.client.post(f"{draft}/{path}", data={"words": "Hello", "state": "done"}))
            assert answer.status in (403, 404)
            assert "secret" not in answer.text
    assert "secret" not in stranger.get("comments").text
    assert "secret" not in stranger.get("/en/studio").text
    assert list(places(whole)) == ["A secret of the harbour"]


def test_the_page_of_a_role_says_what_waits_until_one_answers(
    whole: Whole, course: Author, make_author: MakeAuthor
) -> None:
    other = reader(make_author, course)
    page = write(other, 1, "Is it seven?")
    number = page.one("li", class_="comment")["id"].removeprefix("comment-")
    assert "1 comment to look at" in course.get("/en/account/drafts").text
    assert "Nothing waits for you now." in other.get("/en/account/drafts").text
    course.send(f"comments/{number}/answer", {"words": "Yes."})
    assert "Nothing waits for you now." in course.get("/en/account/drafts").text
    assert "1 comment to look at" in other.get("/en/account/drafts").text
    assert "Nothing waits for you now." in reader(make_author, course, Role.TRANSLATOR).get("/en/account/drafts").text
    course.send("review", {})
    assert "Read it, and approve it or ask for changes" in other.get("/en/account/drafts").text
    assert "Read it, and approve it" not in course.get("/en/account/drafts").text
    stranger = make_author("sam@example.org", Role.AUTHOR, "Night school")
    assert "Nothing waits for you now." in stranger.get("/en/account/drafts").text


def test_changes_that_are_asked_for_name_the_open_comments_and_say_which_are_done(
    whole: Whole, course: Author, make_author: MakeAuthor
) -> None:
    other = reader(make_author, course)
    course.send("review", {})
    write(other, 1, "The hour is wrong")
    page = other.get("publish")
    assert "Who asks for changes names the comment that is open:" in page.text
    page = other.send("review/answer", {"answer": "change", "note": ""})
    told = " ".join(page.one("section", aria_labelledby="review").words.split())
    assert "asked for changes" in told
    assert "The hour is wrong · open" in told
    settle(course, whole)
    told = " ".join(course.get("publish").one("section", aria_labelledby="review").words.split())
    assert "The hour is wrong · done" in told


def test_publishing_says_how_many_comments_are_open_and_learners_see_none(whole: Whole, course: Author) -> None:
    write(course, 1, "A word among us")
    assert "1 comment is open" in course.get("publish").text
    page = course.publish()
    assert "Published as version 1. Learners can take it now. 1 comment is open." in page.text
    assert "A word among us" not in whole.visitor().get("/en/courses/harbour/harbour").text


def test_comments_go_with_their_account_are_exported_with_it_and_answers_of_others_stay(
    whole: Whole, course: Author, make_author: MakeAuthor
) -> None:
    other = reader(make_author, course)
    page = write(other, 1, "From the reviewer")
    number = page.one("li", class_="comment")["id"].removeprefix("comment-")
    course.send(f"comments/{number}/answer", {"words": "From the author"})
    settle(course, whole)

    def account() -> Account:
        return db.session.scalars(select(Account).where(Account.email == "reviewer@example.org")).one()

    exported = str(whole.do(lambda: export_account(db.session, account())))
    assert "From the reviewer" in exported
    assert "From the author" not in exported
    whole.do(lambda: forget_account(db.session, account()), write=True)
    assert places(whole) == {"From the author": 1}
    page = course.get("comments")
    assert "Done (1)" in page.text
    assert "From the author" in page.text


def test_comments_can_be_read_and_written_in_arabic_from_right_to_left(course: Author) -> None:
    write(course, 1, "متى تغادر السفن؟")
    course.draft = course.draft.replace("/en/", "/ar/")
    page = course.get(LESSON)
    assert "متى تغادر السفن؟" in at_block(page, 1)
    assert page.one("p", class_="comment-words")["dir"] == "auto"
    assert UUID(page.one("li", class_="comment")["id"].removeprefix("comment-"))
