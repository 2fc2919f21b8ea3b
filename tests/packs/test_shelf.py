"""The shelf, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from packs.published import SVG, Sync, edit, new_structure
from perille.core.lru_cache import LruCache
from perille.domain.course import PackKind
from perille.packs.published.library import Edition, PackLibrary
from perille.packs.published.placeholders import PlaceholderContext, fill_html
from support.queries import count_queries

DAY = date(2026, 11, 22)


@pytest.fixture
def shelf(sync: Sync, course: Path, session: Session) -> PackLibrary:  # noqa: F811
    sync(course)
    made = PackLibrary(session)
    made.reload(session)
    return made


def small(shelf: PackLibrary) -> Edition:
    edition = shelf.find(PackKind.COURSE, "small")
    assert edition is not None
    return edition


def test_lists_hold_courses_and_not_libraries(shelf: PackLibrary) -> None:
    assert [each.pack_id for each in shelf.summaries()] == ["course_small"]
    assert [each.pack_id for each in shelf.summaries(PackKind.LIBRARY)] == ["course_facts"]
    summary = shelf.summary("course_small")
    assert summary is not None
    assert (summary.minutes, summary.unit_count, summary.titles) == (3, 1, {"en": "The small course"})


def test_an_address_that_is_nobodys_is_none(shelf: PackLibrary) -> None:
    assert shelf.find(PackKind.COURSE, "none") is None
    assert shelf.find(PackKind.MODULE, "small") is None
    assert shelf.edition("course_small", "0" * 64) is None


def test_newest_is_what_is_published_now_and_nothing_where_it_no_longer_is(
    shelf: PackLibrary, sync: Sync, course: Path, session: Session
) -> None:
    old = small(shelf)
    new_structure(course)
    sync(course)
    shelf.reload(session)
    newest = shelf.newest("course_small")
    assert newest is not None
    assert newest.structure_hash != old.structure_hash
    sync()
    shelf.reload(session)
    # The structure that enrolments pin can be read on; as the newest one it is offered no more.
    assert shelf.edition("course_small", old.structure_hash) is not None
    assert shelf.newest("course_small") is None


def test_once_warm_a_page_asks_the_database_nothing(shelf: PackLibrary, session: Session) -> None:
    def page() -> str:
        edition = small(shelf)
        words = edition.words("ar")
        context = PlaceholderContext(
            shelf=shelf, country="FI", day=DAY, language="ar", media_url=lambda pack, name: name
        )
        return fill_html(words.units["hello"].screens[0].pieces[0].html, context) + edition.stamp("ar") + shelf.stamp()

    first = page()
    with count_queries(session.get_bind()) as queries:
        assert page() == first
    assert len(queries) == 0


def test_a_pinned_structure_has_its_newest_words(
    shelf: PackLibrary, sync: Sync, course: Path, session: Session
) -> None:  # noqa: F811
    pinned = small(shelf).structure_hash
    edit(course, "lessons/hello.md", "now", "at once")
    sync(course)
    new_structure(course)
    sync(course)
    shelf.reload(session)
    old = shelf.edition("course_small", pinned)
    assert old is not None
    assert "at once" in old.words("en").units["hello"].screens[0].pieces[0].html
    assert old.structure.units[0].items == ("fire",)
    assert small(shelf).structure.units[0].items == ()


def test_a_language_without_words_gives_the_source_marked(shelf: PackLibrary) -> None:
    edition = small(shelf)
    piece = edition.words("uk").units["hello"].screens[0].pieces[0]
    assert piece.html.startswith('<div lang="en" dir="ltr">')
    assert edition.words_hash("uk") == edition.words_hash("en") != edition.words_hash("ar")


def test_facts_are_found_by_topic_row_and_day(shelf: PackLibrary) -> None:
    assert [fact.key for fact in shelf.facts("FI", DAY, topic="emergency")] == ["emergency.number"]
    assert [fact.key for fact in shelf.facts("FI", DAY, help_row="emergency")] == ["emergency.number"]
    assert shelf.facts("SE", DAY) == ()
    assert shelf.fact("FI", "emergency.number", DAY) is not None
    assert shelf.fact("FI", "crisis.old", DAY) is None
    words = shelf.fact_words("FI", "municipality.role", "value", "ar")
    assert words is not None
    assert (words.plain, words.language) == ("Schools and day care", "en")


def test_a_corrected_fact_changes_the_stamp_and_the_page(
    shelf: PackLibrary, sync: Sync, course: Path, facts_folder: Path, session: Session
) -> None:  # noqa: F811
    before = shelf.facts_stamp()
    edit(facts_folder, "facts/FI.toml", 'value = "112"', 'value = "113"')
    sync(course)
    shelf.reload(session)
    fact = shelf.fact("FI", "emergency.number", DAY)
    assert fact is not None
    assert fact.value == "113"
    assert shelf.facts_stamp() != before


def test_pictures_are_found_by_the_start_of_their_hash(shelf: PackLibrary, session: Session) -> None:
    media = small(shelf).media["course_small/house"]
    picture = shelf.media_body(session, media.sha256[:20])
    assert picture is not None
    assert (picture.mime, picture.body) == ("image/svg+xml", SVG.encode())
    assert shelf.media_body(session, "0" * 20) is None
    assert shelf.media_body(session, media.sha256[:4]) is None
    assert shelf.media_body(session, "%" * 20) is None


def test_only_the_things_used_last_are_kept() -> None:
    made: list[int] = []
    kept: LruCache[int] = LruCache(2)

    def make(number: int) -> Callable[[], int]:
        return lambda: made.append(number) or number

    for number in (1, 2, 1, 3, 1, 2):
        assert kept.get(number, make(number)) == number
    assert made == [1, 2, 3, 2]
