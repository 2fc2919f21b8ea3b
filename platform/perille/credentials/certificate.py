"""The certificate as a PDF: one A4 page in the learner's language and a second one, tagged, the same bytes for the same words.

typst sets it. Words go in as data, never as markup, so no name can change the page. A compiler belongs to one thread: a shared one
fails when two threads use it at once.
"""

from __future__ import annotations

import io
import logging
import threading
import unicodedata
from dataclasses import asdict
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Literal

import msgspec
import segno
import typst

from perille.core.i18n import LANGUAGES
from perille.credentials.codes import pretty
from perille.credentials.font_coverage import unprintable
from perille.credentials.holder_name import direction_of
from perille.credentials.pdf_text import remap_text
from perille.credentials.progress_banner import way_svg
from perille.domain.certificate import Certificate, CertificateSide

log = logging.getLogger(__name__)

_HERE = Path(__file__).resolve().parent
FONTS = _HERE / "fonts"
_SOURCE = _HERE / "certificate.typ"
#: More stations than this would not be seen apart.
_MOST_STATIONS = 20
#: Characters of a word that fit on a line at the smallest size.
_LONGEST_WORD = 30
_PIECE = 15
#: Millimetres of a logo at most.
_LOGO_WIDTH, _LOGO_HEIGHT = 45, 11
_MAY_BREAK = "\u200b"
#: Pattern laid over every QR code (ISO/IEC 18004 7.8): trying all eight costs a quarter of a certificate's time.
_MASK = 2


def render(certificate: Certificate) -> bytes:
    """Return the certificate as a PDF: tagged (PDF/UA-1), with language and title, the same bytes for the same input.

    Its text copies as it was given, in every script that we have a font for. A name that cannot be set by the rules of PDF/UA (a mark of
    one script on a letter of another) gives a paper that looks the same and does not say that it is PDF/UA.
    """
    try:
        made = _compile(certificate, "ua-1")
    except typst.TypstError:
        log.exception("a certificate could not be set by PDF/UA-1")
        made = _compile(certificate, None)
    try:
        return remap_text(made)
    except Exception:
        # A release of typst that writes its files in another way, or a name that nobody thought of, whatever it trips over: what is seen
        # is right, and a paper is better than none.
        log.exception("the text of a certificate could not be made to copy as it is written")
        return made


def _compile(certificate: Certificate, standard: Literal["ua-1"] | None) -> bytes:
    made = _compiler().compile(
        format="pdf",
        sys_inputs={"data": msgspec.json.encode(_data(certificate)).decode()},
        pdf_standards=standard,
        # A fixed moment: the day of the award, not the moment of the download.
        timestamp=datetime.combine(certificate.awarded_on, time(12), UTC),
    )
    assert isinstance(made, bytes), "one document, given back and not written to a file"
    return made


class _Compilers(threading.local):
    """One compiler a thread, made when the thread prints its first certificate."""

    def __init__(self) -> None:
        # Neither the fonts of the machine nor those inside typst: a certificate looks the same wherever it is made.
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
        self.compiler = typst.Compiler(_SOURCE, root=_HERE, font_paths=fonts)


_compilers = _Compilers()


def _compiler() -> typst.Compiler:
    return _compilers.compiler


def _data(certificate: Certificate) -> dict[str, object]:
    address = f"{certificate.verify_address}/{pretty(certificate.code)}"
    return {
        "title": f"{certificate.first.heading}: {certificate.first.title}",
        "issuer": breakable(printable(certificate.issuer)),
        "issuer_dir": direction_of(certificate.issuer),
        "logo": list(certificate.logo),
        "logo_alt": certificate.issuer,
        "logo_width": _logo_width(certificate.logo),
        "name": breakable(printable(certificate.name)),
        "name_dir": direction_of(certificate.name),
        "name_lang": certificate.first.language,
        "code": pretty(certificate.code),
        "verify_page": breakable(certificate.verify_address.partition("://")[2]),
        "qr": _qr(address),
        "address": address,
        "verify_address": certificate.verify_address,
        "way": way_svg(
            max(1, min(certificate.stations, _MOST_STATIONS)), LANGUAGES[certificate.first.language].direction
        ),
        "first": _side(certificate.first),
        "second": _side(certificate.second) if certificate.second is not None else None,
    }


def _logo_width(png: bytes) -> float:
    """Return how many millimetres wide a logo is printed: as its shape is, in a frame of 45 by 11."""
    # Width and height stand in the first chunk (PNG, Third Edition, 11.2.1).
    width, height = (int.from_bytes(png[at : at + 4], "big") for at in (16, 20))
    return min(_LOGO_WIDTH, _LOGO_HEIGHT * width / height) if width and height else 0


def printable(text: str) -> str:
    """Leave out what our fonts have no glyph for: a certificate without a pictograph is better than none."""
    missing = unprintable(text, FONTS)
    return "".join(char for char in text if char not in missing)


def breakable(text: str) -> str:
    """Allow a line to break inside words that are longer than any line; others stay as they are."""
    return " ".join(_broken(word) if len(word) > _LONGEST_WORD else word for word in text.split(" "))


def _broken(word: str) -> str:
    # Before a letter only: a mark must not be parted from its letter.
    pieces, piece = [], ""
    for char in word:
        if len(piece) >= _PIECE and unicodedata.category(char)[0] == "L":
            pieces.append(piece)
            piece = ""
        piece += char
    return _MAY_BREAK.join([*pieces, piece])


def _side(side: CertificateSide) -> dict[str, object]:
    return asdict(side) | {
        "title": breakable(printable(side.title)),
        "lang": side.language,
        "dir": LANGUAGES[side.language].direction,
        "subject": breakable(printable(side.subject)),
        "subject_lang": side.subject_language or side.language,
        "subject_dir": LANGUAGES[side.subject_language or side.language].direction,
        "title_lang": side.title_language,
        "title_dir": LANGUAGES[side.title_language].direction,
    }


def _qr(address: str) -> str:
    # Upper case would make a smaller code, but paths are not the same in both cases.
    picture = io.BytesIO()
    segno.make(address, error="m", micro=False, mask=_MASK).save(
        picture, kind="svg", border=0, dark="#16262B", xmldecl=False
    )
    return picture.getvalue().decode()
