"""What an author sends that is too much, or comes when nothing can be saved: it is answered by name, and no word of it is lost."""

from __future__ import annotations

import errno
import io
import os
import sqlite3
from typing import NoReturn

import pytest
from sqlalchemy.exc import OperationalError

from perille.core import outage
from perille.core.security import NO_ROOM
from perille.packs.source.markdown import inline
from perille.studio import lesson_source_views, picture_views, uploads
from studio.author import Author, photograph
from support.visitor import Page

#: 100,000 words in a language that takes two bytes a letter: 1.1 MB.
LONG = "# First steps\n\n" + "\n".join(
    f"## Screen {number}\n\n" + "\n\n".join(["порт море човен місто люди дорога лист робота школа дім"] * 100) + "\n"
    for number in range(100)
)


def test_a_lesson_of_a_hundred_thousand_words_is_saved_and_opened(author: Author) -> None:
    author.begin("First steps")
    here = f"{author.draft}/lessons/first-steps"
    form = next(tag for tag in author.get(here).all("form") if str(tag.attributes.get("action")).endswith("/source"))
    assert form["enctype"] == "multipart/form-data", "a letter would take six bytes"
    sent = {"screen": "1", "revision": "1", "source": LONG}
    answer = author.visitor.client.post(f"{here}/source", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 303
    page = author.get(f"{here}?screen=90")
    assert len(LONG.split()) > 100_000
    assert page.one("textarea", id="source").words.count("порт") == 10_000


def test_links_are_not_looked_for_in_a_block_of_brackets_without_end() -> None:
    read = inline("[" * 5_001)
    assert (read.plain, read.diagnostics[0][:43]) == ("[" * 5_001, "This block has more than 5,000 letters: par")
    assert inline("[" * 5_000).diagnostics == ()
    assert inline("word " * 2_000).diagnostics == (), "words without a sign cost nothing"


FULL = sqlite3.OperationalError("database or disk is full")
FULL.sqlite_errorcode, FULL.sqlite_errorname = sqlite3.SQLITE_FULL, "SQLITE_FULL"


def full_disk(*_given: object, **_more: object) -> None:
    raise OperationalError("INSERT", {}, FULL)


def test_words_that_find_no_room_on_the_disk_stand_on_the_page_that_says_so(
    author: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    author.begin("First steps")
    monkeypatch.setattr(lesson_source_views, "write_lesson", full_disk)
    monkeypatch.setattr(picture_views, "save", full_disk)
    source = {"screen": "1", "revision": "1", "source": "# First steps\n\n## One\n\nThe office opens at nine.\n"}
    picture = {"description": "Ships in the harbour", "picture": (io.BytesIO(photograph((64, 48))), "a.jpg")}
    for path, form, typed in (
        ("lessons/first-steps/source", source, "The office opens at nine."),
        ("pictures", picture, "Ships in the harbour"),
    ):
        page = Page(author.visitor.client.post(f"{author.draft}/{path}", data=form, content_type="multipart/form-data"))
        assert (page.status, page.heading) == (503, "The site has a problem")
        assert any(typed in tag.words for tag in page.all("textarea"))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("path", "field", "slow", "typed"),
    [
        ("pictures", "picture", "prepare_picture", "Ships in the harbour"),
        ("recordings/en", "sound", "prepare_sound", ""),
        ("/en/studio/upload", "archive", "read_archive", ""),
    ],
)
def test_on_a_full_disk_nothing_that_is_sent_is_made_ready_for_seconds_and_lost_then(
    author: Author, monkeypatch: pytest.MonkeyPatch, path: str, field: str, slow: str, typed: str
) -> None:
    author.begin("First steps")
    begun: list[str] = []
    monkeypatch.setattr(uploads, slow, lambda _body: begun.append(slow))
    monkeypatch.setattr(outage, "_free_bytes", lambda _path: outage.MIN_FREE - 1)
    form = {"description": typed, "what": "none", field: (io.BytesIO(photograph((64, 48))), "a.jpg")}
    address = path if path.startswith("/") else f"{author.draft}/{path}"
    page = Page(author.visitor.client.post(address, data=form))
    assert (page.status, page.heading, begun) == (503, "The site has a problem", [])
    assert "cannot save anything at the moment" in page.text
    assert not typed or any(typed in tag.words for tag in page.all("textarea"))
    monkeypatch.undo()
    assert "The picture is in the course" in author.upload(body=photograph((64, 48))).text, "there is room again"


def sent_where_no_file_can_be_made(author: Author, monkeypatch: pytest.MonkeyPatch, where: str, fault: int) -> Page:
    """Send a photograph of an iPhone while the system refuses a temporary file."""

    def refused(*_given: object, **_more: object) -> NoReturn:
        raise OSError(fault, os.strerror(fault))

    with monkeypatch.context() as patched:
        patched.setattr(where, refused)
        form = {"description": "Ships", "picture": (io.BytesIO(b"\0\0\0\x18ftypheic\0\0\0\0"), "a.heic")}
        address = f"{author.draft}/pictures"
        return Page(author.visitor.client.post(address, data=form, content_type="multipart/form-data"))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("where", ["werkzeug.formparser.SpooledTemporaryFile", "tempfile.TemporaryDirectory"])
@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_of_temporary_files_is_no_fault_of_what_was_sent(
    author: Author, monkeypatch: pytest.MonkeyPatch, where: str, fault: int
) -> None:
    author.begin("First steps")
    page = sent_where_no_file_can_be_made(author, monkeypatch, where, fault)
    assert (page.status, page.heading) == (503, "The site has a problem")
    assert "cannot save anything at the moment" in page.text
    assert [tag.words for tag in page.all("textarea")] == ["Ships"], "what was typed beside the file"
    assert page.one("a", class_="main")["href"] == f"{author.draft}/pictures"
    assert "The picture is in the course" in author.upload(body=photograph((64, 48))).text, "there is room again"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_from_a_form_that_the_server_had_no_room_for_one_comes_back_to_it(author: Author) -> None:
    author.begin("First steps")
    for path, back in (
        ("pictures", f"{author.draft}/pictures"),
        ("recordings/en", f"{author.draft}/recordings/en"),
        ("pictures/ships/other", f"{author.draft}/pictures"),
        ("lessons/first-steps/block", f"{author.draft}/lessons/first-steps"),
        ("versions/1/again", author.draft),
        ("pictures?lesson=first-steps&screen=2", f"{author.draft}/pictures?lesson=first-steps&screen=2"),
    ):
        answer = author.visitor.client.post(f"{author.draft}/{path}", environ_overrides={NO_ROOM: True})
        page = Page(answer)
        assert (page.status, page.heading) == (503, "The site has a problem")
        assert page.one("a", class_="main")["href"] == back


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_another_trouble_of_temporary_files_is_not_called_a_full_disk(
    author: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    author.begin("First steps")
    page = sent_where_no_file_can_be_made(author, monkeypatch, "werkzeug.formparser.SpooledTemporaryFile", errno.EMFILE)
    assert page.status == 500
    assert "cannot save anything" not in page.text
