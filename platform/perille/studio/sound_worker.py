"""A program of its own that makes a voice fit for a course: `python -m perille.studio.sound_worker SECONDS < sound > answer`.

Decoders are large and read what strangers made, so they run in a process that has a limit of time, memory and disk, knows nothing of
the site, and ends with what it holds. The answer is a line, "ok MILLISECONDS" or a `Refusal`, and after "ok" the bytes of an M4A file:
AAC, mono, without silence at its ends, as loud as all others, its index first so that a phone plays it while it loads.
"""

from __future__ import annotations

import array
import errno
import io
import math
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import cast

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.filter import Graph
from av.stream import Disposition

from perille.core.worker import run_as_worker

#: How a file begins -> the reader that is used for it; no reader is guessed, for some follow addresses that stand in the file.
_SIGNS = (
    (b"\x1aE\xdf\xa3", 0, "matroska"),
    (b"ftyp", 4, "mov"),
    (b"OggS", 0, "ogg"),
    (b"WAVE", 8, "wav"),
    (b"ID3", 0, "mp3"),
    (b"fLaC", 0, "flac"),
    (b"AIFF", 8, "aiff"),
    (b"caff", 0, "caf"),
    (b"#!AMR", 0, "amr"),
)
#: Loudness of every recording, in LUFS: what EBU R 128 calls -23 is too quiet for the loudspeaker of a phone.
TARGET = -19.0
#: Decibels by which a quiet voice is raised at most: what stands behind it is raised as well.
_MOST_GAIN = 27.0
#: A peak, as a share of the loudest that a file can hold: -1.5 dB.
_CEILING = 0.84
#: Hertz, and bits a second, of what learners get.
_RATE, _BITS = 44_100, 48_000
#: Hertz that a sound may have, from that of telephones to the best of microphones: a file may claim millions, and each costs time.
_LOWEST_RATE, _HIGHEST_RATE = 4_000, 192_000
#: Hertz at which silence is looked for, in windows of so many samples: 20 ms.
_LOOK_RATE, _WINDOW = 16_000, 320
#: Windows one after the other that are a voice; a key that is pressed takes fewer.
_VOICE = 4
#: Decibels: quieter is silence whatever the room, and louder is a voice whatever the room.
_QUIET, _LOUD = -50.0, -35.0
#: Decibels by which a voice is louder than the room.
_ABOVE = 12.0
#: Seconds that are kept before and after the voice, so that its soft beginning is not cut off.
_KEPT = 0.3
#: Seconds of the processor, bytes of memory and bytes of a file, at most.
_TIME, _MEMORY, _FILE = 60, 2 << 30, 16 << 20

#: How a system says that nothing more can be written.
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)


class Refusal(StrEnum):
    """Why there is no recording."""

    NOT_SOUND = "not-sound"
    VIDEO = "video"
    DAMAGED = "damaged"
    TOO_LONG = "too-long"
    SILENCE = "silence"
    DISK_FULL = "disk-full"
    RATE = "rate"


class RefusedError(Exception):
    """The sound is refused; its argument is a `Refusal`."""


@dataclass(slots=True)
class SoundAnalysis:
    """What was heard: the level of each window in decibels, and the loudness of the whole in LUFS."""

    levels: list[float] = field(default_factory=list)
    loudness: float = -70.0


def main() -> int:
    """Read a sound from the standard input and write the answer; the argument says how many seconds it may take."""
    return run_as_worker(_answer, _TIME, _MEMORY, _FILE)


def _answer(body: bytes, most: int) -> tuple[str, bytes]:
    try:
        made, seconds = prepare(body, most)
    except RefusedError as refused:
        return str(refused.args[0]), b""
    return f"ok {round(seconds * 1000)}", made


def prepare(body: bytes, most: float) -> tuple[bytes, float]:
    """Return a recording of at most *most* seconds as learners get it, and how long it is; raise RefusedError."""
    try:
        look = listen(body, most)
        start, end = voice_of(look.levels)
        gain = min(TARGET - look.loudness, _MOST_GAIN) if look.loudness > -70.0 else 0.0
        return _encode(body, start, end, gain)
    except (FFmpegError, OSError) as error:
        raise RefusedError(Refusal.DISK_FULL if error.errno in _NO_ROOM else Refusal.DAMAGED) from error


def reader_of(body: bytes) -> str:
    """Return what reads a file; raise RefusedError where nothing here does."""
    found = next((name for sign, at, name in _SIGNS if body[at : at + len(sign)] == sign), "")
    if found:
        return found
    if len(body) > 2 and body[0] == 0xFF and body[1] & 0xE0 == 0xE0:
        # Layer 0 is AAC with headers of its own, the others are MPEG audio.
        return "mp3" if body[1] & 0x06 else "aac"
    raise RefusedError(Refusal.VIDEO if body[8:12] == b"AVI " else Refusal.NOT_SOUND)


def _open(body: bytes) -> InputContainer:
    try:
        return cast(InputContainer, av.open(io.BytesIO(body), format=reader_of(body), metadata_errors="ignore"))
    except FFmpegError as error:
        raise RefusedError(Refusal.DAMAGED) from error


def _sound_of(container: InputContainer) -> AudioStream:
    """Return the sound of a file; the cover of an album is no video."""
    if any(not each.disposition & Disposition.attached_pic for each in container.streams.video):
        raise RefusedError(Refusal.VIDEO)
    if not container.streams.audio:
        raise RefusedError(Refusal.NOT_SOUND)
    return container.streams.audio[0]


def _frames(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    """Yield what can be decoded: a recording whose end is cut off is as long as what is there."""
    try:
        yield from container.decode(stream)
    except FFmpegError:
        return


def _through(body: bytes, filters: tuple[tuple[str, str], ...], most: float = math.inf) -> Iterator[AudioFrame]:
    """Yield a sound after filters (name, arguments); raise RefusedError past *most* seconds."""
    with _open(body) as container:
        stream = _sound_of(container)
        if not _LOWEST_RATE <= stream.rate <= _HIGHEST_RATE:
            raise RefusedError(Refusal.RATE)
        graph, seconds = Graph(), 0.0
        nodes = [graph.add_abuffer(template=stream), *(graph.add(*each) for each in filters), graph.add("abuffersink")]
        graph.link_nodes(*nodes)
        graph.configure()
        for frame in _frames(container, stream):
            # Of each frame, for it may be another one than the file says at its beginning.
            if not _LOWEST_RATE <= frame.sample_rate <= _HIGHEST_RATE:
                raise RefusedError(Refusal.RATE)
            seconds += frame.samples / frame.sample_rate
            if seconds > most:
                raise RefusedError(Refusal.TOO_LONG)
            frame.pts = None
            if not _pushed(graph, frame):
                break
            yield from _pulled(graph)
        _pushed(graph, None)
        yield from _pulled(graph)


def _pushed(graph: Graph, frame: AudioFrame | None) -> bool:
    """Give a frame to the filters, None at the end; return False where they want no more, because what is kept is behind them."""
    try:
        graph.push(frame)
    except EOFError:
        return False
    return True


def _pulled(graph: Graph) -> Iterator[AudioFrame]:
    while True:
        try:
            frame = graph.pull()
        except (BlockingIOError, EOFError):
            return
        yield cast(AudioFrame, frame)


def listen(body: bytes, most: float) -> SoundAnalysis:
    """Return what is heard in a sound; raise RefusedError."""
    look = SoundAnalysis()
    filters = (
        ("aformat", f"channel_layouts=mono:sample_rates={_LOOK_RATE}"),
        ("ebur128", "metadata=1:framelog=quiet"),
        ("aformat", "sample_fmts=s16"),
    )
    rest = array.array("h")
    for frame in _through(body, filters, most):
        said = frame.metadata.get("lavfi.r128.I")
        look.loudness = look.loudness if said is None else float(said)
        rest.frombytes(bytes(frame.planes[0])[: frame.samples * 2])
        whole = len(rest) // _WINDOW * _WINDOW
        look.levels += (_level(rest[at : at + _WINDOW]) for at in range(0, whole, _WINDOW))
        rest = rest[whole:]
    return look


def _level(window: array.array[int]) -> float:
    """Return how loud a window is, in decibels below the loudest that there is."""
    power = sum(value * value for value in window) / len(window)
    return 10 * math.log10(power / 32768**2) if power else -120.0


def voice_of(levels: list[float]) -> tuple[float, float]:
    """Return where the voice begins and ends, in seconds, with what is kept around it; raise RefusedError where none is heard.

    >>> voice_of([-60.0] * 50 + [-20.0] * 50 + [-60.0] * 100)
    (0.7, 2.3)
    """
    room = sorted(levels)[len(levels) // 10] if levels else _QUIET
    least = min(max(room + _ABOVE, _QUIET), _LOUD)
    loud = [level > least for level in levels]
    heard = [at for at in range(len(loud) - _VOICE + 1) if all(loud[at : at + _VOICE])]
    if not heard:
        raise RefusedError(Refusal.SILENCE)
    length = _WINDOW / _LOOK_RATE
    start, end = heard[0] * length - _KEPT, (heard[-1] + _VOICE) * length + _KEPT
    return max(0.0, round(start, 3)), min(len(levels) * length, round(end, 3))


def _encode(body: bytes, start: float, end: float, gain: float) -> tuple[bytes, float]:
    filters = (
        ("atrim", f"start={start}:end={end}"),
        ("asetpts", "N/SR/TB"),
        ("aformat", f"sample_fmts=fltp:channel_layouts=mono:sample_rates={_RATE}"),
        ("volume", f"{gain:.2f}dB"),
        ("alimiter", f"limit={_CEILING}:level=disabled:latency=1"),
        ("aformat", f"sample_fmts=fltp:channel_layouts=mono:sample_rates={_RATE}"),
        ("asetnsamples", "n=1024:p=0"),
    )
    samples = 0
    # The index can be put first in a file alone, not in memory.
    # In the folder of this program, and nowhere else: the library looks for another where that is full, and then says that there is none.
    with tempfile.NamedTemporaryFile(suffix=".m4a", dir=os.environ.get("TMPDIR")) as file:
        with av.open(file.name, "w", format="ipod", options={"movflags": "+faststart"}) as made:
            stream = made.add_stream("aac", rate=_RATE, layout="mono", bit_rate=_BITS)
            for frame in _through(body, filters):
                # Filters that look ahead give the last frames times that an encoder refuses.
                frame.pts, frame.time_base = samples, Fraction(1, _RATE)
                samples += frame.samples
                made.mux(stream.encode(frame))
            made.mux(stream.encode(None))
        return file.read(), samples / _RATE


if __name__ == "__main__":
    sys.exit(main())
