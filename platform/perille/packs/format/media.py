"""Pictures of a pack: found by name, checked, measured, hashed and credited. Recordings: see `audio`."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from perille.packs.format.photographs import (
    SIDES,
    WEIGHT,
    Photograph,
    PictureError,
    TooManyPixels,
    convert,
    has_metadata,
)
from perille.packs.format.picture_cache import cache_folder
from perille.packs.format.svg import measure_svg
from perille.packs.source.diagnostics import Diagnostics, Kind
from perille.packs.source.files import PackFiles
from perille.packs.source.read_cache import Keep, kept_reading, read_anew
from perille.packs.source.toml import read_toml
from perille.packs.source.toml_table import KEY, Table

CREDITS = "media/credits.toml"
#: Ends the name of a picture that is shown instead of the one beside it in a language written from right to left.
MIRRORED = ".rtl"
#: What a picture's file ends in -> what pages get.
MIME_TYPES = {
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".avif": "image/webp",
    ".jpg": "image/webp",
    ".jpeg": "image/webp",
    ".png": "image/webp",
    ".gif": "image/webp",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFile:
    """A picture's file, or a recording's. Its bytes are found in the pack's files by *path*, unless it was converted."""

    path: str
    #: Of what pages get, like all that follows.
    sha256: str
    mime: str
    #: Bytes.
    size: int
    #: Pixels, 0 where not known.
    width: int = 0
    height: int = 0
    credit: str = ""
    #: What is spoken in a recording; "" of a picture.
    language: str = ""
    #: What a photograph was converted to; no bytes where pages get the file itself.
    converted: bytes = field(default=b"", repr=False)
    #: Bytes of a converted photograph's own file.
    source_size: int = 0


def read_media(files: PackFiles, diagnostics: Diagnostics, keep: Keep = read_anew) -> dict[str, MediaFile]:
    """Return the pack's pictures by name."""
    credits_ = _kept_credits(files, diagnostics, keep)
    found: dict[str, MediaFile] = {}
    for path, body in files.files.items():
        head, _sep, base = path.rpartition("/")
        name, dot, ending = base.rpartition(".")
        if head != "media" or path == CREDITS:
            continue
        mime = MIME_TYPES.get(f"{dot}{ending}".lower())
        if mime is None:
            diagnostics.add(
                path, 1, f"A picture ends in {', '.join(MIME_TYPES)}; a recording stands under media/audio/"
            )
        elif not KEY.fullmatch(name.removesuffix(MIRRORED)):
            diagnostics.add(path, 1, f'The name "{name}" must be lower-case letters, digits and hyphens')
        elif name in found:
            diagnostics.add(path, 1, f'A second picture is called "{name}": {found[name].path}')
        else:
            credit = credits_.get(name.removesuffix(MIRRORED), "")
            found[name] = replace(_kept_file(path, mime, body, diagnostics, keep), credit=credit)
    _check_mirrored(found, diagnostics)
    _check_credits(found, credits_, diagnostics)
    return found


def chosen_pictures(media: Mapping[str, MediaFile]) -> dict[str, MediaFile]:
    """Return the pictures that lessons and questions name: those that mirror another are shown by themselves."""
    return {name: file for name, file in media.items() if not name.endswith(MIRRORED)}


def _kept_file(path: str, mime: str, body: bytes, diagnostics: Diagnostics, keep: Keep) -> MediaFile:
    key = ("media", path, hashlib.sha256(body).digest())
    return kept_reading(keep, key, diagnostics, lambda found: _media_file(path, mime, body, found))


def _media_file(path: str, mime: str, body: bytes, diagnostics: Diagnostics) -> MediaFile:
    ending = path[path.rindex(".") :].lower()
    if ending == ".svg":
        width, height = measure_svg(path, body, diagnostics)
    elif ending == ".webp":
        width, height = _measure_webp(path, body, diagnostics)
        if len(body) > WEIGHT or max(width, height) > SIDES[0] or has_metadata(body):
            return _photograph(path, ending, body, diagnostics)
    else:
        return _photograph(path, ending, body, diagnostics)
    digest = hashlib.sha256(body).hexdigest()
    return MediaFile(path=path, sha256=digest, mime=mime, size=len(body), width=width, height=height)


def _photograph(path: str, ending: str, body: bytes, diagnostics: Diagnostics) -> MediaFile:
    """Convert what phones and cameras make into a small picture that old phones know."""
    try:
        made = convert(body, ending, cache_folder())
    except PictureError as error:
        kind = Kind.TOO_MANY_PIXELS if isinstance(error, TooManyPixels) else Kind.OTHER
        diagnostics.add(path, 1, str(error), kind)
        made = Photograph(b"", 0, 0)
    return MediaFile(
        path=path,
        sha256=hashlib.sha256(made.body).hexdigest(),
        mime=MIME_TYPES[ending],
        size=len(made.body),
        width=made.width,
        height=made.height,
        converted=made.body,
        source_size=len(body),
    )


def _check_mirrored(found: Mapping[str, MediaFile], diagnostics: Diagnostics) -> None:
    """A mirrored picture takes the place of the one it mirrors, so that one must be there and be of its size."""
    for name, file in found.items():
        if not name.endswith(MIRRORED):
            continue
        other = found.get(name.removesuffix(MIRRORED))
        if other is None:
            diagnostics.add(file.path, 1, f'There is no picture "{name.removesuffix(MIRRORED)}" that this one mirrors')
        elif (file.width, file.height) != (other.width, other.height):
            sizes = f"{file.width} x {file.height}, {other.path} is {other.width} x {other.height}"
            diagnostics.add(file.path, 1, f"The mirrored picture has another size: {sizes}")


def _kept_credits(files: PackFiles, diagnostics: Diagnostics, keep: Keep) -> Mapping[str, str]:
    key = ("credits", files.files.get(CREDITS))
    return kept_reading(keep, key, diagnostics, lambda found: _read_credits(files, found))


def _read_credits(files: PackFiles, diagnostics: Diagnostics) -> Mapping[str, str]:
    """Read media/credits.toml: a table a picture with title, author, source, licence and changes, or a text."""
    if CREDITS not in files.files:
        return {}
    file = read_toml(CREDITS, files.text(CREDITS), diagnostics)
    return {name: _credit(value, Table({name: value}, file, diagnostics), name) for name, value in file.data.items()}


def _credit(value: object, parent: Table, name: str) -> str:
    if isinstance(value, str):
        return value.strip()
    table = Table(value, parent.file, parent.diagnostics, (name,))
    words = [table.take_text(key) for key in ("title", "author", "source", "changes")]
    words.append(table.take_text("licence", required=True))
    table.refuse_unknown()
    return ", ".join(word for word in words if word)


def _check_credits(found: Mapping[str, MediaFile], credits_: Mapping[str, str], diagnostics: Diagnostics) -> None:
    for name, file in found.items():
        if name.removesuffix(MIRRORED) not in credits_:
            diagnostics.warn(
                file.path, 1, f"The picture has no credit: add [{name}] with author and licence to {CREDITS}"
            )
    for name in credits_:
        if name not in found:
            diagnostics.warn(CREDITS, 1, f'There is no picture "{name}"')


def _measure_webp(path: str, body: bytes, diagnostics: Diagnostics) -> tuple[int, int]:
    if body[:4] != b"RIFF" or body[8:12] != b"WEBP" or len(body) < 30:
        diagnostics.add(path, 1, "This is not a WebP picture")
        return 0, 0
    if body[12:16] == b"VP8X":
        return int.from_bytes(body[24:27], "little") + 1, int.from_bytes(body[27:30], "little") + 1
    if body[12:16] == b"VP8L":
        bits = int.from_bytes(body[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack("<HH", body[26:30])
    return width & 0x3FFF, height & 0x3FFF
