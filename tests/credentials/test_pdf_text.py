"""A certificate copies as it was written: read by PDFium, the engine of Chrome, Edge and Android, and object by object."""

from __future__ import annotations

import io
import logging
import struct
import unicodedata
import zlib
from dataclasses import asdict, replace

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from perille.credentials import certificate
from perille.credentials.certificate import Certificate, CertificateSide, render
from perille.credentials.pdf_text import remap_text

from .papers import ARABIC, DARI, ENGLISH, create_certificate

NAMES = (
    "Amina Yusuf",
    "عبد الله صلاح الأحمد",
    "ولاء",
    "محمد عبد الله الحسين",
    "مُحَمَّدٌ عَلِيّ",
    "مُمُ سسسَسَ",
    "آلاء الإمام 3",
    "فاطمه‌زهرا کریمی",
    "گل‌محمد ژاله",
    "ئاسۆ ڕەسووڵ",
    "שָׁלוֹם בֶּן־דָּוִד",
    "שרה כהן",
    "น้ำผึ้ง กิ่งแก้ว น้ำน้ำ",
    "M̀ary a̱ṉ̄",
    "Xaawo Cabdullaahi",
    "Олена Їжак-Ґалаґан",
    "Кырмызы Ўзбек",
    "Nguyễn Thị Hồng Ánh",
    "ኣሚና ተስፋይ",
    "अमीना शर्मा क्षत्रिय",
    "দীপিকা চৌধুরী",
    "மீனாட்சி ஸ்ரீ",
    "အောင်ဆန်းစုကြည် မြင့်",
    "Գոհար Մկրտչյան",
    "გიორგი მჭედლიძე",
    "office affi fjord",
    "Fadumo أمينة",
    'مريم "لانا" علي-حسن',
)
#: Letters and the marks that stand on them.
ALPHABETS = {
    "arabic": ("ابتجحدرسصعفقكلمنهوية", "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652"),
    "hebrew": ("אבגדהוזחטיכלמנסעפצקרשת", "\u05b0\u05b4\u05b5\u05b6\u05b7\u05b8\u05b9\u05bc"),
    "latin": ("abcdeghiklmnoqruvwxyz", "\u0300\u0301\u0304\u0308\u0323\u0331"),
}


def seen(text: str) -> str:
    """Without what cannot be seen, and in the form that Unicode says is the same."""
    return "".join(char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf").strip()


def copied(pdf: bytes) -> list[str]:
    text = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()
    return [seen(line) for line in text.splitlines()]


def plain(paper: Certificate, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """What typst makes."""
    with monkeypatch.context() as patch:
        patch.setattr(certificate, "remap_text", lambda pdf: pdf)
        return render(paper)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("first", [ENGLISH, ARABIC], ids=["en", "ar"])
def test_a_name_copies_as_it_was_given(name: str, first: CertificateSide) -> None:
    name = unicodedata.normalize("NFC", name)
    assert seen(name) in copied(render(create_certificate(name=name, first=first, second=None)))


@pytest.mark.parametrize("script", ALPHABETS)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_any_letters_with_marks_copy_as_they_were_given(script: str, data: st.DataObject) -> None:
    letters, marks = ALPHABETS[script]
    cluster = st.tuples(st.sampled_from(letters), st.sampled_from(["", "", *marks])).map("".join)
    words = data.draw(st.lists(st.lists(cluster, min_size=3, max_size=6).map("".join), min_size=1, max_size=3))
    name = unicodedata.normalize("NFC", " ".join(words))
    assert seen(name) in copied(render(create_certificate(name=name, second=None)))


def test_a_name_of_two_lines_copies_word_for_word() -> None:
    name = "عبد الرحمن صلاح الدين الأحمد المحمد الإبراهيم آل السلامة العلي"
    lines = copied(render(create_certificate(name=name, second=None)))
    start, end = lines.index("Name"), lines.index("Course")
    assert end - start > 2
    assert " ".join(" ".join(lines[start + 1 : end]).split()) == name


def test_all_words_of_an_arabic_paper_copy_as_they_stand() -> None:
    side = replace(
        ARABIC, title="الإقامة والعمل: الأسئلة الأولى", notice="لا تُغني هذه الوثيقة عن الدورة الأساسية، ولا تحلّ محلّها."
    )
    lines = copied(render(create_certificate(first=side, second=None)))
    for words in (side.heading, side.title, side.notice, side.date, *asdict(side.labels).values()):
        assert seen(words) in lines


def test_all_words_of_a_dari_paper_copy_as_they_stand() -> None:
    # پ چ ژ گ ک ی ۀ are letters that Arabic has not, and parts of words are held apart by U+200C.
    lines = copied(render(create_certificate(first=DARI, second=None)))
    for words in (DARI.heading, DARI.title, DARI.notice, DARI.date, *asdict(DARI.labels).values()):
        assert seen(words) in lines


def test_english_words_beside_arabic_ones_copy_in_their_order() -> None:
    lines = copied(render(create_certificate(first=ARABIC, second=ENGLISH)))
    for words in (ENGLISH.heading, ENGLISH.title, ENGLISH.notice, ENGLISH.date, "learn.example.org/verify"):
        assert seen(words) in lines


@pytest.mark.parametrize("name", ["مُحَمَّدٌ صلاح", "น้ำผึ้ง", "M̀ary a̱ṉ̄", "अमीना शर्मा"])
def test_it_looks_as_typst_set_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    paper = create_certificate(name=name, first=ARABIC, second=ENGLISH)
    difference = ImageChops.difference(picture(plain(paper, monkeypatch)), picture(render(paper)))
    # Places are whole units of the font now: a thousandth of its size.
    moved = sum(difference.histogram()[100:])
    assert difference.getbbox() is not None
    assert moved < 100


def test_a_mark_from_another_font_than_its_letter_is_left_where_typst_put_it(monkeypatch: pytest.MonkeyPatch) -> None:
    # A Hebrew point on a bracket: glyphs of two fonts, which made the number of one font's glyph be looked up in the other.
    paper = create_certificate(name=")\u05bc.\u0625'", first=ENGLISH, second=None)
    assert remap_text(plain(paper, monkeypatch)).startswith(b"%PDF")
    difference = ImageChops.difference(picture(plain(paper, monkeypatch)), picture(render(paper)))
    assert sum(difference.histogram()[100:]) < 100


def picture(pdf: bytes) -> Image.Image:
    return pypdfium2.PdfDocument(pdf)[0].render(scale=2).to_pil().convert("L")


def test_structure_links_and_marked_sequences_are_those_of_typst(monkeypatch: pytest.MonkeyPatch) -> None:
    paper = create_certificate(name="مُحَمَّدٌ صلاح", first=ARABIC, second=ENGLISH)
    before, after = plain(paper, monkeypatch), render(paper)
    for kind in (b"/StructElem", b"/StructTreeRoot", b"/Annot", b"/Page"):
        assert objects(before, kind) == objects(after, kind) != []
    assert marked(before) == marked(after)
    assert b"ReversedChars" not in content(after)


def objects(pdf: bytes, kind: bytes) -> list[bytes]:
    return [line for line in pdf.splitlines() if line.startswith(b"<</Type" + kind)]


def content(pdf: bytes) -> bytes:
    return PdfReader(io.BytesIO(pdf)).pages[0].get_contents().get_data()  # type: ignore[union-attr]


def marked(pdf: bytes) -> list[bytes]:
    return sorted(part.partition(b">>")[0] for part in content(pdf).split(b"/MCID ")[1:])


def test_widths_texts_and_font_programs_are_of_one_mind() -> None:
    pdf = PdfReader(io.BytesIO(render(create_certificate(name="مُحَمَّدٌ صلاح", first=ARABIC, second=ENGLISH))))
    fonts: DictionaryObject = pdf.pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    for reference in fonts.values():
        font = reference.get_object()
        descendant = font["/DescendantFonts"][0].get_object()
        descriptor = descendant["/FontDescriptor"]
        advances = advances_of(descriptor["/FontFile2"].get_data())
        listed = descendant["/W"]
        for first, last, width in zip(listed[::3], listed[1::3], listed[2::3], strict=True):
            assert all(abs(advances[cid] - float(width)) <= 1 for cid in range(first, last + 1))
        bits = "".join(f"{byte:08b}" for byte in descriptor["/CIDSet"].get_data())
        assert bits.rstrip("0") == "1" * len(advances)


def advances_of(font: bytes) -> list[int]:
    (count,) = struct.unpack_from(">H", font, 4)
    tables = {record[0]: record for record in (struct.unpack_from(">4sIII", font, 12 + 16 * n) for n in range(count))}
    (full,) = struct.unpack_from(">H", font, tables[b"hhea"][2] + 34)
    (glyphs,) = struct.unpack_from(">H", font, tables[b"maxp"][2] + 4)
    assert full == glyphs
    return [struct.unpack_from(">H", font, tables[b"hmtx"][2] + 4 * each)[0] for each in range(full)]


def test_lines_that_copy_well_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    paper = create_certificate(second=None)
    assert content(render(paper)) == content(plain(paper, monkeypatch))


def test_a_file_that_typst_did_not_make_is_refused() -> None:
    with pytest.raises(ValueError, match="cross-reference"):
        remap_text(b"%PDF-1.7\n")


@pytest.mark.parametrize("error", [ValueError, KeyError, IndexError, struct.error, zlib.error])
def test_where_typst_writes_another_kind_of_file_the_paper_is_given_all_the_same(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(pdf: bytes) -> bytes:
        raise error("another kind of file")

    monkeypatch.setattr(certificate, "remap_text", refuse)
    with caplog.at_level(logging.ERROR):
        assert render(create_certificate()).startswith(b"%PDF")
    assert "copy" in caplog.text
