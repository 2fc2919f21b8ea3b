"""HEIC photographs, as iPhones make them, become JPEG before they are read like any other photograph.

libheif decodes them (through pi-heif, which has no encoder): browsers do not show the format, and a person with a phone does not know
that theirs makes it.
"""

from __future__ import annotations

import io

import pi_heif
from PIL import Image

from perille.packs.format.photographs import MOST_PIXELS

#: What stands at the fifth byte of one.
SIGNS = (b"ftypheic", b"ftypheix", b"ftypheim", b"ftypheis", b"ftypmif1", b"ftyphevc", b"ftyphevx", b"ftypmsf1")
#: Nearly nothing is lost; the picture is made small afterwards.
_QUALITY = 95


class UnusableHeic(ValueError):
    """A HEIC file that cannot be read; the message says why, in English."""


class TooLargeHeic(UnusableHeic):
    """A HEIC file with more pixels than a photograph may have."""


def is_heic(body: bytes) -> bool:
    """Tell whether a file begins as a HEIC photograph does.

    >>> is_heic(b"\\0\\0\\0\\x18ftypheic\\0\\0\\0\\0")
    True
    """
    return body[4:12] in SIGNS


def jpeg_of(body: bytes) -> bytes:
    """Return a HEIC photograph upright as JPEG, with its colours and nothing else of what it says; raise UnusableHeic.

    Its size is read before anything is decoded.
    """
    try:
        found = pi_heif.open_heif(io.BytesIO(body), convert_hdr_to_8bit=True)
        width, height = found.size
        if width * height <= MOST_PIXELS:
            return _encoded(found.to_pillow())
    except Exception as error:  # libheif says of what is broken whatever its reader comes upon
        raise UnusableHeic(str(error)) from error
    raise TooLargeHeic(f"more than {MOST_PIXELS // 1_000_000} million pixels")


def _encoded(image: Image.Image) -> bytes:
    """Write the pixels, which libheif has turned already: what the file says of its turn would turn them once more."""
    out = io.BytesIO()
    profile = image.info.get("icc_profile")
    image.convert("RGB").save(out, "JPEG", quality=_QUALITY, icc_profile=profile, exif=b"")
    return out.getvalue()
