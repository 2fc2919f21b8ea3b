"""Translations leave as PO or XLIFF and come back: a round trip changes nothing, nor does a file that does not belong here."""

from __future__ import annotations

import io
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from sqlalchemy import select

from perille.people.models import Role
from perille.studio.models import StudioDraft, StudioRevision
from perille.studio.word_files import BadWords, read_words
from studio.author import Author
from support.visitor import Page
from support.whole import Whole

NS = "{urn:oasis:names:tc:xliff:document:2.0}"
SOURCE, WORDS = "The harbour is **safe** & warm <now>.", "Satama on **turvallinen** & lämmin <nyt>."


@pytest.fixture
def course(author: Author) -> Author:
    """An author whose draft is translated into Finnish, one block reviewed."""
    author.begin("First steps")
    author.add("first-steps", "text")
    author.write("first-steps", 0, SOURCE)
    author.send("translations", {"language": "fi"})
    save(author, "pack/title", "First steps", "Ensiaskeleet")
    return author


def save(author: Author, context: str, source: str, words: str, **more: str) -> None:
    author.send("translations/fi", {"context": context, "source": source, "words": words, **more})


def file_of(author: Author, form: str) -> bytes:
    answer = author.visitor.client.get(f"{author.draft}/translations/fi/words.{form}")
    assert (answer.status_code, answer.headers["Content-Disposition"]) == (
        200,
        f"attachment; filename=course_first_steps-fi.{form}",
    )
    return answer.data


def bring(author: Author, body: bytes, **more: str) -> Page:
    return author.send("translations/fi/words", more, file=(io.BytesIO(body), "words"))


def revision(whole: Whole) -> int:
    return int(whole.scalars(select(StudioDraft.revision))[0])


def translated(body: bytes, form: str, words: str = WORDS) -> bytes:
    """Return the file as a translator's program saves it, with the lesson's sentence translated."""
    if form == "po":
        text = body.decode()
        at = text.index('msgstr ""', text.index("The harbour"))
        return (text[:at] + f'msgstr "{words}"' + text[at + len('msgstr ""') :]).encode()
    root = ElementTree.fromstring(body)  # noqa: S314  (our own file)
    segment = next(each for each in root.iter(f"{NS}segment") if each.findtext(f"{NS}source") == SOURCE)
    segment.set("state", "translated")
    ElementTree.SubElement(segment, f"{NS}target").text = words
    return ElementTree.tostring(root, "utf-8")


@pytest.mark.parametrize("form", ["po", "xlf"])
def test_a_file_that_comes_back_as_it_went_changes_nothing(whole: Whole, course: Author, form: str) -> None:
    before = revision(whole)
    page = bring(course, file_of(course, form))
    assert "Taken: 0." in page.text
    assert revision(whole) == before


@pytest.mark.parametrize("form", ["po", "xlf"])
def test_what_was_translated_elsewhere_is_taken_as_a_draft_and_shown(course: Author, form: str) -> None:
    page = bring(course, translated(file_of(course, form), form))
    assert "Taken: 1." in page.text
    shown = course.get("translations/fi?show=draft")
    assert WORDS in [area.words for area in shown.all("textarea", _name="words")]
    assert read_words(file_of(course, "po")).words == read_words(file_of(course, "xlf")).words


@pytest.mark.parametrize("form", ["po", "xlf"])
def test_an_outdated_translation_that_nobody_touched_stays_outdated(course: Author, form: str) -> None:
    bring(course, translated(file_of(course, form), form))
    course.write("first-steps", 0, "The harbour is **safe** & warm <today>.")
    bring(course, file_of(course, form))
    assert "warm &lt;today&gt;" in course.get("translations/fi?show=outdated").html


def test_reviewed_words_stay_reviewed_where_the_file_has_the_same_and_no_longer_where_it_has_others(
    course: Author, make_author: Callable[..., Author]
) -> None:
    reader = make_author("ben@example.org", Role.TRANSLATOR)
    reader.draft = course.draft
    save(reader, "pack/title", "First steps", "Ensiaskeleet", do="review")
    body = file_of(course, "xlf")
    bring(course, body)
    assert "Ensiaskeleet" in course.get("translations/fi?show=reviewed").html
    other = body.replace(b"Ensiaskeleet", b"Alkuaskeleet")
    bring(course, other)
    assert "Ensiaskeleet" in course.get("translations/fi?show=reviewed").html
    bring(course, other, replace="on")
    assert "Ensiaskeleet" not in course.get("translations/fi?show=reviewed").html
    assert "Alkuaskeleet" in course.get("translations/fi?show=draft").html


PO = (
    'msgid ""\nmsgstr ""\n"Project-Id-Version: {pack} 1\\n"\n"Language: {language}\\n"\n\n'
    'msgctxt "pack/title"\nmsgid "First steps"\nmsgstr "X"\n'
)
XLIFF = (
    '<xliff xmlns="{ns}" version="2.0" srcLang="en" trgLang="fi"><file id="f" original="course_first_steps">'
    '<unit id="u" name="pack/title"><segment><source>First steps</source><target>{words}</target></segment></unit></file></xliff>'
)
OURS = "urn:oasis:names:tc:xliff:document:2.0"
REFUSED = {
    "another course": (PO.format(pack="course_other", language="fi"), "It is of another course: course_other."),
    "another language": (PO.format(pack="course_first_steps", language="sv"), "It is in another language: Svenska"),
    "no language": (PO.format(pack="course_first_steps", language=""), "It does not say of which course"),
    "no course": (PO.format(pack="", language="fi").replace("  1", ""), "It does not say of which course"),
    "a document": (b"PK\x03\x04\x14\0\xff", "It is neither a PO file nor one of XLIFF 2."),
    "latin-1": (
        PO.format(pack="course_first_steps", language="fi").replace("X", "ä").encode("latin-1"),
        "not saved as UTF-8",
    ),
    "broken po": ('msgid "a\nmsgstr ""\n', "It is broken at line 1."),
    "broken xliff": ('<xliff version="2.0">\n<file', "It is broken at line 2."),
    "entities": ('<!DOCTYPE x [<!ENTITY a "b">]><xliff/>', "It has a document type"),
    "xliff 1.2": ('<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2"/>', "nor one of XLIFF 2"),
    "strange marks": (XLIFF.format(ns=OURS, words='A <ph id="1"/> b'), "It has a mark &lt;ph&gt; inside words"),
    "nothing": ("", "Choose the file first."),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_does_not_belong_here_is_named_and_changes_nothing(whole: Whole, course: Author, name: str) -> None:
    body, told = REFUSED[name]
    before = revision(whole)
    page = bring(course, body if isinstance(body, bytes) else body.encode())
    assert "The file was not taken." in page.text
    assert told in page.html
    assert revision(whole) == before


def test_the_source_of_a_file_is_never_taken_and_words_of_other_blocks_are_counted(
    whole: Whole, course: Author
) -> None:
    before = revision(whole)
    page = bring(course, XLIFF.format(ns=OURS, words="X").replace("First steps", "Last steps").encode())
    assert "Of words that this course does not have: 1." in page.text
    assert revision(whole) == before


def test_a_translator_may_and_an_author_of_another_organisation_may_not(
    whole: Whole, course: Author, make_author: Callable[..., Author]
) -> None:
    translator = make_author("tia@example.org", Role.TRANSLATOR)
    translator.draft = course.draft
    body = translated(file_of(translator, "xlf"), "xlf")
    assert "Taken: 1." in bring(translator, body).text
    deeds = whole.scalars(select(StudioRevision.deed).order_by(StudioRevision.number.desc()))
    assert deeds[0] == "translation"
    stranger = make_author("sam@example.org", Role.TRANSLATOR, "Night school")
    assert stranger.visitor.client.get(f"{course.draft}/translations/fi/words.po").status_code == 403
    answer = stranger.visitor.client.post(
        f"{course.draft}/translations/fi/words", data={"file": (io.BytesIO(body), "x")}
    )
    assert answer.status_code == 403


@pytest.mark.parametrize("words", ["a\u2028b", "RLM\u200f.", "\u0645\u0631\u062d\u0628\u0627", "😀", "  two  spaces "])
def test_every_sign_comes_through_xliff(words: str) -> None:
    found = read_words(XLIFF.format(ns=OURS, words=words).encode())
    assert found.words[0].words == words
    with pytest.raises(BadWords):
        read_words(XLIFF.format(ns=OURS, words=words).encode("utf-16"))
