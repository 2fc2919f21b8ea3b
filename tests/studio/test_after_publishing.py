"""What the page of publishing, and the course's own page, say after a course was published or taken out of the lists."""

from __future__ import annotations

from collections.abc import Callable

import pytest

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


@pytest.mark.parametrize(
    ("lang", "told"), [("en", "This course is not offered here any more."), ("ar", "لم تعد هذه الدورة معروضة هنا.")]
)
def test_who_kept_the_address_of_a_course_that_was_taken_back_is_told_so(
    whole: Whole, author: Author, lang: str, told: str
) -> None:
    course = published(author)
    course.send("withdraw")
    for path in ("first-steps", "first-steps/first-steps"):
        page = whole.visitor().get(f"/{lang}/courses/{path}")
        assert page.status == 404
        assert told in page.text
    assert told not in whole.visitor().get(f"/{lang}/modules/first-steps").text, "there was no such module"
    assert told not in whole.visitor().get(f"/{lang}/courses/second-steps").text
    course.publish()
    assert whole.visitor().get(f"/{lang}/courses/first-steps").status == 200


def test_a_course_that_says_of_itself_its_title_alone_is_not_named_twice(whole: Whole, author: Author) -> None:
    published(author)
    page, listed = (whole.visitor().get(f"/en/courses{end}") for end in ("/first-steps", ""))
    said = [*page.all("p", class_="lead"), *listed.all("span", class_="course-summary")]
    assert "First steps" not in [each.words for each in said]


def moved(author: Author, slug: str) -> None:
    author.send("settings", {"title": "First steps", "summary": "First steps", "slug": slug, "country": ""})
    author.publish()


def test_a_course_that_has_moved_is_led_to_from_where_it_was_page_for_page(whole: Whole, author: Author) -> None:
    course = published(author)
    moved(course, "harbour")
    moved(course, "quay")
    stranger = whole.visitor()
    for path in ("", "/first-steps?screen=1&_external=1"):
        for before in ("first-steps", "harbour"):
            answer = stranger.client.get(f"/ar/courses/{before}{path}")
            assert (answer.status_code, answer.location) == (303, f"/ar/courses/quay{path}")
    assert stranger.client.get("/ar/modules/first-steps").status_code == 404
    pressed = stranger.client.post("/en/courses/first-steps/start")
    assert (pressed.status_code, pressed.location) == (303, "/en/courses/quay")
    course.send("withdraw")
    assert "not offered here any more" in stranger.get("/en/courses/first-steps").text


def test_who_is_in_the_middle_of_a_course_that_moves_goes_on_where_they_are(whole: Whole, author: Author) -> None:
    course, learner = published(author), whole.visitor()
    learner.start("/en/courses/first-steps")
    moved(course, "harbour")
    assert "The harbour is safe." in learner.get("/en/courses/first-steps/first-steps").text
    assert learner.post("/en/courses/first-steps/first-steps/next").status == 303
    assert learner.get("/en/courses/first-steps").status == 200


def test_a_course_that_comes_back_to_its_first_address_leads_nowhere_in_a_circle(whole: Whole, author: Author) -> None:
    course = published(author)
    moved(course, "harbour")
    moved(course, "first-steps")
    assert whole.visitor().get("/en/courses/first-steps").status == 200
    assert whole.visitor().client.get("/en/courses/harbour").location == "/en/courses/first-steps"


def test_a_course_of_others_at_the_old_address_is_the_one_that_is_shown(
    whole: Whole, make_author: Callable[..., Author]
) -> None:
    course, colleague = published(make_author()), make_author("ben@example.org")
    moved(course, "harbour")
    published(colleague)
    assert whole.visitor().get("/en/courses/first-steps").status == 200
