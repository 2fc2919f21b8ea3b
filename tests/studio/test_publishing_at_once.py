"""Two who publish one draft, or roll it back, in the same moment: one version, and each is told what learners have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from perille.core.extensions import db
from perille.people.models import Role
from perille.studio.models import StudioComment, StudioVersion
from studio.author import Author, _inputs
from support.visitor import Page
from support.whole import Whole

LEARNERS = "/en/courses/first-steps/first-steps"
OPEN, CLOSED, LATE = "The harbour is open.", "The harbour is closed.", "The harbour is late."
OTHERS = "Somebody has saved since you opened this page."


@pytest.fixture
def anna(author: Author) -> Author:
    """An author whose draft has a lesson with words."""
    author.begin("First steps")
    author.add("first-steps", "text")
    author.write("first-steps", 0, OPEN)
    return author


@pytest.fixture
def ben(anna: Author, make_author: Callable[..., Author]) -> Author:
    """A second author of the same draft."""
    found = make_author("ben@example.org")
    found.draft = anna.draft
    return found


def revision(author: Author) -> str:
    return next(tag["value"] for tag in author.get("publish").all("input", _name="revision"))


def at_once(deeds: Sequence[Callable[[], Page]]) -> list[str]:
    """Do all in one moment, each in a thread of its own; return the words of the pages to which they lead."""
    start = Barrier(len(deeds))

    def do(deed: Callable[[], Page]) -> str:
        start.wait(timeout=60)
        return deed().text

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


def versions(whole: Whole) -> list[int]:
    return list(whole.scalars(select(StudioVersion.number).order_by(StudioVersion.number)))


def test_presses_of_two_people_make_one_version_and_comments_stay_whole(
    whole: Whole, anna: Author, ben: Author, make_author: Callable[..., Author]
) -> None:
    reader = make_author("carl@example.org", Role.REVIEWER)
    reader.draft = anna.draft
    lesson = reader.get("lessons/first-steps?screen=1")
    form = next(tag for tag in lesson.all("form") if tag["action"].endswith("/comment"))
    words = _inputs(lesson, form) | {"words": "Is it open at night?"}
    seen = {"revision": revision(anna)}
    presses = [lambda who=who: who.send("publish", seen) for who in (anna, ben)]
    told = at_once([*presses, lambda: reader.send("lessons/first-steps/comment", words)])[:2]
    told += [press().text for press in presses]
    assert all("Published as version 1." in page for page in told)
    assert versions(whole) == [1]
    assert OPEN in whole.visitor().get(LEARNERS).text
    rows = whole.do(lambda: db.session.execute(select(StudioComment.words, StudioComment.place)).all())
    assert [tuple(row) for row in rows] == [("Is it open at night?", 0)]


def test_two_who_roll_back_at_once_make_one_version(whole: Whole, anna: Author, ben: Author) -> None:
    anna.publish()
    anna.write("first-steps", 0, CLOSED)
    anna.publish()
    seen = {"revision": revision(anna)}
    told = at_once([lambda who=who: who.send("versions/1/again", seen) for who in (anna, ben)])
    assert all("Version 1 is back, as version 3." in page for page in told)
    assert OTHERS in anna.send("versions/2/again", seen).text, "another one was meant"
    assert versions(whole) == [1, 2, 3]
    assert OPEN in whole.visitor().get(LEARNERS).text


def test_of_one_who_publishes_and_one_who_rolls_back_the_first_is_followed(
    whole: Whole, anna: Author, ben: Author
) -> None:
    anna.publish()
    anna.write("first-steps", 0, CLOSED)
    anna.publish()
    anna.write("first-steps", 0, LATE)
    seen = {"revision": revision(anna)}
    new, back = at_once([lambda: anna.send("publish", seen), lambda: ben.send("versions/1/again", seen)])
    assert versions(whole) == [1, 2, 3]
    is_new = "Published as version 3." in new
    assert ("Version 1 is back, as version 3." in back) is not is_new
    assert OTHERS in (back if is_new else new)
    assert (LATE if is_new else OPEN) in whole.visitor().get(LEARNERS).text


def test_who_publishes_words_that_a_roll_back_took_is_not_told_that_they_are_published(
    whole: Whole, anna: Author, ben: Author
) -> None:
    anna.publish()
    anna.write("first-steps", 0, CLOSED)
    seen = {"revision": revision(anna)}
    ben.send("versions/1/again", seen)
    page = anna.send("publish", seen).text
    assert OTHERS in page
    assert "Published as version" not in page
    assert OPEN in whole.visitor().get(LEARNERS).text
    assert versions(whole) == [1]
