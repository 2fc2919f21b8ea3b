"""What the page of publishing, and the course's own page, say after a course was published or taken out of the lists."""

from __future__ import annotations

from studio.author import Author
from support.whole import Whole


def published(author: Author) -> Author:
    """Publish a course of one lesson whose summary is its title."""
    author.begin("First steps")
    author.add("first-steps", "text")
    author.write("first-steps", 0, "The harbour is safe.")
    author.send("settings", {"title": "First steps", "summary": "First steps", "slug": "first-steps", "country": ""})
    author.publish()
    return author


def test_a_course_in_no_list_is_said_to_be_in_none_also_later(author: Author) -> None:
    course, out = published(author), "The course is in no list any more."
    assert out not in course.get("publish").text
    course.send("withdraw")
    course.get("publish")
    assert out in course.get("publish").text


def test_a_course_that_says_of_itself_its_title_alone_is_not_named_twice(whole: Whole, author: Author) -> None:
    published(author)
    page, listed = (whole.visitor().get(f"/en/courses{end}") for end in ("/first-steps", ""))
    said = [*page.all("p", class_="lead"), *listed.all("span", class_="course-summary")]
    assert "First steps" not in [each.words for each in said]
