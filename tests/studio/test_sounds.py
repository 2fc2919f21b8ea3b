"""Voices from browsers and phones: as loud as each other, in mono, without silence around them; what is no voice is refused by name."""

from __future__ import annotations

import io
import subprocess
import sys
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel

from perille.packs.format.audio_files import problem_of
from perille.studio import sounds
from perille.studio.sounds import MAX_SECONDS, MAX_SOUND, BadSound, prepare_sound
from support.voices import Part, encoded, heard, spoken, video, wav


@pytest.fixture(autouse=True)
def _words() -> Iterator[None]:
    app = Flask("words")
    Babel(app)
    with app.test_request_context():
        yield


def test_silence_around_a_voice_is_cut_off_but_for_its_soft_beginning() -> None:
    made = prepare_sound(wav([Part(2), Part(3, tone=0.1), Part(2)], channels=2))
    found = heard(made.body)
    assert (found.codec, found.profile, found.channels) == ("aac", "LC", 1)
    assert found.seconds == pytest.approx(3.6, abs=0.1)
    assert made.seconds == pytest.approx(found.seconds, abs=0.1)
    assert problem_of(".m4a", made.body) == ""
    # A phone plays what has its index first while it loads.
    assert 0 < made.body.index(b"moov") < made.body.index(b"mdat")


@pytest.mark.parametrize("tone", [0.01, 0.1, 0.9])
def test_a_quiet_voice_and_a_loud_one_become_as_loud_as_each_other(tone: float) -> None:
    made = prepare_sound(wav([Part(1), Part(3, tone=tone, noise=tone / 50), Part(1)]))
    assert heard(made.body).loudness == pytest.approx(-19, abs=1)


def test_a_soft_beginning_is_kept() -> None:
    # 0.3 seconds at -46 dB, softer than what counts as a voice beside the loud part.
    made = prepare_sound(wav([Part(1), Part(0.3, tone=0.005), Part(1, tone=0.3), Part(1)]))
    assert heard(made.body).seconds == pytest.approx(1.9, abs=0.15)


@pytest.mark.parametrize(
    ("form", "codec"),
    [("webm", "libopus"), ("ogg", "libopus"), ("mp3", "libmp3lame"), ("ipod", "aac"), ("adts", "aac")],
)
def test_what_browsers_and_phones_record_can_be_used(form: str, codec: str) -> None:
    made = prepare_sound(encoded(spoken(1.0), form, codec))
    assert heard(made.body).seconds == pytest.approx(1.6, abs=0.15)


def test_a_recording_whose_end_is_cut_off_is_as_long_as_what_is_there() -> None:
    whole = encoded(spoken(4.0), "webm", "libopus")
    assert 1 < prepare_sound(whole[: len(whole) * 2 // 3]).seconds < 4


def wav_at(rate: int, seconds: float = 0.2) -> bytes:
    """Return a loud WAV file of any sample rate."""
    body = io.BytesIO()
    with wave.open(body, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"\x00\x20\x00\xe0" * round(rate * seconds / 2))
    return body.getvalue()


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "silence": (lambda: wav([Part(2)]), "Nothing can be heard"),
    "noise of a room": (lambda: wav([Part(3, noise=0.001)]), "Nothing can be heard"),
    "a key that is pressed": (lambda: wav([Part(1), Part(0.03, tone=0.5), Part(1)]), "Nothing can be heard"),
    "a video": (video, "This is a video"),
    "an old video": (lambda: b"RIFF\0\0\0\0AVI LIST", "This is a video"),
    "a PDF": (lambda: b"%PDF-1.7\n", "no sound that can be used"),
    "a list of addresses": (lambda: b"#EXTM3U\nhttp://127.0.0.1/secret\n", "no sound that can be used"),
    "a damaged file": (lambda: b"\x1aE\xdf\xa3" + bytes(2000), "damaged"),
    "four million samples a second": (lambda: wav_at(4_000_000), "sample rate"),
    "a hundred samples a second": (lambda: wav_at(100, 4), "sample rate"),
    "40 MB": (lambda: bytes(40 * 1024 * 1024), "more than 24 MB"),
    "twenty minutes": (lambda: encoded(wav([Part(60, tone=0.1)]), "adts", "aac") * 20, "more than 5 minutes"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_voice_is_refused_by_name(name: str) -> None:
    make, said = REFUSED[name]
    with pytest.raises(BadSound, match=said):
        prepare_sound(make())


def test_a_full_disk_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    # What is written while it is made may not be larger than this: the system answers as for a disk without room.
    small = "import runpy, sys, perille.studio.sound_worker as w; w._FILE = 4096; sys.argv = ['', '300']; sys.exit(w.main())"
    monkeypatch.setattr(sounds, "_PROGRAM", (sys.executable, "-c", small))
    with pytest.raises(BadSound, match="disk of the server is full"):
        prepare_sound(spoken(5.0))


def test_a_decoder_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*_given: object, **_more: object) -> None:
        raise subprocess.TimeoutExpired("sound_worker", 90)

    monkeypatch.setattr(subprocess, "run", late)
    with pytest.raises(BadSound, match="damaged"):
        prepare_sound(spoken())


def test_a_program_that_is_ended_leaves_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # As where its time is over while it writes.
    said = tmp_path / "file"
    ended = (
        "import os, pathlib, sys, tempfile; file = tempfile.NamedTemporaryFile(suffix='.m4a');"
        f"pathlib.Path({str(said)!r}).write_text(file.name); os.kill(os.getpid(), 9)"
    )
    monkeypatch.setattr(sounds, "_PROGRAM", (sys.executable, "-c", ended))
    with pytest.raises(BadSound):
        prepare_sound(spoken())
    assert not Path(said.read_text()).exists()


def test_the_limits_fit_what_a_pack_takes() -> None:
    # 48 kbit/s and the boxes around it.
    assert MAX_SECONDS * 48_000 // 8 * 1.05 < 2 * 1024 * 1024 < MAX_SOUND
