"""Sound files: which kinds phones play, and whether a file is what its name says."""

from __future__ import annotations

import re

from perille.packs.source.files import MEGABYTE

MIME_TYPES = {
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".aac": "audio/aac",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
}
#: Bytes of a recording: four minutes at 64 kbit/s, while a screen of 60 words takes half of one.
MAX_SIZE = 2 * MEGABYTE
#: How phones write into an MP4 file where it was recorded; it would tell where the speaker lives.
_PLACE_BOX = re.compile(rb"\xa9xyz.{4}(?:data.{8})?[+-][0-9]|com\.apple\.quicktime\.location|loci\0\0\0\0", re.DOTALL)
#: The same in words: a comment of Opus, a text of ID3 that is called so, and coordinates, wherever they stand. Zeroes are
#: taken out before, for ID3 may write each letter in two bytes.
_PLACE_WORDS = re.compile(
    rb"(?:location|latitude|longitude)="
    rb"|TXXX.{0,7}(?:geo|recording)?[ _-]?(?:location|latitude|longitude|gps)"
    rb"|[+-]\d{1,3}\.\d{1,15}[+-]\d{1,3}\.\d"
    rb"|(?<![\d.])\d{1,3}\.\d{2,15}[ \xc2\xb0NS]{0,4}[,;/ ] {0,2}[+-]?\d{1,3}\.\d{2}",
    re.DOTALL | re.IGNORECASE,
)
#: How an MP4 file says that a track is sound, or pictures.
_SOUND, _VIDEO = (b"hdlr" + bytes(8) + kind for kind in (b"soun", b"vide"))


def problem_of(ending: str, body: bytes) -> str:
    """Return what keeps a file with this ending from being played, or ''."""
    if len(body) > MAX_SIZE:
        return f"The recording is bigger than {MAX_SIZE // MEGABYTE} MB: save it in mono at 48 or 64 kbit/s, or split the screen"
    if not _LOOKS[ending](body):
        return f"This is not {_KINDS[ending]}, though its name ends in {ending}: convert it, renaming is not enough"
    if _PLACE_BOX.search(body) or _PLACE_WORDS.search(body.replace(b"\0", b"")):
        return "The recording tells where it was made: save it again without metadata"
    return ""


def audio_type(body: bytes) -> str:
    """Return the media type of a recording by its first bytes, "" for what is none."""
    return next((MIME_TYPES[ending] for ending, looks in _LOOKS.items() if looks(body)), "")


def _is_mp3(body: bytes) -> bool:
    head = body[_id3_size(body) :][:4]
    # Frame sync, a version that is not reserved, layer III, a bit rate and a sampling rate that exist.
    return (
        len(head) == 4
        and head[0] == 0xFF
        and head[1] & 0xE6 == 0xE2
        and head[1] & 0x18 != 0x08
        and head[2] & 0xF0 not in (0x00, 0xF0)
        and head[2] & 0x0C != 0x0C
    )


def _id3_size(body: bytes) -> int:
    """Return the size of the ID3v2 tag at the start, 0 for none: ten bytes of head, and a size of four times seven bits."""
    if body[:3] != b"ID3" or len(body) < 10:
        return 0
    one, two, three, four = body[6:10]
    footer = 10 if body[5] & 0x10 else 0
    return 10 + (one << 21 | two << 14 | three << 7 | four) + footer


def _is_m4a(body: bytes) -> bool:
    return body[4:8] == b"ftyp" and _SOUND in body and b"mp4a" in body and _VIDEO not in body


def _is_aac(body: bytes) -> bool:
    # ADTS: twelve bits of sync, layer 0.
    return len(body) > 7 and body[0] == 0xFF and body[1] & 0xF6 == 0xF0


def _is_opus(body: bytes) -> bool:
    # The first page of an Ogg stream holds the head of the codec and nothing else.
    return body[:4] == b"OggS" and body[28:36] == b"OpusHead"


_LOOKS = {".mp3": _is_mp3, ".m4a": _is_m4a, ".aac": _is_aac, ".ogg": _is_opus, ".opus": _is_opus}
_KINDS = {".mp3": "MP3", ".m4a": "AAC in an M4A file", ".aac": "AAC", ".ogg": "Opus in Ogg", ".opus": "Opus in Ogg"}
