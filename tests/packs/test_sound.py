"""Sound files: told by what they begin with, not by their names."""

from __future__ import annotations

import pytest

from perille.packs.format.audio_files import MAX_SIZE, MIME_TYPES, problem_of
from support.sounds import aac, m4a, mp3, opus, text_frame

SOUNDS = {".mp3": mp3(), ".m4a": m4a(), ".aac": aac(), ".ogg": opus(), ".opus": opus()}
KINDS = {".ogg": "Ogg", ".opus": "Ogg"}


def test_every_kind_has_a_sample() -> None:
    assert SOUNDS.keys() == MIME_TYPES.keys()


@pytest.mark.parametrize("ending", SOUNDS)
def test_a_file_is_taken_for_what_it_is_and_for_nothing_else(ending: str) -> None:
    for other, body in SOUNDS.items():
        same = KINDS.get(ending, ending) == KINDS.get(other, other)
        problem = problem_of(ending, body)
        assert (problem == "") == same
        assert same or f"though its name ends in {ending}" in problem


def test_an_mp3_may_begin_with_a_tag() -> None:
    assert problem_of(".mp3", mp3(tag=b"TIT2" + bytes(300))) == ""
    assert problem_of(".mp3", mp3(tag=bytes(300))[:320]) == ""
    assert "This is not MP3" in problem_of(".mp3", mp3(tag=bytes(300))[:310])


@pytest.mark.parametrize(
    "head", [b"", b"ID3", b"\xff\xfb", b"\xff\xfb\xf0\xc4", b"\xff\xfb\x9c\xc4", b"\xff\xeb\x90\xc4", b"RIFF....WAVE"]
)
def test_what_is_not_mp3_is_refused(head: bytes) -> None:
    assert "This is not MP3" in problem_of(".mp3", head)


@pytest.mark.parametrize("body", [m4a(handler=b"vide"), m4a(codec=b"alac"), b"\0\0\0\x18ftypM4A ", mp3()])
def test_films_and_what_few_phones_play_are_refused(body: bytes) -> None:
    assert "This is not AAC in an M4A file" in problem_of(".m4a", body)


def test_vorbis_is_not_opus() -> None:
    assert "This is not Opus in Ogg" in problem_of(".ogg", opus().replace(b"OpusHead", b"\1vorbis0"))


def test_a_recording_has_a_size_that_fits_a_phone() -> None:
    assert problem_of(".mp3", mp3(1) + bytes(MAX_SIZE - 417)) == ""
    assert "bigger than 2 MB: save it in mono" in problem_of(".mp3", mp3(1) + bytes(MAX_SIZE - 416))


@pytest.mark.parametrize(
    "place",
    [
        b"\xa9xyz\0\x12\x15\xc7+60.17+024.94/",
        b"\xa9xyz\0\0\0\x22data\0\0\0\1\0\0\0\0+60+025/",
        b"com.apple.quicktime.location.ISO6709",
        b"\0\0\0\x22loci\0\0\0\0\x15\xc7Home\0\0\0\x18\xf0\xa3\0\x3c\x2b\x85\0\0\0\0",
    ],
)
def test_a_recording_that_tells_where_it_was_made_is_refused(place: bytes) -> None:
    assert "tells where it was made" in problem_of(".m4a", m4a(extra=place))
    assert problem_of(".m4a", m4a(extra=b"\xa9nam and \xa9xyz, loci")) == ""


@pytest.mark.parametrize(
    "comment", [b"LOCATION=Helsinki", b"geo_location=60.17;24.94", b"Latitude=60", b"COMMENT=+60.1699+024.9384/"]
)
def test_a_comment_that_tells_where_it_was_made_is_refused(comment: bytes) -> None:
    assert "tells where it was made" in problem_of(".opus", opus(b"TITLE=Words", comment))
    assert problem_of(".opus", opus(b"TITLE=Words", b"COMMENT=The location is not told")) == ""


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-16"])
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("TIT2", "60.1699, 24.9384"),
        ("COMM", "+60.17+024.94/"),
        ("TIT3", "Recorded at 60.1699° N, 24.9384° E"),
        ("TXXX", "Location\0Our street"),
        ("TXXX", "GPS\0here"),
    ],
)
def test_a_text_of_a_tag_that_tells_where_it_was_made_is_refused(encoding: str, name: str, words: str) -> None:
    told = text_frame(words, encoding, name)
    assert "tells where it was made" in problem_of(".mp3", mp3(tag=told))
    plain = text_frame("Location, step 1.5, at 10.15-10.45", encoding) + text_frame("Lavf60.16.100", encoding, "TSSE")
    assert problem_of(".mp3", mp3(tag=plain)) == ""
