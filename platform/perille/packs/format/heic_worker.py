"""A program of its own that reads HEIC photographs: `python -m perille.packs.format.heic_worker PIXELS < heic > answer`.

libheif decodes them (through pi-heif, which has no encoder). It is written in C++ and has had its faults, so one that a file sets off
ends this process and not the site's. *PIXELS*: how many a photograph may have; its size is read before anything is decoded.
"""

from __future__ import annotations

import io
import sys

import pi_heif
from PIL import Image

from perille.core.worker import run_as_worker
from perille.packs.format.heic import DAMAGED, READ, TOO_LARGE
from perille.packs.format.photographs import SIDES

#: Nearly nothing is lost; the picture is made small afterwards.
_QUALITY = 95
#: Pixels of the longer side of what is given back: enough for what is made of it, and a fifth of the memory.
_SIDE = 2 * SIDES[0]
#: Seconds of the processor, bytes of memory and bytes of a file, at most.
_TIME, _MEMORY, _FILE = 40, 2 << 30, 0


def read(body: bytes, most_pixels: int) -> tuple[str, bytes]:
    """Return what can be said of a HEIC photograph, and its picture."""
    try:
        found = pi_heif.open_heif(io.BytesIO(body), convert_hdr_to_8bit=True)
        width, height = found.size
        if width * height > most_pixels:
            return TOO_LARGE, b""
        return READ, _encoded(found.to_pillow())
    except Exception:  # libheif says of what is broken whatever its reader comes upon
        return DAMAGED, b""


def _encoded(image: Image.Image) -> bytes:
    """Write the pixels, which libheif has turned already: what the file says of its turn would turn them once more."""
    out = io.BytesIO()
    profile = image.info.get("icc_profile")
    plain = image.convert("RGBA" if image.has_transparency_data else "RGB")
    plain.thumbnail((_SIDE, _SIDE), Image.Resampling.LANCZOS)
    if plain.mode == "RGBA":
        plain.save(out, "PNG", compress_level=1, icc_profile=profile)
    else:
        plain.save(out, "JPEG", quality=_QUALITY, icc_profile=profile, exif=b"")
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(run_as_worker(read, _TIME, _MEMORY, _FILE))
