"""The logo of certificates: made anew from what an administrator sends, so that nothing of the file itself is kept, or refused by name.

A certificate keeps the logo that it was made with. So each logo has a name of its own, made from its bytes, and stays when another one
takes its place.
"""

from __future__ import annotations

import hashlib
import io
import warnings

import typst
from PIL import Image, ImageOps
from sqlalchemy import select

from perille.core.database import Session
from perille.core.i18n import _
from perille.operator.models import SiteImage
from perille.packs.format.heic import TooLargeHeic, UnusableHeic, without_heic
from perille.packs.format.media import read_media
from perille.packs.format.photographs import format_of
from perille.packs.source.files import in_memory

#: Bytes that are taken, and pixels that are decoded: a small file may claim billions.
MOST_BYTES, MOST_PIXELS = 4 * 1024 * 1024, 20_000_000
#: Pixels of a logo at most: 12 mm of a certificate at more than 600 dots an inch.
WIDTH, HEIGHT = 900, 300
_MIME = "image/png"
#: How files begin that are often sent and cannot be used -> what they are called.
_OTHERS = ((b"%PDF", "PDF"), (b"BM", "BMP"), (b"II*\0", "TIFF"), (b"MM\0*", "TIFF"))
#: Sets a drawing on a page of its size; a drawing has no letters of its own afterwards, and nothing that runs.
_PAGE = (
    '#set page(width: auto, height: auto, margin: 0pt, fill: none)\n#image(bytes(sys.inputs.logo), format: "svg", {})'
)


class BadLogo(ValueError):
    """A file that is refused; the message says why and what to do, in the administrator's language."""


def prepare_logo(body: bytes) -> bytes:
    """Return a logo as a PNG without anything else of its file; raise BadLogo for what is none."""
    if not body:
        raise BadLogo(_("Choose a file."))
    if len(body) > MOST_BYTES:
        raise BadLogo(_("This file is too large. A logo has 4 MB at most."))
    if _is_drawing(body):
        body, kind = _drawn(body), "PNG"
    else:
        body = _without_heic(body)
        kind = format_of(body)
    if not kind:
        other = next((name for sign, name in _OTHERS if body.startswith(sign)), "")
        raise BadLogo(
            _("This is a %(kind)s file. Save the logo as PNG, JPEG or SVG.", kind=other)
            if other
            else _("This is no picture that can be used. Save the logo as PNG, JPEG or SVG.")
        )
    return _encoded(body, kind)


def _without_heic(body: bytes) -> bytes:
    try:
        return without_heic(body)
    except TooLargeHeic as refused:
        raise BadLogo(_too_large()) from refused
    except UnusableHeic as refused:
        raise BadLogo(_damaged()) from refused


def _too_large() -> str:
    return _("This picture has too many pixels. Make it smaller.")


def _damaged() -> str:
    return _("This file is damaged, or is not what its name says.")


def _encoded(body: bytes, kind: str) -> bytes:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(body), formats=[kind]) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise BadLogo(_too_large())
                logo = ImageOps.exif_transpose(image).convert("RGBA")
    except BadLogo:
        raise
    except Exception:  # a broken file fails in any way
        raise BadLogo(_damaged()) from None
    logo.thumbnail((WIDTH, HEIGHT))
    # A new picture of the same dots: it has no text, no time and no profile of the first one.
    clean = Image.new("RGBA", logo.size)
    clean.paste(logo)
    made = io.BytesIO()
    clean.save(made, "PNG", optimize=True)
    return made.getvalue()


def _is_drawing(body: bytes) -> bool:
    start = body[:400].lstrip(b"\xef\xbb\xbf \r\n\t")
    return start.lower().startswith((b"<svg", b"<?xml", b"<!")) and b"<svg" in body[:4000]


def _drawn(body: bytes) -> bytes:
    """Return a drawing as dots; raise BadLogo for one that runs or loads something."""
    files = in_memory("course_x", {"media/logo.svg": body})
    found = read_media(files, files.diagnostics).get("logo")
    if files.diagnostics.errors or found is None or not found.size:
        raise BadLogo(_("This drawing runs or loads something, or is damaged. Save it as plain SVG or as PNG."))
    side = "height: 100pt" if found.width < 3 * found.height else "width: 300pt"
    try:
        made = typst.compile(
            _PAGE.format(side).encode(),
            format="png",
            ppi=216,
            sys_inputs={"logo": body.decode("utf-8", "replace")},
            ignore_system_fonts=True,
        )
    except typst.TypstError:
        raise BadLogo(
            _("This drawing runs or loads something, or is damaged. Save it as plain SVG or as PNG.")
        ) from None
    assert isinstance(made, bytes), "one page"
    return made


def keep_logo(session: Session, png: bytes) -> str:
    """Keep a logo that `prepare_logo` made, and return its name."""
    name = f"logo-{hashlib.sha256(png).hexdigest()[:32]}"
    if session.get(SiteImage, name) is None:
        session.add(SiteImage(name=name, mime=_MIME, body=png))
        session.flush()
    return name


def logo_of(session: Session, name: str) -> bytes:
    """Return a logo by its name; nothing for "" and for one that is not there."""
    if not name:
        return b""
    return session.scalar(select(SiteImage.body).where(SiteImage.name == name)) or b""
