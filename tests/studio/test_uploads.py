"""Files that authors send: nobody waits while they are made small, and the preview shows what they became."""

from __future__ import annotations

import io
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor, as_completed

import pytest

from perille.packs.format import media
from perille.studio import uploads
from studio.author import Author, photograph
from support.voices import spoken
from support.whole import Whole


def archive_with(author: Author, picture: bytes) -> tuple[io.BytesIO, str]:
    """Return a draft's own archive with a photograph in it, as a file of a form."""
    body = io.BytesIO(author.visitor.client.get(f"{author.draft}/export.zip").get_data())
    with zipfile.ZipFile(body, "a") as archive:
        folder = archive.namelist()[0].partition("/")[0]
        archive.writestr(f"{folder}/media/harbour.jpg", picture)
    body.seek(0)
    return body, "course.zip"


@pytest.mark.parametrize("sent", ["picture", "archive"])
def test_learners_answer_while_a_picture_is_made_small(
    author: Author, whole: Whole, monkeypatch: pytest.MonkeyPatch, sent: str
) -> None:
    author.begin()
    archive = archive_with(author, photograph((300, 200)))
    seen: list[int] = []
    convert = media.convert

    def slow(*given: object) -> object:
        with ThreadPoolExecutor(1) as others:
            seen.append(others.submit(lambda: whole.visitor().start().status).result())
        return convert(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(media, "convert", slow)
    if sent == "picture":
        assert "The picture is in the course" in author.upload(body=photograph((320, 200))).text
    else:
        assert "byte for byte" in author.send("/en/studio/upload", archive=archive).text
    assert set(seen) == {303}


def test_photographs_of_an_archive_are_shown_before_they_are_published(author: Author) -> None:
    author.begin()
    page = author.send("/en/studio/upload", archive=archive_with(author, photograph((300, 200))))
    author.draft = next(a["href"] for a in page.all("a") if a["href"].endswith("/pictures")).removesuffix("/pictures")
    shown = [tag["src"] for tag in author.get("pictures").all("img") if "/media/" in tag["src"]]
    assert shown
    for address in shown:
        answer = author.visitor.client.get(address)
        assert (answer.status_code, answer.mimetype) == (200, "image/webp"), address


def test_a_picture_that_stays_heavy_is_shown(author: Author) -> None:
    author.begin()
    page = author.upload(body=photograph((1000, 800)))
    shown = [tag["src"] for tag in page.all("img") if "/media/" in tag["src"]]
    assert shown
    assert [author.visitor.client.get(address).status_code for address in shown] == [200] * len(shown)


def test_what_a_stranger_sends_is_not_unpacked(author: Author, whole: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    author.begin()
    touched: list[object] = []
    monkeypatch.setattr(media, "convert", lambda *given: touched.append(given))
    data = {"picture": (io.BytesIO(photograph()), "photo.jpg"), "description": "Ships"}
    assert whole.visitor().client.post(f"{author.draft}/pictures", data=data).status_code in (302, 303, 401, 403)
    assert touched == []


def test_uploads_that_wait_leave_threads_to_others(
    author: Author, whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    author.begin()
    gate, prepare = threading.Event(), uploads.prepare_sound
    monkeypatch.setattr(uploads, "prepare_sound", lambda body: gate.wait(10) and prepare(body))

    def send(number: int) -> int:
        client = whole.app.test_client()
        client._cookies = dict(author.visitor.client._cookies)
        form = {"what": "lessons/first-steps/first-steps", "sound": (io.BytesIO(spoken()), f"{number}.wav")}
        return client.post(f"{author.draft}/recordings/en", data=form).status_code

    with ThreadPoolExecutor(8) as threads:
        sent = [threads.submit(send, number) for number in range(8)]
        refused = [each.result() for _number, each in zip(range(5), as_completed(sent, timeout=8), strict=False)]
        gate.set()
    assert refused == [503] * 5
    assert sorted(each.result() for each in sent) == [303] * 3 + [503] * 5
