"""A picture from a stranger's phone, made fit for a course, or refused with the reason and the remedy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from perille.core.i18n import _, lazy_gettext
from perille.core.letters import collapse_whitespace
from perille.packs.format.heic import TooLargeHeic, UnusableHeic, without_heic
from perille.packs.format.media import CREDITS, read_media
from perille.packs.format.photographs import MOST_PIXELS, ending_of
from perille.packs.source.diagnostics import Diagnostic, Diagnostics, Kind
from perille.packs.source.files import MAX_MEDIA_FILE, in_memory
from perille.studio.toml_edit import TomlText, table_text

#: What the reader of packs says of a picture that it refuses -> the reason. What a library says of a broken photograph helps no author.
_REASONS = (
    (re.compile(r"The picture has (<[^>]*>):"), lazy_gettext("it contains %(code)s")),
    (re.compile(r'The picture has (.+=".*"): ', re.DOTALL), lazy_gettext("it says %(code)s")),
    (re.compile(r"The picture's style loads"), lazy_gettext("its style loads something from elsewhere")),
    (
        re.compile(r"The picture has a document type"),
        lazy_gettext("it begins with a document type: take that line out"),
    ),
    (re.compile(r"This is not SVG"), lazy_gettext("its line %(line)s is not written as SVG is")),
    (re.compile(r"The picture has 16 bits"), lazy_gettext("it has 16 bits a colour: save it with 8")),
)


class BadPicture(ValueError):
    """A picture that is refused; the message says why and what to do, in the author's language."""


@dataclass(frozen=True, slots=True)
class PreparedPicture:
    """A picture as it goes into a course."""

    body: bytes
    ending: str
    width: int
    height: int

    @property
    def kilobytes(self) -> int:
        """Its size."""
        return -(-len(self.body) // 1024)


def prepare_picture(body: bytes) -> PreparedPicture:
    """Return a picture re-encoded, upright, small, and without what its file says of place, time and device; raise BadPicture.

    A drawing (SVG) stays as it is where it neither runs nor loads anything.
    """
    body = _from_iphone(body)
    ending = _ending(body)
    path = f"media/picture{ending}"
    files = in_memory("course_x", {path: body})
    found = read_media(files, files.diagnostics).get("picture")
    if files.diagnostics.errors or found is None or not found.size:
        raise BadPicture(_why(next(iter(files.diagnostics.errors), None)))
    if found.converted:
        return PreparedPicture(found.converted, ".webp", found.width, found.height)
    return PreparedPicture(body, ending, found.width, found.height)


def shown_pictures(files: Mapping[str, bytes | None]) -> dict[str, bytes]:
    """Return what pages show in place of the photographs among *files*, by hash: a preview asks for it by that address."""
    media = {path: body for path, body in files.items() if body is not None and path.startswith("media/")}
    found = read_media(in_memory("course_x", media), Diagnostics()) if media else {}
    return {each.sha256: each.converted for each in found.values() if each.converted}


def _from_iphone(body: bytes) -> bytes:
    try:
        return without_heic(body)
    except TooLargeHeic as refused:
        raise BadPicture(_too_large()) from refused
    except UnusableHeic as refused:
        raise BadPicture(
            _("This is a HEIC picture of an iPhone. Share it as JPEG (“most compatible”), and upload that.")
        ) from refused


def _ending(body: bytes) -> str:
    ending = ending_of(body)
    if ending:
        return ending
    if body.startswith(b"%PDF"):
        raise BadPicture(_("This is a PDF and no picture. Save the page as a picture, and upload that."))
    if _is_film(body):
        raise BadPicture(_("This is a film and no picture. Make a picture of one moment of it, and upload that."))
    if body[:400].lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"<svg", b"<?xml", b"<!--")) and b"<svg" in body[:4000]:
        if len(body) > MAX_MEDIA_FILE:
            raise BadPicture(_("This drawing is too large."))
        return ".svg"
    raise BadPicture(_("This is no picture that can be used here. JPEG, PNG, HEIC, WebP, AVIF, GIF and SVG can."))


def _is_film(body: bytes) -> bool:
    """Tell whether bytes are a video: of a phone (MP4, MOV), of a browser (WebM) or an AVI."""
    return body[4:8] == b"ftyp" or body.startswith(b"\x1aE\xdf\xa3") or body[8:12] == b"AVI "


def _why(fault: Diagnostic | None) -> str:
    """Say in the author's words why a picture was refused; None: it was read, and has no size."""
    if fault is not None and fault.kind is Kind.TOO_MANY_PIXELS:
        return _too_large()
    reason = _reason(fault) if fault is not None else ""
    if fault is not None and fault.kind is Kind.ACTIVE_PICTURE:
        return _(
            "This drawing runs or loads something, so it was refused. Save it as plain SVG or as PNG. (%(why)s)",
            why=reason or fault.message,
        )
    if reason:
        return _("This picture is damaged, or is not what its name says. (%(why)s)", why=reason)
    return _("This picture is damaged, or is not what its name says.")


def _reason(fault: Diagnostic) -> str:
    """Return which part of a picture is refused, "" for none that an author could change."""
    for pattern, words in _REASONS:
        found = pattern.match(fault.message)
        if found:
            # Code stands by itself in a sentence of any direction (FSI and PDI).
            code = f"\u2068{''.join(found.groups())}\u2069"
            return str(words) % {"code": code, "line": fault.line}
    return ""


def _too_large() -> str:
    most = MOST_PIXELS // 1_000_000
    return _("The picture has more than %(most)s million pixels. Make it smaller on the phone first.", most=most)


def with_credit(files: Mapping[str, bytes], name: str, author: str, licence: str) -> dict[str, bytes | None]:
    """Return media/credits.toml with who made a picture, and under which licence it may be shown."""
    text = files.get(CREDITS, b"").decode("utf-8", "surrogateescape")
    author = collapse_whitespace(author)[:200]
    values = {"author": author} if author else {}
    values["licence"] = collapse_whitespace(licence)[:60]
    new = TomlText(text).append(table_text(f"[{name}]", values))
    return {CREDITS: new.encode("utf-8", "surrogateescape")}
