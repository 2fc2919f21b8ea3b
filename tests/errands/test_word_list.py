"""All words of a course: once each, in the order of the country's alphabet, and found from either language."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest

from support.errand_packs import write_errands
from support.visitor import Page, Visitor
from support.whole import Whole

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
WORDS = "/{}/courses/way/word-list"


@pytest.fixture
def reader(whole: Whole, visitor: Visitor, tmp_path: Path) -> Visitor:
    """Somebody at a course with words."""
    whole.publish(*write_errands(tmp_path))
    return visitor


def words(page: Page) -> list[str]:
    """Return the words that a page shows."""
    return [tag.words for tag in page.all("bdi") if any(up.name == "dt" for up in tag.parents)]


def test_each_word_stands_once_in_the_alphabet_of_the_country(reader: Visitor) -> None:
    page = reader.get(WORDS.format("en"))
    assert words(page) == ["kotikunta", "osoite", "verokortti", "äiti"]
    assert {tag["lang"] for tag in page.all("bdi") if any(up.name == "dt" for up in tag.parents)} == {"fi"}
    assert "4 words" in page.text
    assert "where you live" not in page.text, "the meaning is that of the lesson in which a word stands first"


@pytest.mark.parametrize(
    ("language", "search", "found"),
    [
        ("en", "KOTI", ["kotikunta"]),
        ("en", "aiti", ["äiti"]),
        ("en", "tax", ["verokortti"]),
        ("ar", "اقامتكم", ["kotikunta"]),
        ("ar", "كوتيكنتا", ["kotikunta"]),
        ("en", "nothing like it", []),
    ],
)
def test_a_search_finds_words_by_word_sound_and_meaning(
    reader: Visitor, language: str, search: str, found: list[str]
) -> None:
    page = reader.get(f"{WORDS.format(language)}?q={quote(search)}")
    assert words(page) == found
    assert page.one("input", type="search")["value"] == search
    assert page.headers["Cache-Control"] == "no-store"


def test_where_nothing_is_found_the_page_says_what_to_try(reader: Visitor) -> None:
    page = reader.get(WORDS.format("en") + "?q=zzz")
    assert "No word was found" in page.text
    assert WORDS.format("en") in {tag["href"] for tag in page.all("a")}


def test_what_was_searched_for_is_in_no_link_to_another_language(reader: Visitor) -> None:
    page = reader.get(WORDS.format("en") + "?q=secret")
    assert not [address for address in page.language_links().values() if "secret" in address]
