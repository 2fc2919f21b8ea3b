"""Addresses and page titles of a sensitive pack give nothing away, in any language."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from packs.conftest import FaultsOf, catalogue, library_folder, line_of
from perille.packs.compiler.compile import load_library
from perille.packs.source.diagnostics import Diagnostic, Level
from perille.packs.source.registry import InteractionRegistry

MakePack = Callable[..., Path]
LESSON = "# Signs\n\nWords.\n\n## {heading}\n\nMore words on violence.\n"


def telling(diagnostics: Sequence[Diagnostic]) -> list[tuple[str, int]]:
    found = [fault for fault in diagnostics if "neutral" in fault.message]
    assert all(fault.level is Level.ERROR for fault in found)
    return [(fault.path, fault.line) for fault in found]


def test_slug_and_title_are_neutral(make_pack: MakePack, faults_of: FaultsOf) -> None:
    folder = make_pack(slug="human-trafficking", sensitive=True, title="Violence at home")
    assert sorted(telling(faults_of(folder))) == sorted(
        ("pack.toml", line_of(folder, "pack.toml", f"{key} = ")) for key in ("slug", "title")
    )


def test_the_key_of_a_unit_is_part_of_an_address(make_pack: MakePack, faults_of: FaultsOf) -> None:
    folder = make_pack(sensitive=True, lessons={"sexual-abuse": "# Signs\n\nWords.\n"})
    assert telling(faults_of(folder)) == [("pack.toml", line_of(folder, "pack.toml", "[unit.sexual-abuse]"))]


def test_the_title_of_a_lesson_is_neutral(make_pack: MakePack, faults_of: FaultsOf) -> None:
    folder = make_pack(sensitive=True, lessons={"signs": "# Signs of exploitation\n\nWords.\n"})
    assert telling(faults_of(folder)) == [("lessons/signs.md", 1)]


def test_the_heading_of_a_screen_is_neutral_and_its_words_are_free(make_pack: MakePack, faults_of: FaultsOf) -> None:
    lesson = LESSON.format(heading="What rape is")
    assert telling(faults_of(make_pack(sensitive=True, lessons={"signs": lesson}))) == [("lessons/signs.md", 5)]
    other = LESSON.format(heading="Therapy and drapery")
    assert telling(faults_of(make_pack("course_other", sensitive=True, lessons={"signs": other}))) == []


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("fi", "Ihmiskaupan merkit"),
        ("fi", unicodedata.normalize("NFD", "Väkivalta kotona")),
        ("ar", "علامات الاتجار بالبشر"),
        ("ar", "علامات الاتِّجار بالبشر"),
        ("ar", "ما هو العُنْف"),
        ("ar", "العنـــف في البيت"),
        ("prs", "نشانه‌های استثمار"),
        ("prs", "بهره کشی چیست"),
        ("prs", "سوء‌استفاده از مردم"),
        ("fa", "بهره‌کشی چیست"),
        ("uk", "Ознаки насильства"),
        ("ru", "Знаки насилия"),
        ("is", "Merki um misneytingu"),
        ("lt", "Išnaudojimo požymiai"),
    ],
)
def test_a_translated_title_is_neutral_too(make_pack: MakePack, faults_of: FaultsOf, language: str, title: str) -> None:
    folder = make_pack(
        sensitive=True,
        lessons={"signs": LESSON.format(heading="What to see")},
        translations={language: catalogue(("lesson/signs", "Signs", title), ("lesson/signs", "What to see", title))},
    )
    path = f"translations/{language}.po"
    first = line_of(folder, path, title)
    assert telling(faults_of(folder)) == [(path, first - 2), (path, first + 2)]


def test_the_translated_title_of_the_pack_is_neutral(make_pack: MakePack, faults_of: FaultsOf) -> None:
    words = catalogue(("pack/title", "The small course", "Väkivalta kotona"))
    folder = make_pack(sensitive=True, translations={"fi": words})
    ((path, _line),) = telling(faults_of(folder))
    assert path == "translations/fi.po"


def test_a_word_that_only_begins_like_a_telling_one_is_free(make_pack: MakePack, faults_of: FaultsOf) -> None:
    words = catalogue(("pack/title", "The small course", "في عنفوان الشباب"))
    assert telling(faults_of(make_pack(sensitive=True, translations={"ar": words}))) == []


@pytest.mark.parametrize("name", ["sexual-assault", "forced-marriage", "honour-killings", "honor-killing"])
def test_telling_words_may_be_two(make_pack: MakePack, faults_of: FaultsOf, name: str) -> None:
    title = name.replace("-", " ").capitalize()
    folder = make_pack(sensitive=True, slug=name, title=title)
    assert len(telling(faults_of(folder))) == 2
    assert telling(faults_of(make_pack("course_other", sensitive=True, title="Assault, marriage and honour"))) == []


def test_a_word_of_english_is_found_in_any_language(make_pack: MakePack, faults_of: FaultsOf) -> None:
    words = catalogue(("pack/title", "The small course", "የ trafficking ምልክቶች"))
    folder = make_pack(sensitive=True, translations={"am": words})
    assert [path for path, _line in telling(faults_of(folder))] == ["translations/am.po"]


def test_a_shared_lesson_is_neutral_where_it_comes_into_a_sensitive_pack(
    make_pack: MakePack, faults_of: FaultsOf, tmp_path: Path, registry: InteractionRegistry
) -> None:
    lessons = {"lessons/help.md": "# Help against violence\n\nWords.\n"}
    shared = load_library(
        library_folder(tmp_path / "libraries", "course_shared", "shared", lessons, ["help"]), registry
    )
    folder = make_pack(sensitive=True)
    manifest = folder / "pack.toml"
    manifest.write_text(manifest.read_text("utf-8").replace('["hello"]', '["hello", "shared:help"]'), "utf-8")
    (fault,) = [fault for fault in faults_of(folder, shared) if "neutral" in fault.message]
    assert fault.path == "pack.toml"
    assert fault.message.startswith("course_shared/lessons/help.md:1: ")


def test_a_pack_that_is_not_sensitive_may_say_it(make_pack: MakePack, faults_of: FaultsOf) -> None:
    folder = make_pack(title="Violence at home", lessons={"signs": LESSON.format(heading="Exploitation")})
    assert telling(faults_of(folder)) == []
