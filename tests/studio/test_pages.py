"""The Studio's pages without script: from an empty page to a course that a learner takes."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from perille.core.extensions import db
from perille.people.models import Role
from perille.studio import drafts
from perille.studio.drafts import RevisionKind
from perille.studio.models import StudioDraft
from studio.author import Author
from support.whole import Whole


def test_from_an_empty_page_to_a_course_that_a_learner_takes(whole: Whole, author: Author) -> None:
    author.begin("First steps")
    author.add("first-steps", "text")
    page = author.write("first-steps", 0, "Welcome to the **harbour**.\n\n- Bring a coat.")
    assert "Saved." in page.text
    page = author.upload("first-steps")
    assert "The picture is in the course" in page.text
    author.send("lessons/first-steps/screen", {"do": "add", "screen": "1", "heading": "Who helps"})
    author.add("first-steps", "talk", 2)
    author.write("first-steps", 2, "Whom do you ask first?", 2)
    author.send("lessons/first-steps/screen", {"do": "add", "screen": "2", "heading": "What do you do?"})
    question = {
        "interaction": "choice",
        "bank": "checks",
        "lesson": "first-steps",
        "screen": "3",
        "f-prompt": "A ship is late. What do you do?",
        "choice-0-text": "Ask at the desk",
        "choice-0-feedback": "Yes. They know.",
        "choice-0-right": "true",
        "choice-1-text": "Go home",
        "choice-1-feedback": "Then you miss it.",
    }
    page = author.send("questions/new", question)
    assert "The question is saved." in page.text
    page = author.publish()
    assert "Published as version 1" in page.text
    learner = whole.visitor()
    course = learner.get("/en/courses/first-steps")
    assert (course.status, course.heading) == (200, "First steps")
    learner.start("/en/courses/first-steps")
    first = learner.get("/en/courses/first-steps/first-steps")
    assert "Welcome to the <strong>harbour</strong>." in first.html
    assert 'alt="Ships"' in first.html
    picture = next(tag["src"] for tag in first.all("img") if tag.attributes.get("alt") == "Ships")
    shown = learner.client.get(picture)
    assert (shown.mimetype, shown.data[:4]) == ("image/webp", b"RIFF")
    assert "Whom do you ask first?" in learner.get("/en/courses/first-steps/first-steps?screen=2").html
    third = learner.get("/en/courses/first-steps/first-steps?screen=3")
    assert "A ship is late" in third.text
    answer = {**third.fields("check-a-ship-is-late"), "a-a-ship-is-late": "ask-at-the-desk"}
    said = learner.post("/en/courses/first-steps/first-steps?screen=3", answer)
    assert "Yes. They know." in said.text


def test_a_lesson_in_the_letters_of_latin_1_is_named_with_the_way_out(whole: Whole, author: Author) -> None:
    author.begin("Old letters")

    def spoil() -> None:
        (draft,) = db.session.scalars(select(StudioDraft))
        drafts.save(
            db.session,
            draft,
            {"lessons/first-steps.md": "# Käynti\n\nK\n".encode("latin-1")},
            None,
            RevisionKind.SOURCE,
        )

    whole.do(spoil, write=True)
    page = author.visitor.get(f"{author.draft}/lessons/first-steps")
    assert page.status == 400
    assert "lessons/first-steps.md: It is not saved as UTF-8" in page.text
    assert author.visitor.get(author.draft).status < 500


def test_every_page_of_the_studio_opens(author: Author) -> None:
    author.begin("Everything")
    for kind in (
        "text",
        "picture",
        "story",
        "note",
        "warning",
        "dialogue",
        "talk",
        "ask",
        "table",
        "errand",
        "words",
        "for",
    ):
        author.add("everything", kind)
    page = author.get("lessons/everything")
    assert len(page.all("form", data_save="")) == 13
    assert page.one("p", data_state="").has("hidden"), (
        "without script nobody knows what is typed since, and whether it is saved"
    )
    for path in ("", "questions", "questions/new", "pictures", "publish", "history"):
        author.get(path)
    for kind in (
        "choice",
        "true-false",
        "gap-fill",
        "matching",
        "numeric",
        "fill-in",
        "free-text",
        "likert",
        "grouping",
    ):
        author.get(f"questions/new?type={kind}")
    assert author.visitor.get(f"{author.draft}/export.zip").response.mimetype == "application/zip"


def test_a_learner_and_a_stranger_find_no_studio(whole: Whole, author: Author) -> None:
    author.begin("First steps")
    stranger = whole.visitor()
    for path in ("/en/studio", author.draft, f"{author.draft}/publish", f"{author.draft}/lessons/first-steps"):
        assert stranger.get(path).status == 403
    draft = author.draft.rpartition("/")[2].replace("-", "")
    assert author.visitor.get(f"/en/courses/draft-{draft}/first-steps").status == 200
    assert stranger.get(f"/en/courses/draft-{draft}/first-steps").status == 404


def test_two_people_who_change_other_lines_lose_nothing(make_author: Callable[..., Author]) -> None:
    anna, ben = make_author(), make_author("ben@example.org", Role.TRAINER)
    anna.begin("First steps")
    ben.draft = anna.draft
    anna.add("first-steps", "text")
    anna.write("first-steps", 0, "One.\n\nTwo.\n\nThree.")
    old = ben.get("lessons/first-steps")
    anna.write("first-steps", 0, "One!\n\nTwo.\n\nThree.")
    page = ben.write("first-steps", 0, "One.\n\nTwo.\n\nThree?", page=old)
    assert "both changes are in it" in page.text
    assert "One!\n\nTwo.\n\nThree?" in page.html


def test_two_people_who_change_the_same_line_are_shown_both(make_author: Callable[..., Author]) -> None:
    anna, ben = make_author(), make_author("ben@example.org", Role.TRAINER)
    anna.begin("First steps")
    ben.draft = anna.draft
    anna.add("first-steps", "text")
    anna.write("first-steps", 0, "Call the nurse.")
    old = ben.get("lessons/first-steps")
    anna.write("first-steps", 0, "Call the doctor.")
    page = ben.write("first-steps", 0, "Ring the nurse.", page=old)
    assert "Both are kept" in page.text
    assert "Ring the nurse." in page.text
    assert "Call the doctor." in page.text
    assert "Two people changed the same words" in ben.get("publish").text
    row = next(tag["value"] for tag in page.all("input", _name="unmerged"))
    page = ben.send("lessons/first-steps/decide", {"unmerged": row, "choice": "both", "screen": "1"})
    assert "Ring the nurse." in page.html
    assert "Call the doctor." in page.html
    assert not page.all("input", _name="unmerged")


def test_words_that_nobody_changed_make_no_revision(author: Author) -> None:
    author.begin("First steps")
    author.add("first-steps", "text")
    author.write("first-steps", 0, "Words.")
    before = author.get("history").text
    author.write("first-steps", 0, "Words.")
    assert author.get("history").text == before


def test_one_of_two_texts_that_have_nothing_in_common_takes_the_place_of_the_other(
    make_author: Callable[..., Author],
) -> None:
    anna, ben = make_author(), make_author("ben@example.org", Role.TRAINER)
    anna.begin("First steps")
    ben.draft = anna.draft
    anna.add("first-steps", "text")
    anna.write("first-steps", 0, "Call the nurse.")
    old = ben.get("lessons/first-steps")
    anna.write("first-steps", 0, "Something wholly different stands here.")
    page = ben.write("first-steps", 0, "My own words.", page=old)
    row = next(tag["value"] for tag in page.all("input", _name="unmerged"))
    page = ben.send("lessons/first-steps/decide", {"unmerged": row, "choice": "mine", "screen": "1"})
    assert "My own words." in page.html
    assert "wholly different" not in page.html
    page = ben.send("undo", {"lesson": "first-steps", "screen": "1"})
    assert "wholly different" in page.html


def test_a_choice_between_two_texts_is_of_those_that_were_shown(make_author: Callable[..., Author]) -> None:
    anna, ben = make_author(), make_author("ben@example.org", Role.TRAINER)
    anna.begin("First steps")
    ben.draft = anna.draft
    anna.add("first-steps", "text")
    anna.write("first-steps", 0, "Call the nurse.")
    old = ben.get("lessons/first-steps")
    anna.write("first-steps", 0, "Call the doctor.")
    shown = ben.write("first-steps", 0, "Ring the nurse.", page=old)
    choice = {tag["name"]: tag["value"] for name in ("unmerged", "seen") for tag in shown.all("input", _name=name)}
    anna.write("first-steps", 0, "Call the doctor on 112.")
    page = ben.send("lessons/first-steps/decide", choice | {"choice": "mine", "screen": "1"})
    assert "Somebody has saved since you opened this page." in page.text
    assert "Call the doctor on 112." in page.html
    choice = {tag["name"]: tag["value"] for name in ("unmerged", "seen") for tag in page.all("input", _name=name)}
    page = ben.send("lessons/first-steps/decide", choice | {"choice": "mine", "screen": "1"})
    assert "Ring the nurse." in page.html
    assert "Call the doctor" not in page.html


def test_words_for_a_block_that_is_gone_are_kept_and_can_come_back(make_author: Callable[..., Author]) -> None:
    anna, ben = make_author(), make_author("ben@example.org", Role.TRAINER)
    anna.begin("First steps")
    ben.draft = anna.draft
    anna.add("first-steps", "text")
    anna.write("first-steps", 0, "Call the nurse.")
    anna.add("first-steps", "note")
    anna.write("first-steps", 1, "Keep this.")
    old = ben.get("lessons/first-steps")
    form = anna.form_of(anna.get("lessons/first-steps"), 0)
    anna.send("lessons/first-steps/delete", form)
    page = ben.write("first-steps", 0, "Call the nurse first.", page=old)
    assert "The block is gone." in page.text
    row = next(tag["value"] for tag in page.all("input", _name="unmerged"))
    page = ben.send("lessons/first-steps/decide", {"unmerged": row, "choice": "mine", "screen": "1"})
    assert "Call the nurse first." in page.html
    assert "Keep this." in page.html
