"""The smallest sound files that are what their names say, made here so that none is kept in the repository."""

from __future__ import annotations

import struct


def mp3(frames: int = 1, *, tag: bytes = b"") -> bytes:
    """Return silence: MPEG-1 layer III, 128 kbit/s, 44.1 kHz, 417 bytes a frame; *tag*: what an ID3 head holds."""
    head = b"ID3\4\0\0" + bytes((0, 0, len(tag) >> 7, len(tag) & 0x7F)) + tag if tag else b""
    return head + (b"\xff\xfb\x90\xc4" + bytes(413)) * frames


def opus(*comments: bytes) -> bytes:
    """Return the first page of an Ogg stream with Opus in it; with *comments*, "NAME=words", a second page that has them."""
    pages = _page(b"OpusHead\1\1" + struct.pack("<HIhB", 312, 48000, 0, 0), first=True)
    told = b"".join(struct.pack("<I", len(each)) + each for each in comments)
    return pages + _page(b"OpusTags" + struct.pack("<II", 0, len(comments)) + told) if comments else pages


def _page(packet: bytes, *, first: bool = False) -> bytes:
    return b"OggS\0" + bytes((2 * first,)) + bytes(20) + bytes((1, len(packet))) + packet


def m4a(handler: bytes = b"soun", codec: bytes = b"mp4a", extra: bytes = b"") -> bytes:
    """Return the boxes by which an MP4 file says what is in it."""
    told = _box(b"hdlr", bytes(8) + handler + bytes(13)) + _box(b"stsd", bytes(4) + codec) + extra
    return _box(b"ftyp", b"M4A \0\0\2\0M4A isom") + _box(b"moov", told)


def text_frame(words: str, encoding: str = "latin-1", name: str = "TIT2") -> bytes:
    """Return a text of an ID3 tag, version 2.4."""
    body = bytes((encoding != "latin-1",)) + words.encode(encoding)
    return name.encode() + struct.pack(">I", len(body)) + bytes(2) + body


def aac() -> bytes:
    """Return the head of an ADTS frame."""
    return b"\xff\xf1\x50\x80\x02\x1f\xfc" + bytes(8)


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + kind + body
