"""Two people in one lesson: they see each other, and each keeps what they wrote."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from perille.core.database import utcnow
from perille.core.extensions import db
from perille.people.models import Role
from perille.studio.models import StudioPresence, StudioRevision
from studio.author import Author
from support.whole import Whole

MakeAuthor = Callable[..., Author]
HERE = "lessons/first-steps/here"
LESSON = "lessons/first-steps"


@pytest.fixture
def two(make_author: MakeAuthor) -> tuple[Author, Author]:
    """Two authors of one office, with a lesson of one text."""
    anna, ben = make_author(), make_author("ben@example.org", Role.TRAINER)
    anna.begin("First steps")
    ben.draft = anna.draft
    anna.add("first-steps", "text")
    anna.write("first-steps", 0, "One.")
    return anna, ben


def say(who: Author, state: str = "here", screen: str = "1", tab: str = "a") -> Any:
    """Say what the script of a page says; return what it is told."""
    answer = who.visitor.client.post(f"{who.draft}/{HERE}", data={"state": state, "screen": screen, "tab": tab})
    assert answer.status_code == 200, answer.text
    return answer.json


def people(who: Author, **said: str) -> list[str]:
    """Return who else is in the lesson, in words, without the signs that keep names apart from words of another direction."""
    found: list[str] = say(who, **said)["people"]
    assert all(each.startswith("\u2068") and "\u2069 " in each for each in found)
    return [each.replace("\u2068", "").replace("\u2069", "") for each in found]


def later(whole: Whole, minutes: float) -> None:
    """Let time pass: what was said and saved is as old as that."""
    past = utcnow() - timedelta(minutes=minutes)
    whole.do(lambda: db.session.execute(update(StudioPresence).values(seen_at=past)), write=True)
    whole.do(lambda: db.session.execute(update(StudioRevision).values(at=past)), write=True)


def test_two_people_in_a_lesson_see_each_other_and_nobody_sees_themselves(
    whole: Whole, two: tuple[Author, Author]
) -> None:
    anna, ben = two
    later(whole, 10)
    assert people(ben, screen="1") == []
    assert people(anna, screen="1") == ["ben is on this screen too."]
    assert people(ben, screen="2") == ["anna is on screen 1 of this lesson."]
    assert people(anna, screen="1") == ["ben is on screen 2 of this lesson."]
    assert people(ben, state="away") == ["anna is on this screen too."]
    assert people(anna) == ["ben has this lesson open, and looks at something else now."]
    # Without script the page says it, too.
    assert "\u2068ben\u2069 has this lesson open" in anna.get(LESSON).text
    assert people(ben, state="gone") == ["anna is on this screen too."]
    assert people(anna) == []


def test_a_hidden_page_is_not_gone_and_unsaved_words_are_told_of_for_longest(
    whole: Whole, two: tuple[Author, Author]
) -> None:
    anna, ben = two
    say(ben, state="away", tab="hidden")
    later(whole, 3)
    assert people(anna) == ["ben has this lesson open, and looks at something else now."]
    say(ben, state="unsent", screen="2", tab="words")
    later(whole, 3)
    # Of several pages of one person the one with unsaved words is told of.
    assert people(anna) == ["ben writes on screen 2, and has not saved it yet."]
    later(whole, 20)
    assert people(anna) == ["ben writes on screen 2, and has not saved it yet."]
    later(whole, 31)
    assert people(anna, tab="new") == []
    kept = whole.scalars(select(StudioPresence.tab))
    assert kept == ["new"], "what is older than half an hour is forgotten when somebody opens a lesson"


def test_a_page_that_was_closed_has_no_unsaved_words_once_they_have_come(
    whole: Whole, two: tuple[Author, Author]
) -> None:
    anna, ben = two
    later(whole, 10)
    ben.write("first-steps", 0, "Two.")
    # The last word of a page that is closed comes while its words are saved, or after.
    say(ben, state="unsent", screen="2", tab="closed")
    assert people(anna) == ["ben is on screen 2 of this lesson."]
    later(whole, 2)
    (told,) = people(anna)
    assert told.startswith("ben saved in this lesson at ")
    later(whole, 7)
    assert people(anna) == []
    # Whoever types on has words that are not saved yet.
    say(ben, state="unsent", screen="2", tab="open")
    assert people(anna) == ["ben writes on screen 2, and has not saved it yet."]


def test_a_page_that_says_nothing_any_more_is_not_there(whole: Whole, two: tuple[Author, Author]) -> None:
    anna, ben = two
    say(ben)
    later(whole, 1)
    assert people(anna) == []


def test_who_has_no_script_is_told_of_after_a_save(whole: Whole, two: tuple[Author, Author]) -> None:
    anna, ben = two
    assert "\u2068anna\u2069 saved in this lesson at" in ben.get(LESSON).text
    later(whole, 6)
    assert "\u2068anna\u2069 saved in this lesson" not in ben.get(LESSON).text


def test_a_page_learns_that_the_lesson_was_saved_by_somebody_else(two: tuple[Author, Author]) -> None:
    anna, ben = two
    page = ben.get(LESSON)
    shown = next(tag["data-lesson"] for tag in page.all("div") if "data-lesson" in tag.attributes)
    assert say(ben)["lesson"] == shown
    anna.write("first-steps", 0, "Two.")
    assert say(ben)["lesson"] != shown


@pytest.mark.parametrize(
    "form",
    [{"tab": "<script>", "state": "here"}, {"tab": "a", "state": "dancing"}, {"tab": "", "state": ""}],
    ids=["name", "state", "nothing"],
)
def test_nonsense_is_not_kept(whole: Whole, two: tuple[Author, Author], form: dict[str, str]) -> None:
    anna, _ben = two
    answer = anna.visitor.client.post(f"{anna.draft}/{HERE}", data=form)
    assert answer.status_code == 200
    assert whole.scalars(select(StudioPresence.tab)) == []
    for lesson in ("no-such", "first-steps/x"):
        assert anna.visitor.client.post(
            f"{anna.draft}/lessons/{lesson}/here", data={"tab": "a", "state": "here"}
        ).status_code in (200, 404)
    assert whole.scalars(select(StudioPresence.tab)) == []


def test_nobody_of_another_organisation_asks_who_is_there(two: tuple[Author, Author], make_author: MakeAuthor) -> None:
    anna, _ben = two
    stranger = make_author("carl@example.org", place="Another office")
    answer = stranger.visitor.client.post(f"{anna.draft}/{HERE}", data={"state": "here", "screen": "1", "tab": "a"})
    assert answer.status_code in (403, 404)


def test_a_page_that_learned_of_anothers_words_while_its_own_were_typed_loses_neither(
    two: tuple[Author, Author],
) -> None:
    anna, ben = two
    anna.write("first-steps", 0, "One.\n\nTwo.\n\nThree.")
    anna.write("first-steps", 0, "One!\n\nTwo.\n\nThree.")
    # The script took the new references of the block, and left the words in which somebody types as they were.
    fresh = ben.form_of(ben.get(LESSON), 0)
    typed_from = "kind=text&f-words=One.%0D%0A%0D%0ATwo.%0D%0A%0D%0AThree."
    sent = fresh | {"f-words": "One.\n\nTwo.\n\nThree?", "typed-from": typed_from}
    page = ben.send(f"{LESSON}/block", sent)
    assert "both changes are in it" in page.text
    assert "One!\n\nTwo.\n\nThree?" in page.html
    # The same words once more, and other ones in the same line: both are kept beside each other.
    fresh = ben.form_of(page, 0)
    page = ben.send(f"{LESSON}/block", fresh | {"f-words": "Uno.\n\nTwo.\n\nThree.", "typed-from": typed_from})
    assert "Both are kept" in page.text
    assert "What you typed is not saved" not in page.text
    assert "One!\n\nTwo.\n\nThree?" in page.html


def test_what_was_typed_on_after_other_blocks_came_finds_its_block_by_its_own_words(two: tuple[Author, Author]) -> None:
    anna, ben = two
    seen = ben.form_of(ben.get(LESSON), 0)
    first = seen | {"f-words": "Written anew from end to end."}
    ben.send(f"{LESSON}/block", first)
    anna.send(f"{LESSON}/add", {"kind": "note", "screen": "1", "before": "0"})
    page = ben.send(
        f"{LESSON}/block",
        seen
        | {
            "f-words": "Written anew from end to end, and on.",
            "typed-from": "kind=text&f-words=Written+anew+from+end+to+end.",
        },
    )
    assert "Written anew from end to end, and on." in page.html
    assert not page.all("input", _name="unmerged")


def heads(who: Author, screen: int = 1) -> dict[str, str]:
    """Return what the form of the title and the heading holds."""
    page = who.get(f"{LESSON}?screen={screen}")
    form = next(tag for tag in page.all("form") if "screen-head" in tag.attributes.get("class", ""))
    fields = [tag for tag in page.all("input") if form in tag.parents]
    return {tag["name"]: tag.attributes.get("value", "") for tag in fields if "name" in tag.attributes}


def test_a_heading_that_somebody_else_wrote_is_not_written_over_by_a_page_that_had_the_old_one(
    two: tuple[Author, Author],
) -> None:
    anna, ben = two
    anna.send(f"{LESSON}/screen", {"do": "add", "screen": "1", "heading": "Ask", "revision": "0"})
    old, older = heads(ben, 2), heads(ben, 1)
    anna.send(f"{LESSON}/screen", heads(anna, 2) | {"heading": "Ask at the desk"})
    # A form that was sent with the old heading in it, because something else in it was changed, leaves the new one.
    ben.send(f"{LESSON}/screen", old | {"heading": "Ask"})
    assert heads(ben, 2)["heading"] == "Ask at the desk"
    page = ben.send(f"{LESSON}/screen", old | {"heading": "Where to ask"})
    assert "Ask at the desk" in page.text
    assert "You wrote “Where to ask”" in page.text
    assert heads(ben, 2)["heading"] == "Ask at the desk"
    anna.send(f"{LESSON}/screen", heads(anna, 1) | {"title": "The first steps"})
    ben.send(f"{LESSON}/screen", older)
    assert heads(ben, 1)["title"] == "The first steps"


def test_a_heading_follows_its_screen_when_another_one_comes_before_it(two: tuple[Author, Author]) -> None:
    anna, ben = two
    anna.send(f"{LESSON}/screen", {"do": "add", "screen": "1", "heading": "Ask", "revision": "0"})
    old = heads(ben, 2)
    anna.send(f"{LESSON}/screen", {"do": "add", "screen": "1", "heading": "Before", "revision": "0"})
    ben.send(f"{LESSON}/screen", old | {"heading": "Ask at the desk"})
    assert [heads(ben, number)["heading"] for number in (2, 3)] == ["Before", "Ask at the desk"]


def test_a_client_that_names_ever_new_pages_fills_no_table(whole: Whole, two: tuple[Author, Author]) -> None:
    anna, ben = two
    say(anna)
    for number in range(25):
        say(ben, tab=f"page{number}")
    kept = whole.scalars(select(StudioPresence.tab))
    assert len(kept) == 21
    assert {"a", "page24"} <= set(kept)
