"""Photographs of a pack: JPEG, PNG, GIF and heavy WebP become small WebP pictures without metadata, before anybody loads them.

WebP and not AVIF: phones on Chromium 69 do not know AVIF. What a file says of its place, its camera and its time is left out, since
a picture of a shelter must not tell where it is. The same bytes give the same picture, and it is kept in a cache of the user's, so
that a pack in which nothing changed compiles at once.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import PIL
from PIL import ExifTags, Image, ImageCms

from perille.packs.format.picture_cache import keep, read_kept

#: Pixels of the longer side that a phone can use; smaller ones are tried where the picture is still heavy.
SIDES = (1280, 960, 720)
QUALITIES = (75, 60, 45)
#: Bytes that a converted picture should have at most.
WEIGHT = 80 * 1024
#: Pixels of a photograph that is decoded: a small file may claim billions, and fill the memory.
MOST_PIXELS = 50_000_000
#: Changes whenever another picture comes out of the same bytes.
_FORMAT = "1"
_FORMATS = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".gif": "GIF", ".webp": "WEBP", ".avif": "AVIF"}
#: How a file begins -> the ending under which it is read; the name that a phone gave it is not believed.
_SIGNS = (
    (b"\xff\xd8\xff", 0, ".jpg"),
    (b"\x89PNG\r\n\x1a\n", 0, ".png"),
    (b"GIF8", 0, ".gif"),
    (b"WEBP", 8, ".webp"),
    (b"ftypavif", 4, ".avif"),
    (b"ftypavis", 4, ".avif"),
)
#: Value of EXIF's Orientation -> what makes the picture upright (EXIF 2.32, 4.6.4 A). Pillow's own `exif_transpose` writes all of EXIF
#: anew, and fails on a field of another type than its name should have.
_TURNS = dict(
    enumerate(
        (
            Image.Transpose.FLIP_LEFT_RIGHT,
            Image.Transpose.ROTATE_180,
            Image.Transpose.FLIP_TOP_BOTTOM,
            Image.Transpose.TRANSPOSE,
            Image.Transpose.ROTATE_270,
            Image.Transpose.TRANSVERSE,
            Image.Transpose.ROTATE_90,
        ),
        start=2,
    )
)


class PictureError(ValueError):
    """A photograph cannot be used; the message says why."""


class TooManyPixels(PictureError):
    """A picture is larger than what is decoded."""

    def __init__(self) -> None:
        most = MOST_PIXELS // 1_000_000
        super().__init__(
            f"The picture has more than {most} million pixels: make it smaller before it comes into the pack"
        )


@dataclass(frozen=True, slots=True)
class Photograph:
    """A converted picture."""

    body: bytes
    width: int
    height: int


def ending_of(body: bytes) -> str:
    """Return under which ending a photograph is read, by how it begins; "" for what is none that is known.

    >>> ending_of(b"GIF89a")
    '.gif'
    """
    return next((ending for sign, at, ending in _SIGNS if body[at : at + len(sign)] == sign), "")


def format_of(body: bytes) -> str:
    """Return what Pillow calls the format of a photograph, "" for what is none that is known."""
    return _FORMATS.get(ending_of(body), "")


def convert(body: bytes, ending: str, cache: Path | None = None) -> Photograph:
    """Return a photograph as a small WebP picture, upright and without metadata; *ending* such as ".jpg" says what it is.

    *cache*: a folder in which it is kept, or None. Raise PictureError for what is no such picture or has too many pixels.
    """
    key = hashlib.sha256(f"{_FORMAT} {PIL.__version__} {ending}\0".encode() + body).hexdigest()
    kept = read_kept(cache, key)
    if kept is not None:
        return Photograph(*kept)
    # What is said of the making is read though it is thrown away; that it is broken is nobody's concern.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        with _opened(body, ending) as image:
            made = _smallest(_upright(image))
    keep(cache, key, made.body)
    return made


def has_metadata(body: bytes) -> bool:
    """Tell whether a WebP picture says something of its making: EXIF, XMP, or several frames."""
    return body[12:16] == b"VP8X" and len(body) > 20 and bool(body[20] & 0b0000_1110)


def _opened(body: bytes, ending: str) -> Image.Image:
    """Open a picture of the format that its name says; only its head is read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(body), formats=(_FORMATS[ending],))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels from error
    except (
        Exception
    ) as error:  # readers raise whatever their format brings them to: RuntimeError, TypeError, struct.error
        raise PictureError(f"This is not a {_FORMATS[ending]} picture") from error
    if image.width * image.height > MOST_PIXELS:
        raise TooManyPixels
    return image


def _upright(image: Image.Image) -> Image.Image:
    """Return the first frame as it is to be seen, no larger than the largest side, in colours that WebP knows."""
    if image.mode.startswith("I"):
        raise PictureError("The picture has 16 bits a colour: save it with 8")
    image.draft("RGB", (SIDES[0], SIDES[0]))  # a JPEG is decoded at a half, a quarter or an eighth where that is enough
    try:
        turned = _in_srgb(_turned(image))
        see_through = turned.mode in ("RGBA", "LA", "PA") or "transparency" in turned.info
        plain = turned.convert("RGBA" if see_through else "RGB")
    except Exception as error:
        raise PictureError(f"The picture is damaged: {error}") from error
    plain.thumbnail((SIDES[0], SIDES[0]), Image.Resampling.LANCZOS)
    return plain


def _turned(image: Image.Image) -> Image.Image:
    """Return a picture turned as its camera was held; what else its EXIF says may be broken."""
    image.load()
    turn = _TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    return image if turn is None else image.transpose(turn)


def _in_srgb(image: Image.Image) -> Image.Image:
    """Return a picture in the colours of the web; a profile that cannot be read is left aside."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "RGBA"):
        return image
    with suppress(ImageCms.PyCMSError, OSError):
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        found = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode=image.mode)
        return image if found is None else found
    return image


def _smallest(image: Image.Image) -> Photograph:
    """Return the best picture that is not too heavy; the last try, where none is."""
    made = Photograph(b"", 0, 0)
    for smaller, body in _tries(image):
        made = Photograph(body, *smaller.size)
        if len(body) <= WEIGHT:
            break
    return made


def _tries(image: Image.Image) -> Iterator[tuple[Image.Image, bytes]]:
    yield image, _encoded(image, lossless=True) if _is_drawn(image) else _encoded(image, QUALITIES[0])
    for side in SIDES:
        smaller = image.copy()
        smaller.thumbnail((side, side), Image.Resampling.LANCZOS)
        yield from ((smaller, _encoded(smaller, quality)) for quality in QUALITIES)


def _is_drawn(image: Image.Image) -> bool:
    """Tell whether a picture has few colours, like a diagram: lossless WebP keeps its lines clean, and is smaller."""
    return image.getcolors(256) is not None


def _encoded(image: Image.Image, quality: int = 100, *, lossless: bool = False) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=quality, method=4, lossless=lossless, exact=False)
    return out.getvalue()
