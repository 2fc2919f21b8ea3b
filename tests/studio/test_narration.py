"""Narrate without script: what is not recorded, what an edit made outdated, who may, and nothing that is lost."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import pytest

from perille.packs.format.spoken import read_spoken
from perille.people.models import Role
from studio.author import Author
from support.visitor import Page
from support.voices import Part, heard, spoken, wav

SCREEN = "lessons/first-steps/first-steps"


def begun(author: Author) -> Author:
    """Begin a course with one screen of words and a second one."""
    author.begin("First steps")
    author.add("first-steps", "text")
    author.write("first-steps", 0, "Call the nurse.")
    author.send("lessons/first-steps/screen", {"do": "add", "screen": "1", "heading": "At the desk"})
    author.add("first-steps", "text", 2)
    author.write("first-steps", 1, "Somebody sits there.", screen=2)
    return author


def keep(author: Author, what: str = SCREEN, body: bytes | None = None, language: str = "en", **form: str) -> Page:
    """Upload a recording."""
    sound = (io.BytesIO(spoken() if body is None else body), "voice.wav")
    return author.send(f"recordings/{language}", {"what": what, **form}, sound=sound)


def states(page: Page) -> list[str]:
    """Return the states of the list, in its order."""
    return [
        tag["class"].rpartition("-")[2]
        for tag in page.all("span")
        if tag.attributes.get("class", "").startswith("state ")
    ][1:]


def files(author: Author) -> dict[str, bytes]:
    """Return the files of the draft as they are taken along."""
    body = io.BytesIO(author.visitor.client.get(f"{author.draft}/export.zip").get_data())
    with zipfile.ZipFile(body) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def test_the_first_that_is_missing_is_open_and_the_next_one_follows(author: Author) -> None:
    begun(author)
    page = author.get("recordings/en")
    assert states(page) == ["missing", "missing"]
    assert "Call the nurse." in page.text
    page = keep(author)
    assert re.search(r"Kept: “First steps”, 2 s, \d+ kB", page.text)
    assert states(page) == ["recorded", "missing"]
    assert "anna" in page.text
    assert "Somebody sits there." in page.text
    body = files(author)[f"media/audio/en/{SCREEN}.m4a"]
    assert heard(body).channels == 1
    shown = [tag["src"] for tag in author.get(f"recordings/en?what={SCREEN}").all("audio")]
    assert [author.visitor.client.get(address).mimetype for address in shown] == ["audio/mp4"]


@pytest.mark.parametrize("path", ["recordings", "translations"])
def test_the_states_of_a_language_stand_between_dots_and_none_stands_at_the_end(author: Author, path: str) -> None:
    keep(begun(author))
    author.send("translations", {"language": "fi"})
    rows = [tag.words for tag in author.get(path).all("span", _class="small")]
    assert rows
    assert not [row for row in rows if row.strip().endswith("·")]


def test_an_edit_makes_a_recording_outdated_and_taking_it_back_makes_it_right_again(author: Author) -> None:
    begun(author)
    keep(author)
    keep(author, "lessons/first-steps/at-the-desk")
    author.write("first-steps", 0, "Call the doctor.")
    assert states(author.get("recordings/en")) == ["outdated", "recorded"]
    assert "The words were changed after it was recorded" in author.get(f"recordings/en?what={SCREEN}").text
    author.send("undo")
    assert states(author.get("recordings/en")) == ["recorded", "recorded"]


def test_who_has_listened_says_that_it_is_still_right(author: Author) -> None:
    begun(author)
    keep(author)
    author.write("first-steps", 0, "Call the nurse!")
    page = author.get(f"recordings/en?what={SCREEN}")
    seen = next(tag["value"] for tag in page.all("input", _name="words"))
    author.write("first-steps", 0, "Call nobody!")
    assert "The words have changed" in author.send("recordings/en/right", {"what": SCREEN, "words": seen}).text
    author.send("undo")
    assert states(author.send("recordings/en/right", {"what": SCREEN, "words": seen}))[0] == "recorded"


def test_a_recording_says_the_words_that_its_page_showed(author: Author) -> None:
    begun(author)
    seen = next(tag["value"] for tag in author.get("recordings/en").all("input", _name="words"))
    author.write("first-steps", 0, "Call the doctor.")
    assert states(keep(author, words=seen))[0] == "outdated"


def test_what_recordings_say_goes_along_with_the_course(author: Author) -> None:
    begun(author)
    keep(author)
    author.write("first-steps", 0, "Call the doctor.")
    body = io.BytesIO(author.visitor.client.get(f"{author.draft}/export.zip").get_data())
    assert list(read_spoken(files(author)["media/audio/en/spoken.toml"])) == [SCREEN]
    page = author.send("/en/studio/upload", archive=(body, "course.zip"))
    author.draft = next(a["href"] for a in page.all("a") if a["href"].endswith("/recordings")).removesuffix(
        "/recordings"
    )
    assert states(author.get("recordings/en")) == ["outdated", "missing"]


def test_a_file_that_somebody_put_in_its_place_is_not_called_outdated(author: Author) -> None:
    begun(author)
    keep(author)
    author.write("first-steps", 0, "Call the doctor.")
    body = io.BytesIO(author.visitor.client.get(f"{author.draft}/export.zip").get_data())
    other = io.BytesIO()
    with zipfile.ZipFile(body) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name) + (b"\0\0\0\x08free" if name.endswith(".m4a") else b""))
    other.seek(0)
    page = author.send("/en/studio/upload", archive=(other, "course.zip"))
    author.draft = next(a["href"] for a in page.all("a") if a["href"].endswith("/recordings")).removesuffix(
        "/recordings"
    )
    assert states(author.get("recordings/en")) == ["recorded", "missing"]


def test_a_question_is_read_with_its_answers_and_not_with_what_is_said_after_them(author: Author) -> None:
    begun(author)
    author.send(
        "questions/new",
        {
            "interaction": "choice",
            "bank": "checks",
            "f-prompt": "Whom do you call?",
            "choice-0-text": "The nurse",
            "choice-0-right": "true",
            "choice-0-feedback": "The line is open all day.",
            "choice-1-text": "The harbour",
            "choice-1-feedback": "Nobody answers there.",
        },
    )
    page = author.get("recordings/en")
    name = next(tag["href"] for tag in page.all("a") if "what=items/" in tag["href"]).partition("what=")[2]
    text = author.get(f"recordings/en?what={name}").text
    assert "Whom do you call?" in text
    assert "The harbour" in text
    assert "Nobody answers" not in text


def test_a_renamed_heading_asks_whose_voice_it_is_and_gives_it_over(author: Author) -> None:
    begun(author)
    keep(author, "lessons/first-steps/at-the-desk")
    author.send("lessons/first-steps/screen", {"do": "save", "screen": "2", "heading": "At the counter"})
    page = author.get("recordings/en")
    assert "Recordings that belong to nothing" in page.text
    lost = "media/audio/en/lessons/first-steps/at-the-desk.m4a"
    page = author.send("recordings/en/give", {"path": lost, "what": "lessons/first-steps/at-the-counter"})
    assert "Recordings that belong to nothing" not in page.text
    assert states(page) == ["missing", "outdated"]
    assert lost not in files(author)


def hidden(page: Page, name: str) -> str:
    """Return what a form of the page holds under a name that all its forms have in common."""
    found = {tag["value"] for tag in page.all("input", _name=name)}
    assert len(found) == 1, (name, found)
    return found.pop()


def both_shown(who: Author, form: dict[str, str], body: bytes) -> Page:
    """Send a recording of which one must decide."""
    sound = (io.BytesIO(body), "voice.wav")
    page = Page(who.visitor.client.post(f"{who.draft}/recordings/en", data={"what": SCREEN, "sound": sound, **form}))
    assert page.status == 409
    assert "Somebody else has recorded this meanwhile" in page.text
    return page


def test_two_who_record_the_same_screen_lose_nothing(author: Author, make_author: Callable[..., Author]) -> None:
    anna, ben = begun(author), make_author("ben@example.org", Role.TRAINER)
    ben.draft = anna.draft
    had = hidden(ben.get(f"recordings/en?what={SCREEN}"), "had")
    assert had == ""
    keep(anna, had=had)
    theirs = files(anna)
    page = both_shown(ben, {"had": had}, spoken(3.0))
    assert files(anna) == theirs, "what is in the course stays until one decides"
    heard_both = [ben.visitor.client.get(tag["src"]).get_data() for tag in page.all("audio")]
    assert [len(each) > 1000 for each in heard_both] == [True, True]
    assert heard_both[0] == theirs[f"media/audio/en/{SCREEN}.m4a"] != heard_both[1]
    # Pressed once more, it is asked once more, and kept once.
    both_shown(ben, {"had": had}, spoken(3.0))
    assert ben.get("history").text.count("A recording changed") == 2
    take = hidden(page, "take")
    seen = next(tag["value"] for tag in page.all("input", _name="had") if tag["value"])
    said = ben.send("recordings/en", {"what": SCREEN, "take": take, "had": seen, "words": hidden(page, "words")})
    assert re.search(r"Kept: “First steps”, [34] s", said.text)
    assert files(anna)[f"media/audio/en/{SCREEN}.m4a"] == heard_both[1]
    assert states(anna.get("recordings/en"))[0] == "recorded"
    # What was left is still there, and another's hash of nothing takes nothing.
    assert "choose a file first" in ben.send("recordings/en", {"what": SCREEN, "take": "0" * 64}).text


def test_ones_own_recording_and_one_that_was_taken_out_ask_nothing(
    author: Author, make_author: Callable[..., Author]
) -> None:
    begun(author)
    assert "Kept" in keep(author, had="").text
    assert "Kept" in keep(author, body=spoken(3.0), had="").text
    seen = hidden(author.get(f"recordings/en?what={SCREEN}"), "had")
    ben = make_author("ben@example.org", Role.TRAINER)
    ben.draft = author.draft
    ben.send("recordings/en/remove", {"what": SCREEN, "had": seen})
    assert "Kept" in keep(author, had=seen).text


def test_nobody_takes_out_or_confirms_a_recording_that_they_have_not_heard(
    author: Author, make_author: Callable[..., Author]
) -> None:
    begun(author)
    keep(author)
    author.write("first-steps", 0, "Call the nurse!")
    page = author.get(f"recordings/en?what={SCREEN}")
    seen = {"what": SCREEN, "had": hidden(page, "had"), "words": hidden(page, "words")}
    ben = make_author("ben@example.org", Role.TRAINER)
    ben.draft = author.draft
    keep(ben, body=spoken(3.0), had=seen["had"], words="0" * 16)
    before = files(ben)
    for action in ("remove", "right"):
        assert "Somebody has saved since you opened this page." in author.send(f"recordings/en/{action}", seen).text
        assert files(ben) == before


def test_taking_out_and_undo_work_as_for_every_file(author: Author) -> None:
    begun(author)
    keep(author)
    assert states(author.send("recordings/en/remove", {"what": SCREEN})) == ["missing", "missing"]
    assert not any("media/audio" in path for path in files(author))
    author.send("undo")
    assert states(author.get("recordings/en")) == ["recorded", "missing"]
    assert "A recording changed" in author.get("history").text


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"%PDF-1.7", "no sound that can be used"),
        (wav([Part(1)]), "Nothing can be heard"),
        (b"", "choose a file first"),
    ],
)
def test_what_is_refused_changes_nothing(author: Author, body: bytes, said: str) -> None:
    begun(author)
    keep(author)
    before = files(author)
    assert said in keep(author, body=body).text
    assert files(author) == before


def test_a_recording_of_a_screen_that_is_gone_is_refused(author: Author) -> None:
    begun(author)
    assert "is not in the course any more" in keep(author, "lessons/first-steps/gone").text


def test_a_screen_that_is_not_translated_waits_for_its_words(author: Author) -> None:
    begun(author)
    author.send("translations", {"language": "fi"})
    page = author.get("recordings/fi")
    assert states(page) == ["untranslated", "untranslated"]
    assert not page.all("input", _name="sound")
    assert "It was not saved" in keep(author, language="fi").text
    context = {"context": "lesson/first-steps", "source": "Call the nurse.", "words": "Soita hoitajalle."}
    author.send("translations/fi", context)
    page = author.get("recordings/fi")
    assert states(page) == ["missing", "untranslated"]
    assert "Soita hoitajalle." in page.text
    assert states(keep(author, language="fi"))[0] == "recorded"
    author.send("translations/fi", context | {"words": "Soita lääkärille."})
    assert states(author.get("recordings/fi"))[0] == "outdated"
    assert author.visitor.get(f"{author.draft}/recordings/sv").status == 404


def test_a_sensitive_course_says_that_it_has_no_other_voice(author: Author) -> None:
    begun(author)
    assert "only voice" not in author.get("recordings/en").text
    author.send("settings", {"title": "First steps", "summary": "Steps", "sensitive": "on"})
    assert "Your recordings are the only voice it has." in author.get("recordings/en").text


def test_the_microphone_is_for_the_recorder_alone(author: Author) -> None:
    begun(author)
    told = [
        author.visitor.client.get(f"{author.draft}{path}").headers["Permissions-Policy"]
        for path in ("", "/recordings", "/recordings/en")
    ]
    assert [("microphone=(self)" in value) for value in told] == [False, False, True]


@pytest.mark.parametrize(
    ("role", "place", "reads", "records"),
    [
        (Role.TRANSLATOR, "Harbour office", True, True),
        (Role.TRAINER, "Harbour office", True, True),
        (Role.REVIEWER, "Harbour office", True, False),
        (Role.AUTHOR, "Another office", False, False),
        (Role.TRANSLATOR, "Another office", False, False),
    ],
)
def test_who_may_record(
    author: Author, make_author: Callable[..., Author], role: Role, place: str, reads: bool, records: bool
) -> None:
    begun(author)
    keep(author)
    other = make_author("other@example.org", role, place)
    page = other.visitor.get(f"{author.draft}/recordings/en")
    assert (page.status == 200) == reads
    assert ('name="sound"' in page.html) == records
    for action in ("", "/remove", "/right", "/give"):
        form = {"what": SCREEN, "sound": (io.BytesIO(spoken()), "voice.wav")} if not action else {"what": "none"}
        status = other.visitor.client.post(f"{author.draft}/recordings/en{action}", data=form).status_code
        assert (status == 303) == records, action
    assert (f"media/audio/en/{SCREEN}.m4a" in files(author)) is True


def test_publishing_tells_of_the_recordings(author: Author) -> None:
    begun(author)
    author.publish()
    keep(author)
    page = author.publish()
    assert "1 recording is new, changed or gone: English" in page.text


@pytest.mark.parametrize(
    "body",
    [
        b"a = " + b"[" * 20_000,
        b'"a\\"b" = "0123456789abcdef 0123456789abcdef"\n',
        b'"a\\n" = "0123456789abcdef 0123456789abcdef"\n',
    ],
)
def test_what_recordings_say_is_refused_where_it_cannot_be_read_or_written_again(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"deeply|called by"):
        read_spoken(body)
