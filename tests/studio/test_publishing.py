"""From a draft to what learners get: who may, what hinders, what stays."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from perille.core.database import utcnow
from perille.core.extensions import db
from perille.packs.checks.two_person_review import contents_hash
from perille.packs.format.loading import load_pack
from perille.packs.published.library import current_library
from perille.packs.source.files import in_memory
from perille.packs.source.registry import InteractionRegistry
from perille.people.models import Role
from perille.studio import publishing
from perille.studio.archives import read_archive, write_archive
from perille.studio.changes import describe
from perille.studio.models import StudioLink
from studio.author import Author, translation_forms
from support.people import sign_in_as
from support.whole import Whole

WORDS = "The harbour is safe at night."


@pytest.fixture
def course(author: Author) -> Author:
    """An author whose draft has a lesson with words."""
    author.begin("First steps")
    author.add("first-steps", "text")
    author.write("first-steps", 0, WORDS)
    return author


def settings(**more: str) -> dict[str, str]:
    return {"title": "First steps", "summary": "Steps.", "slug": "first-steps", "country": "", **more}


def ask(author: Author) -> None:
    author.send("review")


def approve(author: Author, name: str = "Ben Reader") -> str:
    return author.send("review/answer", {"answer": "approve", "name": name, "note": ""}).text


def test_a_course_with_errors_is_refused_and_the_page_says_which_and_where(course: Author) -> None:
    course.add("first-steps", "picture")
    page = course.get("publish")
    assert "Choose a picture." in page.text
    assert "Publish now" not in page.text
    refused = course.send("publish", {"revision": _revision(course)})
    assert "The course has errors. Mend them first." in refused.text
    assert course.visitor.get("/en/courses/first-steps").status == 404


def test_a_block_that_was_never_filled_in_cannot_be_published(course: Author) -> None:
    course.add("first-steps", "note")
    assert "This block is new. Write its words, or take it out." in course.get("lessons/first-steps").text
    assert "The course has errors" in course.send("publish", {"revision": _revision(course)}).text


def test_a_review_that_an_uploaded_course_tells_of_itself_does_not_count(course: Author) -> None:
    course.send("settings", settings(sensitive="1"))
    body = course.visitor.client.get(f"{course.draft}/export.zip").get_data()
    course.send("aside")
    files = read_archive(body)
    pack = load_pack(in_memory("course_first_steps", files), InteractionRegistry([]))
    review = f'\n[[review]]\nby = "Doctor Nobody"\non = 2026-01-01\ncontents = "{contents_hash(pack.manifest, pack.files)}"\n'
    forged = write_archive("course_first_steps", files | {"pack.toml": files["pack.toml"] + review.encode()})
    page = course.send("/en/studio/upload", archive=(io.BytesIO(forged), "course.zip"))
    found = re.search(r"/en/studio/[0-9a-f-]{36}", page.html)
    assert found
    course.draft = found[0]
    assert "must approve it first" in course.send("publish", {"revision": _revision(course)}).text
    assert course.visitor.get("/en/courses/first-steps").status == 404


def test_publishing_twice_makes_one_version(course: Author) -> None:
    form = {"revision": _revision(course)}
    assert "Published as version 1." in course.send("publish", form).text
    again = course.send("publish", form).text
    assert "Published as version 1." in again
    assert "version 2" not in again.casefold()


def test_a_review_that_was_asked_for_again_leaves_none_open(course: Author, make_author: Callable[..., Author]) -> None:
    ask(course)
    course.write("first-steps", 0, WORDS + " Look at the lights.")
    ask(course)
    reader = make_author("ben@example.org", Role.REVIEWER)
    reader.draft = course.draft
    assert "Approved." in approve(reader)
    assert "There is no review to answer." in approve(reader)


def test_what_was_decided_on_an_older_state_is_refused(course: Author) -> None:
    seen = _revision(course)
    course.write("first-steps", 0, "Other words.")
    assert "Somebody has saved since" in course.send("publish", {"revision": seen}).text
    assert course.visitor.get("/en/courses/first-steps").status == 404


def test_a_sensitive_course_is_approved_by_somebody_who_did_not_write_it(
    course: Author, make_author: Callable[..., Author]
) -> None:
    course.send("settings", settings(sensitive="on"))
    assert "must approve it first" in course.send("publish", {"revision": _revision(course)}).text
    ask(course)
    assert "You have written in this course yourself" in approve(course, "Anna")
    reader = make_author("ben@example.org", Role.REVIEWER)
    reader.draft = course.draft
    assert "Approved." in approve(reader)
    assert "Published as version 1" in course.publish().text
    page = course.visitor.get("/en/courses/first-steps/first-steps")
    assert WORDS in page.text
    assert "has not been" not in page.text


def test_an_approval_counts_for_what_was_read(course: Author, make_author: Callable[..., Author]) -> None:
    course.send("settings", settings(law="on"))
    ask(course)
    reader = make_author("ben@example.org", Role.REVIEWER)
    reader.draft = course.draft
    course.write("first-steps", 0, "The harbour is closed at night.")
    assert "has changed since the review was asked for" in approve(reader)
    ask(course)
    assert "Approved." in approve(reader)
    course.write("first-steps", 0, "The harbour is open at night.")
    assert "must approve it first" in course.send("publish", {"revision": _revision(course)}).text


def test_a_reviewer_cannot_write_and_a_translator_cannot_publish(
    course: Author, make_author: Callable[..., Author]
) -> None:
    for role in (Role.REVIEWER, Role.TRANSLATOR):
        other = make_author(f"{role.value}@example.org", role)
        other.draft = course.draft
        form = course.form_of(course.get("lessons/first-steps"), 0) | {"f-words": "Mine."}
        for path in ("lessons/first-steps/block", "publish", "undo", "aside"):
            assert other.visitor.client.post(f"{course.draft}/{path}", data=form).status_code == 403
    assert WORDS in course.get("lessons/first-steps").text


def test_nobody_is_offered_what_they_may_not_press(course: Author, make_author: Callable[..., Author]) -> None:
    course.publish()
    course.write("first-steps", 0, "The harbour is closed at night.")
    course.publish()
    course.write("first-steps", 0, "The harbour is closed on Sundays.")
    course.send("review")
    pages = ("", "publish", "history", "pictures", "questions", "translations")
    answers = "review/answer"
    for role in (Role.REVIEWER, Role.TRANSLATOR):
        other = make_author(f"{role.value}@example.org", role)
        other.draft = course.draft
        for path in pages:
            shown = other.get(path).all("form")
            ours = {
                str(tag["action"]).removeprefix(f"{course.draft}/") for tag in shown if course.draft in tag["action"]
            }
            allowed = {answers} if path == "publish" and role is Role.REVIEWER else set()
            assert ours == allowed, (role, path)
    own = {str(tag["action"]) for tag in course.get("publish").all("form")}
    for path in ("publish", answers, "versions/1/again", "withdraw", "links"):
        assert f"{course.draft}/{path}" in own


def test_what_was_taken_out_is_told_beside_what_changed() -> None:
    before = {"lessons/a.md": b"# A\n\nOne.\n\nTwo.\n\n::: note\nWarm.\n:::\n"}
    told = describe(before, {"lessons/a.md": b"# A\n\nThree.\n\nTwo.\n"})
    assert told == [["lesson-changed", "A", "1", "Three. Two."], ["lesson-shorter", "A", "1"]]


def test_a_catalogue_in_which_nobody_translated_anything_has_not_changed() -> None:
    entry = 'msgid ""\nmsgstr ""\n\nmsgctxt "lesson/a"\nmsgid "%s"\nmsgstr "%s"\n'
    old, updated, written = (
        {"translations/fi.po": (entry % words).encode()} for words in (("One.", ""), ("Two.", ""), ("Two.", "Kaksi."))
    )
    assert describe(old, updated) == []
    assert describe(updated, written) == [["translation-changed", "fi"]]


def test_what_changed_in_a_translation_is_told_without_the_slow_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    # The lock of the database is held meanwhile: of a course in eight languages polib read for half of the time.
    monkeypatch.delattr("polib.pofile")
    entry = 'msgid ""\nmsgstr "Language: fi\\n"\n\n#, fuzzy\nmsgctxt "lesson/a"\nmsgid "One."\nmsgstr "%s"\n'
    gone = entry % "Yksi." + '\n#~ msgid "Two."\n#~ msgstr "Kaksi."\n'
    states = [{"translations/fi.po": each.encode()} for each in (entry % "Yksi.", gone, entry % "Eka.", "no catalogue")]
    told = [["translation-changed", "fi"]]
    assert [describe(states[0], each) for each in states] == [[], [], told, told]


def test_a_translation_that_changed_is_named_as_people_call_it(course: Author) -> None:
    course.send("translations", {"language": "fi"})
    course.publish()
    form = next(each for each in translation_forms(course.get("translations/fi")) if WORDS in each["source"])
    course.send("translations/fi", form | {"words": "Satama."})
    assert "Translation changed: Suomi" in course.publish().text


def test_a_published_version_says_what_changed_and_an_earlier_one_comes_back(whole: Whole, course: Author) -> None:
    course.publish()
    course.write("first-steps", 0, "The harbour is closed at night.")
    page = course.get("publish")
    assert "Lesson “First steps”: 1 block is new or changed: The harbour is closed at night." in page.text
    learner = whole.visitor()
    assert WORDS in learner.get("/en/courses/first-steps/first-steps").text, "a draft reaches nobody"
    assert "Published as version 2" in course.publish().text
    assert "The harbour is closed at night." in learner.get("/en/courses/first-steps/first-steps").text
    back = course.send("versions/1/again", {"revision": _revision(course)})
    assert "Version 1 is back, as version 3." in back.text
    assert WORDS in learner.get("/en/courses/first-steps/first-steps").text
    assert WORDS in course.get("lessons/first-steps").text


def test_what_was_published_is_there_after_a_restart(
    whole: Whole, make_whole: Callable[..., Whole], course: Author
) -> None:
    course.publish()
    course.write("first-steps", 0, "Words that nobody has published.")
    again = make_whole()
    assert WORDS in again.visitor().get("/en/courses/first-steps/first-steps").text
    assert "first-steps" in {each.slug for each in current_library.of(again.app).summaries()}


def test_another_process_learns_of_a_publication_at_its_next_request(
    make_whole: Callable[..., Whole], course: Author
) -> None:
    other = make_whole()
    visitor = other.visitor()
    assert visitor.get("/en/courses/first-steps").status == 404
    course.publish()
    assert visitor.get("/en/courses/first-steps").status == 200


def test_the_address_of_another_course_is_refused(course: Author) -> None:
    assert "Another course has this address." in course.send("settings", settings(slug="way")).text
    assert "An address has small letters" in course.send("settings", settings(slug="Not an address")).text


def test_a_course_out_of_the_lists_is_found_by_nobody_new(whole: Whole, course: Author) -> None:
    course.publish()
    learner = whole.visitor()
    learner.start("/en/courses/first-steps")
    course.send("withdraw")
    assert whole.visitor().get("/en/courses/first-steps").status == 404
    assert WORDS in learner.get("/en/courses/first-steps/first-steps").text
    assert learner.post("/en/courses/first-steps/first-steps/next").status == 303
    assert learner.get("/en/courses/first-steps").status == 200
    assert "Published as version 2" in course.publish().text
    assert learner.get("/en/courses/first-steps/first-steps").status == 200


def test_a_private_link_shows_the_draft_to_who_has_it_and_to_nobody_else(whole: Whole, course: Author) -> None:
    page = course.send("links", {"days": "1"})
    found = re.search(r"/en/courses/look-[0-9a-f]{64}", page.html)
    assert found
    assert "look-" not in course.get("publish").html, "it is shown once"
    stranger = whole.visitor()
    shown = stranger.get(f"{found[0]}/first-steps")
    assert WORDS in shown.text
    assert "This is a draft" in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert shown.headers["X-Robots-Tag"] == "noindex"
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert shown.headers["X-Frame-Options"] == "DENY"
    assert stranger.cookie() is None
    before = whole.counts()
    stranger.start(found[0])
    stranger.post(f"{found[0]}/first-steps/next")
    assert whole.counts() == before, "nothing is recorded"
    assert stranger.get(f"{found[0][:-1]}g/first-steps").status == 404
    whole.do(lambda: db.session.execute(update(StudioLink).values(expires_at=utcnow() - timedelta(1))), write=True)
    assert stranger.get(f"{found[0]}/first-steps").status == 404


def test_a_link_that_was_ended_works_no_longer(whole: Whole, course: Author) -> None:
    page = course.send("links", {"days": "30"})
    found = re.search(r"/en/courses/look-[0-9a-f]{64}", page.html)
    assert found
    end = re.search(r"/links/[0-9a-f-]{36}/end", page.html)
    assert end
    course.send(end[0].lstrip("/"))
    assert whole.visitor().get(f"{found[0]}/first-steps").status == 404


def test_the_preview_is_the_page_that_learners_get(whole: Whole, course: Author) -> None:
    course.publish()
    draft = f"draft-{course.draft.rpartition('/')[2].replace('-', '')}"
    preview = course.visitor.get(f"/en/courses/{draft}/first-steps").html
    published = whole.visitor().get("/en/courses/first-steps/first-steps").html
    body = re.compile(r'<div class="screen">.*?</div>\s*<nav', re.DOTALL)
    shown, real = body.search(preview), body.search(published)
    assert shown
    assert real
    assert shown[0] == real[0]


def test_only_the_studio_may_frame_the_preview(course: Author) -> None:
    draft = f"draft-{course.draft.rpartition('/')[2].replace('-', '')}"
    preview = course.visitor.get(f"/en/courses/{draft}/first-steps").headers
    assert preview["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in preview["Content-Security-Policy"]
    assert "frame-src 'self'" in course.get("lessons/first-steps").headers["Content-Security-Policy"]
    learner = course.visitor.get("/en/courses").headers
    assert learner["X-Frame-Options"] == "DENY"
    assert "frame-src 'self'" not in learner["Content-Security-Policy"]


def _revision(author: Author) -> str:
    """Return the newest revision of a draft, as the page of its lesson holds it."""
    return next(tag["value"] for tag in author.get("lessons/first-steps").all("input", _name="revision"))


def test_a_course_that_moves_to_another_address_is_at_one_address(whole: Whole, course: Author) -> None:
    course.publish()
    course.send("settings", settings(slug="harbour-steps"))
    course.publish()
    stranger = whole.visitor()
    assert stranger.get("/en/courses/harbour-steps").status == 200
    assert stranger.get("/en/courses/first-steps").location == "/en/courses/harbour-steps"


LIBRARY = """id = "course_aaa"
kind = "library"
slug = "aaa"
version = "1.0.0"
title = "Numbers"
summary = "Help numbers."
source_language = "en"
languages = ["en"]
countries = ["FI"]
audiences = []
sensitive = false
licence = "CC-BY-4.0"
authors = ["Sam"]
"""
NUMBER = """[emergency.number]
kind = "phone"
label = "Emergency number"
value = "0600 666"
hours = "always"
languages = ["fi"]
topics = ["emergency"]
help = "emergency"
source = "https://example.org/"
source_name = "example.org"
confidence = "A"
checked_by = "page"
checked_on = 2026-11-20
review_due = 2027-05-20
"""


def test_the_help_numbers_of_the_site_are_published_by_administrators_alone(
    whole: Whole, author: Author, make_author: Callable[..., Author]
) -> None:
    body = write_archive("course_aaa", {"pack.toml": LIBRARY.encode(), "facts/FI.toml": NUMBER.encode()})

    def bring(who: Author) -> str:
        page = who.send("/en/studio/upload", {"organisation": "site"} if who is boss else {}, archive=_file(body))
        who.draft = re.findall(r"/en/studio/[0-9a-f-]{36}", page.html)[0]
        return who.send("publish", {"revision": "1"}).text

    boss = Author(sign_in_as(whole, Role.ADMINISTRATOR))
    assert "Only an administrator can publish it" in bring(author)
    assert "0600 666" not in whole.visitor().get("/en/help?country=FI").text
    assert "Only an administrator can publish it" in bring(make_author("tom@example.org", Role.TRAINER))
    assert "Published as version 1" in bring(boss)


def _file(body: bytes) -> tuple[io.BytesIO, str]:
    return io.BytesIO(body), "course.zip"


def test_what_a_press_had_that_failed_is_neither_shown_nor_published_later(
    whole: Whole, course: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_values: object) -> None:
        raise RuntimeError("the database has no room")

    course.publish()
    course.write("first-steps", 0, "The harbour is small.")
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "publish", fail)
        patch.setitem(whole.app.config, "PROPAGATE_EXCEPTIONS", False)
        failed = course.visitor.client.post(f"{course.draft}/publish", data={"revision": _revision(course)})
        assert failed.status_code == 500
    course.write("first-steps", 0, "The harbour is closed at night.")
    draft = course.draft.rpartition("/")[2].replace("-", "")
    assert "closed at night" in course.get(f"/en/courses/draft-{draft}/first-steps").text
    course.publish()
    assert "closed at night" in whole.visitor().get("/en/courses/first-steps/first-steps").text
