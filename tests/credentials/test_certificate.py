from __future__ import annotations

import io
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PageObject, PdfReader

from perille.core.i18n import LANGUAGES
from perille.credentials.certificate import FONTS, breakable, render
from perille.credentials.codes import pretty
from perille.credentials.font_coverage import unprintable
from perille.credentials.holder_name import LONGEST, UnprintableNameError, clean_name
from perille.domain.certificate import CertificateSide
from support.repo_files import texts

from .papers import ARABIC, CODE, DARI, ENGLISH, create_certificate

WIDEST = "W" * 120
#: Between the words and the edge of the paper, in points.
MARGIN = 22 * 72 / 25.4


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def words(pdf: bytes) -> str:
    (page,) = read(pdf).pages
    return page.extract_text()


def catalogue(pdf: bytes) -> dict[str, object]:
    root: dict[str, object] = read(pdf).trailer["/Root"]
    return root


def test_it_says_what_was_learned_by_whom_and_how_to_check_it() -> None:
    text = words(render(create_certificate()))
    for expected in (
        "Record of completion",
        "Amina Yusuf",
        "Finland: before you travel and when you arrive",
        "3 hours and 3 minutes",
        "22 November 2026",
        "Issued by",
        "Perille",
        "every lesson of this online course",
        "learn.example.org/verify",
        "0123-4567-89AB-CDEF",
    ):
        assert expected in text


def test_the_second_language_stands_beside_the_first() -> None:
    text = words(render(create_certificate(first=ARABIC, second=ENGLISH, name="أمينة")))
    assert "Record of completion" in text
    assert "3 hours and 3 minutes" in text
    assert all(word in text for word in ("نوفمبر", "السفر", "الوصول"))


def test_one_language_is_enough() -> None:
    text = words(render(create_certificate(second=None)))
    assert "Record of completion" in text
    assert "·" not in text


@pytest.mark.parametrize("side", [ENGLISH, ARABIC, DARI], ids=["en", "ar", "prs"])
def test_it_is_tagged_and_names_its_language_and_title(side: CertificateSide) -> None:
    pdf = render(create_certificate(first=side, second=None))
    root = catalogue(pdf)
    assert root["/Lang"] == side.language
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]  # type: ignore[index]
    metadata = root["/Metadata"].get_data().decode()  # type: ignore[attr-defined]
    assert f"{side.heading}: {side.title}" in metadata
    assert f"<rdf:li>{side.language}</rdf:li>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata


def test_the_name_stands_on_the_paper_and_in_no_metadata() -> None:
    pdf = render(create_certificate(name="Zebediah"))
    information = " ".join(str(value) for value in (read(pdf).metadata or {}).values())
    metadata = catalogue(pdf)["/Metadata"].get_data().decode()  # type: ignore[attr-defined]
    assert "Zebediah" in words(pdf)
    assert "Zebediah" not in information + metadata


def test_the_same_words_give_the_same_bytes() -> None:
    assert render(create_certificate()) == render(create_certificate())
    assert render(create_certificate()) != render(create_certificate(name="Amina Yusu"))


def test_code_and_picture_are_links_to_the_page_that_verifies() -> None:
    pdf = read(render(create_certificate()))
    addresses = [str(each.get_object()["/A"]["/URI"]) for each in pdf.pages[0]["/Annots"]]  # type: ignore[attr-defined]
    page = "https://learn.example.org/verify"
    assert addresses == [f"{page}/{pretty(CODE)}", page, f"{page}/{pretty(CODE)}"]


def test_only_our_own_fonts_are_used() -> None:
    fonts = read(render(create_certificate(name="ኣሚና أمينة Олена"))).pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    names = {str(font.get_object()["/BaseFont"]).partition("+")[2] for font in fonts.values()}
    assert names
    assert all(name.startswith("NotoSans") for name in names)


def test_threads_print_at_the_same_time_and_get_their_own_paper() -> None:
    certificates = [create_certificate(name=f"Person {number}") for number in range(12)]
    with ThreadPoolExecutor(4) as threads:
        papers = list(threads.map(render, certificates))
    assert papers == [render(each) for each in certificates]


def test_the_longest_words_stay_on_one_page_and_inside_its_margins() -> None:
    side = replace(ENGLISH, title=WIDEST)
    # Another one: the same title is said once.
    other = replace(ENGLISH, title=f"{WIDEST}.")
    pdf = render(create_certificate(name=WIDEST[:LONGEST], issuer=WIDEST, first=side, second=other, stations=500))
    (page,) = read(pdf).pages
    rights = [_right_edge(*run) for run in _runs(page)]
    assert page.extract_text().replace("\n", "").count("W") >= LONGEST + 3 * len(WIDEST)
    assert max(rights) <= float(page.mediabox.width) - MARGIN


def test_all_that_a_certificate_for_professionals_says_stays_on_one_page() -> None:
    long = "Who to call, how to refer with consent, and what happens next, in words that go on. " * 4
    details = tuple(
        (f"Word {number}", f"What stands under it, number {number}, in a whole sentence.") for number in range(4)
    )
    first = replace(ARABIC, subject=long[:320], subject_language="ar", details=details)
    second = replace(ENGLISH, subject=long[:320], subject_language="en", details=details)
    name = "Wilhelmina Aleksandra Konstantinopolitanskaya-Weissenberger von und zu Guttenber"
    (page,) = read(render(create_certificate(name=name, issuer="W" * 60, first=first, second=second))).pages
    for number in range(4):
        assert f"Word {number}" in page.extract_text()


def _runs(page: PageObject) -> list[tuple[str, float, float]]:
    found: list[tuple[str, float, float]] = []

    def note(text: str, outer: list[float], inner: list[float], _font: object, size: float) -> None:
        if text.strip():
            found.append((text.strip(), inner[4] * outer[0] + outer[4], size * abs(inner[0])))

    page.extract_text(visitor_text=note)
    return found


def _right_edge(text: str, left: float, size: float) -> float:
    # No letter of the font is wider than its W, 0.95 of its size in bold.
    return left + size * 0.95 * len(text.splitlines()[0]) if set(text) <= set("W\n") else left


def test_long_words_may_break_and_others_are_left_alone() -> None:
    assert breakable("Hohenzollern-Sigmaringen أمينة") == "Hohenzollern-Sigmaringen أمينة"
    assert breakable("W" * 45).split("\u200b") == ["W" * 15] * 3
    marked = breakable("e\u0308" * 31)
    assert not any(part.startswith("\u0308") for part in marked.split("\u200b"))


def test_words_are_data_and_never_markup() -> None:
    name = "#let x *bold* $x$ <a> \\ @b"
    assert name in words(render(create_certificate(issuer=name)))


#: A language that people speak with an interpreter: no page is in it, and so no certificate.
_SPOKEN_ALONE = {"syr"}


@pytest.mark.parametrize("code", sorted(LANGUAGES.keys() - _SPOKEN_ALONE))
def test_every_language_of_ours_can_be_printed(code: str) -> None:
    assert unprintable(LANGUAGES[code].name, FONTS) == ""


def test_no_course_is_in_a_language_that_cannot_be_printed() -> None:
    packs = [tomllib.loads(text) for path, text in texts(".toml") if path.name == "pack.toml"]
    assert packs
    assert not _SPOKEN_ALONE & {code for pack in packs for code in pack["languages"]}


def test_letters_without_a_font_are_named_and_a_title_with_a_pictograph_is_printed_without_it() -> None:
    assert unprintable("王 Amina 王秀", FONTS) == "王秀"
    assert "Party now" in words(render(create_certificate(first=replace(ENGLISH, title="Party 🎓now"))))


@settings(max_examples=20, deadline=None)
@given(st.text(alphabet=st.characters(categories=["L", "M", "Nd", "Zs", "Pd"]), max_size=60))
def test_every_name_that_is_taken_can_be_printed(text: str) -> None:
    try:
        name = clean_name(text)
    except UnprintableNameError:
        return
    if not unprintable(name, FONTS):
        assert render(create_certificate(name=name, second=None)).startswith(b"%PDF")


def test_a_mark_of_another_script_gives_a_paper_that_claims_less() -> None:
    # typst refuses PDF/UA where a Latin mark stands on an Arabic letter: it has no text for the glyph.
    pdf = render(create_certificate(name="ن(لآ\u0302", second=None))
    assert pdf.startswith(b"%PDF")
    assert b"pdfuaid" not in catalogue(pdf)["/Metadata"].get_data()  # type: ignore[attr-defined]


def test_a_title_that_has_no_translation_stands_once() -> None:
    title = "Work and hiring"
    first, second = replace(ARABIC, title=title, title_language="en"), replace(ENGLISH, title=title)
    assert words(render(create_certificate(first=first, second=second))).count(title) == 1
    other = words(render(create_certificate(first=first, second=replace(ENGLISH, title="Pay"))))
    assert (other.count(title), other.count("Pay")) == (1, 1)
