"""Who wrote the words of a translation does not say that they are reviewed (SE15)."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from sqlalchemy import delete

from perille.core.extensions import db
from perille.people.models import Role
from perille.studio.models import StudioWriter
from studio.author import Author, translation_forms
from support.whole import Whole

FI = "translations/fi"
OWN = "You have translated this yourself"
MakeAuthor = Callable[..., Author]


@pytest.fixture
def two(author: Author, make_author: MakeAuthor) -> tuple[Author, Author]:
    """Two people who may translate a course that is to be in Finnish."""
    author.begin("Harbour")
    author.send("translations", {"language": "fi"})
    other = make_author("ben@example.org", Role.TRANSLATOR)
    other.draft = author.draft
    return author, other


def write(who: Author, words: str) -> None:
    who.send(FI, translation_forms(who.get(FI))[0] | {"words": words})


def reviews(who: Author) -> bool:
    """Press "reviewed" at the first block, whether the page offers it or not; tell whether it was taken."""
    page = who.send(FI, translation_forms(who.get(FI))[0] | {"do": "review"})
    assert ("Saved." in page.text) is not (OWN in page.text)
    return "Saved." in page.text


def test_who_wrote_a_block_does_not_review_it_and_the_page_says_who_can(two: tuple[Author, Author]) -> None:
    anna, ben = two
    write(anna, "Satama")
    assert OWN in anna.get(FI).text
    assert "I have reviewed it" not in anna.get(FI).text
    assert not reviews(anna)
    assert "Satama" in anna.get(f"{FI}?show=draft").text
    assert "I have reviewed it" in ben.get(FI).text
    assert reviews(ben)
    # Whoever changes a comma has written what stands there now; who wrote the rest has read it then.
    write(ben, "Satama.")
    assert not reviews(ben)
    assert reviews(anna)


def test_words_that_come_back_are_their_writers_again(two: tuple[Author, Author]) -> None:
    anna, ben = two
    write(anna, "Satama")
    write(ben, "Satamat")
    anna.send("undo")
    assert translation_forms(anna.get(FI))[0]["words"].strip() == "Satama"
    assert not reviews(anna)
    assert reviews(ben)


def test_who_brings_a_file_is_the_writer_of_what_it_changed(two: tuple[Author, Author]) -> None:
    anna, ben = two
    write(ben, "Satama")
    body = ben.visitor.client.get(f"{ben.draft}/{FI}/words.po").get_data()
    changed = body.replace(b'msgstr "Satama"', b'msgstr "Satamassa"')
    assert changed != body
    anna.send(f"{FI}/words", {"replace": "on"}, file=(io.BytesIO(changed), "fi.po"))
    assert not reviews(anna)
    assert reviews(ben)


def test_a_file_replaces_words_of_others_and_reviewed_ones_only_where_one_says_so(two: tuple[Author, Author]) -> None:
    anna, ben = two
    write(ben, "Satama")
    body = anna.visitor.client.get(f"{anna.draft}/{FI}/words.po").get_data().replace(b'"Satama"', b'"Satamassa"')
    page = anna.send(f"{FI}/words", file=(io.BytesIO(body), "fi.po"))
    assert "Taken: 0." in page.text
    assert "somebody else has saved them here: 1. “Harbour”." in page.text
    assert translation_forms(page)[0]["words"].strip() == "Satama"
    page = anna.send(f"{FI}/words", {"replace": "on"}, file=(io.BytesIO(body), "fi.po"))
    assert "Taken: 1." in page.text
    assert reviews(ben)
    # Her own words too, once they are reviewed; and the same file twice changes nothing.
    assert "Already here: 1." in anna.send(f"{FI}/words", file=(io.BytesIO(body), "fi.po")).text
    again = body.replace(b'"Satamassa"', b'"Satamaan"')
    assert "somebody else has saved them here: 1." in anna.send(f"{FI}/words", file=(io.BytesIO(again), "fi.po")).text
    assert translation_forms(anna.get(FI))[0]["words"].strip() == "Satamassa"


def test_who_corrects_their_own_words_in_a_file_is_not_asked(two: tuple[Author, Author]) -> None:
    anna, _ben = two
    write(anna, "Satama")
    body = anna.visitor.client.get(f"{anna.draft}/{FI}/words.po").get_data().replace(b'"Satama"', b'"Satamassa"')
    assert "Taken: 1." in anna.send(f"{FI}/words", file=(io.BytesIO(body), "fi.po")).text


def test_words_of_nobody_are_reviewed_by_who_translated_none(whole: Whole, two: tuple[Author, Author]) -> None:
    anna, ben = two
    write(anna, "Satama")
    whole.do(lambda: db.session.execute(delete(StudioWriter)), write=True)
    assert not reviews(anna), "she may have written it"
    assert reviews(ben)


def test_who_brought_a_course_in_may_have_translated_it(two: tuple[Author, Author], make_author: MakeAuthor) -> None:
    anna, ben = two
    write(anna, "Satama")
    body = anna.visitor.client.get(f"{anna.draft}/export.zip").get_data()
    carl = make_author("carl@example.org")
    page = carl.send("/en/studio/upload", archive=(io.BytesIO(body), "course.zip"))
    assert "byte for byte" in page.text
    draft = next(tag["href"] for tag in page.all("a") if "/publish" in (tag.attributes.get("href") or ""))
    carl.draft = ben.draft = draft.partition("/publish")[0]
    assert not reviews(carl)
    assert reviews(ben)


def test_whose_words_a_copy_has_does_not_review_them_there(two: tuple[Author, Author]) -> None:
    anna, ben = two
    anna.add("harbour", "text")
    anna.write("harbour", 0, "Go to the harbour.")
    write(anna, "Satama")
    anna.publish()
    page = anna.send("/en/studio/copy", {"pack": "course_harbour"})
    assert "This is your copy." in page.text
    address = re.search(r"/en/studio/[0-9a-f-]{36}", page.html)
    assert address
    anna.draft = ben.draft = address[0]
    assert translation_forms(anna.get(FI))[0]["words"].strip() == "Satama"
    assert not reviews(anna)
    assert reviews(ben)
