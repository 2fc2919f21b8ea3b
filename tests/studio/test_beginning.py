"""A course begun in a language that is not known is refused by name; where the template has no words in one that is, that is said."""

from __future__ import annotations

import re

import pytest

from studio.author import Author
from support.visitor import Page

FORM = {"title": "First steps", "starter": "country", "country": "FI", "language": "en"}


def test_a_language_or_a_country_that_is_not_known_begins_no_course(author: Author) -> None:
    for wrong, told in (
        ({"language": "xx"}, "This language is not known. Known are: English, Suomi"),
        ({"language": "de"}, "This language is not known."),
        ({"country": "ZZ"}, "Choose one of the list."),
    ):
        answer = author.visitor.client.post("/en/studio", data=FORM | wrong)
        page = author.get(answer.headers["Location"])
        assert told in page.one("div", id="errors").words
        assert page.one("input", _name="title")["value"] == "First steps", "nothing typed is lost"
        assert "There is no course here yet." in page.text


@pytest.mark.parametrize(
    ("language", "lesson", "lacks"), [("fi", "Saapuminen", ""), ("en", "Arriving", ""), ("so", "Arriving", "Soomaali")]
)
def test_lessons_of_a_template_are_named_in_the_language_of_the_course(
    author: Author, language: str, lesson: str, lacks: str
) -> None:
    for _press in range(2):
        page = author.begin(**FORM | {"language": language})
        found = re.search(r"has no words in this language: (.*?)\.", page.text)
        assert (found[1] if found else "") == lacks
    assert lesson in page.text
    assert "no words in this language" not in author.begin("Other steps", language="so").text, "it has none to lack"


def test_a_page_in_another_language_says_it_in_its_own(author: Author) -> None:
    answer = Page(author.visitor.client.post("/fi/studio", data=FORM | {"language": "so"}))
    assert "Mallipohjassa ei ole sanoja tällä kielellä: Soomaali." in author.get(answer.location).text


def test_the_outline_says_what_a_course_gives_at_its_end(author: Author) -> None:
    page = author.begin("Meeting people", starter="module")
    assert "Who has done all that is not an extra gets a certificate." in page.text
    assert "This course has no certificate." in author.begin("A short one").text
