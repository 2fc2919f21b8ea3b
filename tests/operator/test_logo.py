"""A logo of certificates: made anew or refused by name, on the papers that are made from then on, and never on those of before."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PIL import Image, PngImagePlugin
from pypdf import PdfReader
from sqlalchemy import select

from credentials.papers import create_certificate
from perille.credentials.certificate import render
from perille.operator import views
from perille.operator.logo import BadLogo, prepare_logo
from perille.operator.models import SiteImage
from perille.people.models import AuditEntry, Role
from support.people import sign_in_as
from support.photographs import HEIC, SEE_THROUGH
from support.visitor import Page, Visitor
from support.whole import Whole

HERE = "/en/manage/site/logo"
DRAWING = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 60"><rect width="200" height="60" fill="#a33"/></svg>'
)


def picture(kind: str = "PNG", size: tuple[int, int] = (400, 200), colour: str = "#1050c0") -> bytes:
    """Return a picture of a file that also holds words of its own."""
    made = io.BytesIO()
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", "made by Aino at home")
    extra = {"pnginfo": words} if kind == "PNG" else {}
    Image.new("RGB", size, colour).save(made, kind, **extra)
    return made.getvalue()


@pytest.mark.parametrize(
    "body",
    [
        picture(),
        picture("JPEG"),
        picture("GIF"),
        picture("WEBP"),
        picture("AVIF"),
        HEIC,
        SEE_THROUGH,
        DRAWING,
        picture(size=(4000, 50)),
        picture(size=(50, 4000)),
    ],
)
def test_a_logo_is_a_small_picture_without_the_words_of_its_file(body: bytes) -> None:
    made = prepare_logo(body)
    with Image.open(io.BytesIO(made)) as logo:
        assert (logo.format, logo.info) == ("PNG", {})
        assert 0 < logo.width <= 900
        assert 0 < logo.height <= 300
    assert b"Aino" not in made
    assert prepare_logo(body) == made


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "Choose a file"),
        (b"%PDF-1.7", "This is a PDF file"),
        (picture("TIFF"), "This is a TIFF file"),
        (HEIC[:300], "damaged"),
        (b"hello", "no picture that can be used"),
        (picture()[:200], "damaged"),
        (b"\x89PNG\r\n\x1a\nxxxx", "damaged"),
        (picture("JPEG")[:150], "damaged"),
        (DRAWING.replace(b"<rect", b"<script>alert(1)</script><rect"), "runs or loads something"),
        (DRAWING.replace(b"<rect", b'<rect onload="x()"'), "runs or loads something"),
        (DRAWING.replace(b"<rect", b'<image href="https://evil.example/x.png"/><rect'), "runs or loads something"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + DRAWING, "runs or loads something"),
        (b"x" * (4 * 1024 * 1024 + 1), "too large"),
    ],
)
def test_what_is_no_logo_is_refused_by_name(body: bytes, why: str) -> None:
    with pytest.raises(BadLogo, match=why):
        prepare_logo(body)


def test_a_picture_that_claims_billions_of_pixels_is_not_decoded() -> None:
    huge = bytearray(picture())
    huge[16:24] = (60_000).to_bytes(4, "big") * 2
    with pytest.raises(BadLogo):
        prepare_logo(bytes(huge))


@pytest.mark.parametrize("body", [picture(), DRAWING, picture(size=(900, 20)), picture(size=(20, 900))])
def test_the_logo_is_on_the_paper_which_stays_one_page_and_accessible(body: bytes) -> None:
    certificate = create_certificate()
    without, printed = render(certificate), render(replace(certificate, logo=prepare_logo(body)))
    pages = PdfReader(io.BytesIO(printed)).pages
    assert (len(pages), b"pdfuaid" in printed) == (1, True)
    assert len(pages[0].images) == len(PdfReader(io.BytesIO(without)).pages[0].images) + 1


def send(browser: Visitor, body: bytes, name: str = "logo.png") -> Page:
    return Page(browser.client.post(HERE, data={"logo": (io.BytesIO(body), name)}))


def test_an_administrator_sends_a_logo_sees_it_and_takes_it_away(whole: Whole) -> None:
    browser = sign_in_as(whole, Role.ADMINISTRATOR)
    assert send(browser, picture()).location == "/en/manage/site#logo"
    (shown,) = browser.get("/en/manage/site").all("img", class_="logo")
    seen = whole.visitor().get(shown["src"])
    assert (seen.status, seen.response.mimetype) == (200, "image/png")
    assert "immutable" in seen.headers["Cache-Control"]
    assert "This is a TIFF file" in browser.get(send(browser, picture("TIFF")).location).text
    assert len(browser.get("/en/manage/site").all("img", class_="logo")) == 1, "what is refused takes nothing away"
    browser.client.post(HERE, data={"none": "yes"}, content_type="multipart/form-data")
    assert not browser.get("/en/manage/site").all("img", class_="logo")
    assert whole.visitor().get(shown["src"]).status == 200, "papers of before still have it"
    assert whole.visitor().get("/logo/nothing.png").status == 404
    assert len(whole.scalars(select(AuditEntry).where(AuditEntry.action == "site.changed"))) == 2
    assert len(whole.scalars(select(SiteImage))) == 1


def test_nobody_else_sends_a_logo(whole: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    # Nor is a file of theirs read: a drawing is set, and a photograph decoded.
    monkeypatch.setattr(views, "prepare_logo", lambda _body: pytest.fail("it was read"))
    for browser in (whole.visitor(), sign_in_as(whole, Role.TRAINER)):
        assert send(browser, picture()).status in (302, 303, 403)
    assert whole.scalars(select(SiteImage)) == []
