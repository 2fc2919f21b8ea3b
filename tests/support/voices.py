"""Sounds as a microphone gives them: a tone with silence around it, and what `av` says of a recording."""

from __future__ import annotations

import array
import io
import math
import random
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import av
from av.audio.stream import AudioStream
from av.container import InputContainer

from perille.studio.sound_worker import listen

#: Samples a second of what is made here.
_RATE = 16_000


@dataclass(frozen=True, slots=True)
class Part:
    """Seconds of a tone; amplitudes are shares of the loudest that a file can hold."""

    seconds: float
    tone: float = 0.0
    noise: float = 0.0


def wav(parts: Sequence[Part], *, channels: int = 1) -> bytes:
    """Return a WAV file, 16 bits and 16 kHz."""
    chance = random.Random(1)
    samples = array.array("h")
    for part in parts:
        for at in range(int(part.seconds * _RATE)):
            value = part.tone * math.sin(2 * math.pi * 440 * at / _RATE) + (
                part.noise and part.noise * chance.gauss(0, 1)
            )
            samples.extend([max(-32768, min(32767, int(32767 * value)))] * channels)
    body = io.BytesIO()
    with wave.open(body, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(samples.tobytes())
    return body.getvalue()


def spoken(seconds: float = 1.0, *, before: float = 0.5, after: float = 0.5) -> bytes:
    """Return a voice with silence around it."""
    return wav([Part(before), Part(seconds, tone=0.2), Part(after)])


def encoded(body: bytes, form: str, codec: str) -> bytes:
    """Return a sound in another kind of file, as browsers and phones make them."""
    out = io.BytesIO()
    with (
        cast(InputContainer, av.open(io.BytesIO(body))) as source,
        av.open(out, "w", format=form) as made,
    ):
        stream = cast(AudioStream, made.add_stream(codec, rate=48_000 if codec == "libopus" else _RATE))
        stream.layout = "mono"
        resampler = av.AudioResampler(stream.format, "mono", stream.rate, frame_size=stream.frame_size or 0)
        for frame in [*source.decode(audio=0), None]:
            for each in resampler.resample(frame):
                made.mux(stream.encode(each))
        made.mux(stream.encode(None))
    return out.getvalue()


def video(seconds: int = 1) -> bytes:
    """Return a film without sound."""
    out = io.BytesIO()
    with av.open(out, "w", format="matroska") as made:
        stream = made.add_stream("mpeg4", rate=5)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for _number in range(seconds * 5):
            made.mux(stream.encode(av.VideoFrame(64, 64, "yuv420p")))
        made.mux(stream.encode(None))
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class Heard:
    """What a recording is."""

    codec: str
    profile: str
    channels: int
    #: Of the decoded samples.
    seconds: float
    #: LUFS.
    loudness: float


def heard(body: bytes) -> Heard:
    """Decode a recording."""
    with cast(InputContainer, av.open(io.BytesIO(body))) as container:
        stream = container.streams.audio[0]
        samples = sum(frame.samples for frame in container.decode(stream))
        seconds = samples / stream.rate
        found = (stream.codec_context.name, stream.profile or "", stream.channels)
    return Heard(*found, seconds, listen(body, 600).loudness)
