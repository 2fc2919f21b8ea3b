"""Certificate designs and themes of plugins: used where they can be, and ours where not."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from perille.api import (
    Certificate,
    CertificateDesign,
    CertificateSide,
    Labels,
    Plugin,
    Theme,
)
from perille.app import Perille
from perille.core.paths import STATIC
from perille.credentials.design import plugin as certificates
from perille.credentials.design import print_certificate
from perille.plugins.themes import PAIRS, contrast
from perille.startup import prepare
from support.doors import owned, problems_of


def paper() -> Certificate:
    labels = Labels(name="For", course="Course", time="Time", date="Date", issuer="Issuer", check="Check")
    words = {
        "heading": "Record",
        "title": "Fire",
        "title_language": "en",
        "time": "1 h",
        "date": "1 May",
        "notice": "x",
    }
    return Certificate(
        name="Aino",
        issuer="A library",
        code="ABCDEFGHJKMNPQRS",
        verify_address="https://learn.example.org/verify",
        awarded_on=date(2026, 5, 1),
        stations=3,
        first=CertificateSide(language="en", labels=labels, **words),
    )


def failing(_certificate: Certificate) -> bytes:
    raise ZeroDivisionError("Aino")


@pytest.mark.parametrize(
    ("render", "theirs"), [(lambda _paper: b"%PDF-mine", True), (lambda _paper: b"no pdf", False), (failing, False)]
)
def test_the_chosen_design_prints_certificates_and_ours_where_it_fails(
    make_app: Callable[..., Perille],
    render: Callable[[Certificate], bytes],
    theirs: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    design = CertificateDesign(name="plain", about="Plain", render=render)
    app = make_app(owned(certificates), owned(Plugin(certificate_designs=(design,))), certificate_design="plain")
    with app.app_context():
        made = print_certificate(paper())
    assert made.startswith(b"%PDF-")
    assert (made == b"%PDF-mine") is theirs
    assert ("forum 1.0" in caplog.text) is not theirs
    assert "Aino" not in caplog.text


def test_a_design_that_nobody_brings_is_named_and_ours_prints(make_app: Callable[..., Perille]) -> None:
    app = make_app(owned(certificates), certificate_design="plain")
    assert "PERILLE_CERTIFICATE_DESIGN: No installed plugin brings" in problems_of(app)[0]
    with app.app_context():
        assert print_certificate(paper()).startswith(b"%PDF-")


def test_a_theme_gives_pages_its_colours_its_logo_and_its_name(
    make_app: Callable[..., Perille], tmp_path: Path
) -> None:
    package = tmp_path / "forum"
    (package / "static").mkdir(parents=True)
    (package / "static" / "logo.svg").write_text("<svg/>")
    theme = Theme(
        name="sea",
        about="Blue",
        colours={"way": "#003366", "way-soft": "#e3ecf5"},
        dark_colours={"way": "#99ccff"},
        logo="forum/logo.svg",
        title="Satama",
    )
    app = make_app(owned(Plugin(themes=(theme,), static="static"), folder=package), theme="sea")
    assert problems_of(app) == []
    prepare(app)
    client = app.test_client()
    page = client.get("/en/help").text
    assert "<span>Satama</span>" in page
    assert "/forum/logo.svg" in page
    sheet = page.split('href="/theme/')[1].split('"')[0]
    text = client.get(f"/theme/{sheet}").text
    # Who chose strong contrast keeps it.
    root = ':root:not([data-look~="strong"])'
    assert f"{root} {{ --way: #003366; --way-soft: #e3ecf5; }}" in text
    # What is named for light alone stays in the dark as it was.
    dark = re.findall(r"--way-soft: (#\w+)", (STATIC / "app.css").read_text("utf-8"))[1]
    assert f"@media (prefers-color-scheme: dark) {{ {root} {{ --way: #99ccff; --way-soft: {dark}; }}" in text
    assert client.get("/theme/other.css").status_code == 404


@pytest.mark.parametrize(
    ("theme", "said"),
    [
        (Theme(name="sea", about="", colours={"way": "#eeeeee"}), '"way" on "paper" has a contrast of 1.1'),
        (Theme(name="sea", about="", dark_colours={"ink": "#223344"}), '"ink" on "paper" in the dark'),
        (Theme(name="sea", about="", colours={"sky": "#000000"}), 'there is no colour "sky"'),
        (Theme(name="sea", about="", colours={"way": "red; } body {"}), 'the colour "way" must be written #rrggbb'),
        (Theme(name="sea", about="", logo="forum/logo.svg"), 'there is no static file "forum/logo.svg"'),
        (Theme(name="land", about=""), 'No installed plugin brings the theme "sea"'),
    ],
)
def test_a_theme_that_would_be_hard_to_read_is_refused_by_name(
    make_app: Callable[..., Perille], theme: Theme, said: str
) -> None:
    app = make_app(owned(Plugin(themes=(theme,))), theme="sea")
    assert any(said in each for each in problems_of(app))
    prepare(app)
    assert "/theme/" not in app.test_client().get("/en/help").text


def test_contrast_is_that_of_wcag() -> None:
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48
    assert len(PAIRS) == len(set(PAIRS))
