"""A course that is read aloud, as lines for a phone: its recordings are lines of their own, and only for who wants them."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Response

from support.sounds import mp3
from support.visitor import Visitor
from support.whole import Whole
from support.whole_packs import write_way

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
TAKE = "/en/courses/way/take?as=pieces"
#: Each has another size, by which it is known again.
VOICES = {"en/lessons/hello/hello-there": mp3(3), "en/items/fire": mp3(4), "fi/lessons/hello/hello-there": mp3(5)}


@pytest.fixture
def listener(whole: Whole, visitor: Visitor, tmp_path: Path) -> Visitor:
    """Somebody on a site whose course speaks English, and Finnish on the first screen."""
    folder = write_way(tmp_path / "new", media={f"audio/{name}.mp3": body for name, body in VOICES.items()})
    assert whole.publish(folder).published == ("course_way",)
    return visitor


def lines(visitor: Visitor, more: str) -> list[dict[str, Any]]:
    page = visitor.client.get(TAKE + more)
    assert page.status_code == 200
    return [json.loads(line) for line in page.get_data(as_text=True).splitlines()]


def voices(found: list[dict[str, Any]]) -> dict[str, bytes]:
    """Return address -> bytes of the recordings that lines bring."""
    entries = [entry for line in found for entry in line.get("entries", ())]
    kinds = {entry[0]: entry for entry in entries if entry[1].get("content-type", "").startswith("audio/")}
    return {address: base64.b64decode(entry[2]) for address, entry in kinds.items()}


def test_without_sound_a_course_is_the_same_as_ever(listener: Visitor) -> None:
    found = lines(listener, "")
    assert voices(found) == {}
    assert found == lines(listener, "&sound=0")
    assert found[0]["sound"] == len(mp3(3)) + len(mp3(4)), "what it would weigh is said"


def test_with_sound_each_recording_that_its_pages_play_is_a_line_after_all_words(listener: Visitor) -> None:
    plain, found = lines(listener, ""), lines(listener, "&sound=1")
    assert found[1 : len(plain) - 1] == plain[1:-1]
    assert found[0]["lines"] == plain[0]["lines"] + 2 == len(found) - 2
    assert found[-1] == {"end": found[0]["lines"], "hash": found[0]["hash"]}
    assert found[0]["hash"] != plain[0]["hash"], "who has the course without is offered it with sound"
    assert sorted(map(len, voices(found).values())) == [len(mp3(3)), len(mp3(4))]
    pages = listener.get("/en/courses/way/hello").html
    assert set(voices(found)) == set(re.findall(r'<audio[^>]* src="([^"]+)"', pages))
    said = json.loads(listener.client.get("/en/courses/way/take/size?sound=1").get_data())
    assert said == found[0]


def test_two_languages_bring_the_voices_of_both(listener: Visitor) -> None:
    assert sorted(map(len, voices(lines(listener, "&sound=1&with=fi")).values())) == [
        len(each) for each in VOICES.values()
    ]


def test_it_goes_on_in_the_middle_of_the_recordings(listener: Visitor) -> None:
    found = lines(listener, "&sound=1")
    known = f"&sound=1&hash={found[0]['hash']}&after="
    assert lines(listener, f"{known}{found[0]['lines'] - 1}") == [found[0], *found[-2:]]
    assert lines(listener, f"{known}{found[0]['lines']}") == [found[0], found[-1]]
    assert lines(listener, f"&hash={found[0]['hash']}&after=2") == lines(listener, ""), (
        "other lines are those without sound"
    )


@pytest.mark.parametrize("after", ["9" * 5000, "²", "-1", ""])
def test_what_is_no_number_of_lines_begins_at_the_beginning(listener: Visitor, after: str) -> None:
    found = lines(listener, "")
    assert lines(listener, f"&hash={found[0]['hash']}&after={after}") == found


def test_a_recording_that_cannot_be_read_just_now_ends_the_download_to_go_on_later(
    listener: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = lines(listener, "&sound=1")
    busy = Response(status=503)
    monkeypatch.setitem(listener.client.application.view_functions, "learning.media", lambda stamp: busy)
    cut = lines(listener, f"&sound=1&hash={found[0]['hash']}&after={found[0]['lines'] - 1}")
    assert cut == [found[0]], "without an end it is not whole"
    monkeypatch.setitem(
        listener.client.application.view_functions, "learning.media", lambda stamp: Response(status=404)
    )
    gone = lines(listener, f"&sound=1&hash={found[0]['hash']}&after={found[0]['lines'] - 1}")
    assert [each.get("entries") for each in gone] == [None, [], None], "one that was taken back stops nobody"
